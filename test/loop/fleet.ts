/**
 * Many policies in one process, some of which fail, each in its own way, and go on failing. Healthy ones share credentials
 * in groups; every failing one has its own, by which its faults are known.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { kept, RULESET, town } from '../builders.js';
import type { Fault, GitHubSimulator, LoggedRequest, Organization } from '../fakes/github/index.js';

export interface FleetFolders {
  policies: string;
  credentials: string;
}

export interface FleetOptions {
  policies: number;
  failing: number;
  interval: string;
}

export interface Member {
  name: string;
  /** What is wrong with it; absent where nothing is. */
  way?: string;
  /** The reason of `Ready=False` that it must have. */
  reason?: string;
  token: string;
}

interface Way {
  way: string;
  reason: string;
  organization?: (organization: Organization) => void;
  /** Laid over the spec. */
  spec?: object;
  isUnknownToken?: true;
  isAbsent?: true;
  fault?: { when: (request: LoggedRequest) => boolean; fault: Fault };
}

const always = (): boolean => true;

export const WAYS: readonly Way[] = [
  { way: 'bad token', reason: 'AuthenticationFailed', isUnknownToken: true },
  { way: 'ruleset missing', reason: 'RulesetNotFound', organization: (org) => org.deleteRuleset(kept(org)) },
  { way: '502 always', reason: 'GitHubUnavailable', fault: { when: always, fault: { kind: 'status', status: 502 } } },
  { way: 'no answer', reason: 'GitHubUnavailable', fault: { when: always, fault: { kind: 'timeout' } } },
  {
    way: 'rate limited',
    reason: 'RateLimited',
    fault: { when: always, fault: { kind: 'primary', status: 403, resetInS: 900 } },
  },
  {
    way: 'partial GraphQL',
    reason: 'Incomplete',
    fault: { when: ({ operation }) => operation === 'files', fault: { kind: 'graphql-partial' } },
  },
  {
    way: 'two rulesets of that name',
    reason: 'AmbiguousRuleset',
    organization: (org) => void org.addRuleset({ name: RULESET, conditions: kept(org).conditions }),
  },
  {
    way: 'ruleset of all repositories',
    reason: 'UnsupportedTargeting',
    organization: (org) =>
      void kept(org).edit({
        conditions: {
          ref_name: { include: ['~ALL'], exclude: [] },
          repository_name: { include: ['~ALL'], exclude: [] },
        },
      }),
  },
  { way: 'organization missing', reason: 'OrganizationNotFound', isAbsent: true },
  { way: 'wrong policy', reason: 'InvalidSpec', spec: { guards: { maxLeaving: 'half' } } },
];

/** Policies that share a credential. */
const GROUP = 10;

/** Lays the fleet into the folders and the simulator. */
export function layFleet(
  github: GitHubSimulator,
  folders: FleetFolders,
  { policies, failing, interval }: FleetOptions,
): Member[] {
  github.world.tokens.acceptAny = false;
  const every = Math.floor(policies / failing);
  const members = Array.from({ length: policies }, (_, index): Member => {
    const name = `org-${String(index).padStart(3, '0')}`;
    const isFailing = index % every === 0 && index / every < failing;
    const known = isFailing ? WAYS[(index / every) % WAYS.length] : undefined;
    const secret = known === undefined ? `group-${Math.floor(index / GROUP)}` : name;
    const token = `ghp_${secret.replace('-', '')}`.padEnd(40, '0');
    lay(github, folders, { name, secret, token, way: known, interval });
    return { name, token, ...(known && { way: known.way, reason: known.reason }) };
  });
  return members;
}

interface Laid {
  name: string;
  secret: string;
  token: string;
  way: Way | undefined;
  interval: string;
}

function lay(
  github: GitHubSimulator,
  { policies, credentials }: FleetFolders,
  { name, secret, token, way, interval }: Laid,
): void {
  if (way?.isAbsent !== true) {
    const organization = github.world.add(town({ login: name, members: 8, promoted: 1, demoted: 1, others: 10 }));
    way?.organization?.(organization);
  }
  if (way?.isUnknownToken !== true)
    github.world.tokens.add(token, { kind: 'classic', login: secret, scopes: ['repo', 'admin:org'] });
  if (way?.fault !== undefined) {
    const { when, fault } = way.fault;
    github.faults.when((request) => isOf(request, token) && when(request), fault, Infinity);
  }
  mkdirSync(join(credentials, secret), { recursive: true });
  writeFileSync(join(credentials, secret, 'token'), token);
  writeFileSync(join(credentials, secret, 'githubAppBaseURL'), github.apiURL);
  const spec = {
    organization: name,
    github: { apiURL: github.apiURL, credentials: { secretRef: { name: secret } } },
    schedule: { interval, quickInterval: '0s' },
    ...way?.spec,
  };
  const text = stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name }, spec });
  writeFileSync(join(policies, `${name}.yaml`), text);
}

/** True where the request bears that token. */
export function isOf({ headers }: LoggedRequest, token: string): boolean {
  return String(headers['authorization']).endsWith(token);
}
