/**
 * What a delivery of a webhook says: whose organization it is about, and whether it can matter. Pure. Nothing else of it is used, since
 * deliveries come late, twice, in any order, or never: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
import { isMapping } from '../base/index.js';
import { parseJSON } from '../text/index.js';

/** The events that call for a look, and `ping`, by which GitHub tries a new webhook out. */
export const WEBHOOK_EVENTS = [
  'push',
  'repository',
  'repository_ruleset',
  'organization',
  'custom_property_values',
  'installation',
  'installation_repositories',
  'ping',
] as const;

type Payload = Record<string, unknown>;

/**
 * Logins of the organizations that the delivery is about, none twice; empty where it cannot matter: another event, a push to another
 * branch than the default one, a body that is no JSON object.
 */
export function deliveryOrganizations(event: string, body: Uint8Array): string[] {
  if (!(WEBHOOK_EVENTS as readonly string[]).includes(event)) return [];
  const payload = payloadOf(body);
  if (payload === undefined || (event === 'push' && !isOfDefaultBranch(payload))) return [];
  const logins = [
    text(payload, 'organization', 'login'),
    text(payload, 'repository', 'owner', 'login'),
    text(payload, 'installation', 'account', 'login'),
  ];
  return [...new Set(logins.filter((login) => login !== undefined))];
}

function payloadOf(body: Uint8Array): Payload | undefined {
  try {
    const value = parseJSON(body);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where it does not say which branch is the default one, it may be that. */
function isOfDefaultBranch(payload: Payload): boolean {
  const [ref, branch] = [text(payload, 'ref'), text(payload, 'repository', 'default_branch')];
  return ref !== undefined && (branch === undefined || ref === `refs/heads/${branch}`);
}

function text(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce<unknown>((at, name) => (isMapping(at) ? at[name] : undefined), value);
  return typeof found === 'string' ? found : undefined;
}
