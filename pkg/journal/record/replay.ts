/**
 * What the records say, one after the other: the membership above all, and what the first record of a file holds. The writer,
 * `verify` and `at` go by the same replay, so that they cannot disagree.
 */
import * as v from 'valibot';
import { membersHash } from '../../base/index.js';
import { assignedKey, assignedTo, isGoverned, type AssignedTo } from './assigned.js';
import type { WholeRecord } from './group.js';
import { isKind, KINDS, type Data, type Kind } from './kinds.js';

/** One for all that entered by the same record. */
export interface Membership {
  /** When it entered; for those of the first record kept, when that was written. */
  readonly since: string;
  readonly because: { readonly kind: string; readonly sequence: number; readonly chain: string };
}

export interface RecordedRepository {
  name: string;
  status: string;
  since: string;
}

/** What the first record of a file holds, but for what the writer adds. */
export type Snapshot = Pick<
  Data<'ChainStarted'>,
  'members' | 'repositories' | 'ungoverned' | 'hold' | 'exemptions' | 'spec' | 'generation' | 'ruleset' | 'unseen'
>;

/** What the records say by now, for the one who derives the next ones from it. */
export type Recorded = Pick<
  Replay,
  | 'members'
  | 'names'
  | 'repositories'
  | 'ungoverned'
  | 'exemptions'
  | 'hold'
  | 'spec'
  | 'generation'
  | 'ruleset'
  | 'isUnseen'
  | 'lastSummary'
  | 'openIntent'
  | 'unprovedIntent'
  | 'rolledBackBy'
  | 'holdOf'
>;

/** Why a record cannot be true; undefined where it can. */
type Doubt = string | undefined;

export class Replay {
  readonly members = new Map<number, Membership>();
  /** Every name that was read, also of those that went. */
  readonly names = new Map<number, string>();
  /** Every repository, by id. */
  readonly repositories = new Map<number, RecordedRepository>();
  /** Since when a repository is in production and not governed. */
  readonly ungoverned = new Map<number, string>();
  /** By the name of the repository. */
  readonly exemptions = new Map<string, unknown>();
  /** The data of the last record of the hold that runs, and `since` when it does; null where nothing is held. */
  hold: unknown = null;
  spec: unknown = null;
  /** Of the policy; undefined where no record tells it. */
  generation: number | undefined;
  /** The rest of the ruleset, or the reference to where it lies. */
  ruleset: unknown;
  /** The last day that a `DaySummary` of the files that were read is about. */
  lastSummary: string | undefined;
  /** What asked for the rollback whose hold runs. */
  rolledBackBy: string | undefined;
  /** No pass had read the ruleset when the file began: who is a member is not known. */
  isUnseen = false;
  #pending: Data<'WriteIntended'> | undefined;
  /** Holds of other assignments that run. */
  readonly #otherHolds = new Map<string, unknown>();
  /** Creations of the ruleset that the policy governs, by the hash of what was sent. */
  readonly #founding = new Map<string, Data<'CreateIntended'>>();
  #unproved: Data<'WriteIntended'> | undefined;
  /** Since when what was released last was held, and by which pass. */
  #released: { pass: string | null; since: string | undefined } | undefined;
  #started = false;
  readonly #isChecked: boolean;
  /** Of those that entered last. */
  #entered: Membership | undefined;

  /** `isChecked`: compares hashes of memberships, which takes longer than all the rest. */
  constructor({ isChecked = false }: { isChecked?: boolean } = {}) {
    this.#isChecked = isChecked;
  }

  /** A first record was read: everything else stands on it. */
  get hasStarted(): boolean {
    return this.#started;
  }

  /** An intent whose outcome no record tells. */
  get openIntent(): Data<'WriteIntended'> | undefined {
    return this.#pending;
  }

  /** The last intent whose write was not proved: GitHub may have applied it later. */
  get unprovedIntent(): Data<'WriteIntended'> | undefined {
    return this.#unproved;
  }

  /** Kinds and data that are not known change nothing. A doubt only where it is checked. */
  apply(record: WholeRecord): Doubt {
    const { kind } = record;
    if (!isKind(kind) || !(kind in this.#changes)) return undefined;
    const parsed = v.safeParse(KINDS[kind].data, record.data);
    if (!parsed.success) return undefined;
    if (!isGoverned(parsed.output)) return this.#applyOther(kind, record);
    const change = this.#changes[kind] as ((data: unknown, record: WholeRecord) => Doubt) | undefined;
    return change?.(parsed.output, record);
  }

  /** The data of the last record of a hold that runs of another assignment; null where nothing of it is held. */
  holdOf(of: AssignedTo): unknown {
    return this.#otherHolds.get(assignedKey(of)) ?? null;
  }

  /** Of another assignment nothing changes who is under the ruleset of the policy. */
  #applyOther(kind: Kind, { data }: WholeRecord): undefined {
    const of = assignedTo(data);
    if (of === undefined) return;
    if (kind === 'PlanHeld') this.#otherHolds.set(assignedKey(of), data);
    else if (kind === 'PlanReleased' || kind === 'HoldExpired') this.#otherHolds.delete(assignedKey(of));
  }

  snapshot(): Snapshot {
    return {
      members: [...this.members.keys()].sort((a, b) => a - b),
      repositories: [...this.repositories].map(([id, { name, status, since }]) => [id, name, status, since]),
      ungoverned: [...this.ungoverned],
      hold: this.hold,
      exemptions: [...this.exemptions.values()],
      spec: this.spec,
      ...(this.generation !== undefined && { generation: this.generation }),
      ...(this.ruleset !== undefined && { ruleset: this.ruleset }),
      ...(this.isUnseen && { unseen: true }),
    };
  }

  readonly #changes: { [K in Kind]?: (data: Data<K>, record: WholeRecord) => Doubt } = {
    ChainStarted: (data, record) => this.#start(data, record),
    SegmentStarted: (data, record) => this.#start(data, record),
    PolicyChanged: ({ after, generation }) => {
      this.spec = after;
      this.generation = generation;
      // What only observes holds nothing back; what is held afterwards is another hold.
      if (observes(after)) this.hold = null;
    },
    RulesetChanged: ({ after }) => void (this.ruleset = after),
    FindingsChanged: ({ repositories }, { time }) => {
      for (const { id, name, from, to } of repositories) {
        this.names.set(id, name);
        const since = from === to ? (this.repositories.get(id)?.since ?? time) : time;
        if (to === null) this.repositories.delete(id);
        else this.repositories.set(id, { name, status: to, since });
      }
    },
    WriteIntended: (data) => this.#intend(data),
    WriteSuperseded: () => void (this.#pending = undefined),
    WriteUnproved: () => {
      this.#unproved = this.#pending;
      this.#pending = undefined;
    },
    WriteRefused: () => void (this.#pending = undefined),
    WriteProved: ({ hashAfter }, record) => {
      // Without an open intent, an earlier write that was not proved shows after all.
      const isLate = this.#pending === undefined && this.#unproved?.hashAfter === hashAfter;
      const intent = isLate ? this.#unproved : this.#pending;
      for (const { id } of intent?.leave ?? []) this.members.delete(id);
      for (const { id } of intent?.enter ?? []) this.#enter(id, record);
      this.#pending = undefined;
      this.#unproved = undefined;
      return this.#compare(hashAfter, 'after the write');
    },
    CreateIntended: (data) => {
      for (const { id, name } of data.enter ?? []) this.names.set(id, name);
      if (data.enter !== undefined) this.#founding.set(data.sha256, data);
    },
    CreateProved: ({ sha256 }, record) => {
      const founded = this.#founding.get(sha256);
      if (founded?.enter === undefined) return;
      this.#founding.clear();
      // It is a new ruleset: who was in another one of that name is in none now.
      const members = new Set(founded.enter.map(({ id }) => id));
      for (const id of this.members.keys()) if (!members.has(id)) this.members.delete(id);
      for (const id of members) this.#enter(id, record);
    },
    CreateRefused: ({ sha256 }) => void this.#founding.delete(sha256),
    DriftSeen: ({ added, removed, hashAfter }, record) => {
      for (const { id } of removed) this.members.delete(id);
      for (const { id, name } of added) {
        this.names.set(id, name);
        this.#enter(id, record);
      }
      return this.#compare(hashAfter, 'after the drift');
    },
    PlanHeld: (data, { time, pass }) => {
      // A part was released, and the same pass goes on with the rest.
      const goesOn = this.#released !== undefined && this.#released.pass === pass;
      const since = goesOn ? this.#released?.since : (sinceOf(this.hold) ?? time);
      this.hold = { ...data, since };
      this.#released = undefined;
      if (data.reason !== 'RolledBack') this.rolledBackBy = undefined;
    },
    PlanReleased: (_, { pass }) => {
      this.#released = { pass, since: sinceOf(this.hold) };
      this.hold = null;
      this.rolledBackBy = undefined;
    },
    RolledBack: ({ request }) => void (this.rolledBackBy = request),
    HoldExpired: () => void (this.hold = null),
    ExposureStarted: ({ repositories }) => {
      for (const { id, name, since } of repositories) {
        this.names.set(id, name);
        this.ungoverned.set(id, since);
      }
    },
    ExposureEnded: ({ repositories }) => {
      for (const { id } of repositories) this.ungoverned.delete(id);
    },
    ExemptionStarted: (data) => void this.exemptions.set(data.repository, data),
    ExemptionEnded: ({ repository }) => void this.exemptions.delete(repository),
    DaySummary: ({ date }) => void (this.lastSummary = date),
  };

  #intend(data: Data<'WriteIntended'>): Doubt {
    this.#pending = data;
    for (const { id, name } of [...data.enter, ...data.leave]) this.names.set(id, name);
    if (!this.#isChecked) return undefined;
    const after = new Set(this.members.keys());
    for (const { id } of data.leave) after.delete(id);
    for (const { id } of data.enter) after.add(id);
    return (
      this.#compare(data.hashBefore, 'before the write') ?? differs(data.hashAfter, after, 'that the write was to make')
    );
  }

  #start(data: Data<'ChainStarted'>, record: WholeRecord): Doubt {
    // Another writer may have led meanwhile; a chain that goes on by itself must say what its records said.
    const goesOn = this.#started && record.kind === 'SegmentStarted' && data.after?.chain === record.chain;
    const doubt = this.#doubtAtStart(data, goesOn);
    // A file stands for itself: those before it may be removed. A write that shows only now is recorded as a change of membership.
    this.#pending = undefined;
    this.#unproved = undefined;
    this.#founding.clear();
    this.isUnseen = data.unseen === true;
    this.generation = data.generation;
    this.ruleset = data.ruleset;
    this.#started = true;
    const members = new Set(data.members);
    for (const id of this.members.keys()) if (!members.has(id)) this.members.delete(id);
    for (const id of data.members) this.#enter(id, record);
    this.repositories.clear();
    for (const [id, name, status, since] of data.repositories) {
      this.names.set(id, name);
      this.repositories.set(id, { name, status, since });
    }
    this.ungoverned.clear();
    for (const [id, since] of data.ungoverned) this.ungoverned.set(id, since);
    this.exemptions.clear();
    for (const each of data.exemptions) this.exemptions.set(exempted(each), each);
    this.hold = data.hold;
    this.spec = data.spec;
    return doubt;
  }

  /** What was not known cannot be contradicted. */
  #doubtAtStart({ members }: Data<'ChainStarted'>, goesOn: boolean): Doubt {
    return goesOn && !this.isUnseen ? this.#compare(membersHash(members), 'before this file') : undefined;
  }

  /** Who is in it already keeps the time of its entry. */
  #enter(id: number, { time, kind, seq, chain }: WholeRecord): void {
    if (this.members.has(id)) return;
    let entered = this.#entered;
    if (entered?.because.sequence !== seq || entered.because.chain !== chain || entered.since !== time)
      entered = { since: time, because: { kind, sequence: seq, chain } };
    this.#entered = entered;
    this.members.set(id, entered);
  }

  #compare(hash: string | null | undefined, when: string): Doubt {
    if (!this.#isChecked || hash === null || hash === undefined) return undefined;
    return differs(hash, this.members.keys(), when);
  }
}

function differs(hash: string, members: Iterable<number>, when: string): Doubt {
  const own = membersHash(members);
  return own === hash ? undefined : `the membership ${when} has the hash ${own} by the records before, not ${hash}`;
}

const sinceOf = (hold: unknown): string | undefined =>
  typeof hold === 'object' && hold !== null && 'since' in hold && typeof hold.since === 'string'
    ? hold.since
    : undefined;

/** False also of a spec that lies in an attachment: then the hold that it ended looks like one that goes on. */
export const observes = (spec: unknown): boolean =>
  typeof spec === 'object' && spec !== null && 'mode' in spec && spec.mode === 'Observe';

function exempted(exemption: unknown): string {
  const name =
    typeof exemption === 'object' && exemption !== null && 'repository' in exemption ? exemption.repository : '';
  return typeof name === 'string' ? name : '';
}
