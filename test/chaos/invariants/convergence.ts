/** convergence: when faults stop, everything is as it should be within two passes. */
import type { Truth } from '../model/chronicle.js';
import { rowSays, says, type Saying } from '../model/spec.js';
import type { Simulation } from '../run/simulation.js';

interface View {
  members: readonly number[];
  truths: readonly Truth[];
  /** By id. */
  saying: ReadonlyMap<number, Saying>;
  isGone: (id: number) => boolean;
  /** Nobody leaves by files where no repository that is looked at has one. */
  isBlind: boolean;
}

/** `isLast`: nothing is held any more, and every grace period is over. */
export function asExpected(sim: Simulation, { isLast }: { isLast: boolean }): void {
  const { spec, chronicle, timeline, ruleset, organization, github } = sim;
  const told = readyOf(sim);
  const truths = sim.truth();
  const view: View = {
    ...{ members: ruleset.members, truths, isGone: (id) => organization.repository(id) === undefined },
    saying: new Map(truths.map(({ row, text }) => [row.id, says(row, text, spec, timeline.now())])),
    isBlind: truths.every(({ row, text }) => text === null || rowSays(row, spec) !== undefined),
  };
  // A member that is gone stays for an hour, and until then GitHub may refuse every write.
  const mayBeRefused = github.world.behaviour.unknownIDs === 'refuse' && view.members.some(view.isGone);
  if (!isLast && mayBeRefused) return;
  // It also stays where the plan is held as a whole: then who was transferred cannot leave either, and the policy says why.
  const isRefused = mayBeRefused && wouldBeEmpty(view) && /^False WriteUnproved: PLUS1_WRITE_REFUSED: /.test(told);
  const wrong = [
    ...(spec.guards.maxEntering === undefined ? ungoverned(view) : []),
    ...(isLast ? governedStill(view) : []),
    ...(isGood(told) || isRefused || view.isBlind ? [] : ['the policy is not ready']),
  ];
  chronicle.wrong.push(...wrong.map((what) => `convergence: ${what}; Ready is ${told}`));
}

function ungoverned({ members, truths, saying }: View): string[] {
  return truths
    .filter(({ row: { id } }) => saying.get(id) === 'production' && !members.includes(id))
    .map(({ row: { name } }) => `${name} is in production and not governed`);
}

/** A plan that leaves nobody is held as a whole. */
const wouldBeEmpty = ({ members, saying, isGone }: View): boolean =>
  members.every((id) => isGone(id) || saying.get(id) === 'contrary');

function governedStill(view: View): string[] {
  if (wouldBeEmpty(view)) return [];
  const { members, truths, saying, isGone, isBlind } = view;
  const contrary = truths.filter(({ row: { id } }) => members.includes(id) && saying.get(id) === 'contrary');
  return [
    ...(isBlind ? [] : contrary).map(({ row: { name } }) => `${name} speaks against production and is governed`),
    ...members.filter(isGone).map((id) => `${id} is gone and governed`),
  ];
}

const isGood = (told: string): boolean => /^(True Converged|False Held|\S+ CatalogPathUnused)/.test(told);

function readyOf({ status }: Simulation): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status} ${ready?.reason}: ${ready?.message}`;
}
