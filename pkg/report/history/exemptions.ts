/** Exemptions that were in force in a period. */
import { isMapping } from '../../base/index.js';
import { isRecordOf, type Replay, type WholeRecord } from '../../journal/index.js';

export interface ExemptionTime {
  repository: string;
  effect: string;
  reason: string | null;
  owner: string | null;
  expires_at: string | null;
  /** Null where it began before the records that were read. */
  since: string | null;
  /** Null where it is in force. */
  until: string | null;
  ended: 'expired' | 'withdrawn' | null;
}

export class ExemptionTimes {
  readonly #ended: ExemptionTime[] = [];
  readonly #open = new Map<string, ExemptionTime>();

  /** Those that were in force at that time or later, by repository. */
  list(since: string): ExemptionTime[] {
    const all = [...this.#ended.filter(({ until }) => (until ?? '~') >= since), ...this.#open.values()];
    return all.sort((a, b) => (a.repository < b.repository ? -1 : 1));
  }

  /** `replay`: with this record. */
  take(record: WholeRecord, replay: Replay): void {
    if (isRecordOf('ExemptionStarted', record)) this.#start(record.data, record.time);
    else if (isRecordOf('ExemptionEnded', record)) this.#end(record.data.repository, record.time);
    else if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) {
      for (const name of [...this.#open.keys()]) if (!replay.exemptions.has(name)) this.#end(name, record.time);
      for (const [name, each] of replay.exemptions) if (!this.#open.has(name)) this.#start(each, null);
    }
  }

  #start(exemption: unknown, since: string | null): void {
    if (!isMapping(exemption)) return;
    const text = (key: string): string | null => (typeof exemption[key] === 'string' ? exemption[key] : null);
    const repository = text('repository') ?? '';
    this.#open.set(repository, {
      ...{ repository, effect: text('effect') ?? '', reason: text('reason'), owner: text('owner') },
      ...{ expires_at: text('expiresAt'), since, until: null, ended: null },
    });
  }

  #end(repository: string, time: string): void {
    const open = this.#open.get(repository);
    if (open === undefined) return;
    this.#open.delete(repository);
    const isExpired = open.expires_at !== null && Date.parse(open.expires_at) <= Date.parse(time);
    this.#ended.push({ ...open, until: time, ended: isExpired ? 'expired' : 'withdrawn' });
  }
}
