/** Since when each repository has its status. A writer that takes over counts from when it looked first: that is no change. */
import { isRecordOf, type Replay, type WholeRecord } from '../../journal/index.js';

export class StatusTimes {
  readonly #times = new Map<number, { status: string; since: string }>();

  /** The earliest time that records tell; `since` where they tell none of this status. */
  sinceOf(id: number, { status, since }: { status: string; since: string }): string {
    const told = this.#times.get(id);
    return told?.status === status && told.since < since ? told.since : since;
  }

  /** `replay`: with this record. */
  take(record: WholeRecord, { repositories, isUnseen }: Replay): void {
    if (isRecordOf('FindingsChanged', record))
      for (const { id } of record.data.repositories) this.#see(id, repositories.get(id));
    else if ((record.kind === 'ChainStarted' || record.kind === 'SegmentStarted') && !isUnseen)
      for (const [id, each] of repositories) this.#see(id, each);
  }

  #see(id: number, now: { status: string; since: string } | undefined): void {
    if (now === undefined) this.#times.delete(id);
    else if (this.#times.get(id)?.status !== now.status) this.#times.set(id, { status: now.status, since: now.since });
  }
}
