/**
 * The first home of policies: a folder of YAML files, with their status in the state folder. Watched, and looked through
 * again now and then where watching misses (links of a ConfigMap, network file systems).
 * Deleting a file forgets the policy, and of its state all but what protects; GitHub is left alone.
 */
import { randomUUID } from 'node:crypto';
import { watch as watchFolder } from 'node:fs';
import { DEFAULT_NAMESPACE, type PolicyStatus } from '../../api/index.js';
import { ignoreAbort, linkSignals, ownTurn, sleep, type Log, type Timers } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { CacheFolder } from '../cache.js';
import { claimOf, foreignMemory, keptClaim } from '../claim.js';
import { deletedFields, POLICY_DELETED } from '../deleted.js';
import type { DocumentDefaults, PolicyDocument } from './document.js';
import { ApprovalWatch } from './approval-watch.js';
import { FolderIndex, type LookChanges } from './folder-index.js';
import { DeletedPolicies } from './deleted-policies.js';
import { sameSpec, storedPolicy, type FolderEntry } from './entry.js';
import { FolderInputs } from './inputs.js';
import type { InputState } from './input-state.js';
import { FolderScanner, type Scan } from './scan.js';
import { isSamePolicy, type PolicyIdentity, type PolicyRecord, type PolicyEvent, type PolicyHome } from '../home.js';
import { memoryFor } from '../kept-memory.js';
import { keyString, type PolicyKey } from '../key.js';
import { OtherStates } from './other-states.js';
import type { RollbackFolder } from './rollbacks.js';
import type { StateFolder } from './state.js';
import { isEmptyMemory, type StoredPolicy } from '../stored-policy.js';
import { FileFaultLog } from './file-fault-log.js';

/** Watching is a hint: what it misses is seen this much later. */
const POLL_MS = 10_000;
/** Between looks at a file that was seen changing; it counts after two such gaps of silence. */
const SETTLE_MS = 500;
/** After so many looks the policies that are there begin without a file that never settles. */
const SYNC_LOOKS = 20;
/** Lines in one stretch of work. */
const LINES_A_TURN = 50;

const MORE_FAULTS =
  'correct the files that have a line of their own: the next ones follow; --log-level debug logs all, plus1 plan -f FILE judges one';

export interface FolderHomeOptions {
  folder: string;
  state: StateFolder;
  cache: CacheFolder;
  /** What else is kept of a policy beside its state; it goes with the policy. */
  beside?: readonly CacheFolder[];
  /** Absent where nothing can be rolled back. */
  rollbacks?: RollbackFolder;
  clock: Timers;
  log: Pick<Log, 'debug' | 'info' | 'warn'>;
  pollMs?: number;
  settleMs?: number;
  /** The clock that files are dated by, Unix ms; default: that of `clock`. */
  fileClock?: () => number;
  defaults?: DocumentDefaults;
  /** The state folder, where approvals of its policies call for a look. */
  approvals?: string;
  /** Where what is kept of objects lies that are inputs of passes; without it their documents are passed over. */
  inputs?: InputState;
  /** A UUID for a policy that has none yet; default: a random one. */
  newID?: () => string;
}

export class FolderHome implements PolicyHome {
  /** Objects of the folder that are inputs of passes; absent where nothing is kept of any. */
  readonly inputs: FolderInputs | undefined;
  readonly #options: FolderHomeOptions;
  readonly #scanner: FolderScanner;
  readonly #index: FolderIndex;
  readonly #faultLog: FileFaultLog;
  readonly #others: OtherStates;
  readonly #deleted: DeletedPolicies;
  #looks = 0;
  #synced = false;

  constructor(options: FolderHomeOptions) {
    const { folder, state, clock, log, fileClock = (): number => clock.now() } = options;
    this.#options = options;
    this.#scanner = new FolderScanner(folder, fileClock, options.defaults);
    this.#faultLog = new FileFaultLog({
      fault: (file, trouble) => log.warn('Policy file not used', { file, trouble }),
      other: (file, trouble) => log.debug('Policy file not used', { file, trouble }),
      others: (count) => log.warn('More policy files not used', { count, fix: MORE_FAULTS }),
    });
    this.#others = new OtherStates(state);
    const { newID = randomUUID } = options;
    const common = { clock: (): number => clock.now(), faultLog: this.#faultLog, newID };
    this.#index = new FolderIndex({ ...common, state });
    this.inputs = options.inputs && new FolderInputs({ ...common, state: options.inputs, log });
    const isDeclared = (key: PolicyKey): boolean => this.#index.get(key) !== undefined;
    this.#deleted = new DeletedPolicies({
      state,
      cache: options.cache,
      beside: options.beside,
      clock,
      log,
      isDeclared,
    });
  }

  get synced(): boolean {
    return this.#synced;
  }

  list(): readonly PolicyRecord[] {
    return this.#index.entries().map(({ record }) => record);
  }

  others(): readonly PolicyRecord[] {
    return this.#others.policies;
  }

  /** Throws PLUS1_STATE_UNREADABLE: without its memory a policy must not run. */
  async read(key: PolicyKey, signal: AbortSignal): Promise<PolicyRecord | undefined> {
    await this.#upToDate(key, signal);
    const before = this.#index.get(key);
    if (before === undefined) return undefined;
    const { state } = this.#options;
    const { policy } = before.record;
    const stored = memoryFor(await state.read(key, signal), policy && claimOf(policy.spec));
    if (isEmptyMemory(stored?.status)) this.#requireTold(key);
    const entry = this.#index.get(key);
    if (entry === undefined) return undefined;
    // Another one has its name now: what was read may be no memory of that one.
    if (!isSamePolicy(entry.record, before.record)) return this.read(key, signal);
    const known = this.#index.withPast(entry, stored);
    if (stored !== undefined) known.record = checkedMemory(known.record, stored, state.path(key));
    return this.#withRollback({ ...known.record, status: stored?.status ?? {} }, signal);
  }

  /**
   * Returns when a look has seen what the file says by now, or it does not settle. A process that stood still (a machine that slept, SIGSTOP)
   * may be asked for a pass before it looks at its folder: guards that somebody tightened meanwhile would not count.
   */
  async #upToDate(key: PolicyKey, signal: AbortSignal): Promise<void> {
    const { clock, settleMs = SETTLE_MS } = this.#options;
    for (let looks = 0; looks < SYNC_LOOKS; looks += 1) {
      const found = this.#index.get(key)?.found;
      if (found === undefined || !(await this.#scanner.hasMoved(found))) return;
      await sleep(clock, settleMs, signal);
    }
  }

  /**
   * Asked when a write leaves, so that it waits for no look: a look may come seconds after the edit, and who suspends a policy means the
   * write that has not been sent yet. A file that was touched, and says what it said, is no other one.
   */
  async isOutdated({ namespace, name }: PolicyKey, signal: AbortSignal): Promise<boolean> {
    const entry = this.#index.get({ namespace, name });
    if (entry === undefined || !(await this.#scanner.hasMoved(entry.found))) return false;
    const documents = await this.#scanner.declared(entry.found.file, signal);
    if (documents === undefined) return false;
    const isIt = (each: PolicyDocument): boolean =>
      each.name === name && (each.namespace ?? DEFAULT_NAMESPACE) === namespace;
    const now = documents.find(isIt)?.policy;
    return now === undefined || !sameSpec(now.spec, entry.stated);
  }

  async #withRollback(record: PolicyRecord, signal: AbortSignal): Promise<PolicyRecord> {
    const rollback = await this.#options.rollbacks?.standing(record.key, record.status, signal);
    return rollback === undefined ? record : { ...record, rollback };
  }

  /** A policy that begins with no memory must not begin beside one that may be of the same ruleset. */
  #requireTold(key: PolicyKey): void {
    const { fault } = this.#others;
    if (fault === undefined) return;
    throw new Plus1Error(
      'PLUS1_STATE_UNREADABLE',
      `${fault.message}; it may be a memory of the ruleset of ${keyString(key)}, which has none of its own`,
      { cause: fault, fix: 'repair that file; or, where its policy is gone for good, delete it' },
    );
  }

  async writeStatus(of: PolicyIdentity, status: PolicyStatus, signal: AbortSignal): Promise<boolean> {
    const { key } = of;
    const entry = this.#held(of);
    if (entry === undefined) return false;
    entry.record = asWritten(entry.record, status);
    const isHeld = (): boolean => this.holds(of);
    await this.#options.state.write(key, storedPolicy(entry, status), signal, isHeld);
    if (isHeld()) await this.#options.rollbacks?.settle(key, status, signal);
    // It may have gone while it was written, and must not come back as a file that nobody owns.
    if (isHeld()) return true;
    if (this.#index.get(key) === undefined) await this.#deleted.forget(key, signal);
    return false;
  }

  /** That very policy is declared now. */
  holds(of: PolicyIdentity): boolean {
    return this.#held(of) !== undefined;
  }

  #held(of: PolicyIdentity): FolderEntry | undefined {
    const entry = this.#index.get(of.key);
    return entry !== undefined && isSamePolicy(entry.record, of) ? entry : undefined;
  }

  record(key: PolicyKey, { type, ...event }: PolicyEvent): void {
    this.#options.log[type === 'Warning' ? 'warn' : 'info']('Event', { policy: keyString(key), ...event });
  }

  async watch(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#watchPolicies(onKey, signal),
      this.#watchApprovals(onKey, signal),
      this.#watchRollbacks(onKey, signal),
    ]);
  }

  /** What is there at the start is no news: every policy is looked at then. */
  async #watchRollbacks(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    const { rollbacks, clock, pollMs = POLL_MS } = this.#options;
    await rollbacks?.prepare();
    for (let isFirst = true; rollbacks !== undefined && !signal.aborted; isFirst = false) {
      const nudge = linkSignals(signal);
      const watcher = watchedFolder(rollbacks.watched, () => nudge.abort(new Error('somebody asked')));
      const keys = await rollbacks.news();
      if (!isFirst) keys.filter((key) => this.#index.get(key) !== undefined).forEach(onKey);
      await sleep(clock, pollMs, nudge.signal).catch(ignoreAbort(nudge.signal));
      nudge.release();
      watcher?.close();
    }
  }

  async #watchApprovals(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    const { approvals: state, clock, pollMs, settleMs } = this.#options;
    if (state === undefined) return;
    const waits = { ...(pollMs !== undefined && { pollMs }), ...(settleMs !== undefined && { settleMs }) };
    const onApproval = (key: PolicyKey): void => (this.#index.get(key) === undefined ? undefined : onKey(key));
    await new ApprovalWatch({ state, clock, ...waits }).run(onApproval, signal);
  }

  async #watchPolicies(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    const { state, clock, pollMs = POLL_MS, settleMs = SETTLE_MS } = this.#options;
    await state.sweep(clock.now());
    while (!signal.aborted) {
      const nudge = linkSignals(signal);
      const watcher = watchedFolder(this.#options.folder, () => nudge.abort(new Error('the folder changed')));
      const isSoon = await this.#look(onKey, signal);
      const waitMs = isSoon || !this.#synced ? settleMs : pollMs;
      await sleep(clock, waitMs, nudge.signal).catch(ignoreAbort(nudge.signal));
      nudge.release();
      watcher?.close();
      if (nudge.signal.aborted) await sleep(clock, settleMs, signal).catch(ignoreAbort(signal));
    }
  }

  /** One look; true where another is due soon. A folder that cannot be listed changes nothing. */
  async #look(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<boolean> {
    try {
      const scan = await this.#scanner.scan(signal);
      const { changed, gone, pending, ofInputs } = await this.#take(scan, signal);
      await this.#faultLog.endLook(signal);
      await this.#logDeleted(gone);
      await Promise.all(gone.map(({ key }) => this.#deleted.forget(key, signal)));
      for (const { key } of gone) await this.#options.rollbacks?.forget(key);
      this.#looks += 1;
      // Both before anything begins: a memory that no policy is kept with any more counts only until it is marked.
      if (!scan.unsettled && !pending) await this.#deleted.markOld(signal);
      await this.#deleted.removeOver(signal);
      const others = await this.#others.look((key) => this.#index.get(key) !== undefined, signal);
      this.#announce([...changed, ...gone.map(({ key }) => key), ...others, ...ofInputs], scan.unsettled, onKey);
      return scan.unsettled || pending;
    } catch (error) {
      if (!signal.aborted) await this.#unlisted(error, signal);
      return false;
    }
  }

  /** What policies and their inputs come to by one look. */
  async #take(scan: Scan, signal: AbortSignal): Promise<LookChanges & { ofInputs: PolicyKey[] }> {
    const { pending, ...policies } = await this.#index.take(scan, signal);
    const inputs = await this.inputs?.take(scan, signal);
    const ofInputs = (inputs?.changed ?? []).filter((key) => this.#index.get(key) !== undefined);
    return { ...policies, ofInputs, pending: pending || inputs?.pending === true };
  }

  async #logDeleted(gone: readonly PolicyRecord[]): Promise<void> {
    for (const [index, record] of gone.entries()) {
      if (index % LINES_A_TURN === 0) await ownTurn();
      this.#options.log.info(POLICY_DELETED, deletedFields(record));
    }
  }

  /** Nothing begins before all of the folder was read: a policy could take the ruleset of an older one. */
  #announce(changed: readonly PolicyKey[], unsettled: boolean, onKey: (key: PolicyKey) => void): void {
    const keys = this.#synced ? changed : this.list().map(({ key }) => key);
    this.#synced ||= !unsettled || this.#looks >= SYNC_LOOKS;
    if (this.#synced) keys.forEach(onKey);
  }

  async #unlisted(error: unknown, signal: AbortSignal): Promise<void> {
    const { folder } = this.#options;
    this.#faultLog.add(
      folder,
      'folder',
      `it cannot be listed: ${error instanceof Error ? error.message : String(error)}`,
    );
    await this.#faultLog.endLook(signal);
  }
}

function watchedFolder(folder: string, onChange: () => void): { close(): void } | undefined {
  try {
    const watcher = watchFolder(folder, { persistent: false }, onChange);
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}

/** The file may have been replaced while we run. Throws PLUS1_STATE_UNREADABLE where it is the memory of another ruleset. */
function checkedMemory(record: PolicyRecord, stored: StoredPolicy, path: string): PolicyRecord {
  if (record.policy === undefined || isEmptyMemory(stored.status)) return record;
  const claim = keptClaim(stored);
  if (claim === undefined) return { ...record, isMemoryUnproved: true };
  const fault = foreignMemory(claim, claimOf(record.policy.spec));
  if (fault === undefined) return record;
  throw new Plus1Error(
    'PLUS1_STATE_UNREADABLE',
    `the state of ${keyString(record.key)} at ${path} is not its memory: ${fault}`,
  );
}

/** A complete pass has compared the ids that a memory without a claim is believed by. */
function asWritten({ isMemoryUnproved, ...record }: PolicyRecord, status: PolicyStatus): PolicyRecord {
  const isProved = status.lastSyncTime !== record.status.lastSyncTime;
  return { ...record, status, ...(isMemoryUnproved && !isProved && { isMemoryUnproved }) };
}
