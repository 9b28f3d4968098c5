/** The simulator's command line as a value. Throws `Error` with one line for the person who typed it. */
import { parseArgs } from 'node:util';
import { ALL_FAULTS } from './faults.js';
import type { Fault } from './faults.js';
import { readFolder } from './folder.js';
import { seedOrganization, specOrganization } from './seed/organization.js';
import type { GitHubOptions } from './server/server.js';
import type { Organization } from './world/organization.js';

export const HELP = `A simulator of GitHub's API. Prints one line of JSON with its address and runs until it is interrupted.

  node --import tsx test/fakes/github/main.ts [options]

  --spec                      the specification's example: acme, 1,250 repositories, 450 in production (the default)
  --seed-org LOGIN:N          an organization of N repositories in the same proportions; may be repeated
  --folder DIR                organizations from DIR/<org>/<repository>/<path>
  --port N                    default: any free port
  --ghes                      serve below /api/v3, GraphQL at /api/graphql
  --token TOKEN               accept this token alone; default: any
  --latency-request-ms N      what a request takes
  --latency-repository-ms N   and what each repository in the answer adds
  --latency-file-ms N         and each file that is read
  --rest-limit N              requests an hour (5000)
  --graphql-limit N           points an hour (5000)
  --secondary-limits          enforce the limits by the minute
  --fault N:KIND[:JSON]       a fault at the N-th request, as 3:status:{"status":504}; may be repeated
                              kinds: ${ALL_FAULTS.map(({ kind }) => kind).join(', ')}
  --help
`;

const OPTIONS = {
  spec: { type: 'boolean' },
  'seed-org': { type: 'string', multiple: true },
  folder: { type: 'string' },
  port: { type: 'string' },
  ghes: { type: 'boolean' },
  token: { type: 'string' },
  'latency-request-ms': { type: 'string' },
  'latency-repository-ms': { type: 'string' },
  'latency-file-ms': { type: 'string' },
  'rest-limit': { type: 'string' },
  'graphql-limit': { type: 'string' },
  'secondary-limits': { type: 'boolean' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

export interface CommandLine {
  help: boolean;
  options: GitHubOptions;
  token: string | undefined;
  faults: { at: number; fault: Fault }[];
}

export function parseCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({ args, options: OPTIONS });
  const options: GitHubOptions = {
    port: count(values, 'port', 0),
    basePath: values.ghes ? '/api/v3' : '',
    organizations: values.help ? [] : organizationsOf(values),
    latency: {
      requestMs: count(values, 'latency-request-ms', 0),
      repositoryMs: count(values, 'latency-repository-ms', 0),
      fileMs: count(values, 'latency-file-ms', 0),
    },
    rateLimit: {
      rest: count(values, 'rest-limit', 5_000),
      graphql: count(values, 'graphql-limit', 5_000),
      secondary: values['secondary-limits'] ?? false,
    },
  };
  return { help: values.help ?? false, options, token: values.token, faults: (values.fault ?? []).map(faultOf) };
}

function organizationsOf(values: Values): Organization[] {
  const seeded = (values['seed-org'] ?? []).map(proportional);
  const read = values.folder === undefined ? [] : readFolder(values.folder);
  const isDefault = seeded.length + read.length === 0;
  return [...(values.spec || isDefault ? [specOrganization()] : []), ...seeded, ...read];
}

/** The example's shares: 36 % in production, 2 % invalid, 6 % without lifecycle, 16 % archived. */
function proportional(text: string): Organization {
  const match = /^([A-Za-z0-9-]+):([1-9]\d*)$/.exec(text);
  if (!match?.[1]) throw new Error(`--seed-org ${text}: expected LOGIN:NUMBER`);
  const repositories = Number(match[2]);
  const share = (percent: number): number => Math.floor((repositories * percent) / 100);
  return seedOrganization({
    ...{ login: match[1], repositories, production: share(36), invalidSchema: share(2) },
    ...{ missingLifecycle: share(6), archived: share(16) },
  });
}

function faultOf(text: string): { at: number; fault: Fault } {
  const match = /^([1-9]\d*):([a-z0-9-]+)(?::(\{.*\}))?$/.exec(text);
  const known = ALL_FAULTS.find(({ kind }) => kind === match?.[2]);
  if (!match || !known)
    throw new Error(`--fault ${text}: expected NUMBER:KIND or NUMBER:KIND:{JSON}; --help lists the kinds`);
  const more = match[3] === undefined ? {} : (JSON.parse(match[3]) as object);
  return { at: Number(match[1]), fault: { ...known.example, ...more } };
}

function count(values: Values, name: keyof Values, fallback: number): number {
  const text = values[name];
  if (text === undefined) return fallback;
  if (typeof text !== 'string' || !/^\d+$/.test(text)) throw new Error(`--${name}: expected a whole number`);
  return Number(text);
}
