/**
 * `/healthz` and `/readyz`, as Kubernetes' own servers have them: `?verbose`, `?exclude=NAME`, and `/readyz/NAME`.
 * `/readyz` says what it waits for; `/healthz` names the failed check only, since its reason speaks of our insides.
 */
import type { FastifyInstance } from 'fastify';
import type { Log } from '../base/index.js';
import { plain } from './app.js';
import { report, runChecks, type Check, type Checks, type Verdict } from './checks.js';

/** The checks behind each of the two. */
export interface HealthChecks {
  /** Is the process alive? */
  healthz: Checks;
  /** Has it taken its first look at everything? */
  readyz: Checks;
}

/** Always there, so that a server without checks of its own still has something to tell. */
const ping: Check = () => ({ ok: true, message: 'ok' });

interface Probe {
  name: 'healthz' | 'readyz';
  checks: Checks;
  /** Whether strangers hear a failed check's message. */
  tell: boolean;
}

/** Adds both endpoints. */
export function healthRoutes(app: FastifyInstance, checks: HealthChecks, log: Log): void {
  addProbe(app, { name: 'healthz', checks: { ping, ...checks.healthz }, tell: false }, log);
  addProbe(app, { name: 'readyz', checks: { ping, ...checks.readyz }, tell: true }, log);
}

function addProbe(app: FastifyInstance, { name: probe, checks, tell }: Probe, log: Log): void {
  app.get<{ Querystring: Query }>(`/${probe}`, (request, reply) => {
    const excluded = [request.query.exclude ?? []].flat();
    const verdicts = runChecks(checks, excluded);
    tellLog(probe, verdicts, log);
    const unknown = excluded.filter((name) => !Object.hasOwn(checks, name));
    const body = report(verdicts, { probe, verbose: request.query.verbose !== undefined, tell, unknown });
    return plain(reply, statusOf(verdicts), body);
  });
  app.get<{ Params: { check: string } }>(`/${probe}/:check`, (request, reply) => {
    const { check: name } = request.params;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) return plain(reply, 404, 'no such check\n');
    const verdicts = runChecks({ [name]: check });
    tellLog(probe, verdicts, log);
    return plain(reply, statusOf(verdicts), report(verdicts, { probe, verbose: false, tell, unknown: [] }));
  });
}

interface Query {
  verbose?: string;
  exclude?: string | string[];
}

const statusOf = (verdicts: readonly Verdict[]): number => (verdicts.every(({ ok }) => ok) ? 200 : 500);

/** What strangers do not hear. A process that waits to be ready is no warning; one that is about to be restarted is. */
function tellLog(probe: Probe['name'], verdicts: readonly Verdict[], log: Log): void {
  for (const { name, ok, message, error } of verdicts) {
    if (ok) continue;
    const fields = { probe, check: name, reason: message, ...(error === undefined ? {} : { error }) };
    if (probe === 'healthz' || error !== undefined) log.warn('Check failed', fields);
    else log.debug('Check failed', fields);
  }
}
