/** `spec.ruleset.template`: the ruleset that is made where there is none. Its rules are GitHub's own JSON, and go through untouched. */
import * as v from 'valibot';
import { oneOf, text } from './fields.js';
import { shared } from './rule.js';

const MAX_RULES = 50;
const MAX_ACTORS = 100;
const MAX_PATTERNS = 100;
/** What an organization has of rules fits in a fraction of it; the whole of it is kept in the status before it is sent. */
const MAX_CHARACTERS = 24_000;

const rule = v.looseObject({
  type: v.pipe(
    text(1, 100, 'a type of a rule, such as non_fast_forward'),
    v.description('Type of the rule, such as non_fast_forward. All other fields are kept as they are.'),
  ),
});

const actor = v.looseObject({
  actor_type: v.pipe(
    text(1, 100, 'a type of an actor, such as Team'),
    v.description('Type of the actor, such as Team. All other fields are kept as they are.'),
  ),
});

const patterns = (what: string): v.GenericSchema<string[]> =>
  v.pipe(v.array(text(1, 255, 'a pattern of a ref, such as refs/heads/main'), what), v.maxLength(MAX_PATTERNS, what));

const REFS = `at most ${MAX_PATTERNS} patterns such as ~DEFAULT_BRANCH, ~ALL or refs/heads/main`;
const RULES = `1 to ${MAX_RULES} rules`;
const ACTORS = `at most ${MAX_ACTORS} bypass actors`;

const refName = v.strictObject({
  include: v.pipe(
    v.optional(patterns(REFS), ['~DEFAULT_BRANCH']),
    v.description('Refs that it covers. Default ["~DEFAULT_BRANCH"].'),
  ),
  exclude: v.pipe(v.optional(patterns(REFS), []), v.description('Refs that it leaves out. Default [].')),
});

export const template = v.pipe(
  v.strictObject({
    create: v.pipe(
      v.optional(v.boolean('true or false'), true),
      v.description(
        'Makes the ruleset where two listings in a row lack it and a repository enters. False: differences are reported, and nothing is made. Default true.',
      ),
    ),
    enforcement: v.pipe(
      v.optional(oneOf(['Evaluate', 'Active']), 'Evaluate'),
      v.description(
        'Enforcement of a new ruleset. Evaluate (default), and Active where the plan of the organization has no Evaluate; Active.',
      ),
    ),
    rules: v.pipe(
      v.array(rule, RULES),
      v.minLength(1, RULES),
      v.maxLength(MAX_RULES, RULES),
      v.description("The rules, as GitHub's REST API takes them, 1 to 50."),
    ),
    bypassActors: v.pipe(
      v.optional(v.pipe(v.array(actor, ACTORS), v.maxLength(MAX_ACTORS, ACTORS)), []),
      v.description("Who may bypass it, as GitHub's REST API takes them, at most 100. Default []."),
    ),
    refName: v.pipe(v.optional(refName, {}), v.description('Which refs it covers.')),
  }),
  // An API server bounds an object as a whole; the bound of ours is said by the program alone.
  shared((value) => JSON.stringify(value).length <= MAX_CHARACTERS, `at most ${MAX_CHARACTERS} characters of JSON`, {}),
);

export type RulesetTemplate = v.InferOutput<typeof template>;

/** What of a ruleset can differ from its template. */
export const TEMPLATE_PARTS = ['Target', 'Enforcement', 'RefName', 'Rules', 'BypassActors'] as const;
export type TemplatePart = (typeof TEMPLATE_PARTS)[number];
