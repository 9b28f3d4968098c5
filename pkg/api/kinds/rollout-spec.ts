/**
 * `spec` of `Plus1Rollout` v1alpha1: rules that are to be added to the ruleset of a policy, and the stages in which repositories get to know them.
 * Hazard: a default that changes here changes what rollouts do that run already.
 */
import * as v from 'valibot';
import { duration, integer, MAX_COUNT, oneOf, set, share, text } from '../fields.js';
import { ruled } from '../rule.js';
import { inputFields } from './input-kind.js';

/** As GitHub's JSON of a ruleset has it. What Plus1 does not know of it goes through untouched. */
const rule = v.looseObject({
  type: v.pipe(
    text(1, 100, 'a type of a rule, such as required_signatures'),
    v.description('Type of the rule, such as required_signatures. All other fields are kept as they are.'),
  ),
});

const stage = v.strictObject({
  percent: v.pipe(
    integer(0, 100, 'a whole number from 0 to 100'),
    v.description('Share of the governed repositories, 0 to 100, rounded up. It never falls, and the last is 100.'),
  ),
  enforcement: v.pipe(
    oneOf(['Evaluate', 'Active']),
    v.description(
      'Evaluate: GitHub only notes what the rules would do, which needs GitHub Enterprise. Active: they hold.',
    ),
  ),
  soak: v.pipe(
    duration('0s', '8784h'),
    v.description('How long the stage lasts at least, 0s to 8784h. It ends on evidence, never by time alone.'),
  ),
});

export type RolloutStage = v.InferOutput<typeof stage>;

const MAX_STAGES = 10;
const STAGES_ALLOWED = '1 to 10 stages';

/** What must hold of each stage and the one before it. */
function eachStep(
  holds: (before: RolloutStage, after: RolloutStage) => boolean,
  allowed: string,
  cel: (before: string, after: string) => string,
): ReturnType<typeof ruled<RolloutStage[]>> {
  const isRight = (stages: RolloutStage[]): boolean =>
    stages.slice(1).every((after, index) => holds(stages[index] ?? after, after));
  const steps = Array.from(
    { length: MAX_STAGES - 1 },
    (_, at) => `(size(self) < ${at + 2} || ${cel(`self[${at}]`, `self[${at + 1}]`)})`,
  );
  return ruled(isRight, allowed, steps.join(' && '));
}

const stages = v.pipe(
  v.array(stage, STAGES_ALLOWED),
  v.minLength(1, STAGES_ALLOWED),
  v.maxLength(MAX_STAGES, STAGES_ALLOWED),
  ruled(
    (list) => list.at(-1)?.percent === 100,
    'stages of which the last has percent 100',
    'size(self) == 0 || self[size(self) - 1].percent == 100',
  ),
  eachStep(
    (before, after) => before.percent <= after.percent,
    'stages whose percent never falls',
    (before, after) => `${before}.percent <= ${after}.percent`,
  ),
  eachStep(
    (before, after) => before.enforcement !== 'Active' || after.enforcement === 'Active',
    'no stage in Evaluate after one that is Active',
    (before, after) => `${before}.enforcement != 'Active' || ${after}.enforcement == 'Active'`,
  ),
);

const DEFAULT_STAGES: RolloutStage[] = [
  { percent: 5, enforcement: 'Evaluate', soak: '72h' },
  { percent: 5, enforcement: 'Active', soak: '24h' },
  { percent: 50, enforcement: 'Active', soak: '48h' },
  { percent: 100, enforcement: 'Active', soak: '72h' },
];

const analysis = v.strictObject({
  minPushes: v.pipe(
    v.optional(integer(1, MAX_COUNT, `an integer from 1 to ${MAX_COUNT}`), 20),
    v.description(
      'Pushes to default branches that the rules must have judged in a stage before it can end well, at least 1. Default 20.',
    ),
  ),
  maxFailedPushes: v.pipe(
    v.optional(integer(0, MAX_COUNT, `an integer from 0 to ${MAX_COUNT}`), 3),
    v.description('So many pushes of a stage may break the rules; more, and the stage has failed. Default 3.'),
  ),
  maxFailingRepositories: v.pipe(
    v.optional(share(`an integer from 0 to ${MAX_COUNT}, or a percentage such as 5%`), '5%'),
    v.description(
      'In so many repositories pushes may break them: a count, or a percentage of the members, rounded up. Default 5%.',
    ),
  ),
  interval: v.pipe(
    v.optional(duration('1s', '168h'), '1h'),
    v.description('How long after one look at the rule suites the next one comes, 1s to 168h. Default 1h.'),
  ),
});

/** `spec` of a rollout. */
export const rolloutSpec = v.strictObject({
  ...inputFields('rollout'),
  rules: v.pipe(
    v.array(rule, '1 to 64 rules'),
    v.minLength(1, '1 to 64 rules'),
    v.maxLength(64, '1 to 64 rules'),
    v.description("Rules that are added, GitHub's JSON of a ruleset, kept as they are; 1 to 64."),
  ),
  first: v.pipe(
    v.optional(
      set(text(1, 100, 'a repository name of 1 to 100 characters'), {
        ...{ min: 0, max: 50, allowed: 'at most 50 repository names' },
      }),
      [],
    ),
    v.description(
      'The test environment: names of repositories that are members from the first stage on, and stay after a rollback; at most 50. Default none.',
    ),
  ),
  stages: v.pipe(
    v.optional(stages, DEFAULT_STAGES),
    v.description(
      'The stages, 1 to 10. Default: 5 % in Evaluate for 72h, then Active: 5 % for 24h, 50 % for 48h, 100 % for 72h.',
    ),
  ),
  analysis: v.pipe(v.optional(analysis, {}), v.description('What ends a stage, well or not.')),
  approval: v.pipe(
    v.optional(oneOf(['None', 'FirstActive']), 'FirstActive'),
    v.description('FirstActive (default): the first stage that is Active waits for an approval. None: it does not.'),
  ),
  paused: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description('No stage begins while it is true; pushes that fail still roll back. Default false.'),
  ),
  abort: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description('True ends the rollout: the members are those of first again. Default false.'),
  ),
});

export type RolloutSpec = v.InferOutput<typeof rolloutSpec>;
