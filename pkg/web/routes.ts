/** The pages by their addresses. Every one can be asked for again with its ETag. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sha256, type Clock } from '../base/index.js';
import { keyString, type PolicyRecord } from '../policies/index.js';
import { exposedOf, heldNames } from './exposed.js';
import * as models from './models.js';
import { overviewPage } from './pages/overview.js';
import { policyPage } from './pages/policy.js';
import { journalPage } from './pages/records.js';
import { repositoriesPage } from './pages/repositories.js';
import { repositoryPage } from './pages/repository.js';
import { reportsPage } from './pages/reports.js';
import { openReport, reportFiles } from './report-files.js';
import { countsOf, shownOf } from './shown.js';
import type { WebSource } from './source.js';
import { STYLE } from './style.js';
import { conditionOf } from './trouble.js';

export interface Serving {
  source: WebSource;
  clock: Clock;
}

type PolicyParams = { namespace: string; name: string; repo?: string; '*'?: string };
const RECENT = 20;

/** One value of a query, which may be there several times. */
export const queryText = (query: unknown, field: string): string => {
  const value = (query as Record<string, unknown>)[field];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.slice(0, 200) : '';
};

export function pageRoutes(app: FastifyInstance, serving: Serving): void {
  const { source } = serving;
  app.get('/style.css', (request, reply) => answer(request, reply, 'text/css; charset=utf-8', STYLE));
  app.get('/', (request, reply) => overview(serving, request, reply));
  const policy = (
    path: string,
    render: (record: PolicyRecord, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ): void => {
    app.get<{ Params: PolicyParams }>(`/policies/:namespace/:name${path}`, async (request, reply) => {
      const record = source.policy(request.params);
      return record === undefined ? reply.callNotFound() : render(record, request, reply);
    });
  };
  policy('', (record, request, reply) => onePolicy(serving, record, request, reply));
  policy('/repositories', (record, request, reply) => allRepositories(serving, record, request, reply));
  policy('/repositories/:repo', (record, request, reply) => oneRepository(serving, record, request, reply));
  policy('/journal', (record, request, reply) => journal(serving, record, request, reply));
  policy('/reports', async ({ key }, request, reply) => {
    const files = source.reports === undefined ? [] : await reportFiles(source.reports, key);
    return answerPage(request, reply, reportsPage({ name: keyString(key), files, following: source.following }));
  });
  policy('/reports/*', async ({ key }, request, reply) => {
    const path = (request.params as PolicyParams)['*'] ?? '';
    const found = source.reports === undefined ? undefined : await openReport(source.reports, key, path);
    if (found === undefined) return reply.callNotFound();
    // A report has styles of its own, which this site's rules would not let it use.
    const name = path.split('/').at(-1) ?? 'report';
    reply.header('content-disposition', `attachment; filename="${name}"`);
    const { stream, type, bytes, etag } = found;
    if (isKnown(request, reply, etag)) {
      stream.destroy();
      return reply.code(304).send();
    }
    return reply.type(type).header('content-length', bytes).send(stream);
  });
}

async function overview({ source, clock }: Serving, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const query = queryText(request.query, 'q');
  const show = shownOf(queryText(request.query, 'show'));
  const all = models.policies(source, '');
  const counts = countsOf(all);
  const found = query === '' ? all : models.policies(source, query);
  const wanted =
    show === undefined ? found : found.filter(({ record }) => counts[show].of.some((each) => each.record === record));
  const page = models.paged(wanted, models.pageOf(queryText(request.query, 'page')));
  return answerPage(
    request,
    reply,
    overviewPage({
      ...{ ...page, summaries: page.items, policies: all.length, counts, query, show },
      isProved: all.length > 0 && all.every(({ record }) => conditionOf(record, 'Compliant')?.status === 'True'),
      exposed: query === '' ? await exposedOf(source, all) : [],
      ...{ following: source.following, nowMs: clock.now() },
    }),
  );
}

type Render = (
  serving: Serving,
  record: PolicyRecord,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<unknown>;

const onePolicy: Render = async ({ source, clock }, record, request, reply) => {
  const nowMs = clock.now();
  const state = await source.state(record);
  const days = await models.days(source, record.key, nowMs);
  const recent = (await models.records(source, record.key, { kind: '', since: '', until: '' }, 1)).items.slice(
    0,
    RECENT,
  );
  const held = heldNames(state);
  return answerPage(
    request,
    reply,
    policyPage({ record, state, days, recent, held, following: source.following, nowMs }),
  );
};

const allRepositories: Render = async ({ source }, record, request, reply) => {
  const filter = {
    status: queryText(request.query, 'status'),
    governed: queryText(request.query, 'governed'),
    q: queryText(request.query, 'q'),
  };
  const rows = models.repositories(await source.state(record), filter);
  const page = models.paged(rows, models.pageOf(queryText(request.query, 'page')));
  const about = { ...page, rows: page.items, name: keyString(record.key), filter, following: source.following };
  return answerPage(request, reply, repositoriesPage(about));
};

const oneRepository: Render = async ({ source, clock }, record, request, reply) => {
  const { repo = '' } = request.params as PolicyParams;
  const row = (await source.state(record))?.rows.find(({ name }) => name === repo);
  if (row === undefined) return reply.callNotFound();
  const { records, total, origin } = await models.history(source, record.key, row);
  const clockOf = record.status.leaving?.find(({ id }) => id === row.id);
  const { organization = '', github } = record.policy?.spec ?? {};
  const beside = await source.beside(record, row.id);
  return answerPage(
    request,
    reply,
    repositoryPage({
      ...{ policy: keyString(record.key), organization, row, origin, history: records, total, clock: clockOf, beside },
      ...{ webURL: webURLOf(github?.apiURL), following: source.following, nowMs: clock.now() },
    }),
  );
};

const journal: Render = async ({ source }, record, request, reply) => {
  const filter = {
    kind: queryText(request.query, 'kind'),
    since: queryText(request.query, 'since'),
    until: queryText(request.query, 'until'),
  };
  const page = await models.records(source, record.key, filter, models.pageOf(queryText(request.query, 'page')));
  const about = { ...page, records: page.items, name: keyString(record.key), filter, kinds: models.KIND_NAMES };
  return answerPage(request, reply, journalPage({ ...about, following: source.following }));
};

/** Of api.github.com the pages are at github.com, of an Enterprise Server at its own host. */
function webURLOf(apiURL: string | undefined): string {
  if (apiURL === undefined || !URL.canParse(apiURL)) return 'https://github.com';
  const { protocol, host } = new URL(apiURL);
  return `${protocol}//${host.replace(/^api\./, '')}`;
}

const answerPage = (request: FastifyRequest, reply: FastifyReply, markup: { toString(): string }): FastifyReply =>
  answer(request, reply, 'text/html; charset=utf-8', markup.toString());

/** 304 where the client has it already. Kept by nobody in between: it is about an organization's repositories. */
export function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  body: string | Buffer,
): FastifyReply {
  if (isKnown(request, reply, `"${sha256(body).slice(0, 32)}"`)) return reply.code(304).send();
  return reply.type(type).send(body);
}

/** True where the client has that version already; the answer bears its tag in either case. */
function isKnown(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known.includes(etag);
}
