/** Closes off: the two rulesets of the incident, then the switch of GitHub Actions. Each write is read back. */
import type { IsolatedRepository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import {
  ISOLATION_TARGETS,
  isolationBody,
  isolationFault,
  isolationName,
  type IsolationTarget,
} from '../../incident/index.js';
import { openUntilMs } from '../owned/open-change.js';
import type { Draft } from './draft.js';
import { faultOf, forEach, isolationOf, keep, nowOf, tell, type Means } from './means.js';
import { about, nameNow } from './record.js';
import { requireSame } from './same-repository.js';

/** Ids of the teams of responders. One that is not found stops nothing but itself. */
export async function teamsOf(draft: Draft, means: Means): Promise<number[]> {
  const { organization, signal } = means;
  const ids: number[] = [];
  draft.respondersUnknown = [];
  for (const slug of draft.spec.isolate.responders) {
    const id = await isolationOf(means)
      .team(organization, slug, signal)
      .catch((thrown: unknown) => {
        signal.throwIfAborted();
        draft.faults.push(faultOf(`team ${slug}`, thrown));
        return undefined;
      });
    if (id === undefined) draft.respondersUnknown.push(slug);
    else ids.push(id);
  }
  return ids;
}

/** Both rulesets over all that are recorded. What stands in the way of the one does not keep back the other. */
export async function closeRefs(draft: Draft, means: Means): Promise<void> {
  const { owned } = means;
  if (draft.entries.size === 0 || (owned === undefined && !draft.isDrill)) return;
  // A drill looks for them too: an unknown one is found before it is needed.
  const teams = await teamsOf(draft, means);
  if (owned === undefined) return;
  for (const target of ISOLATION_TARGETS) {
    try {
      const ruleset = await closed(draft, { target, teams }, means);
      const untilMs = owned.mayChangeUntilMs(ruleset.name, ruleset);
      if (untilMs !== undefined) draft.faults.push(mayChange(`the ruleset ${ruleset.name}`, untilMs));
      if (draft.rulesets[target] === ruleset.id && isMarked(draft, target, ruleset.id)) continue;
      draft.rulesets[target] = ruleset.id;
      mark(draft, target, ruleset.id);
      await keep(means, draft);
    } catch (thrown) {
      means.signal.throwIfAborted();
      draft.faults.push(faultOf(isolationName(draft.uid, target), thrown));
      delete draft.rulesets[target];
      if (target === 'branch') unmark(draft);
    }
  }
}

/** Told until it is over: each pass looks, and puts back what it undid. */
const mayChange = (what: string, untilMs: number): string =>
  `${what} may still be changed by an earlier write without a known outcome, until ${new Date(untilMs).toISOString()}`;

/** The ruleset as it was read: it covers all that it should, and nobody passes but responders. */
async function closed(
  draft: Draft,
  { target, teams }: { target: IsolationTarget; teams: readonly number[] },
  { owned, signal }: Means,
): Promise<OwnedRuleset> {
  if (owned === undefined) throw new Plus1Error('PLUS1_INTERNAL', 'a drill was to close something off');
  const repositories = [...draft.entries.keys()];
  const body = isolationBody(draft.uid, target, { repositories, teams });
  const { ruleset, isNew } = await owned.ensure({ purpose: 'Incident', body }, signal);
  const asked = { target, repositories, teams };
  const fault = isolationFault(ruleset, asked);
  if (fault === undefined) return ruleset;
  if (isNew) throw unclosed(body.name, fault);
  const members = [...new Set([...(ruleset.members ?? []), ...repositories])];
  const changed = await owned.change(body.name, { members, enforcement: 'active' }, records(draft, body.name), signal);
  const rest = isolationFault(changed, asked);
  if (rest !== undefined) throw unclosed(body.name, rest);
  return changed;
}

const unclosed = (name: string, fault: string): Plus1Error =>
  new Plus1Error('PLUS1_WRITE_UNPROVED', `the ruleset ${name} ${fault}`, {
    fix: 'somebody changed it: set it back by hand, or delete it, and the next pass makes it again',
  });

type Records = Parameters<NonNullable<Means['owned']>['change']>[2];

const records = (draft: Draft, name: string): Records => ({
  intended: () => ({ kind: 'IsolationIntended', data: { incident: about(draft), name, members: draft.entries.size } }),
  ended: ({ state, error }) => ({
    kind: 'IsolationEnded',
    data: { incident: about(draft), name, state, ...(error && { error: `${error.code}: ${error.message}` }) },
  }),
});

const isMarked = ({ entries }: Draft, target: IsolationTarget, id: number): boolean =>
  target === 'tag' || [...entries.values()].every(({ rulesetID }) => rulesetID === id);

function mark(draft: Draft, target: IsolationTarget, rulesetID: number): void {
  if (target === 'branch') for (const [id, entry] of draft.entries) draft.entries.set(id, { ...entry, rulesetID });
}

function unmark(draft: Draft): void {
  for (const [id, { rulesetID: _gone, ...entry }] of draft.entries) draft.entries.set(id, entry);
}

/** Switches Actions off where that is asked for and what was before is recorded; what is off is kept off. */
export async function switchOff(draft: Draft, means: Means): Promise<void> {
  const { pass, owned } = means;
  const { writer } = pass.deps;
  if (writer === undefined || owned === undefined) return;
  const isFull = pass.seen?.isQuick !== true;
  const all = [...draft.entries.values()].filter(
    (entry) => entry.actionsBefore !== undefined && draft.isToSwitchOff(entry),
  );
  // One that was off, and of which a look failed, is looked at as one that is not off yet.
  const open = all.filter(({ actions, message }) => actions === 'Recorded' || message !== undefined);
  if (open.length > 0) {
    const repositories = open.map(({ id, name }) => ({ id, name }));
    await tell(means, [{ kind: 'ActionsIntended', data: { incident: about(draft), repositories, enabled: false } }]);
  }
  const now = nowOf(means);
  const late = all.filter(({ restoreTime }) => openUntilMs(restoreTime, now) !== undefined);
  // Somebody may have switched them on again: a full pass looks.
  const looked = isFull
    ? all.filter(({ actions }) => actions === 'Recorded' || actions === 'Disabled')
    : [...new Set([...open, ...late])];
  await forEach(looked, (entry) => switchedOff(draft, entry, means), 3);
  for (const { name, restoreTime } of late)
    draft.faults.push(mayChange(`the switch of ${name}`, openUntilMs(restoreTime, now) ?? now));
  if (open.length > 0) await keep(means, draft);
}

async function switchedOff(draft: Draft, entry: IsolatedRepository, means: Means): Promise<void> {
  const { organization, pass, signal } = means;
  const at = { organization, name: nameNow(entry.id, entry.name, means) };
  const { message: _before, ...rest } = entry;
  const reader = isolationOf(means);
  const { writer } = pass.deps;
  if (writer === undefined) return;
  let wasOff = entry.actions === 'Disabled';
  try {
    await requireSame(entry, at.name, means);
    if ((await reader.actionsSettings(at, signal)).enabled) {
      const outcome = await writer.inTurn(
        () =>
          writer.isolation.setActions(at, { enabled: false }, signal, {
            essential: true,
            assertMaySend: pass.assertMayWrite,
            sendByMs: nowOf(means) + SEND_MS,
          }),
        signal,
      );
      // Without an answer too: it may be applied.
      wasOff ||= outcome.state === 'answered' || outcome.state === 'unknown';
      if (outcome.state === 'refused') throw outcome.error ?? new Plus1Error('PLUS1_WRITE_REFUSED', outcome.why);
      if ((await reader.actionsSettings(at, signal)).enabled)
        throw new Plus1Error('PLUS1_WRITE_UNPROVED', 'its Actions are still on');
      // It may have changed its name before the write: then those of another one are off.
      await requireSame(entry, at.name, means);
    }
    draft.entries.set(entry.id, { ...rest, actions: 'Disabled' });
  } catch (thrown) {
    signal.throwIfAborted();
    const message = faultOf(`${at.name}: its Actions are not off`, thrown);
    draft.faults.push(message);
    // That they were off has later passes look again, also where the spec asks for it no more by then; the message says that they may be on.
    const actions = wasOff ? 'Disabled' : 'Recorded';
    draft.entries.set(entry.id, { ...rest, actions, message: message.slice(0, 1_024) });
  }
}

/** A write leaves within this time of the read before it, or not at all. */
export const SEND_MS = 60_000;
