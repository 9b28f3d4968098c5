/** Who entered and left the ruleset in a period, why, by whose commit, and who approved it. */
import { isRecordOf, type Data, type Replay, type WholeRecord } from '../../journal/index.js';

/** `open`: sent, and no record tells yet what became of it. `seen`: somebody else did it. */
export type ChangeOutcome = 'proved' | 'unproved' | 'refused' | 'open' | 'seen';

export interface Change {
  /** When the outcome was recorded, else when it was intended. */
  time: string;
  action: 'enter' | 'leave';
  id: number;
  name: string;
  /** Status of the repository by which it was planned; null where others did it. */
  status: string | null;
  why: string;
  commit: string | null;
  author: string | null;
  pull_request: string | null;
  plan_hash: string | null;
  outcome: ChangeOutcome;
  approvals: Approval[];
  /** A rollback restored it: what its file says, and whose commit that is, did not. */
  isRestored: boolean;
  /** The guard whose hold ended with this write; null where nothing held it. */
  released: string | null;
  chain: string;
  /** Of the record that intended it, or saw it. */
  sequence: number;
}

export type Approval = Data<'PlanHeld'>['approvals'][number];

const BY_OTHERS = 'changed by somebody else';
const BY_DELETION = 'the ruleset was deleted by somebody else, and made again without it';
/** How the reason of a plan ends for those that a rollback brings back. */
const RESTORED = 'restored by the rollback';

export class Changes {
  readonly #rows: Change[] = [];
  #intent: Intent | undefined;
  /** The last one that was not proved: GitHub may have applied it later. */
  #unproved: Intent | undefined;
  /** Of the pass that is read: approvals stand after the write. */
  #pass: { id: string | null; rows: Change[] } = { id: null, rows: [] };
  /** Pull requests by repository, as its last change of status names them. */
  readonly #pulls = new Map<number, string>();
  /** Before a ruleset was made in the place of one that is gone. */
  #members: readonly number[] = [];

  /** In the order in which their outcome was recorded; what was not sent is none. */
  list(since: string): Change[] {
    return [...this.#rows, ...(this.#intent?.rows ?? [])].filter(({ time }) => time >= since);
  }

  /** `replay`: without this record. */
  before(record: WholeRecord, { members }: Replay): void {
    this.#members = record.kind === 'CreateProved' ? [...members.keys()] : [];
  }

  /** `replay`: with this record. */
  take(record: WholeRecord, replay: Replay): void {
    if (record.pass !== this.#pass.id) this.#pass = { id: record.pass, rows: [] };
    if (isRecordOf('FindingsChanged', record))
      for (const { id, pullRequest } of record.data.repositories) {
        if (pullRequest === null || pullRequest === undefined) this.#pulls.delete(id);
        else this.#pulls.set(id, String(pullRequest));
      }
    else if (isRecordOf('DriftSeen', record)) this.#drift(record);
    else if (isRecordOf('PlanReleased', record)) this.#approve(record.data);
    else if (record.kind === 'RolledBack') this.#restore();
    else if (!this.#takeCreation(record)) this.#takeWrite(record);
    this.#lose(record, replay);
  }

  /** Who was in the ruleset that is gone, and is not in the one that was made in its place: no other record names them. */
  #lose(record: WholeRecord, { members, names }: Replay): void {
    for (const id of this.#members.filter((each) => !members.has(each)))
      this.#rows.push({
        ...this.#seen(record, 'leave', { id, name: names.get(id) ?? `repository ${id}` }),
        why: BY_DELETION,
      });
    this.#members = [];
  }

  /** Who entered by the ruleset of the policy being made. A creation that was not made is no change. */
  #takeCreation(record: WholeRecord): boolean {
    if (isRecordOf('CreateIntended', record)) this.#found(record);
    else if (isRecordOf('CreateProved', record)) {
      if (this.#intent?.hashAfter === record.data.sha256) this.#close('proved', record.time);
    } else if (isRecordOf('CreateRefused', record)) {
      if (this.#intent?.hashAfter === record.data.sha256) this.#intent = undefined;
    } else return false;
    return true;
  }

  #found({ data, ...record }: WholeRecord & { data: Data<'CreateIntended'> }): void {
    if (data.enter === undefined) return;
    this.#intent = {
      rows: data.enter.map((item) => this.#row({ ...record, data }, 'enter', item)),
      hashAfter: data.sha256,
    };
  }

  #takeWrite(record: WholeRecord): void {
    if (isRecordOf('WriteIntended', record)) this.#intend(record);
    else if (isRecordOf('WriteProved', record)) this.#prove(record);
    else if (record.kind === 'WriteUnproved') this.#unproved = this.#close('unproved', record.time);
    else if (record.kind === 'WriteRefused') this.#close('refused', record.time);
    else if (record.kind === 'WriteSuperseded') this.#intent = undefined;
    // A file stands for itself: what was open before it shows as a change of membership.
    else if (record.kind === 'ChainStarted' || record.kind === 'SegmentStarted') this.#close('unproved', record.time);
  }

  #intend(record: WholeRecord & { data: Data<'WriteIntended'> }): void {
    const { leave, enter, planHash, hashAfter } = record.data;
    const row = (action: Change['action'], item: Item): Change => ({
      ...this.#row(record, action, item),
      plan_hash: planHash,
    });
    const rows = [...leave.map((item) => row('leave', item)), ...enter.map((item) => row('enter', item))];
    this.#intent = { rows, hashAfter };
  }

  #row({ time, chain, seq }: WholeRecord, action: Change['action'], item: Item): Change {
    return {
      ...{ time, action, id: item.id, name: item.name, status: item.status ?? null, why: item.reason ?? '' },
      ...{ commit: item.commit ?? null, author: item.author ?? null },
      pull_request: pullOf(item) ?? this.#pulls.get(item.id) ?? null,
      ...{ plan_hash: null, outcome: 'open', approvals: [], isRestored: false, released: null, chain, sequence: seq },
    };
  }

  #prove({ data, time }: WholeRecord & { data: Data<'WriteProved'> }): void {
    if (this.#intent !== undefined) {
      this.#close('proved', time);
      this.#unproved = undefined;
      return;
    }
    // An earlier write that was not proved shows after all.
    const late = this.#unproved?.hashAfter === data.hashAfter ? this.#unproved : undefined;
    for (const row of late?.rows ?? []) Object.assign(row, { outcome: 'proved', time });
    this.#unproved = undefined;
  }

  #close(outcome: ChangeOutcome, time: string): Intent | undefined {
    const intent = this.#intent;
    this.#intent = undefined;
    for (const row of intent?.rows ?? []) {
      Object.assign(row, { outcome, time });
      this.#rows.push(row);
      this.#pass.rows.push(row);
    }
    return intent;
  }

  #drift({ data: { added, removed }, ...record }: WholeRecord & { data: Data<'DriftSeen'> }): void {
    this.#rows.push(
      ...removed.map((each) => this.#seen(record, 'leave', each)),
      ...added.map((each) => this.#seen(record, 'enter', each)),
    );
  }

  #seen(
    { time, chain, seq }: Pick<WholeRecord, 'time' | 'chain' | 'seq'>,
    action: Change['action'],
    { id, name }: { id: number; name: string },
  ): Change {
    return {
      ...{ time, action, id, name, status: null, why: BY_OTHERS, commit: null, author: null, pull_request: null },
      ...{ plan_hash: null, outcome: 'seen', approvals: [], isRestored: false, released: null, chain, sequence: seq },
    };
  }

  #approve({ leave, enter, approvals, reason }: Data<'PlanReleased'>): void {
    const left = new Set(leave.map(({ id }) => id));
    const entered = new Set(enter.map(({ id }) => id));
    for (const row of this.#pass.rows) {
      if (!(row.action === 'leave' ? left : entered).has(row.id)) continue;
      row.approvals.push(...approvals);
      row.released = reason;
    }
  }

  /** The intent names the last commit of the file, which asked for nothing. */
  #restore(): void {
    for (const row of this.#pass.rows)
      if (row.action === 'enter' && row.why.endsWith(RESTORED))
        Object.assign(row, { isRestored: true, commit: null, author: null, pull_request: null });
  }
}

type Item = Data<'WriteIntended'>['enter'][number];

interface Intent {
  rows: Change[];
  hashAfter: string;
}

function pullOf(item: Item): string | undefined {
  const pull = item['pullRequest'];
  return typeof pull === 'number' || typeof pull === 'string' ? String(pull) : undefined;
}

/** What Plus1 itself changed, and GitHub proved. */
export const isProved = ({ outcome }: Change): boolean => outcome === 'proved';
