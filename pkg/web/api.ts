/** The same as JSON. The OpenAPI document is made from the schemas of the routes, so that it says what they answer. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as models from './models.js';
import { reportFiles } from './report-files.js';
import { answer, queryText, type Serving } from './routes.js';
import type { Row } from './source.js';
import type { Summary } from './trouble.js';

const PREFIX = '/api/v1';
const text = { type: 'string' } as const;
const maybe = (type: string): object => ({ type: [type, 'null'] });
const object = (properties: Record<string, object>): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const listOf = (items: object): object =>
  object({
    items: { type: 'array', items },
    page: { type: 'integer' },
    pages: { type: 'integer' },
    total: { type: 'integer' },
  });

const policySchema = object({
  ...{ namespace: text, name: text, organization: text, mode: text, ready: text, message: text },
  ...{ governed: maybe('integer'), production: maybe('integer'), held: { type: 'integer' } },
  ...{ ungovernedSince: maybe('string'), lastPass: maybe('string'), nextPass: maybe('string') },
});
const rowSchema = object({
  ...{ id: { type: 'integer' }, name: text, status: text, statusSince: text, governed: { type: 'boolean' } },
  ...{ governedSince: maybe('string'), ungovernedSince: maybe('string'), exemption: maybe('string') },
});
const recordSchema = object({
  ...{ seq: { type: 'integer' }, chain: text, time: text, kind: text, actor: text, summary: text, hash: text },
});
const integer = { type: 'integer' } as const;
const jobsSchema = object({
  jobs: { type: 'array', items: object({ status: text, count: integer }) },
  filesUnreadable: integer,
});
const checksSchema = {
  type: ['array', 'null'],
  items: object({ name: text, result: text, found: text, expected: text, fix: maybe('string') }),
};
const countsOfCheck = object({ name: text, pass: integer, fail: integer, unknown: integer, notAvailable: integer });
/** The two parts are absent where the policy does not ask for them. */
const statusSchema = {
  type: 'object',
  properties: {
    baseline: object({ met: integer, repositories: integer, checks: { type: 'array', items: countsOfCheck } }),
    workflows: jobsSchema,
  },
};
const reportSchema = object({ kind: text, file: text, path: text, bytes: { type: 'integer' } });
const params = { type: 'object', properties: { namespace: text, name: text } };
const query = (...fields: string[]): object => ({
  type: 'object',
  properties: Object.fromEntries([...fields, 'page'].map((field) => [field, text])),
});

type Params = { namespace: string; name: string; repo?: string };

export async function apiRoutes(app: FastifyInstance, serving: Serving): Promise<void> {
  const { source } = serving;
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Plus1', version: 'v1', description: 'Read-only: what the web page shows.' },
    },
  });
  // Declared within, so that the plug-in sees every route of the API and no page.
  await app.register(async (api) => {
    api.get(
      `${PREFIX}/policies`,
      schema('All policies, the ones in trouble first', listOf(policySchema), query('q')),
      (request, reply) => {
        const found = models.paged(models.policies(source, queryText(request.query, 'q')), pageOf(request));
        return json(request, reply, { ...found, items: found.items.map(summary) });
      },
    );
    const one = `${PREFIX}/policies/:namespace/:name`;
    const policyAnswer = object({
      namespace: text,
      name: text,
      generation: { type: 'integer' },
      faults: { type: 'array', items: text },
      spec: { type: ['object', 'null'] },
      status: statusSchema,
    });
    api.get<{ Params: Params }>(one, schema('One policy as its home has it', policyAnswer), (request, reply) => {
      const record = source.policy(request.params);
      return record === undefined ? reply.callNotFound() : json(request, reply, models.asObject(record));
    });
    api.get<{ Params: Params }>(
      `${one}/repositories`,
      schema('Its repositories, by name', listOf(rowSchema), query('status', 'governed', 'q')),
      async (request, reply) => {
        const record = source.policy(request.params);
        if (record === undefined) return reply.callNotFound();
        const [status = '', governed = '', q = ''] = ['status', 'governed', 'q'].map((field) =>
          queryText(request.query, field),
        );
        const found = models.paged(
          models.repositories(await source.state(record), { status, governed, q }),
          pageOf(request),
        );
        return json(request, reply, { ...found, items: found.items.map(rowOf) });
      },
    );
    const repositoryAnswer = object({
      repository: rowSchema,
      clock: { type: ['object', 'null'] },
      origin: { type: ['object', 'null'] },
      baseline: checksSchema,
      workflows: { ...jobsSchema, type: ['object', 'null'] },
      history: { type: 'array', items: recordSchema },
      total: { type: 'integer' },
    });
    api.get<{ Params: Params }>(
      `${one}/repositories/:repo`,
      schema('One repository, with its history', repositoryAnswer),
      async (request, reply) => {
        const record = source.policy(request.params);
        const row = record && (await source.state(record))?.rows.find(({ name }) => name === request.params.repo);
        if (record === undefined || row === undefined) return reply.callNotFound();
        const { records, total, origin } = await models.history(source, record.key, row);
        const clock = record.status.leaving?.find(({ id }) => id === row.id) ?? null;
        const { checks = null, workflows = null } = await source.beside(record, row.id);
        const looks = { baseline: checks, workflows };
        const about = { repository: rowOf(row), clock, origin: origin ?? null, ...looks };
        return json(request, reply, { ...about, history: records, total });
      },
    );
    api.get<{ Params: Params }>(
      `${one}/journal`,
      schema('Its records, the newest first', listOf(recordSchema), query('kind', 'since', 'until')),
      async (request, reply) => {
        const record = source.policy(request.params);
        if (record === undefined) return reply.callNotFound();
        const [kind = '', since = '', until = ''] = ['kind', 'since', 'until'].map((field) =>
          queryText(request.query, field),
        );
        return json(request, reply, await models.records(source, record.key, { kind, since, until }, pageOf(request)));
      },
    );
    api.get<{ Params: Params }>(
      `${one}/reports`,
      schema('The reports that were written', listOf(reportSchema)),
      async (request, reply) => {
        const record = source.policy(request.params);
        if (record === undefined) return reply.callNotFound();
        const files = source.reports === undefined ? [] : await reportFiles(source.reports, record.key);
        return json(request, reply, models.paged(files, pageOf(request)));
      },
    );
  });
  app.get(`${PREFIX}/openapi.json`, { schema: { hide: true } }, (request, reply) =>
    json(request, reply, app.swagger()),
  );
}

const pageOf = (request: FastifyRequest): number => models.pageOf(queryText(request.query, 'page'));

/** Serialized by us: a serializer made from the schema would drop what the schema forgets. */
const schema = (
  summaryText: string,
  answered: object,
  querystring?: object,
): { schema: object; serializerCompiler: () => (data: unknown) => string } => ({
  schema: { summary: summaryText, params, ...(querystring && { querystring }), response: { 200: answered } },
  serializerCompiler: () => (data) => JSON.stringify(data),
});

const json = (request: FastifyRequest, reply: FastifyReply, value: object): FastifyReply =>
  answer(request, reply, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);

function summary({ record, organization, mode, ready, message, governed, production, held }: Summary): object {
  const { status, key } = record;
  return {
    ...{ namespace: key.namespace, name: key.name, organization, mode, ready, message },
    ...{ governed: governed ?? null, production: production ?? null, held },
    ungovernedSince: status.compliance?.ungovernedSince ?? null,
    lastPass: status.lastPass?.completionTime ?? null,
    nextPass: status.nextPassTime ?? null,
  };
}

const rowOf = ({
  id,
  name,
  status,
  statusSince,
  isGoverned,
  governedSince,
  ungovernedSince,
  exemption,
}: Row): object => ({
  ...{ id, name, status, statusSince, governed: isGoverned },
  ...{ governedSince: governedSince ?? null, ungovernedSince: ungovernedSince ?? null, exemption: exemption ?? null },
});
