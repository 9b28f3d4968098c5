/** The checks that are about the organization: what the credential sees of it, its ruleset, and whether that protects anything. */
import { enforcement, type Coverage } from '../../../pkg/governance/index.js';
import { foreignLine, grouped, plural, printable } from '../../../pkg/text/index.js';
import type { Sights } from './ask.js';
import { howToSeeAll } from './grant-words.js';
import type { Context } from './context.js';
import { failed, ok, unknown, warning, type Judged } from './result.js';

const MAX_PATTERNS = 200;

/** Of an App its installation says it; of a token only the count of what it sees beside GitHub's own count. */
export function judgeVisibility(sights: Sights, { kind, organization }: Context): Judged {
  const { installation, repositories, organization: known } = sights;
  if (kind === 'app') {
    if (installation?.value === undefined) return unknown('not asked');
    return installation.value.all
      ? ok('the App is installed on all repositories')
      : warning('the App is installed on selected repositories: it sees those alone', howToSeeAll(kind));
  }
  if (repositories?.value === undefined || known?.value === undefined) return unknown('not asked');
  const { visible } = repositories.value;
  const { publicCount, privateCount } = known.value;
  const seen = plural(visible, 'repository', 'repositories');
  if (publicCount === undefined || privateCount === undefined) {
    return warning(
      `the token sees ${seen}; GitHub does not say how many there are in ${organization}`,
      howToSeeAll(kind),
    );
  }
  const all = publicCount + privateCount;
  if (visible === all) return ok(`the token sees all ${seen}`);
  return warning(
    `the token sees ${seen}, and GitHub counts ${grouped(all)}: a pass cannot know which repositories are gone`,
    howToSeeAll(kind),
  );
}

export function judgeRuleset({ ruleset, headers }: Sights, context: Context): Judged {
  if (ruleset === undefined) return unknown('not asked');
  if (ruleset.value !== undefined) {
    const { name, id, members } = ruleset.value.live;
    const { property } = context.aim;
    const how = property === undefined ? 'by id' : `by the property ${printable(property.name)}`;
    return ok(`${printable(name)}, id ${id}, targets ${plural(members.size, 'repository', 'repositories')} ${how}`);
  }
  // Without the permission GitHub shows no ruleset: that is told on its own line.
  const { code } = ruleset.error;
  const isHidden = code === 'PLUS1_PERMISSION_MISSING' || headers.scopes?.includes('admin:org') === false;
  if (isHidden) return unknown(`GitHub shows no ruleset of ${context.organization} without the permission`);
  if (code === 'PLUS1_RULESET_NOT_FOUND' && context.makesRuleset)
    return warning(
      `there is no ruleset ${printable(context.ruleset)}: ruleset.template makes it`,
      'nothing to do: a run that writes makes it where two listings in a row lack it and a repository enters',
    );
  return failed(ruleset.error);
}

const WORDS: Readonly<Record<Exclude<Coverage, 'enforced' | 'branch_not_covered'>, [what: string, fix: string]>> = {
  disabled: ['the ruleset is disabled: it protects nothing', 'Enforcement status > Active'],
  evaluate: ['the ruleset only evaluates: it refuses nothing', 'Enforcement status > Active'],
  target_not_branch: ['the ruleset does not target branches: it protects none', 'create a branch ruleset of that name'],
  no_rules: ['the ruleset has no rules: it protects nothing', 'choose its rules'],
};

export function judgeEnforcement({ ruleset }: Sights, context: Context): Judged {
  const live = ruleset?.value?.live;
  if (live === undefined) return unknown('the ruleset was not seen');
  const where = `organization Settings > Repository > Rulesets > ${context.ruleset}`;
  const coverage = enforcement(live, undefined);
  if (coverage === 'enforced') return ok(`active, ${plural(live.rules, 'rule')}, covers the default branch`);
  if (coverage !== 'branch_not_covered') {
    const [what, fix] = WORDS[coverage];
    return warning(what, `${where} > ${fix}`);
  }
  const { include = [], exclude = [] } = live.refName ?? {};
  const patterns = foreignLine(include.join(', '), MAX_PATTERNS);
  if (include.length > 0 && !exclude.some((pattern) => pattern.startsWith('~')))
    return ok(`active, ${plural(live.rules, 'rule')}, covers default branches called ${patterns}`);
  return warning('the ruleset covers no branch', `${where} > Target branches > Add target > Include default branch`);
}
