/** budget: below a fifth of an hour's limit nothing is read, and a wait that GitHub asks for is kept. */
import type { Asked, Chronicle, Limits } from '../model/chronicle.js';

const FLOOR = 0.2;
const HOUR = 3_600_000;
const EXACT_MS = 1_500;
/** Belongs to a write that lets something enter, and may go on. */
const ESSENTIAL = /^(GET|PUT) \/orgs\/[^/]+\/rulesets\/\d+$/;

export function budget({ asked, limits }: Chronicle): string[] {
  return asked.flatMap((request) => {
    const told = limits.findLast((each) => isAbout(each, request));
    const when = `${request.operation} at ${new Date(request.at).toISOString()}`;
    const wait = limits.find(
      (each) => isAbout(each, request) && each.retryAt !== undefined && isBefore(request, each.retryAt, each),
    );
    if (wait !== undefined)
      return [`budget: ${when} did not wait as GitHub asked at ${new Date(wait.at).toISOString()}`];
    if (told === undefined || told.remaining >= told.limit * FLOOR || !isBefore(request, told.resetAt, told)) return [];
    return ESSENTIAL.test(request.operation) ? [] : [`budget: ${when} with ${told.remaining} of ${told.limit} left`];
  });
}

const isAbout = (told: Limits, request: Asked): boolean =>
  told.life === request.life && told.kind === request.kind && told.at < request.at;

/** No limit is believed for more than two hours. */
const isBefore = (request: Asked, until: number, told: Limits): boolean =>
  request.at < until - EXACT_MS && request.at < told.at + 2 * HOUR;
