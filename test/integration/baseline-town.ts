/**
 * An organization whose repositories meet the checklist, each check on its own, in every way and in none. What is true of each is written
 * here, and shares no code with the product.
 */
import type { BaselineCheck } from '../../pkg/api/index.js';
import type { BaselineResult } from '../../pkg/baseline/index.js';
import { town } from '../builders.js';
import type { Organization, Repository } from '../fakes/github/index.js';
import type { SpecInput } from './passes.js';

export const BASELINE: NonNullable<SpecInput['baseline']> = {
  enabled: true,
  scope: 'All',
  checks: {
    securityWorkflow: { uses: 'acme/security/.github/workflows/scan.yml' },
    rulesetsInherited: { names: ['base'] },
    customProperties: { required: ['team', 'tier'] },
    codeowners: { owners: ['@acme/security'], paths: ['/.github/workflows/', '/.github/CODEOWNERS'] },
    branchProtection: { require: ['pull_request', 'deletion'] },
    securityScan: { tools: ['CodeQL'] },
  },
};

type Files = Record<string, string>;
/** One way to meet a check, or not to. */
interface Way {
  is: BaselineResult;
  files?: Files;
  /** Names of the rulesets that are aimed at it. */
  rulesets?: string[];
  properties?: Record<string, string>;
  more?: (repository: Repository, nowMs: number) => void;
}

const HOUR_MS = 3_600_000;
const CALL = 'jobs:\n  x:\n    uses: acme/security/.github/workflows/scan.yml@v1\n';
const OTHER = 'jobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n';
const OWNED = '* @acme/security\n';

const WAYS: Record<BaselineCheck, Way[]> = {
  securityWorkflow: [
    { is: 'pass', files: { '.github/workflows/ci.yml': OTHER, '.github/workflows/scan.yml': CALL } },
    { is: 'pass', rulesets: ['scans'] },
    { is: 'pass', rulesets: ['scans'], files: { '.github/workflows/ci.yml': OTHER } },
    { is: 'fail', files: { '.github/workflows/ci.yml': OTHER } },
    { is: 'fail' },
    { is: 'fail', rulesets: ['others'], files: { '.github/actions/x/action.yml': 'runs:\n  using: node24\n' } },
  ],
  rulesetsInherited: [{ is: 'pass', rulesets: ['base'] }, { is: 'fail' }],
  customProperties: [
    { is: 'pass', properties: { team: 'shop', tier: '1' } },
    { is: 'fail', properties: { team: 'shop' } },
    { is: 'fail', properties: { tier: '1' } },
  ],
  codeowners: [
    { is: 'pass', files: { '.github/CODEOWNERS': OWNED } },
    { is: 'pass', files: { CODEOWNERS: OWNED, 'docs/CODEOWNERS': '* @eve\n' } },
    { is: 'pass', files: { 'docs/CODEOWNERS': `${OWNED}/.github/ @acme/ghost\n` } },
    { is: 'fail' },
    { is: 'fail', files: { '.github/CODEOWNERS': '* @eve\n', CODEOWNERS: OWNED } },
    { is: 'fail', files: { CODEOWNERS: `${OWNED}/.github/workflows/\n` } },
    { is: 'fail', files: { CODEOWNERS: '* @acme/security @acme/ghost\n' } },
  ],
  branchProtection: [
    { is: 'pass', rulesets: ['reviews', 'kept'] },
    { is: 'pass', more: ({ security }) => void security.protect() },
    {
      is: 'pass',
      rulesets: ['reviews'],
      more: ({ security }) => void security.protect({ requiresApprovingReviews: false }),
    },
    { is: 'fail', rulesets: ['reviews'] },
    { is: 'fail' },
  ],
  securityScan: [
    { is: 'pass', more: ({ security }, nowMs) => void security.analyze('CodeQL', nowMs - HOUR_MS) },
    { is: 'fail', more: ({ security }, nowMs) => void security.analyze('CodeQL', nowMs - 721 * HOUR_MS) },
    { is: 'fail', more: ({ security }, nowMs) => void security.analyze('Other', nowMs - HOUR_MS) },
    { is: 'fail' },
    { is: 'not_available', more: ({ security }) => void (security.scans = false) },
  ],
};

const RULES: Record<string, { type: string; parameters?: Record<string, unknown> }[]> = {
  base: [{ type: 'non_fast_forward' }],
  kept: [{ type: 'deletion' }],
  reviews: [{ type: 'pull_request', parameters: { require_code_owner_review: true } }],
  scans: [workflowsRule('.github/workflows/scan.yml')],
  others: [workflowsRule('.github/workflows/lint.yml')],
};

function workflowsRule(path: string): { type: string; parameters: Record<string, unknown> } {
  return { type: 'workflows', parameters: { workflows: [{ path, repository_id: 5 }] } };
}

export type Truth = Readonly<Record<BaselineCheck, BaselineResult>>;

export interface BaselineTown {
  organization: Organization;
  /** By repository id. */
  truth: ReadonlyMap<number, Truth>;
}

/** `nowMs`: what the ages of analyses count from. All are private, since the rest of a public one needs no permission. */
export function baselineTown(size: number, nowMs: number): BaselineTown {
  const organization = town({ members: size });
  organization.unknownOwners = new Set(['@acme/ghost']);
  organization.properties.define({ property_name: 'team', value_type: 'string' });
  organization.properties.define({ property_name: 'tier', value_type: 'string', required: true, default_value: '3' });
  organization.ruleset('plus1_enforcement').edit({ rules: [{ type: 'required_linear_history' }] });
  const aimed = new Map(Object.keys(RULES).map((name) => [name, [] as number[]]));
  const truth = new Map<number, Truth>();
  for (const [index, repository] of organization.repositories.entries()) {
    repository.set({ visibility: 'private' });
    const ways = waysOf(index);
    truth.set(repository.id, Object.fromEntries(ways.map(([name, { is }]) => [name, is])) as Truth);
    for (const [, way] of ways) take(repository, way, { nowMs, aimed });
  }
  for (const [name, rules] of Object.entries(RULES))
    organization.addRuleset({
      ...{ name, enforcement: 'active', rules },
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repository_id: { repository_ids: aimed.get(name) ?? [] },
      },
    });
  return { organization, truth };
}

/** Each repository another mixture: the next way of a check comes after all of those before it. */
function waysOf(index: number): [BaselineCheck, Way][] {
  let rest = index * 7;
  return (Object.entries(WAYS) as [BaselineCheck, Way[]][]).map(([name, ways], place) => {
    const way = ways[(rest + place) % ways.length] as Way;
    rest = Math.floor(rest / 2) + index;
    return [name, way];
  });
}

function take(
  repository: Repository,
  { files = {}, rulesets = [], properties = {}, more }: Way,
  { nowMs, aimed }: { nowMs: number; aimed: ReadonlyMap<string, number[]> },
): void {
  for (const [path, text] of Object.entries(files)) repository.commit(path, text);
  for (const name of rulesets) aimed.get(name)?.push(repository.id);
  for (const [name, value] of Object.entries(properties))
    repository.organization.properties.set(repository.id, name, value);
  more?.(repository, nowMs);
}
