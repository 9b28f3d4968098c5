/** Sights and settings for the checks: all as it should be, but for what a test says. */
import type { BaselineSettings, CheckResult, Sight } from '../../pkg/baseline/index.js';
import { judgeBaseline } from '../../pkg/baseline/index.js';

export const NOW_MS = Date.UTC(2026, 10, 22);
export const HOUR_MS = 3_600_000;

export const SETTINGS: BaselineSettings = {
  securityWorkflow: { enabled: true, uses: 'acme/security/.github/workflows/scan.yml', rule: true },
  rulesetsInherited: { enabled: true, names: ['plus1_enforcement'] },
  customProperties: { enabled: true, required: ['team', 'tier'] },
  codeowners: { enabled: true, owners: ['@acme/security'], paths: ['/.github/workflows/', '/.github/CODEOWNERS'] },
  branchProtection: { enabled: true, require: ['pull_request', 'deletion'] },
  securityScan: { enabled: true, tools: ['CodeQL'], maxAgeMs: 720 * HOUR_MS },
};

const USE = { name: 'acme/security/.github/workflows/scan.yml', ref: 'v1' };

export const GOOD: Sight = {
  rules: {
    seen: {
      rules: [
        { type: 'pull_request', ruleset: 'plus1_enforcement', asksCodeOwners: true },
        { type: 'deletion', ruleset: 'plus1_enforcement' },
      ],
      isWhole: true,
    },
  },
  classic: { seen: null },
  codeowners: { seen: { path: '.github/CODEOWNERS', text: '* @acme/security\n' } },
  codeownersErrors: { seen: [] },
  properties: {
    seen: {
      values: new Map([
        ['team', 'shop'],
        ['tier', '1'],
      ]),
      defaults: new Map([['tier', '3']]),
      defined: new Set(['team', 'tier']),
    },
  },
  workflows: { seen: { files: [{ path: '.github/workflows/ci.yml', uses: [USE] }], unreadable: [] } },
  scan: { seen: { newest: new Map([['CodeQL', NOW_MS - HOUR_MS]]), isWhole: true } },
};

export const judged = (sight: Partial<Sight>, settings: Partial<BaselineSettings> = {}): CheckResult[] =>
  judgeBaseline({ ...GOOD, ...sight }, { ...SETTINGS, ...settings }, NOW_MS);

/** The results that are not pass, by name. */
export const open = (sight: Partial<Sight>, settings: Partial<BaselineSettings> = {}): Record<string, string> =>
  Object.fromEntries(
    judged(sight, settings)
      .filter(({ result }) => result !== 'pass')
      .map(({ name, result }) => [name, result]),
  );
