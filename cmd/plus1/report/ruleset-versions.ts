/** `--reconcile`: GitHub's history of the ruleset, to be held against the journal. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { readRulesetHistory } from '../../../pkg/github/index.js';
import type { ComparedVersions, RulesetNamed } from '../../../pkg/report/index.js';
import { readEnvironment } from '../environment.js';
import { clockOf, type CommandIO } from '../io.js';

/** How long GitHub keeps it. */
const KEPT_MS = 180 * 86_400_000;

export interface ReconcileOptions {
  reconcile?: true;
  token?: string;
}

/** Undefined without `--reconcile`. Throws PLUS1_USAGE where there is no token. */
export function rulesetVersions(
  { reconcile, token: given }: ReconcileOptions,
  io: CommandIO,
): ((of: RulesetNamed) => Promise<ComparedVersions>) | undefined {
  if (reconcile !== true) return undefined;
  const { apiURL = 'https://api.github.com', token: ofEnvironment, proxy } = readEnvironment(io.env);
  const token = given ?? ofEnvironment;
  if (token === undefined)
    throw new Plus1Error('PLUS1_USAGE', '--reconcile: no token', {
      fix: 'give --token, or set GITHUB_TOKEN to one that may read the ruleset (organization Administration: write)',
    });
  return async ({ organization, ruleset, apiHost }) => {
    requireHost(apiURL, apiHost);
    const options = { apiURL, token, proxy, clock: clockOf(io), signal: io.signal };
    const list = await readRulesetHistory({ ...options, organization, ruleset });
    return { list, sinceMs: io.clock() - KEPT_MS };
  };
}

/** A token is for one host: it is not sent to another because a journal names it. */
function requireHost(apiURL: string, apiHost: string | null): void {
  const { host } = new URL(apiURL);
  if (apiHost === null || apiHost === host) return;
  throw new Plus1Error('PLUS1_USAGE', `--reconcile: the journal is of ${apiHost}, and the token is for ${host}`, {
    fix: `set GITHUB_API_URL to the API of ${apiHost}, and give a token of it`,
  });
}
