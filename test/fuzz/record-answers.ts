/**
 * Writes `corpus/answers` again: what the simulator, which is held to GitHub's published schemas, answers to the questions of a pass.
 * Run it after a question of `pkg/github` has changed: node --import tsx test/fuzz/record-answers.ts
 */
import { writeFileSync } from 'node:fs';
import {
  filesQuery,
  filesVariables,
  historyQuery,
  historyVariables,
  listQuery,
  OWNERS_QUERY,
  ROWS_QUERY,
} from '../../pkg/github/inventory/queries.js';
import { GitHubSimulator } from '../fakes/github/index.js';
import { entity, kept, PATH, town } from '../builders.js';

const NOW = Date.UTC(2026, 10, 2, 10);
const organization = town({ members: 2, demoted: 1, others: 1, archived: 1 });
organization.createRepository({ name: 'nested', files: { 'a/b.yaml': entity('production') }, visibility: 'private' });
organization.createRepository({ name: 'bare', files: { 'README.md': '# bare\n' } });
const github = new GitHubSimulator({ organizations: [organization], url: 'https://github.example', clock: () => NOW });
const ids = organization.repositories.slice(0, 4).map(({ nodeID }) => nodeID);
const paths = [PATH, 'a/b.yaml'];

async function record(name: string, method: string, url: string, body?: unknown): Promise<void> {
  const headers = { authorization: 'Bearer ghp_test', 'user-agent': 'record' };
  const text = body === undefined ? '' : JSON.stringify(body);
  const { answer } = await github.exchange({ method, url, headers }, text);
  const told = Buffer.isBuffer(answer.body) ? (JSON.parse(answer.body.toString()) as unknown) : answer.body;
  writeFileSync(new URL(`./corpus/answers/${name}.json`, import.meta.url), `${JSON.stringify(told, null, 1)}\n`);
}

const ask = (name: string, query: string, variables: Record<string, unknown>): Promise<void> =>
  record(name, 'POST', '/graphql', { query, variables });

await ask('listing', listQuery(), { org: 'acme', first: 4, direction: 'ASC' });
await ask('rows', ROWS_QUERY, { ids });
await ask('owners', OWNERS_QUERY, { ids });
for (const withFolder of [false, true])
  await ask(
    withFolder ? 'folders' : 'files',
    filesQuery(paths, { withFolder }),
    filesVariables(paths, ids, { withFolder }),
  );
await ask('histories', historyQuery(paths), historyVariables(paths, ids));
await ask('nobody', listQuery(), { org: 'nobody', first: 4, direction: 'ASC' });
await record('ruleset', 'GET', `/orgs/acme/rulesets/${kept(organization).id}`);
await record('rulesets', 'GET', '/orgs/acme/rulesets');
await record('organization', 'GET', '/orgs/acme');
await record('repositories', 'GET', '/orgs/acme/repos?per_page=2');
await record('limits', 'GET', '/rate_limit');
await record('refusal', 'GET', '/orgs/nobody');
