/** What records before the month tell of findings that are open in it: since when they are, and who owns the file. */
import { isRecordOf, PolicyPeriod, type PolicyFolder } from '../../journal/index.js';
import { detailsOf, isFindingStatus, type Finding } from '../history/findings.js';
import type { History } from '../history/history.js';

const EARLIEST = '0000';

/** The history, with findings that know more. Only findings without details are looked for. */
export async function withDetails(history: History, folders: readonly PolicyFolder[]): Promise<History> {
  const wanted = new Map(
    history.findings.filter(({ path, owner }) => path === null && owner === null).map((each) => [each.id, each]),
  );
  if (wanted.size === 0) return history;
  const found = new Map<number, Finding>();
  const reading = await PolicyPeriod.open({ folders, since: EARLIEST });
  for await (const record of reading.ofKind('FindingsChanged', ({ time }) => time >= history.period.until)) {
    if (!isRecordOf('FindingsChanged', record)) continue;
    for (const change of record.data.repositories) {
      const open = wanted.get(change.id);
      if (open === undefined || record.time > open.since) continue;
      if (!isFindingStatus(change.to)) found.delete(change.id);
      else {
        const since = found.get(change.id)?.since ?? record.time;
        found.set(change.id, { ...open, since: since < open.since ? since : open.since, ...detailsOf(change) });
      }
    }
  }
  return {
    ...history,
    findings: history.findings.map((each) => (wanted.get(each.id) === each ? (found.get(each.id) ?? each) : each)),
  };
}
