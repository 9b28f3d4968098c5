/** A foreign value used before its shape was checked: whatever is answered, no fault of ours comes out of it. */
import { expect } from 'chai';
import { clientFor, failureOf, never } from './support/clients.js';
import { request, statesOf } from './support/inventory-request.js';
import { answerWith, serveRaw, type RawServer } from './support/raw-server.js';
import { serve, type Asked, type Reply, type ScriptedServer } from './support/scripted-server.js';

const BRANCH = { name: 'main', target: { oid: 'a'.repeat(40), author: null } };
const REPOSITORY = {
  id: 'R_1',
  databaseId: 1,
  name: 'one',
  visibility: 'PRIVATE',
  isArchived: false,
  isDisabled: false,
  isEmpty: false,
  isFork: false,
  isTemplate: false,
  defaultBranchRef: BRANCH,
};
const FILE = { mode: 0o100644, type: 'blob', object: { byteSize: 1, isBinary: false, isTruncated: false, text: 'x' } };
const LIST = {
  organization: {
    repositories: { totalCount: 1, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [REPOSITORY] },
  },
};
const FILES = {
  nodes: [{ ...REPOSITORY, defaultBranchRef: { ...BRANCH, target: { ...BRANCH.target, f0: FILE } } }],
};

/** What stands in place of a GraphQL answer; `data` is the right one. */
const BODIES: { name: string; body: (data: unknown) => unknown }[] = [
  ...[null, 'Timeout', 7, true, [], {}, [{ data: null }]].map((body) => ({
    name: `the body ${JSON.stringify(body)}`,
    body: () => body,
  })),
  ...[null, 'x', 7, [], {}, [null]].map((data) => ({ name: `data ${JSON.stringify(data)}`, body: () => ({ data }) })),
  ...[
    'Timeout',
    7,
    true,
    {},
    [null],
    [7],
    ['Timeout'],
    [[]],
    [{}],
    [{ message: 'Timeout', path: null }],
    [{ message: 'Timeout', path: 'nodes' }],
    [{ message: 'Timeout', path: [null, {}] }],
    [{ message: { toString: 1 }, type: ['X'], extensions: 'none', locations: 7 }],
    [{ type: 'X', extensions: null, path: {} }],
    [{ type: 'X', extensions: [true] }],
  ].map((errors) => ({
    name: `errors ${JSON.stringify(errors)}`,
    body: (data: unknown) => ({ data, errors }),
  })),
];

const isList = ({ body }: Asked): boolean => body.includes('repositories(');

describe('an odd answer', () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0)) await each.close();
  });
  const start = async (handler: Parameters<typeof serve>[0]): Promise<ScriptedServer> => {
    const server = await serve(handler);
    closing.push(server);
    return server;
  };
  const raw = async (...to: Parameters<typeof serveRaw>): Promise<RawServer> => {
    const server = await serveRaw(...to);
    closing.push(server);
    return server;
  };

  describe('of GraphQL', () => {
    for (const { name, body } of BODIES) {
      for (const question of ['list', 'files'] as const) {
        it(`to the question for ${question} is asked again: ${name}`, async () => {
          let odd = 1;
          const server = await start((asked): Reply => {
            const data = isList(asked) ? LIST : FILES;
            return isList(asked) === (question === 'list') && (odd -= 1) >= 0
              ? { body: JSON.stringify(body(data)) }
              : { body: { data } };
          });
          const inventory = await clientFor(server.url).reader.inventory(request(), never);
          expect(inventory.listed).to.equal(true);
          expect(statesOf(inventory)).to.deep.equal({ one: 'present' });
          expect(server.asked).to.have.length(3);
        });
      }

      it(`that stays ends as an outage: ${name}`, async () => {
        const server = await start((asked) => ({ body: JSON.stringify(body(isList(asked) ? LIST : FILES)) }));
        const error = await failureOf(clientFor(server.url).reader.inventory(request(), never));
        expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
        expect(server.asked).to.have.length(4);
      });
    }

    it('with errors that are null has none', async () => {
      const server = await start((asked) => ({ body: { data: isList(asked) ? LIST : FILES, errors: null } }));
      expect(statesOf(await clientFor(server.url).reader.inventory(request(), never))).to.deep.equal({
        one: 'present',
      });
      expect(server.asked).to.have.length(2);
    });
  });

  describe('of REST', () => {
    const odd = [null, 'x', 7, true, [], [null], {}, { message: null }, { message: { toString: 1 } }];
    const more = [
      { message: ['x'], errors: 'x' },
      { message: 'x', documentation_url: { toString: 1 } },
      { errors: [null, 7, { message: 7 }] },
      { id: '1', login: [] },
      { id: 7, name: 7, conditions: [] },
      { id: 7, name: 'r', enforcement: 7, target: {}, conditions: { repository_id: 7, ref_name: 'x' } },
      { id: 7, name: 'r', conditions: { repository_id: { repository_ids: [null] } }, rules: 'x' },
    ];
    for (const status of [200, 201, 400, 401, 403, 404, 409, 422, 500]) {
      it(`is no fault of ours: ${status} with a body of another shape`, async () => {
        let body: unknown;
        const server = await start(() => ({ status, body: JSON.stringify(body) }));
        const client = clientFor(server.url, { attempts: 0, sleep: async () => undefined });
        for (body of [...odd, ...more]) {
          const live = {
            ...{ id: 7, name: 'r', rules: 1, targeting: 'RepositoryID' as const },
            ...{ members: new Set([1]), conditions: { repository_id: {} } },
          };
          const codes = [
            await failureOf(client.reader.preflight('acme', never)),
            await failureOf(client.reader.readRuleset('acme', 7, never)),
            await failureOf(client.reader.findRuleset('acme', 'r', never)),
          ].map(({ code }) => code);
          expect(codes, JSON.stringify(body)).to.not.include('PLUS1_INTERNAL');
          expect(
            (await client.reader.lookUp(1, never).catch(({ code }: { code: string }) => ({ state: code }))).state,
          ).to.be.oneOf(['unknown', 'missing', 'PLUS1_TOKEN_REJECTED']);
          const wrote = await client.writer
            .writeMembers('acme', { ...live, target: 'branch', enforcement: 'active' }, [1, 2], never)
            .catch(({ code }: { code: string }) => ({ state: code }));
          expect(wrote.state, JSON.stringify(body)).to.not.equal('PLUS1_INTERNAL').and.not.equal('answered');
        }
      });
    }

    for (const type of ['', ';;;', 'x', 'text/html; charset=', 'application/json; charset=latin1', '\u00e4/\u00f6']) {
      it(`is read whatever its type says: ${JSON.stringify(type)}`, async () => {
        for (const status of [404, 503]) {
          const server = await raw(
            answerWith(`HTTP/1.1 ${status} No\r\ncontent-type: ${type}\r\ncontent-length: 5\r\n\r\n<html`),
          );
          const client = clientFor(`${server.url}/api/v3`, { attempts: 0 });
          const error = await failureOf(client.reader.readRuleset('acme', 7, never));
          expect(error.code).to.equal(status === 404 ? 'PLUS1_RULESET_NOT_FOUND' : 'PLUS1_GITHUB_UNAVAILABLE');
        }
      });
    }
  });

  describe('with a status that is none', () => {
    for (const status of ['000', '001', '042', '099', '199', '600', '700', '999']) {
      it(`is asked again, and no fault of ours: ${status}`, async () => {
        const server = await raw(answerWith(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`));
        const client = clientFor(server.url, { attempts: 2, requestTimeoutMs: 300 });
        closing.unshift(client);
        const error = await failureOf(client.reader.preflight('acme', never));
        expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
        expect(client.heard.requests).to.have.length(3);
      });

      it(`leaves a write unknown: ${status}`, async () => {
        const server = await raw(answerWith(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`));
        const client = clientFor(server.url, { requestTimeoutMs: 300 });
        closing.unshift(client);
        const conditions = { repository_id: { repository_ids: [1] } };
        const live = {
          ...{ id: 7, name: 'r', target: 'branch', enforcement: 'active', targeting: 'RepositoryID' },
          ...{ members: new Set([1]), conditions },
        };
        const outcome = await client.writer.writeMembers('acme', live as never, [1, 2], never);
        expect(outcome.state).to.equal('unknown');
        expect(client.heard.requests).to.have.length(1);
      });
    }

    for (const head of [
      '204 No Content',
      '205 Reset Content',
      '300 Many',
      '303 See Other',
      '304 Not Modified',
      '305 x',
    ]) {
      it(`or that has nothing to read is an outage: ${head}`, async () => {
        const server = await raw(answerWith(`HTTP/1.1 ${head}\r\ncontent-length: 0\r\n\r\n`));
        const client = clientFor(server.url, { attempts: 1 });
        closing.unshift(client);
        expect((await failureOf(client.reader.preflight('acme', never))).code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
        expect((await failureOf(client.reader.inventory(request(), never))).code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      });
    }
  });
});
