/**
 * Who changed the catalogue files of some repositories last: for the records, which must name a commit, a person and a pull request
 * where that is known. Nothing is decided by it. So a question without a usable answer leaves its repositories unknown and
 * nothing fails; the next question is still asked.
 */
import { hasCode } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import type { Requester } from '../requester/requester.js';
import type { FileHistory, OriginsRequest } from '../types.js';
import { readHistories } from './origins-answer.js';
import { historyQuery, historyVariables } from './queries.js';

/** Repositories in one question. Git walks the history for each path, which is slower than reading a file, and GitHub ends at 10 s. */
const BATCH_SIZE = 25;

export interface OriginsOptions {
  requester: Requester;
  context: MapContext;
}

/** By id; without those of which GitHub said nothing certain. Never throws: where the signal aborts, what is known by then. */
export async function readOrigins(
  { requester, context }: OriginsOptions,
  { repositories, paths }: OriginsRequest,
): Promise<Map<number, FileHistory>> {
  const known = new Map<number, FileHistory>();
  for (let start = 0; start < repositories.length && !context.signal.aborted; start += BATCH_SIZE) {
    const batch = repositories.slice(start, start + BATCH_SIZE);
    const ids = batch.map(({ nodeID }) => nodeID);
    try {
      const answer = await requester.graphql(historyQuery(paths), historyVariables(paths, ids), {
        chain: 'reads',
        signal: context.signal,
      });
      for (const [id, history] of readHistories(answer, batch, paths)) known.set(id, history);
    } catch (error) {
      // What is left of the limit belongs to what protects somebody.
      if (hasCode(mapError(error, context), 'PLUS1_RATE_LIMITED')) break;
    }
  }
  return known;
}
