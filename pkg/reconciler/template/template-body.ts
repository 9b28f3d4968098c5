/** The ruleset that a template makes, and what of a live one is not as the template says. Pure. */
import type { LiveRuleset, PolicySpec, RulesetTemplate, TemplatePart } from '../../api/index.js';
import type { RulesetBody } from '../../github/index.js';
import { differences, type RulesetPart } from '../owned/sent-ruleset.js';

type RulesetSpec = PolicySpec['ruleset'];

/** Whole, as it is sent. `ids`: who enters; with targeting by property the ruleset is aimed at the property, and names nobody. */
export function templateBody(
  { name, property }: RulesetSpec,
  template: RulesetTemplate,
  ids: readonly number[],
): RulesetBody {
  const { refName } = template;
  const members =
    property === undefined
      ? { repository_id: { repository_ids: [...ids].sort((a, b) => a - b) } }
      : {
          repository_property: {
            include: [{ name: property.name, property_values: [property.value], source: 'custom' }],
            exclude: [],
          },
        };
  return {
    name,
    target: 'branch',
    enforcement: template.enforcement === 'Active' ? 'active' : 'evaluate',
    conditions: { ref_name: { include: refName.include, exclude: refName.exclude }, ...members },
    rules: template.rules,
    bypass_actors: template.bypassActors,
  };
}

/** The parts of a body in the words of the status. */
const PARTS: Partial<Record<RulesetPart, TemplatePart>> = {
  target: 'Target',
  enforcement: 'Enforcement',
  conditions: 'RefName',
  rules: 'Rules',
  bypassActors: 'BypassActors',
};

/**
 * Its repositories do not count, nor what GitHub added by itself. Active in place of Evaluate is no difference: the plan may have no
 * Evaluate. Neither are bypass actors that GitHub does not show to the credential: nobody knows them.
 */
export function templateDifferences(template: RulesetTemplate, live: LiveRuleset): TemplatePart[] {
  const { others = { rules: [], bypassActors: 'unknown' } } = live;
  const { include, exclude } = live.refName ?? { include: [], exclude: [] };
  const shown = { ...live, conditions: { ref_name: { include, exclude } }, others };
  const body = { ...templateBody({ name: live.name } as RulesetSpec, template, []), conditions: {} };
  const sent = { ...body, conditions: { ref_name: { ...template.refName } } };
  const isStricter = live.enforcement === 'active' && template.enforcement === 'Evaluate';
  return differences(shown, sent)
    .filter((part) => !(part === 'enforcement' && isStricter))
    .filter((part) => !(part === 'bypassActors' && others.bypassActors === 'unknown'))
    .flatMap((part) => PARTS[part] ?? []);
}
