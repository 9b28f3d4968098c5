/** Rulesets under a name that only Plus1 gives, which this policy does not know: of another policy, or of one whose status was lost. */
import type { OwnedRuleset } from '../../github/index.js';
import { readOwned, type OwnedMeans } from './means.js';

/** Nothing is ever written to them. Throws where one is listed and cannot be read. */
export async function strangers(means: OwnedMeans, prefix: string, signal: AbortSignal): Promise<OwnedRuleset[]> {
  const { ledger, organization, reader } = means;
  const known = new Set(ledger.all.map(({ id }) => id));
  const found: OwnedRuleset[] = [];
  for (const { id, name } of await reader.owned.list(organization, signal)) {
    if (!name.startsWith(prefix) || known.has(id)) continue;
    const ruleset = await readOwned(means, id, signal);
    if (ruleset !== undefined) found.push(ruleset);
  }
  return found;
}
