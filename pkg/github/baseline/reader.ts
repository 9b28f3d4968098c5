/** The reads of the checklist, each with the words for its errors. */
import type { Answer, PropertiesSeen, ScanSeen } from '../../baseline/index.js';
import type { MapContext } from '../map-context.js';
import type { Requester } from '../requester/requester.js';
import { readBranches } from './read-branches.js';
import { readProperties } from './read-properties.js';
import { readScans } from './read-scans.js';
import type { BaselineReader, BranchesRequest, BranchesSeen, ScansRequest } from './types.js';

export interface BaselineReaderOptions {
  requester: Requester;
  concurrency: () => number;
  context: (what: string, signal: AbortSignal) => MapContext;
}

export class ChecklistReader implements BaselineReader {
  readonly #options: BaselineReaderOptions;

  constructor(options: BaselineReaderOptions) {
    this.#options = options;
  }

  branches(request: BranchesRequest, signal: AbortSignal): Promise<BranchesSeen> {
    const { requester, concurrency, context } = this.#options;
    const what = `look at the branches of ${request.organization}`;
    return readBranches({ requester, concurrency, context: context(what, signal) }, request);
  }

  properties(organization: string, signal: AbortSignal): Promise<Answer<ReadonlyMap<number, PropertiesSeen>>> {
    const { requester, context } = this.#options;
    return readProperties(
      { requester, context: context(`read the custom properties of ${organization}`, signal) },
      organization,
    );
  }

  scans(request: ScansRequest, signal: AbortSignal): Promise<ReadonlyMap<number, Answer<ScanSeen>>> {
    const { requester, context } = this.#options;
    const what = `read the code scanning of ${request.organization}`;
    return readScans({ requester, context: context(what, signal) }, request);
  }
}
