/** A scene with people in it who approve: passes that hold, and approvals in the memory of the test. */
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { ApprovalVerdict, GivenApproval } from '../../pkg/governance/index.js';
import { silentLog } from '../../pkg/base/index.js';
import {
  approvalPublisher,
  statusPublisher,
  type ApprovalPort,
  type PassOutcome,
  type PassRecord,
} from '../../pkg/reconciler/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import { memberNames, say, town, type Town } from '../builders.js';
import { Scene, type PassOptions, type SpecInput } from './passes.js';

/** What a home keeps in files or objects. */
export class Approvals implements ApprovalPort {
  areClaims = false;
  /** Nothing can be kept. */
  isFull = false;
  readonly all: GivenApproval[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  give(approver: string, planHash: string | undefined, input: Partial<GivenApproval> = {}): GivenApproval {
    const number = this.all.length + 1;
    const approval: GivenApproval = {
      ...{ name: `a-${number}`, uid: `u-${number}`, approver, groups: [], kind: 'Normal' },
      ...{ reason: 'Quarterly clean-up', planHash: planHash ?? 'none' },
      ...{ time: new Date(this.#now()).toISOString(), verified: false },
      ...input,
    };
    this.all.push(approval);
    return approval;
  }

  async list(): Promise<readonly GivenApproval[]> {
    return this.all.map((approval) => ({ ...approval }));
  }

  async keep(verdicts: readonly ApprovalVerdict[]): Promise<void> {
    if (this.isFull) throw new Error('no space left on device');
    for (const { approval, state, message } of verdicts) {
      const kept = this.all.find(({ uid }) => uid === approval.uid);
      if (kept !== undefined) Object.assign(kept, { message, state });
    }
  }

  get states(): (string | undefined)[] {
    return this.all.map(({ state }) => state);
  }
}

export interface HeldPass {
  outcome: PassOutcome;
  /** Their reasons. */
  events: string[];
}

export interface HeldPassOptions {
  clock?: () => number;
  record?: Partial<PassRecord>;
  github?: PassOptions['github'];
  /** The process ends after the write: neither status nor approvals are kept. */
  isKilled?: boolean;
}

/** Await `close()`. */
export class HeldScene {
  readonly scene: Scene;
  readonly approvals: Approvals;

  private constructor(scene: Scene) {
    this.scene = scene;
    this.approvals = new Approvals(scene.clock.now);
  }

  static async open(kinds: Town): Promise<HeldScene> {
    return new HeldScene(await Scene.open(town(kinds)));
  }

  /** Names of the members now, sorted. */
  get members(): string[] {
    return memberNames(this.scene.organization);
  }

  get hold(): PolicyStatus['hold'] {
    return this.scene.status.hold;
  }

  close(): Promise<void> {
    return this.scene.close();
  }

  async pass(spec: SpecInput, { clock, record, github, isKilled }: HeldPassOptions = {}): Promise<HeldPass> {
    const { scene, approvals } = this;
    const previous = scene.status;
    const keep = statusPublisher({
      record: { keepStatus: async (status) => void (await scene.keep(status)) },
      log: silentLog,
    });
    const outcome = await scene.pass(spec, {
      dependencies: {
        record: { approvals, ...record },
        publishers: isKilled === true ? [] : [keep, approvalPublisher({ approvals })],
        ...(clock && { clock }),
      },
      ...(github && { github }),
    });
    return { outcome, events: eventsOf(outcome, previous).map(({ reason }) => reason) };
  }

  demote(...which: string[]): void {
    for (const name of which) say(this.scene.organization.get(name), 'deprecated');
  }

  promote(...which: string[]): void {
    for (const name of which) say(this.scene.organization.get(name), 'production');
  }

  /** For the plan that is held now. */
  approve(approver: string, input: Partial<GivenApproval> = {}): GivenApproval {
    return this.approvals.give(approver, this.hold?.planHash, input);
  }
}
