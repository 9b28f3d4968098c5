/**
 * `Plus1Incident` v1alpha1: what happened, whom to close off, and when it is over. It is an input of the pass of its policy. `spec` belongs to
 * people; `status` is ours, and is in `incident-status.ts`.
 */
import * as v from 'valibot';
import { matching, oneOf, set, text, time } from '../fields.js';
import { immutable, ruled } from '../rule.js';
import { incidentStatus, type IncidentStatus } from './incident-status.js';
import { inputFields, type InputKind } from './input-kind.js';

export const INCIDENT_KIND = 'Plus1Incident';

export const INCIDENT_SEVERITIES = ['Critical', 'High', 'Medium', 'Low'] as const;
export type IncidentSeverity = (typeof INCIDENT_SEVERITIES)[number];

/** Whom an incident isolates besides those that it names. */
export const INCIDENT_MATCHING = ['None', 'Refers', 'Ran'] as const;

const MAX_NAMES = 500;
const COMMIT = /^[0-9a-f]{7,40}$/;
const ENDPOINT = /^[A-Za-z0-9*]([A-Za-z0-9.*-]*[A-Za-z0-9])?(:[0-9]{1,5})?$/;

const indicatorAction = v.strictObject({
  name: v.pipe(
    matching(
      /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+(\/[A-Za-z0-9_./-]+)?$/,
      255,
      'OWNER/ACTION, such as tj-actions/changed-files',
    ),
    v.description('The action, as OWNER/ACTION; what lies below it counts too.'),
  ),
  refs: v.pipe(
    v.optional(set(text(1, 255, 'a tag or branch'), { min: 0, max: 64, allowed: 'at most 64 tags or branches' }), []),
    v.description('Tags and branches that were bad, at most 64. Default none: with neither refs nor commits, at any.'),
  ),
  commits: v.pipe(
    v.optional(
      set(matching(COMMIT, 40, '7 to 40 hexadecimal digits of a commit'), {
        ...{ min: 0, max: 64, allowed: 'at most 64 commits' },
      }),
      [],
    ),
    v.description('Commits that were bad, at most 64, of 7 to 40 hexadecimal digits. Default none.'),
  ),
});

const indicators = v.strictObject({
  actions: v.pipe(
    v.optional(v.pipe(v.array(indicatorAction, 'a list of actions'), v.maxLength(32, 'at most 32 actions')), []),
    v.description('Actions that are known to be bad, at most 32. Default none.'),
  ),
  endpoints: v.pipe(
    v.optional(
      set(matching(ENDPOINT, 260, 'a host, or HOST:PORT'), { min: 0, max: 64, allowed: 'at most 64 endpoints' }),
      [],
    ),
    v.description('Hosts that bad code called, at most 64, as HOST or HOST:PORT. Default none.'),
  ),
});

const window = v.pipe(
  v.strictObject({
    start: v.pipe(time(), v.description('When bad code may first have run.')),
    end: v.pipe(v.exactOptional(time()), v.description('When it could run no more. Unset: now.')),
  }),
  ruled(
    ({ start, end }) => end === undefined || Date.parse(start) <= Date.parse(end),
    'an end that is not before start',
    '!has(self.end) || timestamp(self.start) <= timestamp(self.end)',
  ),
);

const isolate = v.strictObject({
  repositories: v.pipe(
    v.optional(
      set(text(1, 100, 'a repository name of 1 to 100 characters'), {
        ...{ min: 0, max: MAX_NAMES, allowed: `at most ${MAX_NAMES} names of repositories` },
      }),
      [],
    ),
    v.description(`Names of repositories to close off, without the organization, at most ${MAX_NAMES}. Default none.`),
  ),
  matching: v.pipe(
    v.optional(oneOf(INCIDENT_MATCHING), 'None'),
    v.description(
      'Whom else: None (default); Refers, whose workflow files refer to an action of indicators; Ran, those of them that ran it within the window. What is not known counts as if it did.',
    ),
  ),
  actions: v.pipe(
    v.optional(oneOf(['Keep', 'Disabled']), 'Keep'),
    v.description('Disabled: GitHub Actions are switched off there as well. Default Keep.'),
  ),
  cancelRuns: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description('Whether runs that wait or are under way there are cancelled. Default false.'),
  ),
  responders: v.pipe(
    v.optional(
      set(matching(/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/, 255, 'the slug of a team, such as security-response'), {
        ...{ min: 0, max: 16, allowed: 'at most 16 slugs of teams' },
      }),
      [],
    ),
    v.description('Slugs of teams that may push there all the same, at most 16. Default nobody.'),
  ),
});

/** `spec` of an incident. */
const incidentSpec = v.pipe(
  v.strictObject({
    ...inputFields('incident'),
    title: v.pipe(text(1, 256, 'a title of 1 to 256 characters'), v.description('What happened, in one line.')),
    severity: v.pipe(
      oneOf(INCIDENT_SEVERITIES),
      v.description('Critical, High, Medium or Low: how bad it is, by the judgement of a person.'),
    ),
    detectedAt: v.pipe(
      v.exactOptional(time()),
      v.description('When it was noticed; the clocks run from here. Unset: when the object was made.'),
    ),
    commander: v.pipe(
      v.exactOptional(text(1, 253, 'a name of 1 to 253 characters')),
      v.description('Who leads the response. An incident with a commander counts as acknowledged.'),
    ),
    drill: v.pipe(
      v.optional(v.boolean('true or false'), false),
      immutable(),
      v.description(
        'An exercise: all is planned, timed and reported, and nothing is written to GitHub; immutable. Default false.',
      ),
    ),
    indicators: v.pipe(v.optional(indicators, {}), v.description('What is known to be bad.')),
    window: v.pipe(v.exactOptional(window), v.description('When bad code may have run.')),
    isolate: v.pipe(v.optional(isolate, {}), v.description('Whom to close off, and how.')),
    closed: v.pipe(
      v.optional(v.boolean('true or false'), false),
      v.description('True asks for the release, which needs an approval. Default false.'),
    ),
  }),
  ruled(
    ({ isolate: { matching: who }, window: span }) => who !== 'Ran' || span !== undefined,
    'isolate.matching Ran only with a window',
    "!has(self.isolate) || !has(self.isolate.matching) || self.isolate.matching != 'Ran' || has(self.window)",
  ),
  ruled(
    ({ isolate: { matching: who }, indicators: { actions } }) => who === 'None' || actions.length > 0,
    'isolate.matching Refers or Ran only with indicators.actions',
    "!has(self.isolate) || !has(self.isolate.matching) || self.isolate.matching == 'None' || (has(self.indicators) && has(self.indicators.actions) && size(self.indicators.actions) > 0)",
  ),
);

export type IncidentSpec = v.InferOutput<typeof incidentSpec>;
export type IncidentAction = IncidentSpec['indicators']['actions'][number];

/** All that is said of the kind. */
export const INCIDENTS: InputKind<IncidentSpec, IncidentStatus> = {
  kind: INCIDENT_KIND,
  plural: 'plus1incidents',
  shortName: 'plus1i',
  words: { one: 'incident', many: 'incidents' },
  about:
    'Plus1Incident says what happened, which repositories are to be closed off, and when they may be released; its status has who is affected and what was done.',
  spec: incidentSpec,
  status: incidentStatus,
  fixed: [['policyRef', 'name'], ['drill']],
  lists: {
    keys: { conditions: 'type', 'timeline.due': 'phase', isolated: 'id', checks: 'name' },
    required: new Set([
      ...[
        'timeline.due',
        'isolated.actionsBefore.selected.patterns',
        'evidence.missing',
        'hold.repositories',
        'runs.ids',
      ],
      ...['inventory.refers', 'inventory.ran', 'inventory.unknown'],
    ]),
  },
  reliedOn: new Set(['timeline', 'isolated', 'rulesets', 'hold', 'total']),
  columns: [
    { name: 'Policy', type: 'string', path: ['spec', 'policyRef', 'name'] },
    { name: 'Severity', type: 'string', path: ['spec', 'severity'] },
    { name: 'State', type: 'string', path: ['status', 'state'] },
    { name: 'Ready', type: 'string', condition: 'Ready', field: 'status' },
    { name: 'Isolated', type: 'string', condition: 'Isolated', field: 'status' },
    { name: 'Held', type: 'string', condition: 'Held', field: 'reason' },
    { name: 'Commander', type: 'string', path: ['spec', 'commander'] },
    { name: 'Age', type: 'date', path: ['metadata', 'creationTimestamp'] },
  ],
};
