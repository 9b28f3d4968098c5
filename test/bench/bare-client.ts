/**
 * The yardstick: the same questions with nothing but `fetch`. It reads, counts and forgets: it judges no file, proves
 * nothing, repeats nothing, remembers nothing and writes nothing. What Plus1 needs beyond it is the price of all that.
 */
import { setTimeout as sleep } from 'node:timers/promises';

interface Row {
  id: string;
  isArchived: boolean;
}

const PAGE = 100;
const BATCH = 50;

const LIST = `query ($org: String!, $after: String) {
  organization(login: $org) {
    repositories(first: ${PAGE}, after: $after, orderBy: {field: CREATED_AT, direction: ASC}, ownerAffiliations: [OWNER]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id databaseId name visibility isArchived isDisabled isEmpty isFork isTemplate defaultBranchRef { name target { oid } } }
    }
  }
}`;

const FILES = `query ($ids: [ID!]!, $path: String!) {
  nodes(ids: $ids) {
    ... on Repository {
      id databaseId isEmpty isDisabled
      defaultBranchRef { name target { ... on Commit { oid author { name user { login } }
        file(path: $path) { mode type object { __typename ... on Blob { byteSize isBinary isTruncated text } } } } } }
    }
  }
}`;

const [api = '', org = '', ruleset = '', most = '5'] = process.argv.slice(2);
const headers = { authorization: 'Bearer ghp_bench', 'content-type': 'application/json' };
const startMs = performance.now();
let inFlight = 0;
let files = 0;

/** As many as Plus1 has where each answer is quick: two, and one more each second. */
const places = (): number => Math.min(Number(most), 2 + Math.floor((performance.now() - startMs) / 1_000));

async function ask(path: string, body?: object): Promise<unknown> {
  while (inFlight >= places()) await sleep(1);
  inFlight += 1;
  try {
    const answer = await fetch(
      `${api}${path}`,
      body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) },
    );
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return await answer.json();
  } finally {
    inFlight -= 1;
  }
}

async function read(ids: readonly string[]): Promise<void> {
  const answer = (await ask('/graphql', { query: FILES, variables: { ids, path: 'entity.datadog.yaml' } })) as {
    data: { nodes: unknown[] };
  };
  files += answer.data.nodes.length;
}

await ask(`/orgs/${org}`);
const rulesets = (await ask(`/orgs/${org}/rulesets?per_page=100`)) as { id: number; name: string }[];
await ask(`/orgs/${org}/rulesets/${rulesets.find(({ name }) => name === ruleset)?.id ?? 0}`);

const reading: Promise<void>[] = [];
let waiting: string[] = [];
let after: string | null = null;
do {
  const answer = (await ask('/graphql', { query: LIST, variables: { org, after } })) as {
    data: {
      organization: { repositories: { pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Row[] } };
    };
  };
  const { nodes, pageInfo } = answer.data.organization.repositories;
  waiting.push(...nodes.filter(({ isArchived }) => !isArchived).map(({ id }) => id));
  while (waiting.length >= BATCH) {
    reading.push(read(waiting.slice(0, BATCH)));
    waiting = waiting.slice(BATCH);
  }
  after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
} while (after !== null);
if (waiting.length > 0) reading.push(read(waiting));
await Promise.all(reading);
process.stdout.write(`${files} files\n`);
