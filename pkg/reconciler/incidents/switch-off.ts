/** Switches GitHub Actions off, and keeps them off: looked at, told, marked, written, and read back. */
import type { IsolatedRepository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { RepositoryAt } from '../../github/index.js';
import { openUntilMs } from '../owned/open-change.js';
import type { Draft } from './draft.js';
import { faultOf, forEach, isolationOf, keep, mayChange, nowOf, tell, type Means } from './means.js';
import { about, nameNow } from './record.js';
import { requireSame } from './same-repository.js';
import { sendSwitch } from './switch-turn.js';

/** Where that is asked for and what was before is recorded; what is off is kept off. */
export async function switchOff(draft: Draft, means: Means): Promise<void> {
  const { pass, owned } = means;
  if (pass.deps.writer === undefined || owned === undefined) return;
  const all = [...draft.entries.values()].filter(
    (entry) => entry.actionsBefore !== undefined && draft.isToSwitchOff(entry),
  );
  // One that was off, and of which a look failed, is looked at as one that is not off yet.
  const open = all.filter(({ actions, message }) => actions === 'Recorded' || message !== undefined);
  await announce(draft, open, means);
  const late = all.filter(({ id }) => mayBeSetBackUntilMs(id, means) !== undefined);
  // Somebody may have switched them on again: a full pass looks.
  const looked =
    pass.seen?.isQuick !== true
      ? all.filter(({ actions }) => actions === 'Recorded' || actions === 'Disabled')
      : [...new Set([...open, ...late])];
  const on: On[] = [];
  await forEach(looked, async (entry) => void on.push(...(await look(draft, entry, means))), 3);
  await announce(
    draft,
    on.flatMap(({ entry }) => (open.includes(entry) ? [] : [entry])),
    means,
  );
  await mark(draft, on, means);
  await forEach(on, (each) => write(draft, each, means), 3);
  for (const { id, name } of late)
    draft.faults.push(mayChange(`the switch of ${name}`, mayBeSetBackUntilMs(id, means) ?? nowOf(means)));
  if (open.length + on.length > 0) await keep(means, draft);
}

/** Actions of one are on. */
interface On {
  entry: IsolatedRepository;
  at: RepositoryAt;
}

/** Nothing is written that the journal does not have. */
async function announce(draft: Draft, entries: readonly IsolatedRepository[], means: Means): Promise<void> {
  if (entries.length === 0) return;
  const repositories = entries.map(({ id, name }) => ({ id, name }));
  await tell(means, [{ kind: 'ActionsIntended', data: { incident: about(draft), repositories, enabled: false } }]);
}

/** Until when a write of a release, of whatever incident, may switch Actions of that one on, Unix ms; undefined: none may. */
function mayBeSetBackUntilMs(id: number, { drafts, standing, ...means }: Means): number | undefined {
  const now = nowOf({ drafts, standing, ...means });
  const times = [...drafts, ...standing].flatMap(({ entries }) => openUntilMs(entries.get(id)?.restoreTime, now) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** None where they are off. */
async function look(draft: Draft, entry: IsolatedRepository, means: Means): Promise<On[]> {
  const { organization, signal } = means;
  const at = { organization, name: nameNow(entry.id, entry.name, means) };
  try {
    await requireSame(entry, at.name, means);
    if ((await isolationOf(means).actionsSettings(at, signal)).enabled) return [{ entry, at }];
    const { message: _solved, ...rest } = entry;
    draft.entries.set(entry.id, { ...rest, actions: 'Disabled' });
  } catch (thrown) {
    fail(draft, entry, { at, thrown, wasOff: entry.actions === 'Disabled' }, means);
  }
  return [];
}

/** Kept before the first is sent: a write without an answer may be applied after the release. */
async function mark(draft: Draft, on: readonly On[], means: Means): Promise<void> {
  if (on.length === 0) return;
  const disableTime = new Date(nowOf(means)).toISOString();
  for (const { entry } of on) draft.entries.set(entry.id, { ...entry, disableTime });
  await keep(means, draft);
}

type Open = Pick<IsolatedRepository, 'disableTime'>;

/** The time of an earlier write, where that may still be applied. */
function stillOpen(before: string | undefined, means: Means): Open {
  return before !== undefined && openUntilMs(before, nowOf(means)) !== undefined ? { disableTime: before } : {};
}

/** Its last time is that of the newest write that may still be applied; where none may, there is none. */
async function write(draft: Draft, { entry, at }: On, means: Means): Promise<void> {
  const { pass, signal } = means;
  const { message: _before, disableTime: before, ...rest } = entry;
  const older = stillOpen(before, means);
  let open: Open = older;
  let wasOff = entry.actions === 'Disabled';
  try {
    const outcome = await sendSwitch(
      {
        ...{ row: entry, at, assertMaySend: pass.assertMayWrite },
        write: (isolation, options) => {
          open = { disableTime: new Date(nowOf(means)).toISOString() };
          return isolation.setActions(at, { enabled: false }, signal, { ...options, essential: true });
        },
      },
      means,
    );
    // Without an answer too: it may be applied.
    wasOff ||= outcome.state === 'answered' || outcome.state === 'unknown';
    if (outcome.state === 'refused' || outcome.state === 'late') open = older;
    if (outcome.state === 'refused') throw outcome.error ?? new Plus1Error('PLUS1_WRITE_REFUSED', outcome.why);
    if ((await isolationOf(means).actionsSettings(at, signal)).enabled)
      throw new Plus1Error('PLUS1_WRITE_UNPROVED', 'its Actions are still on');
    // Of two without an answer no read tells which was applied.
    if (outcome.state === 'answered' || before === undefined) open = older;
    // It may have changed its name before the write: then those of another one are off.
    await requireSame(entry, at.name, means);
    draft.entries.set(entry.id, { ...rest, ...open, actions: 'Disabled' });
  } catch (thrown) {
    fail(draft, { ...rest, ...open }, { at, thrown, wasOff }, means);
  }
}

/** That they were off has later passes look again, also where the spec asks for it no more by then; the message says that they may be on. */
function fail(
  draft: Draft,
  { message: _before, ...entry }: IsolatedRepository,
  { at, thrown, wasOff }: { at: RepositoryAt; thrown: unknown; wasOff: boolean },
  { signal }: Means,
): void {
  signal.throwIfAborted();
  const message = faultOf(`${at.name}: its Actions are not off`, thrown);
  draft.faults.push(message);
  const actions = wasOff ? 'Disabled' : 'Recorded';
  draft.entries.set(entry.id, { ...entry, actions, message: message.slice(0, 1_024) });
}
