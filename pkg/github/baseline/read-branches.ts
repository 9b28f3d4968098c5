/** Rules, classic protection and CODEOWNERS of repositories in bulk: 50 a question, 1 point each. */
import type { Repository } from '../../api/index.js';
import { batchesOf, inLanes, SharedTexts } from '../../base/index.js';
import { hasCode } from '../../errors/index.js';
import { ask, RetryableAnswer } from '../inventory/retryable-answer.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { isGranted } from '../requester/grant.js';
import type { Requester } from '../requester/requester.js';
import { nodeSights, unansweredSight, type NodeSight } from './answer.js';
import { lackedBy, OF_PART, PERMISSIONS, refused } from './missing.js';
import { lackingParts, questionOf } from './question.js';
import {
  BASELINE_PARTS,
  type BaselinePart,
  type BranchesRequest,
  type BranchesSeen,
  type BranchSight,
} from './types.js';

/** Repositories in one question. */
const BATCH_SIZE = 50;
/** A question that fails is halved, but not below this: what is smaller fails for another reason than its size. */
const LEAST_BATCH_SIZE = 7;

export interface BranchesOptions {
  requester: Requester;
  context: MapContext;
  /** How many questions there may be at once now. */
  concurrency: () => number;
}

/** Never throws. */
export async function readBranches(options: BranchesOptions, request: BranchesRequest): Promise<BranchesSeen> {
  const reading = new BranchesReading(options, request);
  await reading.run();
  return reading.seen();
}

class BranchesReading {
  readonly #options: BranchesOptions;
  readonly #request: BranchesRequest;
  readonly #sights = new Map<number, NodeSight>();
  /** All of them wait for the last one, and most name the same rules. */
  readonly #texts = new SharedTexts();
  readonly #lacks: Set<BaselinePart>;
  #isEnded = false;

  constructor(options: BranchesOptions, request: BranchesRequest) {
    this.#options = options;
    this.#request = request;
    this.#lacks = new Set(request.lacks);
  }

  async run(): Promise<void> {
    const { repositories } = this.#request;
    const batches = batchesOf(repositories, BATCH_SIZE);
    // The first one alone: it shows what the schema of the server has.
    const [first] = batches.splice(0, 1);
    if (first !== undefined) await this.#ask(first);
    await inLanes(batches, (batch) => this.#ask(batch), { lanes: this.#options.concurrency(), goesOn: this.#goesOn });
  }

  seen(): BranchesSeen {
    const mayHide = this.#mayHideClassic();
    const sights = new Map([...this.#sights].map(([id, sight]) => [id, this.#whole(sight, mayHide)]));
    return { sights, lacks: [...this.#lacks] };
  }

  #goesOn = (): boolean => !this.#isEnded && !this.#options.context.signal.aborted;

  async #ask(batch: readonly Repository[]): Promise<void> {
    const { requester, context } = this.#options;
    const parts = new Set(
      BASELINE_PARTS.filter((part) => !this.#request.without.includes(part) && !this.#lacks.has(part)),
    );
    if (parts.size === 0) return this.#takeNone(batch);
    const variables = { ids: batch.map(({ nodeID }) => nodeID) };
    const call = { chain: 'reads', signal: context.signal } as const;
    try {
      const answer = await ask(requester, { query: questionOf(parts), variables, call, context });
      const lacking = lackingParts(answer.errors);
      for (const part of lacking) this.#lacks.add(part);
      // Nothing of the question was carried out. Each time a part less is asked for, so that this ends.
      if (lacking.length > 0) return await this.#ask(batch);
      const sights = nodeSights(
        answer,
        batch.map(({ id }) => id),
        parts,
      );
      for (const [index, { id }] of batch.entries())
        this.#sights.set(id, this.#texts.in(sights[index] ?? unansweredSight()));
    } catch (error) {
      const half = Math.ceil(batch.length / 2);
      if (!(error instanceof RetryableAnswer) || half < LEAST_BATCH_SIZE) return this.#fail(batch, error);
      for (const part of [batch.slice(0, half), batch.slice(half)]) if (this.#goesOn()) await this.#ask(part);
    }
  }

  #takeNone(batch: readonly Repository[]): void {
    for (const { id } of batch) this.#sights.set(id, unansweredSight());
  }

  /** What is left of a limit belongs to what protects somebody. */
  #fail(batch: readonly Repository[], error: unknown): void {
    if (hasCode(mapError(error, this.#options.context), 'PLUS1_RATE_LIMITED')) this.#isEnded = true;
    else if (!this.#options.context.signal.aborted) this.#takeNone(batch);
  }

  /**
   * Administrators alone are shown a classic protection. What an App or a fine-grained token may do, it may do everywhere: one that is
   * shown proves that others would be. The person behind a classic token may administer some repositories alone.
   */
  #mayHideClassic(): boolean {
    const { kind, fineGrained, granted: ask } = this.#options.context;
    if (kind === 'Token' && fineGrained !== true) return true;
    const granted = ask?.();
    if (granted !== undefined) return !isGranted('administration: read', granted);
    return ![...this.#sights.values()].some(
      ({ classic }) => classic !== 'hidden' && 'seen' in classic && classic.seen !== null,
    );
  }

  #whole({ classic, ...sight }: NodeSight, mayHide: boolean): BranchSight {
    const whole: BranchSight = {
      ...sight,
      classic: classic !== 'hidden' ? this.#trusted(classic) : mayHide ? HIDDEN : { seen: null },
    };
    for (const part of this.#lacks) whole[part] = lackedBy(part);
    return whole;
  }

  /** GitHub tells of the person behind a fine-grained token that they administer a repository, not of the token. */
  #trusted(classic: BranchSight['classic']): BranchSight['classic'] {
    const { fineGrained } = this.#options.context;
    const isNone = 'seen' in classic && classic.seen === null;
    return isNone && fineGrained === true && this.#mayHideClassic() ? HIDDEN : classic;
  }
}

const HIDDEN = {
  ...refused('administration', OF_PART.classic.what),
  fix: `grant the credential ${PERMISSIONS.administration}, or protect the branch by a ruleset`,
};
