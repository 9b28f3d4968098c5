/**
 * The approvals of a pass while it acts. They are marked as used before the write that they release is sent: a process that is killed
 * right after its PUT keeps no status and no verdict, and the same approval would release the same repositories again, after they came
 * back into production. And they are read again after a wait: one that was deleted or came to its end meanwhile releases nothing.
 */
import type { Log } from '../../base/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { PassTime } from '../../github/index.js';
import type { ApprovalVerdict, Decision, GivenApproval, Memory } from '../../governance/index.js';
import type { ApprovalPort } from '../pass-record.js';
import type { ActResult, PassOutcome } from '../types.js';
import { approvalsFor, judgeApprovals, releasing, type PassApprovals } from './approvals.js';

/** So old approvals may be when a write that they release is decided on. */
export const APPROVALS_MAX_AGE_MS = 30_000;

const MARK =
  'marked as used before the write that it releases was sent; where that write failed, approve the plan that is held now';

const UNKNOWN =
  'used by a write whose outcome is not known; where it turns out not to be applied, approve the plan that is held then';

export interface ActApprovalOptions {
  /** All that were given, and the plans that they name, at that time, Unix ms. */
  read: (nowMs: number, signal: AbortSignal) => Promise<PassApprovals | undefined>;
  port: Pick<ApprovalPort, 'keep'>;
  time: Pick<PassTime, 'now'>;
  log: Pick<Log, 'warn'>;
}

export class ActApprovals {
  readonly #options: ActApprovalOptions;
  #current: PassApprovals | undefined;
  #readMs = 0;
  /** Those that this pass marked, as they were before, by their ids. */
  readonly #marked = new Map<string, GivenApproval>();
  /** They cannot be marked, so that in this pass they release nothing. */
  #isUnmarked = false;

  private constructor(options: ActApprovalOptions) {
    this.#options = options;
  }

  /** Reads them. */
  static async begin(options: ActApprovalOptions, signal: AbortSignal): Promise<ActApprovals> {
    const approvals = new ActApprovals(options);
    await approvals.#read(signal);
    return approvals;
  }

  /** What counts towards a plan, by the last reading. */
  readonly counting: NonNullable<Memory['approvals']> = (plan) =>
    this.#current === undefined || this.#isUnmarked ? [] : approvalsFor(this.#current)(plan);

  /** Why their home cannot be read. */
  get fault(): Plus1Error | undefined {
    return this.#current?.fault;
  }

  /** Reads them again where they are old. True where that was done: what was decided before may not stand any more. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    if (this.#current === undefined || this.#options.time.now() - this.#readMs <= APPROVALS_MAX_AGE_MS) return false;
    await this.#read(signal);
    return true;
  }

  /** Marks those that release something of the decision. False where they cannot be marked: then it is to be made again, without them. */
  async mark(decision: Decision, signal: AbortSignal): Promise<boolean> {
    if (this.#current === undefined || decision.approved.length === 0) return true;
    const before = releasing(this.#current, decision);
    let open: GivenApproval[];
    try {
      // Once more right before that: one that was deleted since cannot be marked, and releases nothing.
      await this.#read(signal);
      const now = this.#current === undefined ? new Set<string>() : releasing(this.#current, decision);
      if ([...before].some((uid) => !now.has(uid))) return false;
      open = (this.#current?.given ?? []).filter(({ uid }) => now.has(uid) && !this.#marked.has(uid));
      await this.#options.port.keep(
        open.map((approval) => ({ approval, state: 'Used', message: MARK })),
        signal,
      );
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      this.#options.log.warn('Approvals not marked', { error: toPlus1Error(thrown).message });
      this.#isUnmarked = true;
      return false;
    }
    for (const approval of open) this.#marked.set(approval.uid, approval);
    return true;
  }

  /** What became of each, once the pass has acted. */
  judge(pass: Pick<PassOutcome, 'request' | 'startMs'>, acted: ActResult): ApprovalVerdict[] {
    return judgeApprovals(this.#current, pass, acted).map((verdict) => {
      if (!this.#marked.has(verdict.approval.uid)) return verdict;
      // A write without an answer may be applied minutes later, when nothing tells any more which approvals it was released by.
      const mayBeApplied = acted.pending && verdict.state !== 'Used';
      return { ...verdict, ...(mayBeApplied && { state: 'Used' as const, message: UNKNOWN }), isMarked: true };
    });
  }

  async #read(signal: AbortSignal): Promise<void> {
    this.#readMs = this.#options.time.now();
    const read = await this.#options.read(this.#readMs, signal);
    // Its own mark takes none of them from the pass that set it.
    const given = read?.given.map(
      (approval) => (approval.state === 'Used' && this.#marked.get(approval.uid)) || approval,
    );
    this.#current = read && given && { ...read, given };
  }
}
