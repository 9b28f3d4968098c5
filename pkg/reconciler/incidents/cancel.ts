/** Cancels what is under way in isolated repositories. Their ids are kept before the first is cancelled. */
import type { IsolatedRepository } from '../../api/index.js';
import { bounded } from '../../incident/index.js';
import type { Draft } from './draft.js';
import { faultOf, forEach, isolationOf, keep, nowOf, tell, type Means } from './means.js';
import { about, nameNow } from './record.js';
import { SEND_MS } from './switch-turn.js';

interface Open {
  row: IsolatedRepository;
  ids: number[];
}

export async function cancelRuns(draft: Draft, means: Means): Promise<void> {
  const { writer } = means.pass.deps;
  // Runs that begin are stopped by the switch: a quick pass does not look for more.
  if (!draft.spec.isolate.cancelRuns || writer === undefined || means.pass.seen?.isQuick === true) return;
  const open = await openRuns(draft, means);
  const before = new Set(draft.runs?.ids);
  const ids = open.flatMap((each) => each.ids);
  if (ids.length === 0) {
    draft.runs ??= { ids: [], cancelled: 0, failed: 0 };
    draft.runs.failed = 0;
    return;
  }
  const { cancelled = 0 } = draft.runs ?? {};
  draft.runs = { ids: bounded([...new Set([...before, ...ids])]), cancelled, failed: ids.length };
  await tell(means, [
    {
      kind: 'RunsCancelIntended',
      data: { incident: about(draft), runs: open.map(({ row: { id, name }, ids: runs }) => ({ id, name, runs })) },
    },
  ]);
  await keep(means, draft);
  for (const { row, ids: runs } of open)
    for (const run of runs) await cancel(draft, { row, run, force: before.has(run) }, means);
}

async function openRuns(draft: Draft, means: Means): Promise<Open[]> {
  const { organization, signal } = means;
  const open: Open[] = [];
  await forEach([...draft.entries.values()], async (row) => {
    try {
      const ids = await isolationOf(means).openRuns({ organization, name: nameNow(row.id, row.name, means) }, signal);
      if (ids.length > 0) open.push({ row, ids });
    } catch (thrown) {
      signal.throwIfAborted();
      draft.faults.push(faultOf(`${row.name}: its runs are not cancelled`, thrown));
    }
  });
  return open;
}

/** One that an earlier pass asked to stop and that goes on is ended by force. */
async function cancel(
  draft: Draft,
  { row, run, force }: { row: IsolatedRepository; run: number; force: boolean },
  means: Means,
): Promise<void> {
  const { organization, pass, signal } = means;
  const { writer } = pass.deps;
  if (writer === undefined || draft.runs === undefined) return;
  const at = { organization, name: nameNow(row.id, row.name, means) };
  try {
    const terms = { force, essential: true, sendByMs: nowOf(means) + SEND_MS, assertMaySend: pass.assertMayWrite };
    const outcome = await writer.inTurn(() => writer.isolation.cancelRun(at, run, signal, terms), signal);
    // A run that has ended is refused: nothing is left to cancel.
    if (outcome.state === 'answered' || (outcome.state === 'refused' && outcome.error === undefined)) {
      draft.runs.cancelled += 1;
      draft.runs.failed -= 1;
    } else draft.faults.push(`${at.name}: run ${run} is not cancelled: ${outcome.why}`);
  } catch (thrown) {
    signal.throwIfAborted();
    draft.faults.push(faultOf(`${at.name}: run ${run} is not cancelled`, thrown));
  }
}
