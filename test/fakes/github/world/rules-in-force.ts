/**
 * Which rules hold on a branch: those of active branch rulesets that target the repository and the ref. Written from GitHub's
 * documentation and apart from the product, so that a fault in one of the two shows.
 * https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
 */
import type { Repository } from './repository.js';
import type { Conditions, PropertyCondition, Rule, Ruleset } from './ruleset.js';

/** One rule, and the ruleset that it is of. */
export interface RuleInForce {
  rule: Rule;
  ruleset: Ruleset;
}

/** In the order of the rulesets. A branch need not exist: rules hold for it all the same. */
export function rulesInForce(repository: Repository, branch: string): RuleInForce[] {
  return rulesetsOver(repository, branch)
    .filter(({ enforcement }) => enforcement === 'active')
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })));
}

/** The branch rulesets, active or in evaluate, that are aimed at the repository and the ref. */
export function rulesetsOver(repository: Repository, branch: string): Ruleset[] {
  const { rulesets, withoutRules } = repository.organization;
  if (withoutRules.has(repository.id)) return [];
  return rulesets.filter(
    ({ enforcement, target, conditions }) =>
      enforcement !== 'disabled' &&
      target === 'branch' &&
      isAimedAt(conditions, repository) &&
      holdsRef(conditions.ref_name, branch, repository),
  );
}

/** True where those conditions choose the repository. */
export function isAimedAt(conditions: Readonly<Conditions>, repository: Repository): boolean {
  const { repository_id: byID, repository_name: byName, repository_property: byProperty } = conditions;
  if (byID) return byID.repository_ids.includes(repository.id);
  if (byName) {
    const names = (patterns: readonly string[]): boolean =>
      patterns.some((pattern) => pattern === '~ALL' || glob(pattern.toLowerCase()).test(repository.name.toLowerCase()));
    return names(byName.include) && !names(byName.exclude);
  }
  if (byProperty === undefined) return false;
  const has = (condition: PropertyCondition): boolean => hasProperty(repository, condition);
  return byProperty.include.every(has) && !byProperty.exclude.some(has);
}

function hasProperty(repository: Repository, { name, property_values: values, source }: PropertyCondition): boolean {
  if (source === 'system') return name === 'visibility' && values.includes(repository.visibility);
  const value = repository.organization.properties.valueOf(repository.id, name);
  return [value ?? []].flat().some((each) => values.includes(each));
}

function holdsRef(refName: Conditions['ref_name'], branch: string, { defaultBranch }: Repository): boolean {
  const matches = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' ? branch === defaultBranch : glob(pattern).test(`refs/heads/${branch}`));
  return (refName?.include ?? []).some(matches) && !(refName?.exclude ?? []).some(matches);
}

/** fnmatch as far as tests use it: `*` and `?` within a segment, and two stars before a slash over segments. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|[*?]|[.+^${}()|[\]\\]/g, (mark) =>
    mark === '**/' ? '(?:.*/)?' : mark === '*' ? '[^/]*' : mark === '?' ? '[^/]' : `\\${mark}`,
  );
  return new RegExp(`^${source}$`);
}
