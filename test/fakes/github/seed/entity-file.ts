/** Catalogue files that look like real ones: sizes, comments, links, now and then several documents. */
import type { Random } from './random.js';
import { pick } from './random.js';

export type EntityKind =
  'valid_production' | 'valid_non_production' | 'missing_lifecycle' | 'invalid_schema' | 'invalid_yaml';

const TEAMS = ['payments', 'identity', 'search', 'platform', 'growth', 'data', 'mobile', 'logistics'];
const LANGUAGES = ['go', 'python', 'java', 'typescript', 'ruby', 'rust'];
const OTHER_LIFECYCLES = ['experimental', 'deprecated', 'development', 'staging'];
const SENTENCES = [
  'Owned around the clock; page before you restart it.',
  'Reads from the order stream and keeps the ledger in step.',
  'Runbook and dashboards are linked below.',
  'Kept for the old mobile clients, to be retired next year.',
  'Everything that leaves this service goes through the outbox.',
];

export function entityFile(random: Random, name: string, kind: EntityKind): string {
  const first = document(random, name, kind);
  // About one file in ten also describes a queue or a database beside the service.
  if (random() > 0.1) return first;
  const lifecycle = kind === 'valid_production' ? 'production' : undefined;
  return `${first}---\n${companion(random, name, lifecycle ?? (kind === 'valid_non_production' ? 'experimental' : undefined))}`;
}

function document(random: Random, name: string, kind: EntityKind): string {
  const team = pick(random, TEAMS);
  const lines = [
    ...(random() < 0.4 ? ['# Read by the service catalogue; see the handbook before you change it.'] : []),
    `apiVersion: ${kind === 'invalid_schema' && random() < 0.5 ? 'v2.2' : pick(random, ['v3', 'v3', 'v3', 'v3.0'])}`,
    `kind: service`,
    ...metadata(random, name, team, kind),
    ...spec(random, kind),
    ...(kind === 'invalid_yaml' ? [`  description: "never closed`, `   bad indent: [`] : []),
    ...extras(random, name, team),
  ];
  return `${lines.join('\n')}\n`;
}

function metadata(random: Random, name: string, team: string, kind: EntityKind): string[] {
  const title = name.replaceAll('-', ' ');
  return [
    'metadata:',
    // The other half of the invalid ones lack their name instead of their version.
    ...(kind === 'invalid_schema' ? ['  name: ""'] : [`  name: ${name}`]),
    `  displayName: ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    `  owner: ${team}`,
    `  description: ${pick(random, SENTENCES)}`,
    '  tags:',
    `    - team:${team}`,
    ...(random() < 0.7 ? [`    - language:${pick(random, LANGUAGES)}`] : []),
    '  contacts:',
    '    - type: slack',
    `      contact: https://example.slack.com/archives/${team}`,
    ...(random() < 0.6 ? ['    - name: On call', '      type: email', `      contact: ${team}@example.com`] : []),
    '  links:',
    '    - name: Source',
    '      type: repo',
    '      provider: github',
    `      url: https://github.com/acme/${name}`,
    ...(random() < 0.5
      ? ['    - name: Runbook', '      type: runbook', `      url: https://wiki.example.com/runbooks/${name}`]
      : []),
  ];
}

function spec(random: Random, kind: EntityKind): string[] {
  const lifecycle =
    kind === 'valid_production' || kind === 'invalid_yaml' || kind === 'invalid_schema'
      ? 'production'
      : pick(random, OTHER_LIFECYCLES);
  const quoted = random() < 0.2 ? `"${lifecycle}"` : lifecycle;
  const comment = random() < 0.15 ? '  # agreed with the owners' : '';
  return [
    'spec:',
    ...(kind === 'missing_lifecycle' ? [] : [`  lifecycle: ${quoted}${comment}`]),
    `  tier: "${Math.ceil(random() * 3)}"`,
    '  type: web',
    ...(random() < 0.5 ? ['  languages:', `    - ${pick(random, LANGUAGES)}`] : []),
    ...(random() < 0.4 ? ['  dependsOn:', '    - service:identity-gateway', '    - datastore:orders-primary'] : []),
  ];
}

function extras(random: Random, name: string, team: string): string[] {
  if (random() < 0.45) return [];
  return [
    'integrations:',
    '  pagerduty:',
    `    serviceURL: https://example.pagerduty.com/service-directory/${team.toUpperCase()}`,
    'datadog:',
    '  codeLocations:',
    `    - repositoryURL: https://github.com/acme/${name}`,
    '      paths:',
    '        - "**"',
    '  logs:',
    '    - name: Errors',
    `      query: service:${name} status:error`,
  ];
}

function companion(random: Random, name: string, lifecycle: string | undefined): string {
  const lines = [
    'apiVersion: v3',
    'kind: queue',
    'metadata:',
    `  name: ${name}-events`,
    `  owner: ${pick(random, TEAMS)}`,
    'spec:',
    '  componentOf:',
    `    - service:${name}`,
  ];
  return `${[...lines, ...(lifecycle ? [`  lifecycle: ${lifecycle}`] : [])].join('\n')}\n`;
}
