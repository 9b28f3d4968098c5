/**
 * The words by which GitHub says "too much". It has used several for one thing (`RATE_LIMITED`, `RATE_LIMIT`,
 * `graphql_rate_limit`, sentences), so none is compared exactly: a limit that is not known as one is asked again, in
 * smaller parts, which is more requests of what there are too many of.
 */
import type { HTTPResponse } from './exchange.js';

/** In a type or a code, whatever is around it. */
const LIMIT_CODE =
  /rate[\s_-]*limit|secondary[\s_-]*limit|abuse[\s_-]*(detection|limit|rate)|too[\s_-]*many[\s_-]*requests/i;

/** In a sentence, as words of their own: a repository may be called `acme/rate-limiter`. */
const LIMIT_SENTENCE =
  /(?<![\w/.-])(rate[\s_-]*limit(s|ed|ing)?|secondary[\s_-]*limits?|abuse[\s_-]*detection|too[\s_-]*many[\s_-]*requests)(?![\w/-])/i;

const SECONDARY_SENTENCE = /(?<![\w/.-])(secondary[\s_-]*(rate[\s_-]*)?limits?|abuse[\s_-]*detection)(?![\w/-])/i;

/** What a sentence quotes was given by others, and a name in it is no word of GitHub's. */
const QUOTED = /'[^']*'|"[^"]*"|`[^`]*`/g;

/** True where the body of a refusal speaks of a limit, in its sentence or in the page that it points to. */
export function isLimitMessage(json: unknown): boolean {
  if (saysLimit(at(json, 'message'))) return true;
  const page = at(json, 'documentation_url');
  return typeof page === 'string' && /rate-?limit/i.test(page);
}

/** True where the words of a refusal are those of a secondary limit: it names no hour, and comes of too much at once. */
export function isSecondaryMessage(json: unknown): boolean {
  const messages = [at(json, 'message'), ...errorsOf(json).map((error) => at(error, 'message'))];
  return messages.some(
    (sentence) => typeof sentence === 'string' && SECONDARY_SENTENCE.test(sentence.replace(QUOTED, '')),
  );
}

/** True where GraphQL did not serve a query because of a limit; it says so with a 200 as well. */
export function isLimitedQuery(json: unknown, headers: HTTPResponse['headers']): boolean {
  const errors = errorsOf(json);
  if (errors.some(isLimitError)) return true;
  // Whatever it is called: nothing is left, and nothing was served.
  const isServed = (at(json, 'data') ?? null) !== null;
  return errors.length > 0 && !isServed && headers.get('x-ratelimit-remaining') === '0';
}

/** True where GraphQL answered with an error. */
export function hasErrors(json: unknown): boolean {
  return errorsOf(json).length > 0;
}

function errorsOf(json: unknown): readonly unknown[] {
  const errors = at(json, 'errors');
  if (errors === undefined || errors === null) return [];
  return Array.isArray(errors) ? (errors as unknown[]) : [errors];
}

function isLimitError(error: unknown): boolean {
  if (typeof error === 'string') return saysLimit(error);
  const extensions = at(error, 'extensions');
  const codes = [error, extensions].flatMap((each) => ['type', 'code', 'classification'].map((name) => at(each, name)));
  return codes.some((code) => typeof code === 'string' && LIMIT_CODE.test(code)) || saysLimit(at(error, 'message'));
}

function saysLimit(sentence: unknown): boolean {
  return typeof sentence === 'string' && LIMIT_SENTENCE.test(sentence.replace(QUOTED, ''));
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
