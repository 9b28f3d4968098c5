/** Closes off: the two rulesets of the incident. Each write is read back. */
import { Plus1Error } from '../../errors/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import {
  ISOLATION_TARGETS,
  isolationBody,
  isolationFault,
  isolationName,
  type IsolationTarget,
} from '../../incident/index.js';
import type { Draft } from './draft.js';
import { goneOf, toClose, type Gone } from './gone.js';
import { faultOf, isolationOf, keep, mayChange, type Means } from './means.js';
import { about } from './record.js';

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
  const gone = await goneOf(draft, means);
  for (const target of ISOLATION_TARGETS) {
    try {
      const ruleset = await closed(draft, { target, teams, gone }, means);
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

/** The ruleset as it was read: it covers all that it should, and nobody passes but responders. */
async function closed(
  draft: Draft,
  { target, teams, gone }: { target: IsolationTarget; teams: readonly number[]; gone: Gone },
  { owned, signal }: Means,
): Promise<OwnedRuleset> {
  if (owned === undefined) throw new Plus1Error('PLUS1_INTERNAL', 'a drill was to close something off');
  const all = [...draft.entries.keys()];
  const body = isolationBody(draft.uid, target, { repositories: toClose(all, gone, new Set()), teams });
  const { ruleset, isNew } = await owned.ensure({ purpose: 'Incident', body }, signal);
  const before = ruleset.members ?? new Set<number>();
  const repositories = toClose(all, gone, before);
  const asked = { target, repositories, teams };
  const fault = isolationFault(ruleset, asked);
  if (fault === undefined) return ruleset;
  if (isNew) throw unclosed(body.name, fault);
  const members = [...new Set([...toClose(before, gone, before), ...repositories])];
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
