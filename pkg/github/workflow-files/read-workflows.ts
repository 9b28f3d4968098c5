/**
 * The workflow files and actions of repositories at the heads of their default branches, in bulk. `file(path:)` of one commit, so that
 * all that is told of a repository is of the same one; `entries` is no connection, and costs no points.
 * https://docs.github.com/en/graphql/reference/objects#tree
 */
import type { Repository } from '../../api/index.js';
import { batchesOf, inLanes } from '../../base/index.js';
import { hasCode } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { ask, RetryableAnswer } from '../inventory/retryable-answer.js';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';
import type { Requester } from '../requester/requester.js';
import { treesOf, workflowsOf, type WorkflowFiles } from './workflows-answer.js';

/** Repositories in one question with texts: 11 files of 4 kB each, mostly. */
const TEXTS_SIZE = 20;
/** The same without texts. */
const TREES_SIZE = 100;

const OIDS = `w: file(path: ".github/workflows") { oid }
            a: file(path: ".github/actions") { oid }
            y: file(path: "action.yml") { oid }
            z: file(path: "action.yaml") { oid }`;

const query = (fields: string, fragments = ''): string => `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      defaultBranchRef {
        target {
          ... on Commit {
            oid
            ${fields}
          }
        }
      }
    }
  }
}${fragments}`;

const TREES_QUERY = query(OIDS);

/** The root folder proves that files can be read at all. */
const TEXTS_QUERY = query(
  `tree { entries { name } }
            w: file(path: ".github/workflows") { oid type object { ... on Tree { entries { ...entry } } } }
            a: file(path: ".github/actions") {
              oid
              type
              object { ... on Tree { entries { name type object { ... on Tree { entries { ...entry } } } } } }
            }
            y: file(path: "action.yml") { oid ...entry }
            z: file(path: "action.yaml") { oid ...entry }`,
  `
fragment entry on TreeEntry { name mode type object { ... on Blob { byteSize isBinary isTruncated text } } }`,
);

export interface WorkflowsRequest {
  organization: string;
  /** Those whose texts are asked for. */
  texts: readonly Repository[];
  /** Those of which only what their trees are is asked for. */
  trees: readonly Repository[];
  /** Called as they arrive, and waited for: no more is asked for than is taken, and the texts are let go at once. */
  found: (repository: Repository, files: WorkflowFiles) => void | Promise<void>;
  /** Called with what the trees are at that commit. */
  tree: (repository: Repository, head: string, tree: string) => void;
}

export interface WorkflowsOptions {
  requester: Requester;
  context: MapContext;
  /** How many questions there may be at once now. */
  concurrency: () => number;
}

/** Those that GitHub did not answer for are told to nobody. Never throws. */
export async function readWorkflows(options: WorkflowsOptions, request: WorkflowsRequest): Promise<void> {
  const reading = new WorkflowsReading(options);
  await reading.inBatches(request.trees, TREES_SIZE, TREES_QUERY, async (answer, batch) => {
    for (const { repository, head, tree } of treesOf(answer, batch)) request.tree(repository, head, tree);
  });
  await reading.inBatches(request.texts, TEXTS_SIZE, TEXTS_QUERY, async (answer, batch) => {
    for (const { repository, files } of workflowsOf(answer, batch)) await request.found(repository, files);
  });
}

type Take = (answer: GraphQLAnswer, batch: readonly Repository[]) => Promise<void>;

class WorkflowsReading {
  readonly #options: WorkflowsOptions;
  #isEnded = false;

  constructor(options: WorkflowsOptions) {
    this.#options = options;
  }

  async inBatches(repositories: readonly Repository[], size: number, text: string, take: Take): Promise<void> {
    const lanes = { lanes: this.#options.concurrency(), goesOn: this.#goesOn };
    await inLanes(batchesOf(repositories, size), (batch) => this.#ask(batch, text, take), lanes);
  }

  #goesOn = (): boolean => !this.#isEnded && !this.#options.context.signal.aborted;

  /** A question without an answer is halved, down to one repository: its files may be what is too much. */
  async #ask(batch: readonly Repository[], text: string, take: Take): Promise<void> {
    const { requester, context } = this.#options;
    const variables = { ids: batch.map(({ nodeID }) => nodeID) };
    const call = { chain: 'reads', signal: context.signal } as const;
    try {
      await take(await ask(requester, { query: text, variables, call, context }), batch);
    } catch (error) {
      // What is left of a limit belongs to what protects somebody.
      if (hasCode(mapError(error, context), 'PLUS1_RATE_LIMITED')) this.#isEnded = true;
      if (!(error instanceof RetryableAnswer) || batch.length === 1) return;
      const half = Math.ceil(batch.length / 2);
      for (const part of [batch.slice(0, half), batch.slice(half)])
        if (this.#goesOn()) await this.#ask(part, text, take);
    }
  }
}
