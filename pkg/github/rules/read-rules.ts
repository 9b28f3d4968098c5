/**
 * Whether rules of a ruleset are in force on the default branches of repositories: membership is not protection until they are. In bulk
 * over GraphQL; an older server, whose schema does not have the field, is asked over REST, one repository a request.
 * https://docs.github.com/en/graphql/reference/objects#ref
 */
import type { Repository } from '../../api/index.js';
import { batchesOf, inLanes } from '../../base/index.js';
import { hasCode } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { ask, RetryableAnswer } from '../inventory/retryable-answer.js';
import type { Requester } from '../requester/requester.js';
import type { RulesRequest, RulesSight } from '../types.js';
import { lacksRules, sightOfBranch, sightsOf } from './rules-answer.js';

/** Repositories in one question, each with up to 100 rules: one point. */
const BATCH_SIZE = 50;
/** A question that fails is halved, but not below this: what is smaller fails for another reason than its size. */
const LEAST_BATCH_SIZE = 13;
/** Repositories that an older server is asked about in one pass. */
const MOST_BY_REST = 100;

const RULES_QUERY = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      defaultBranchRef {
        rules(first: 100) { pageInfo { hasNextPage } nodes { repositoryRuleset { databaseId } } }
      }
    }
  }
}`;

export interface RulesOptions {
  requester: Requester;
  context: MapContext;
  /** How many questions there may be at once now. */
  concurrency: () => number;
}

type Sights = Map<number, RulesSight>;

/** By id; without those that were not asked about, because a limit or the signal ended it. Never throws. */
export async function readRules(options: RulesOptions, request: RulesRequest): Promise<Sights> {
  const reading = new RulesReading(options, request);
  await reading.run();
  return reading.sights;
}

class RulesReading {
  readonly sights: Sights = new Map();
  readonly #options: RulesOptions;
  readonly #request: RulesRequest;
  #isEnded = false;
  #isOld = false;

  constructor(options: RulesOptions, request: RulesRequest) {
    this.#options = options;
    this.#request = request;
  }

  async run(): Promise<void> {
    const { repositories } = this.#request;
    const batches = batchesOf(repositories, BATCH_SIZE);
    // The first one alone: it shows whether the server has the field.
    const [first] = batches.splice(0, 1);
    if (first !== undefined) await this.#askBatch(first);
    const lanes = { lanes: this.#options.concurrency(), goesOn: this.#goesOn };
    if (!this.#isOld) return inLanes(batches, (batch) => this.#askBatch(batch), lanes);
    const known = repositories.filter(({ defaultBranch }) => defaultBranch !== undefined);
    await inLanes(known.slice(0, MOST_BY_REST), (repository) => this.#askOne(repository), lanes);
  }

  #goesOn = (): boolean => !this.#isEnded && !this.#options.context.signal.aborted;

  async #askBatch(batch: readonly Repository[]): Promise<void> {
    const { requester, context } = this.#options;
    const variables = { ids: batch.map(({ nodeID }) => nodeID) };
    const call = { chain: 'reads', signal: context.signal } as const;
    try {
      const answer = await ask(requester, { query: RULES_QUERY, variables, call, context });
      if (lacksRules(answer)) this.#isOld = true;
      else this.#take(batch, answer);
    } catch (error) {
      if (!(error instanceof RetryableAnswer)) return this.#fail(batch, error);
      const half = Math.ceil(batch.length / 2);
      if (half < LEAST_BATCH_SIZE) return this.#fail(batch, error);
      for (const part of [batch.slice(0, half), batch.slice(half)]) if (this.#goesOn()) await this.#askBatch(part);
    }
  }

  #take(batch: readonly Repository[], answer: Parameters<typeof sightsOf>[0]): void {
    const ids = batch.map(({ id }) => id);
    for (const [index, sight] of sightsOf(answer, ids, this.#request.rulesetID).entries())
      this.sights.set(ids[index] ?? 0, sight);
  }

  async #askOne(repository: Repository): Promise<void> {
    const { requester, context } = this.#options;
    const { organization: owner, rulesetID } = this.#request;
    const parameters = { owner, repo: repository.name, branch: repository.defaultBranch, per_page: 100 };
    try {
      const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}';
      const answer = await requester.rest(route, parameters, { chain: 'reads', signal: context.signal });
      const hasMore = answer.headers['link']?.includes('rel="next"') === true;
      this.sights.set(repository.id, sightOfBranch(answer.data, hasMore, rulesetID));
    } catch (error) {
      this.#fail([repository], error);
    }
  }

  /** What is left of a limit belongs to what protects somebody. */
  #fail(batch: readonly Repository[], error: unknown): void {
    if (hasCode(mapError(error, this.#options.context), 'PLUS1_RATE_LIMITED')) this.#isEnded = true;
    else if (!this.#options.context.signal.aborted) for (const { id } of batch) this.sights.set(id, 'unknown');
  }
}
