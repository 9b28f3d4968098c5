/**
 * Faults by schedule: at the n-th request, at the n-th of a kind, or when a predicate holds. One fault a request.
 * Hazard: a fault that cannot apply to the request it was scheduled for is put into `misfired`, and the request is served
 * well; assert that `misfired` and `pending` are empty, or a test may prove nothing.
 */
import type { LoggedRequest } from './server/request-log.js';
import type { Ruleset } from './world/ruleset.js';

export type Fault =
  | { kind: 'status'; status: 500 | 502 | 503 | 504 }
  | { kind: 'timeout' }
  | { kind: 'reset' }
  | { kind: 'truncated' }
  | { kind: 'malformed' }
  | { kind: 'forbidden' }
  /** `status: 200` is a GraphQL answer with an error. */
  | { kind: 'secondary'; status: 200 | 403 | 429; retryAfter?: number }
  | { kind: 'primary'; status: 403 | 429; resetInS: number; retryAfter?: number }
  /** Nulls one node or file (0-based `index`, default the first file, else the first node). */
  | { kind: 'graphql-partial'; target?: 'node' | 'file'; index?: number; type?: string; message?: string }
  | { kind: 'graphql-error'; message?: string; type?: string }
  /** Nulls nodes or files from `from` on; `withPath: false` tells of it in one error without a path. */
  | { kind: 'resource-limits'; target?: 'node' | 'file'; from?: number; withPath?: boolean }
  | { kind: 'short-page' }
  /** A file that is told wrongly, without an error: as absent, or with `content`. Of one repository by name, else of the first. */
  | { kind: 'wrong-file'; repository?: string; content?: string }
  | { kind: 'put-ignored' }
  | { kind: 'put-applied-500' }
  | { kind: 'put-applied-reset' }
  | { kind: 'put-applied-timeout' }
  /** Somebody edits the ruleset just before this request is served. Unless told how, they add one id to the members. */
  | { kind: 'ruleset-changed'; edit?: (ruleset: Ruleset) => void }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 307 | 308 };

export type FaultKind = Fault['kind'];

/** What a request is, for schedules and for what a fault applies to. */
export type RequestKind = 'rest-read' | 'rest-write' | 'graphql';
export type Counted = 'any' | 'rest' | 'graphql' | RequestKind;

export interface FaultEntry {
  kind: FaultKind;
  appliesTo: readonly RequestKind[];
  /** A usual instance of it. */
  example: Fault;
}

const EVERY: readonly RequestKind[] = ['rest-read', 'rest-write', 'graphql'];
const WRITE: readonly RequestKind[] = ['rest-write'];
const QUERY: readonly RequestKind[] = ['graphql'];

/** Every kind of fault there is. `short-page` applies to lists of repositories alone, `wrong-file` to questions for files, `put-ignored` to POST, PUT and DELETE of a ruleset and to PATCH of values. */
export const ALL_FAULTS: readonly FaultEntry[] = [
  { kind: 'status', appliesTo: EVERY, example: { kind: 'status', status: 502 } },
  { kind: 'timeout', appliesTo: EVERY, example: { kind: 'timeout' } },
  { kind: 'reset', appliesTo: EVERY, example: { kind: 'reset' } },
  { kind: 'truncated', appliesTo: EVERY, example: { kind: 'truncated' } },
  { kind: 'malformed', appliesTo: EVERY, example: { kind: 'malformed' } },
  { kind: 'forbidden', appliesTo: EVERY, example: { kind: 'forbidden' } },
  { kind: 'secondary', appliesTo: EVERY, example: { kind: 'secondary', status: 403, retryAfter: 1 } },
  { kind: 'primary', appliesTo: EVERY, example: { kind: 'primary', status: 403, resetInS: 1 } },
  { kind: 'graphql-partial', appliesTo: QUERY, example: { kind: 'graphql-partial' } },
  { kind: 'graphql-error', appliesTo: QUERY, example: { kind: 'graphql-error' } },
  { kind: 'resource-limits', appliesTo: QUERY, example: { kind: 'resource-limits' } },
  { kind: 'wrong-file', appliesTo: QUERY, example: { kind: 'wrong-file' } },
  { kind: 'short-page', appliesTo: ['rest-read', 'graphql'], example: { kind: 'short-page' } },
  { kind: 'put-ignored', appliesTo: WRITE, example: { kind: 'put-ignored' } },
  { kind: 'put-applied-500', appliesTo: WRITE, example: { kind: 'put-applied-500' } },
  { kind: 'put-applied-reset', appliesTo: WRITE, example: { kind: 'put-applied-reset' } },
  { kind: 'put-applied-timeout', appliesTo: WRITE, example: { kind: 'put-applied-timeout' } },
  { kind: 'ruleset-changed', appliesTo: EVERY, example: { kind: 'ruleset-changed' } },
  { kind: 'redirect', appliesTo: EVERY, example: { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' } },
];

export const requestKind = ({ kind, isWrite }: LoggedRequest): RequestKind => {
  if (kind === 'graphql') return 'graphql';
  return isWrite ? 'rest-write' : 'rest-read';
};

const LISTS = new Set(['list', 'list-with-files', 'repos/list-for-org']);
const IGNORABLE = new Set([
  'repos/create-org-ruleset',
  'repos/update-org-ruleset',
  'repos/delete-org-ruleset',
  'orgs/custom-properties-for-repos-create-or-update-organization-values',
]);
const GIT_OR_NODES = new Set(['baseline', 'list', 'list-with-files', 'files', 'nodes', 'rules', 'node']);

/** Can this fault hit this request? A 200 with an error is GraphQL's alone. */
export function applies(fault: Fault, request: LoggedRequest): boolean {
  const entry = ALL_FAULTS.find(({ kind }) => kind === fault.kind);
  if (!entry?.appliesTo.includes(requestKind(request))) return false;
  if (fault.kind === 'put-ignored') return IGNORABLE.has(request.operation);
  if (fault.kind === 'wrong-file') return request.operation === 'files';
  if (fault.kind === 'short-page') return LISTS.has(request.operation);
  if (fault.kind === 'graphql-partial' || fault.kind === 'resource-limits') return GIT_OR_NODES.has(request.operation);
  return !(fault.kind === 'secondary' && fault.status === 200 && request.kind !== 'graphql');
}

interface Rule {
  fault: Fault;
  times: number;
  hits: (request: LoggedRequest, ordinal: (counted: Counted) => number) => boolean;
}

export class Faults {
  /** Request numbers and the faults that hit them. */
  readonly fired: { n: number; fault: Fault }[] = [];
  /** Faults that were due at a request they cannot apply to. */
  readonly misfired: { n: number; fault: Fault }[] = [];
  #rules: Rule[] = [];
  #seen: Record<Counted, number> = { any: 0, rest: 0, graphql: 0, 'rest-read': 0, 'rest-write': 0 };

  /** At the n-th request since the start or the last `github.reset()`, counting all, or those of one kind. */
  at(n: number, fault: Fault, counted: Counted = 'any'): this {
    return this.#add(
      fault,
      1,
      (request, ordinal) => request.n > 0 && isCounted(request, counted) && ordinal(counted) === n,
    );
  }
  schedule(faults: readonly { at: number; fault: Fault; counted?: Counted }[]): this {
    for (const { at, fault, counted } of faults) this.at(at, fault, counted);
    return this;
  }
  /** At the next `times` counted requests for which the predicate holds; `Infinity` for a lasting fault. */
  when(predicate: (request: LoggedRequest) => boolean, fault: Fault, times = 1): this {
    return this.#add(fault, times, (request) => request.n > 0 && predicate(request));
  }
  /** At the next request of that operation; the only way to hit `apps/create-installation-access-token`. */
  next(operation: string, fault: Fault, times = 1): this {
    return this.#add(fault, times, (request) => request.operation === operation);
  }
  /** Faults still waiting for their request; lasting ones are not counted. */
  get pending(): Fault[] {
    return this.#rules.filter(({ times }) => Number.isFinite(times)).map(({ fault }) => fault);
  }
  clear(): this {
    this.#rules = [];
    this.fired.length = 0;
    this.misfired.length = 0;
    return this;
  }
  /** Counting starts again at 1. */
  restart(): this {
    for (const key of Object.keys(this.#seen) as Counted[]) this.#seen[key] = 0;
    return this;
  }

  /** Called once a request by the server. */
  take(request: LoggedRequest): Fault | undefined {
    const kind = requestKind(request);
    if (request.n > 0) for (const key of new Set<Counted>(['any', request.kind, kind])) this.#seen[key] += 1;
    const rule = this.#rules.find((candidate) => candidate.hits(request, (counted) => this.#seen[counted]));
    if (!rule) return undefined;
    rule.times -= 1;
    if (rule.times <= 0) this.#rules.splice(this.#rules.indexOf(rule), 1);
    const fits = applies(rule.fault, request);
    (fits ? this.fired : this.misfired).push({ n: request.n, fault: rule.fault });
    return fits ? rule.fault : undefined;
  }

  #add(fault: Fault, times: number, hits: Rule['hits']): this {
    this.#rules.push({ fault, times, hits });
    return this;
  }
}

const isCounted = (request: LoggedRequest, counted: Counted): boolean =>
  counted === 'any' || counted === request.kind || counted === requestKind(request);
