/** Clients for tests: short delays, no jitter, and everything that they say is kept. */
import { createGitHub, type GitHub, type GitHubOptions } from '../../../pkg/github/index.js';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { Plus1Error } from '../../../pkg/errors/index.js';

/** Planted in every test: it must be in no error, log line or redirect. */
export const TOKEN = 'ghp_PLANTED0123456789abcdefSECRET';

export interface Heard {
  log: Record<string, unknown>[];
  requests: { api: string; code: string }[];
  limits: { resource: string; limit: number; remaining: number }[];
  ends: (number | undefined)[];
  waits: { untilMs: number; why: string }[];
}

export function clientFor(url: string, options: Partial<GitHubOptions> = {}): GitHub & { heard: Heard } {
  const heard: Heard = { log: [], requests: [], limits: [], ends: [], waits: [] };
  const github = createGitHub({
    apiURL: url,
    credential: { kind: 'Token', token: TOKEN },
    organization: 'acme',
    targeting: 'RepositoryID',
    retryDelayMs: 1,
    clock: systemClock,
    random: () => 0,
    log: { debug: (msg, fields) => heard.log.push({ msg, ...fields }) },
    observer: {
      request: (request) => heard.requests.push(request),
      rateLimit: (limit) => heard.limits.push(limit),
      expiry: (endsMs) => heard.ends.push(endsMs),
    },
    onWait: (wait) => heard.waits.push(wait),
    ...options,
  });
  return { ...github, heard };
}

export const never = new AbortController().signal;

/** The Plus1Error that `work` throws. */
export async function failureOf(work: Promise<unknown>): Promise<Plus1Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Plus1Error) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** All text that can be reached from an error: message, stack, causes, own properties. */
export function textOf(error: unknown, depth = 0): string {
  if (depth > 6 || error === null || error === undefined) return '';
  if (typeof error !== 'object') return typeof error === 'string' ? error : (JSON.stringify(error) ?? '');
  const own = Object.getOwnPropertyNames(error).map((name) =>
    textOf((error as Record<string, unknown>)[name], depth + 1),
  );
  return own.join('\n');
}
