/**
 * What the records say, one after the other: the membership above all, and what the first record of a file holds. The writer,
 * `verify` and `at` go by the same replay, so that they cannot disagree.
 */
import * as v from 'valibot';
import type { WholeRecord } from './group.js';
import { isKind, KINDS, type Data, type Kind } from './kinds.js';
import { membersHash } from './line.js';

export interface Membership {
  /** When it entered; for those of the first record kept, when that was written. */
  since: string;
  because: { kind: string; sequence: number };
}

interface Repository {
  name: string;
  status: string;
  since: string;
}

/** What the first record of a file holds, but for what the writer adds. */
export type Snapshot = Pick<
  Data<'ChainStarted'>,
  'members' | 'repositories' | 'ungoverned' | 'hold' | 'exemptions' | 'spec'
>;

/** Why a record cannot be true; undefined where it can. */
type Doubt = string | undefined;

export class Replay {
  readonly members = new Map<number, Membership>();
  /** Every name that was read, also of those that went. */
  readonly names = new Map<number, string>();
  readonly #repositories = new Map<number, Repository>();
  readonly #ungoverned = new Map<number, string>();
  readonly #exemptions = new Map<string, unknown>();
  #hold: unknown = null;
  #spec: unknown = null;
  #pending: Data<'WriteIntended'> | undefined;
  #started = false;
  readonly #isChecked: boolean;

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

  /** Kinds and data that are not known change nothing. A doubt only where it is checked. */
  apply(record: WholeRecord): Doubt {
    const { kind } = record;
    if (!isKind(kind) || !(kind in this.#changes)) return undefined;
    const parsed = v.safeParse(KINDS[kind].data, record.data);
    if (!parsed.success) return undefined;
    const change = this.#changes[kind] as ((data: unknown, record: WholeRecord) => Doubt) | undefined;
    return change?.(parsed.output, record);
  }

  snapshot(): Snapshot {
    return {
      members: [...this.members.keys()].sort((a, b) => a - b),
      repositories: [...this.#repositories].map(([id, { name, status, since }]) => [id, name, status, since]),
      ungoverned: [...this.#ungoverned],
      hold: this.#hold,
      exemptions: [...this.#exemptions.values()],
      spec: this.#spec,
    };
  }

  readonly #changes: { [K in Kind]?: (data: Data<K>, record: WholeRecord) => Doubt } = {
    ChainStarted: (data, record) => this.#start(data, record),
    SegmentStarted: (data, record) => this.#start(data, record),
    PolicyChanged: ({ after }) => void (this.#spec = after),
    FindingsChanged: ({ repositories }, { time }) => {
      for (const { id, name, from, to } of repositories) {
        this.names.set(id, name);
        const since = from === to ? (this.#repositories.get(id)?.since ?? time) : time;
        if (to === null) this.#repositories.delete(id);
        else this.#repositories.set(id, { name, status: to, since });
      }
    },
    WriteIntended: (data) => this.#intend(data),
    WriteSuperseded: () => void (this.#pending = undefined),
    WriteUnproved: () => void (this.#pending = undefined),
    WriteRefused: () => void (this.#pending = undefined),
    WriteProved: ({ hashAfter }, record) => {
      for (const { id } of this.#pending?.leave ?? []) this.members.delete(id);
      for (const { id } of this.#pending?.enter ?? []) this.#enter(id, record);
      this.#pending = undefined;
      return this.#compare(hashAfter, 'after the write');
    },
    DriftSeen: ({ added, removed, hashAfter }, record) => {
      for (const { id } of removed) this.members.delete(id);
      for (const { id, name } of added) {
        this.names.set(id, name);
        this.#enter(id, record);
      }
      return this.#compare(hashAfter, 'after the drift');
    },
    PlanHeld: (data) => void (this.#hold = data),
    PlanReleased: () => void (this.#hold = null),
    HoldExpired: () => void (this.#hold = null),
    ExposureStarted: ({ repositories }) => {
      for (const { id, name, since } of repositories) {
        this.names.set(id, name);
        this.#ungoverned.set(id, since);
      }
    },
    ExposureEnded: ({ repositories }) => {
      for (const { id } of repositories) this.#ungoverned.delete(id);
    },
    ExemptionStarted: (data) => void this.#exemptions.set(data.repository, data),
    ExemptionEnded: ({ repository }) => void this.#exemptions.delete(repository),
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
    const doubt = goesOn ? this.#compare(membersHash(data.members), 'before this file') : undefined;
    if (!goesOn) this.#pending = undefined;
    this.#started = true;
    const members = new Set(data.members);
    for (const id of this.members.keys()) if (!members.has(id)) this.members.delete(id);
    for (const id of data.members) this.#enter(id, record);
    this.#repositories.clear();
    for (const [id, name, status, since] of data.repositories) {
      this.names.set(id, name);
      this.#repositories.set(id, { name, status, since });
    }
    this.#ungoverned.clear();
    for (const [id, since] of data.ungoverned) this.#ungoverned.set(id, since);
    this.#exemptions.clear();
    for (const each of data.exemptions) this.#exemptions.set(exempted(each), each);
    this.#hold = data.hold;
    this.#spec = data.spec;
    return doubt;
  }

  /** Who is in it already keeps the time of its entry. */
  #enter(id: number, { time, kind, seq }: WholeRecord): void {
    if (!this.members.has(id)) this.members.set(id, { since: time, because: { kind, sequence: seq } });
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

function exempted(exemption: unknown): string {
  const name =
    typeof exemption === 'object' && exemption !== null && 'repository' in exemption ? exemption.repository : '';
  return typeof name === 'string' ? name : '';
}
