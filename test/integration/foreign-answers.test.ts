/**
 * Kind of fault: a write that GitHub took, and that something on the way (a gateway, a firewall, a login page) answered in its
 * place. Taken for a refusal, those who left by it would be counted nowhere, and each pass would let as many leave again.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { departures, productionThatLeft } from './history.js';
import { Scene, type SpecInput } from './passes.js';

const SPEC: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
const MINUTE_MS = 60_000;
const HTML = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };

interface Content {
  what: string;
  headers: Record<string, string>;
  text: string;
}

const CONTENTS: readonly Content[] = [
  { what: 'a page', headers: HTML, text: '<!DOCTYPE html><title>Your session was renewed</title>' },
  {
    what: 'a page under a request id of GitHub',
    headers: { ...HTML, 'x-github-request-id': 'A:1' },
    text: '<html></html>',
  },
  { what: 'nothing', headers: {}, text: '' },
  { what: 'plain words', headers: { 'content-type': 'text/plain' }, text: 'Forbidden' },
  { what: 'JSON of a gateway', headers: JSON_TYPE, text: '{"message":"Forbidden"}' },
  {
    what: 'JSON of a gateway with a link to its own pages',
    headers: JSON_TYPE,
    text: '{"message":"Forbidden","documentation_url":"https://gateway.example/docs.github.com/"}',
  },
  { what: 'JSON in another form', headers: JSON_TYPE, text: '{"error":{"code":403}}' },
  { what: 'a list in JSON', headers: JSON_TYPE, text: '[]' },
];
const STATUSES = [200, 302, 400, 401, 403, 404, 409, 418, 422, 429];

/** What GitHub sends with its own refusals. A proxy may strip the header. */
const OWN: readonly Content[] = [
  {
    what: 'a request id of GitHub',
    headers: { ...JSON_TYPE, 'x-github-request-id': 'A:1' },
    text: '{"message":"Validation Failed"}',
  },
  {
    what: 'a link to the pages of GitHub',
    headers: JSON_TYPE,
    text: '{"message":"Validation Failed","documentation_url":"https://docs.github.com/rest/orgs/rules"}',
  },
];

describe('A write that something else than GitHub answers', () => {
  let scene: Scene;
  let server: Server;
  let answer: (Content & { status: number; isApplied: boolean }) | undefined;
  let puts: number;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 8, others: 1 }));
    puts = 0;
    answer = undefined;
    server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const isPut = request.method === 'PUT';
        const own = isPut ? answer : undefined;
        if (isPut) puts += 1;
        const path = (request.url ?? '').replace(/^\/(api\/v3|other)/, '').replace(/^\/api\/graphql/, '/graphql');
        const { authorization = '', 'user-agent': agent = '' } = request.headers;
        const forward = (): Promise<Response> =>
          fetch(`${scene.github.url}${path}`, {
            method: request.method ?? 'GET',
            headers: { authorization, 'user-agent': agent, ...JSON_TYPE },
            ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
          });
        const date = new Date(scene.clock.now()).toUTCString();
        response.sendDate = false;
        if (own !== undefined) {
          if (own.isApplied) await forward();
          return response.writeHead(own.status, { date, ...own.headers }).end(own.text);
        }
        const forwarded = await forward();
        const skipped = /^(content-length|content-encoding|connection|keep-alive|transfer-encoding)$/;
        const headers = Object.fromEntries([...forwarded.headers].filter(([name]) => !skipped.test(name)));
        return response.writeHead(forwarded.status, headers).end(await forwarded.text());
      })().catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    expect(productionThatLeft(scene.organization)).to.deep.equal([]);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await scene.close();
  });

  const pass = (prefix: string): Promise<PassOutcome> => {
    const apiURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
    return scene.pass(SPEC, { github: { apiURL } });
  };
  const demote = (...numbers: number[]): void => {
    for (const number of numbers) say(scene.organization.get(`member-00${number}`), 'deprecated');
  };

  for (const prefix of ['/api/v3', '/other']) {
    for (const status of STATUSES) {
      // The address decides only what a page means.
      for (const content of prefix === '/other' ? CONTENTS.slice(0, 1) : CONTENTS) {
        it(`with ${status} and ${content.what} at ${prefix}, and that was applied, counts who left by it`, async () => {
          demote(1, 2);
          answer = { ...content, status, isApplied: true };
          await pass(prefix);
          expect(puts).to.equal(1);
          answer = undefined;
          demote(3, 4);
          scene.clock.pass(MINUTE_MS);
          expect((await pass(prefix)).acted?.decision.hold?.reason).to.equal('TooManyLeaving');
          expect(departures(kept(scene.organization))).to.have.length(2);
          expect(scene.status.window?.left).to.equal(2);
        });
      }
    }
  }

  for (const status of [401, 403, 409, 422]) {
    for (const own of OWN) {
      it(`with ${status} and ${own.what}, and that was applied, counts who left by it`, async () => {
        demote(1, 2);
        answer = { ...own, status, isApplied: true };
        await pass('/api/v3');
        expect([departures(kept(scene.organization)).length, scene.status.window?.left]).to.deep.equal([2, 2]);
      });

      it(`with ${status} and ${own.what}, and that was not applied, counts nobody and lets them leave by the next pass`, async () => {
        demote(1, 2);
        answer = { ...own, status, isApplied: false };
        expect((await pass('/api/v3')).result).to.equal('Failed');
        expect(scene.status).to.not.have.any.keys('pendingWrite', 'window');
        answer = undefined;
        expect((await pass('/api/v3')).result).to.equal('Succeeded');
        expect(memberNames(scene.organization)).to.deep.equal(names('member', 8).slice(2));
      });
    }
  }

  for (const [status, waitS] of [
    [403, 30],
    [429, 30],
    [403, 600],
  ] as const) {
    const how = `with ${status} and a limit of GitHub for ${waitS} s`;
    const limit = {
      ...{
        what: 'a limit',
        status,
        headers: { ...JSON_TYPE, 'x-github-request-id': 'A:1', 'retry-after': `${waitS}` },
      },
      text: '{"message":"You have exceeded a secondary rate limit."}',
    };

    it(`${how}, and that was applied, counts who left by it`, async () => {
      demote(1, 2);
      answer = { ...limit, isApplied: true };
      let isDone = false;
      scene.github.beforeRequest(async ({ isWrite }) => {
        if (isWrite) isDone = true;
        else if (isDone) answer = undefined;
      });
      await pass('/api/v3');
      expect([puts, scene.status.window?.left, departures(kept(scene.organization)).length]).to.deep.equal([1, 2, 2]);
      answer = undefined;
      demote(3, 4);
      for (let passes = 0; passes < 3; passes += 1) {
        scene.clock.pass(15 * MINUTE_MS);
        await pass('/api/v3');
      }
      expect([departures(kept(scene.organization)).length, scene.status.window?.left]).to.deep.equal([2, 2]);
    });
  }

  it('with a long limit of GitHub, and that was not applied, lets them leave once it is too old', async () => {
    demote(1, 2);
    const headers = { ...JSON_TYPE, 'x-github-request-id': 'A:1', 'retry-after': '600' };
    answer = {
      ...{ what: 'a limit', status: 403, isApplied: false, headers },
      text: '{"message":"You have exceeded a secondary rate limit."}',
    };
    const { error } = await pass('/api/v3');
    expect([error?.code, scene.status.window?.left]).to.deep.equal(['PLUS1_RATE_LIMITED', 2]);
    answer = undefined;
    scene.clock.pass(22 * MINUTE_MS);
    expect((await pass('/api/v3')).result).to.equal('Succeeded');
    expect([memberNames(scene.organization), scene.status.window?.left]).to.deep.equal([
      names('member', 8).slice(2),
      2,
    ]);
    expect(scene.status).to.not.have.property('pendingWrite');
  });

  for (const { status, code } of [
    { status: 401, code: 'PLUS1_ACCESS_REFUSED' },
    { status: 403, code: 'PLUS1_ACCESS_REFUSED' },
    { status: 404, code: 'PLUS1_WRITE_UNPROVED' },
    { status: 409, code: 'PLUS1_WRITE_UNPROVED' },
  ]) {
    it(`with ${status} and a page, and that no read shows, is sent once and stays open`, async () => {
      demote(1, 2);
      const [page] = CONTENTS;
      if (page === undefined) throw new Error('no page');
      answer = { ...page, status, isApplied: false };
      const { error } = await pass('/api/v3');
      expect([error?.code, puts]).to.deep.equal([code, 1]);
      expect(error?.message).to.contain(`the answer was ${status}, but not in the form of GitHub`);
      expect(scene.status).to.have.property('pendingWrite');
      expect(scene.status.window?.left).to.equal(2);
    });
  }
});
