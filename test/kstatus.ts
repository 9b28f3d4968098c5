/**
 * What kstatus, `kubectl wait` and api.yaml ask of a policy's conditions, as a check for the final object of any test.
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
import {
  HELD_REASONS,
  STALLED_REASONS,
  UNREADY_REASONS,
  type Condition,
  type ConditionType,
  type PolicyStatus,
} from '../pkg/api/index.js';

const ORDER: readonly ConditionType[] = [
  'Stalled',
  'Reconciling',
  'Ready',
  'Compliant',
  'WorkflowsHardened',
  'BaselineMet',
  'Held',
  'NotificationsFailing',
];
const ALWAYS: readonly ConditionType[] = ['Ready', 'Compliant'];

type Words = Partial<Record<Condition['status'], readonly string[]>>;

/** No entry: the condition must not be there with that status. */
const REASONS: Record<ConditionType, Words> = {
  Ready: {
    True: ['Converged', 'Observed'],
    False: [...UNREADY_REASONS, ...STALLED_REASONS],
    Unknown: ['Progressing'],
  },
  Reconciling: { True: ['Progressing', 'ProgressingWithRetry'] },
  Stalled: { True: STALLED_REASONS },
  Compliant: {
    True: ['AllGoverned'],
    False: ['Ungoverned', 'RulesetNotEnforced', 'RulesetNotFound'],
    Unknown: ['NotObserved', 'NothingInProduction'],
  },
  Held: { True: HELD_REASONS },
  NotificationsFailing: { True: ['NotDelivered'] },
  WorkflowsHardened: { True: ['AllHardened'], False: ['NotHardened'], Unknown: ['NotObserved', 'NotDecided'] },
  BaselineMet: { True: ['AllMet'], False: ['NotMet'], Unknown: ['NotObserved'] },
};

const SECRET = /gh[pousr]_[A-Za-z0-9]|github_pat_|PRIVATE KEY|\beyJ[\w-]+\./;
/** A time, or a number of units of it that would be another one in the next pass. */
const TIME = /\d{4}-\d\d-\d\d|\d+ ?(?:ms|s|sec|seconds?|minutes?|hours?) (?:ago|left|remaining)|\b\d+ of \d+ requests/;
// eslint-disable-next-line no-control-regex -- control characters are what this finds
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** `metav1.Condition`. */
const MAX_MESSAGE = 32_768;

export interface StatusObject {
  metadata: { generation?: number | undefined };
  status?: PolicyStatus | undefined;
}

/** Everything that is wrong with the conditions; `previous` is the status that this one replaced. */
export function kstatusFaults({ metadata, status = {} }: StatusObject, previous?: PolicyStatus): string[] {
  const { conditions = [], observedGeneration } = status;
  const types = conditions.map(({ type }) => type);
  const generation = metadata.generation ?? 0;
  return [
    ...ALWAYS.filter((type) => !types.includes(type)).map((type) => `${type} is missing`),
    ...(new Set(types).size === types.length ? [] : ['a type is there twice']),
    ...(isOrdered(types) ? [] : [`the order is ${types.join(', ')}`]),
    ...conditions.flatMap((condition) => conditionFaults(condition, generation)),
    ...transitionFaults(conditions, previous?.conditions ?? []),
    ...combinationFaults(conditions),
    ...((observedGeneration ?? 0) <= generation ? [] : ['observedGeneration is ahead of generation']),
  ];
}

const isOrdered = (types: readonly ConditionType[]): boolean =>
  types.every((type, index) => index === 0 || ORDER.indexOf(types[index - 1] ?? type) <= ORDER.indexOf(type));

function conditionFaults({ type, status, reason, message, ...rest }: Condition, generation: number): string[] {
  const words = REASONS[type]?.[status];
  const { observedGeneration, lastTransitionTime } = rest;
  const faults: [boolean, string][] = [
    [words === undefined, `must not be there while ${status}`],
    [words !== undefined && !words.includes(reason), `${reason} is no reason of ${status}`],
    [!Number.isInteger(observedGeneration) || observedGeneration < 1, 'has no observedGeneration'],
    [observedGeneration > generation, `observed ${observedGeneration} of generation ${generation}`],
    [!RFC3339.test(lastTransitionTime), `lastTransitionTime is ${lastTransitionTime}`],
    [message.trim() === '' || message.length > MAX_MESSAGE, 'the message is empty or too long'],
    [CONTROL.test(message), 'the message has a line break or another control character'],
    [SECRET.test(message), 'the message has a secret'],
    [TIME.test(message), `the message has a time or a counter: ${message}`],
  ];
  return faults.filter(([wrong]) => wrong).map(([, fault]) => `${type}: ${fault}`);
}

/** Times move with the status, and only with it. */
function transitionFaults(now: readonly Condition[], before: readonly Condition[]): string[] {
  return now.flatMap(({ type, status, lastTransitionTime }) => {
    const was = before.find((condition) => condition.type === type);
    const moved = was !== undefined && was.lastTransitionTime !== lastTransitionTime;
    return moved && was.status === status ? [`${type}: lastTransitionTime moved while it stayed ${status}`] : [];
  });
}

function combinationFaults(conditions: readonly Condition[]): string[] {
  const find = (type: ConditionType): Condition | undefined => conditions.find((each) => each.type === type);
  const [ready, stalled, reconciling, held] = [find('Ready'), find('Stalled'), find('Reconciling'), find('Held')];
  if (ready === undefined) return [];
  const stalledReady = STALLED_REASONS.some((reason) => reason === ready.reason);
  const faults: [boolean, string][] = [
    [Boolean(stalled && reconciling), 'Stalled and Reconciling at once'],
    [stalledReady !== Boolean(stalled), 'Ready and Stalled do not agree'],
    [Boolean(stalled) && ready.reason !== stalled?.reason, 'Stalled and Ready have different reasons'],
    [ready.status === 'True' && Boolean(stalled ?? reconciling ?? held), 'Ready beside an abnormal condition'],
    [ready.status === 'Unknown' && !reconciling, 'Ready is Unknown and nothing reconciles'],
    [ready.reason === 'Held' && !held, 'Ready says Held and nothing is'],
  ];
  return faults.filter(([wrong]) => wrong).map(([, fault]) => fault);
}
