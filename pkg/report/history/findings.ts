/** Findings of a period that their owners can correct: opened, closed, still open. */
import { FINDING_STATUSES, isToCorrect, type FindingStatus } from '../../api/index.js';
import { isRecordOf, type Data, type Replay, type WholeRecord } from '../../journal/index.js';

export interface Finding {
  id: number;
  name: string;
  /** The last one of it. */
  status: FindingStatus;
  since: string;
  /** Null where it is open. */
  until: string | null;
  /** What the repository is instead; null where it is open. */
  closed: string | null;
  codes: string[];
  /** Null where the file names none, or no record of the period tells. */
  owner: string | null;
  path: string | null;
  line: number | null;
  commit: string | null;
  author: string | null;
}

const STATUSES: readonly string[] = FINDING_STATUSES;
const isStatus = (word: string | null): word is FindingStatus => word !== null && STATUSES.includes(word);
export const isFindingStatus = (word: string | null): word is FindingStatus => isStatus(word) && isToCorrect(word);

type RepositoryChange = Data<'FindingsChanged'>['repositories'][number];

export class Findings {
  readonly #closed: Finding[] = [];
  readonly #open = new Map<number, Finding>();

  /** Those that were open at that time or later, by their beginning. */
  list(since: string): Finding[] {
    const all = [...this.#closed.filter(({ until }) => (until ?? '~') >= since), ...this.#open.values()];
    return all.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.id - b.id));
  }

  /** `replay`: with this record. */
  take(record: WholeRecord, replay: Replay): void {
    if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) this.#begin(record.time, replay);
    else if (isRecordOf('FindingsChanged', record))
      for (const change of record.data.repositories) this.#change(change, record.time);
  }

  #begin(time: string, { repositories, isUnseen }: Replay): void {
    if (isUnseen) return;
    for (const id of [...this.#open.keys()]) {
      const status = repositories.get(id)?.status ?? null;
      if (!isFindingStatus(status)) this.#close(id, time, status);
    }
    for (const [id, { name, status, since }] of repositories)
      if (isFindingStatus(status) && !this.#open.has(id))
        this.#open.set(id, {
          ...{ id, name, status, since, until: null, closed: null, codes: [], owner: null },
          ...{ path: null, line: null, commit: null, author: null },
        });
  }

  #change(change: RepositoryChange, time: string): void {
    const { id, name, to } = change;
    if (!isFindingStatus(to)) return this.#close(id, time, to);
    const before = this.#open.get(id);
    this.#open.set(id, {
      ...{ id, name, status: to, since: before?.since ?? time, until: null, closed: null },
      ...detailsOf(change),
    });
  }

  #close(id: number, time: string, closed: string | null): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#closed.push({ ...open, until: time, closed: closed ?? 'gone' });
  }
}

/** What the record of a change says of a file. */
export function detailsOf(
  change: RepositoryChange,
): Pick<Finding, 'codes' | 'owner' | 'path' | 'line' | 'commit' | 'author'> {
  const { codes = [], owner = null, path = null, line = null, commit = null, author = null } = change;
  return { codes, owner, path, line, commit, author };
}
