/**
 * untouched: our hand changes nothing of a ruleset but its members, and nothing of any other one. Hazard: a PUT holds the conditions whole,
 * and GitHub may apply it minutes after it was sent. What a person changed in between is then as it was when it was read; no write that GitHub
 * offers could spare it. So such a write is held against what stood when it may have been sent.
 */
import { SOMEBODY, type Organization, type Ruleset } from '../../fakes/github/index.js';
import { RULESET } from '../../builders.js';

/** For so long a write counts as open. */
const OPEN_MS = 600_000;

export function untouched({ rulesets }: Organization): string[] {
  return rulesets.flatMap(({ name, history }) =>
    history.flatMap(({ actor, state }, index) => {
      const before = history[index - 1]?.state;
      if (before === undefined || actor.id === SOMEBODY.id) return [];
      if (name !== RULESET) return [`untouched: the ruleset ${name} was written`];
      const mayHaveRead = [before, ...stoodWhileOpen(history, index)].map(rest);
      return mayHaveRead.includes(rest(state)) ? [] : [`untouched: ${rest(before)} became ${rest(state)}`];
    }),
  );
}

type Version = Ruleset['history'][number];

/** What stood at some time of the ten minutes before a version. */
const stoodWhileOpen = (history: readonly Version[], index: number): Version['state'][] => {
  const from = Date.parse(history[index]?.updated_at ?? '') - OPEN_MS;
  return history
    .slice(0, index)
    .filter((_, at) => Date.parse(history[at + 1]?.updated_at ?? '') >= from)
    .map(({ state }) => state);
};

/** All but the members. */
function rest({ conditions: { repository_id: _ids, ...conditions }, ...other }: Version['state']): string {
  return JSON.stringify({ ...other, conditions });
}
