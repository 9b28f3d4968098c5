import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { Reflector } from '../../pkg/kube/reflector.js';
import type { KubeObject } from '../../pkg/kube/kube-object.js';
import { recordingLog, type Line } from '../controller/builders.js';
import { VirtualClock } from '../fakes/clock.js';
import { FakeAPI, refusal, type Asked, type Reply } from './support/fake-api.js';
import { widget, WIDGETS } from './support/objects.js';
import { passUntil, settle, until } from './support/until.js';

/** What the server answers, one after the other; the last one again and again. */
interface Script {
  lists: (KubeObject[] | Reply)[];
  /** Undefined: the watch stays open, and the test writes to it. */
  watches?: (Reply | undefined)[];
}

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const isWatch = ({ query }: Asked): boolean => query.get('watch') === 'true';

class Stage {
  readonly clock = new VirtualClock();
  readonly told: string[] = [];
  readonly logged: Line[] = [];
  readonly open: ServerResponse[] = [];
  readonly stop = new AbortController();
  api!: FakeAPI;
  reflector!: Reflector;
  ended!: Promise<void>;
  #lists = 0;
  #watches = 0;

  static async run({ lists, watches = [] }: Script): Promise<Stage> {
    const stage = new Stage();
    const nth = <T>(all: readonly T[], index: number): T | undefined => all[Math.min(index, all.length - 1)];
    stage.api = await FakeAPI.start((asked, response) => {
      if (!isWatch(asked)) {
        const list = nth(lists, stage.#lists++);
        return Array.isArray(list)
          ? { body: { metadata: { resourceVersion: String(100 * stage.#lists) }, items: list } }
          : list;
      }
      const index = stage.#watches++;
      const reply = index < watches.length ? watches[index] : undefined;
      if (reply !== undefined) return reply;
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      stage.open.push(response);
      return undefined;
    });
    stage.reflector = new Reflector({
      connection: stage.api.connection(),
      resource: WIDGETS,
      namespace: undefined,
      put: ({ metadata }) => stage.told.push(`put ${metadata.name} ${metadata.resourceVersion}`),
      drop: ({ name }) => stage.told.push(`drop ${name}`),
      clock: stage.clock,
      random: () => 0.5,
      log: recordingLog(stage.logged),
    });
    stage.ended = stage.reflector.run(stage.stop.signal);
    return stage;
  }

  get lists(): Asked[] {
    return this.api.asked.filter((asked) => !isWatch(asked));
  }

  get watches(): Asked[] {
    return this.api.asked.filter(isWatch);
  }

  /** The watch that is open now. */
  async watch(count = 1): Promise<ServerResponse> {
    await until(() => this.open.length >= count, `watch ${count}`);
    return this.open.at(-1) as ServerResponse;
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.ended;
    await this.api.close();
  }
}

describe('Reflector', () => {
  let stage: Stage | undefined;
  const start = async (script: Script): Promise<Stage> => (stage = await Stage.run(script));
  afterEach(async () => {
    await stage?.end();
    stage = undefined;
  });

  it('lists, and watches from there with bookmarks and a bound', async () => {
    const { api, told } = await start({ lists: [[widget({ version: 7 }), widget({ name: 'b', version: 8 })]] });
    await until(() => api.asked.some(isWatch), 'the watch');
    expect(told).to.deep.equal(['put acme 7', 'put b 8']);
    const query = Object.fromEntries(api.asked.find(isWatch)!.query);
    expect(query).to.include({ resourceVersion: '100', allowWatchBookmarks: 'true' });
    expect(Number(query['timeoutSeconds'])).to.be.within(300, 600);
  });

  it('is not synced before the first list, and stays so through outages', async () => {
    const running = await start({ lists: [refusal(503, 'ServiceUnavailable'), [], refusal(500, 'InternalError')] });
    await until(() => running.lists.length === 1, 'the first list');
    expect(running.reflector.synced).to.equal(false);
    await passUntil(running.clock, () => running.reflector.synced, { what: 'the second list' });
    const watch = await running.watch();
    watch.end(line('ERROR', { code: 410, reason: 'Expired' }));
    await passUntil(running.clock, () => running.lists.length > 3, { what: 'more lists' });
    expect(running.reflector.synced).to.equal(true);
  });

  it('joins pages, and starts again where the continuation has expired', async () => {
    const page = (items: KubeObject[], more?: string): Reply => ({
      body: { metadata: { resourceVersion: '50', ...(more && { continue: more }) }, items },
    });
    const running = await start({
      lists: [
        page([widget({ name: 'old' })], 'token-1'),
        refusal(410, 'Expired'),
        page([widget({ name: 'a' })], 'token-2'),
        page([widget({ name: 'b' })]),
      ],
    });
    await passUntil(running.clock, () => running.reflector.synced, { what: 'the list' });
    expect(running.told).to.deep.equal(['put a 10', 'put b 10']);
    expect(running.lists.map(({ query }) => query.get('continue'))).to.deep.equal([null, 'token-1', null, 'token-2']);
  });

  it('tells what changes and what goes', async () => {
    const running = await start({ lists: [[widget()]] });
    const watch = await running.watch();
    watch.write(line('ADDED', widget({ name: 'b', version: 101 })));
    watch.write(line('MODIFIED', widget({ version: 102 })) + line('DELETED', widget({ name: 'b', version: 103 })));
    await until(() => running.told.length === 4, 'four changes');
    expect(running.told).to.deep.equal(['put acme 10', 'put b 101', 'put acme 102', 'drop b']);
  });

  it('puts lines together whatever chunks they come in, also where a letter is cut in two', async () => {
    const running = await start({ lists: [[]] });
    const watch = await running.watch();
    const bytes = Buffer.from(
      line('ADDED', widget({ version: 101, annotations: { note: 'Größe 中' } })) +
        line('MODIFIED', widget({ version: 102 })),
    );
    for (let at = 0; at < bytes.length; at += 7) {
      watch.write(bytes.subarray(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => running.told.length === 2, 'two changes');
    expect(running.told).to.deep.equal(['put acme 101', 'put acme 102']);
  });

  it('resumes from the last bookmark, without a list', async () => {
    const running = await start({ lists: [[widget()]] });
    const watch = await running.watch();
    watch.end(line('BOOKMARK', { metadata: { resourceVersion: '777' } }));
    await passUntil(running.clock, () => running.watches.length === 2, { what: 'the next watch' });
    expect(running.watches[1]?.query.get('resourceVersion')).to.equal('777');
    expect(running.lists).to.have.length(1);
  });

  it('lists again on 410 inside the watch, and tells only what differs and what went', async () => {
    const running = await start({
      lists: [
        [widget({ version: 1 }), widget({ name: 'b', version: 2 }), widget({ name: 'c', version: 3 })],
        [widget({ version: 1 }), widget({ name: 'b', version: 9 })],
      ],
    });
    (await running.watch()).end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }));
    await passUntil(running.clock, () => running.lists.length === 2 && running.told.length > 3, { what: 'the list' });
    await settle();
    expect(running.told.slice(3)).to.deep.equal(['drop c', 'put b 9']);
  });

  it('tells of an object that was deleted and made again while it did not look', async () => {
    const running = await start({ lists: [[widget({ uid: 'one' })], [widget({ uid: 'two', version: 30 })]] });
    (await running.watch()).end(line('ERROR', { code: 410 }));
    await passUntil(running.clock, () => running.told.length === 3, { what: 'the list' });
    expect(running.told).to.deep.equal(['put acme 10', 'drop acme', 'put acme 30']);
  });

  it('backs off from watches that end at once with nothing in them', async () => {
    const running = await start({ lists: [[]], watches: Array.from({ length: 500 }, () => ({ body: '' })) });
    for (let second = 0; second < 60; second += 1) {
      await running.clock.advance(1_000);
      await settle();
    }
    expect(running.watches.length).to.be.within(4, 9);
  });

  it('gives a silent watch up, and asks again from where it was', async () => {
    const running = await start({ lists: [[widget()]] });
    const watch = await running.watch();
    watch.write(line('MODIFIED', widget({ version: 150 })));
    await until(() => running.told.length === 2, 'the change');
    const ms = await passUntil(running.clock, () => running.watches.length === 2, {
      ...{ what: 'the next watch', stepMs: 1_000, api: running.api },
    });
    expect(ms).to.be.within(89_000, 100_000);
    expect(running.watches[1]?.query.get('resourceVersion')).to.equal('150');
  });

  it('waits as long as the server asks', async () => {
    const busy = { ...refusal(429, 'TooManyRequests'), headers: { 'retry-after': '12' } };
    const running = await start({ lists: [busy, []] });
    await until(() => running.lists.length === 1, 'the first list');
    const ms = await passUntil(running.clock, () => running.lists.length === 2, {
      ...{ what: 'the second', stepMs: 500, api: running.api },
    });
    expect(ms).to.be.within(12_000, 14_000);
  });

  const troubles: { reason: string; reply: Reply }[] = [
    { reason: 'a server that has not loaded its rights yet', reply: refusal(403, 'Forbidden') },
    { reason: 'a CRD that is not there yet, told in plain text', reply: { status: 404, body: '404 page not found' } },
    { reason: 'a proxy that answers with a page', reply: { body: '<html>welcome</html>' } },
    { reason: 'an answer without a list', reply: { body: { kind: 'Status' } } },
    { reason: 'a server that has no answer', reply: refusal(500, 'InternalError') },
  ];
  for (const { reason, reply } of troubles) {
    it(`never gives up: ${reason}`, async () => {
      const running = await start({ lists: [reply, reply, reply, [widget()]] });
      await passUntil(running.clock, () => running.reflector.synced, { what: 'the list', stepMs: 500 });
      expect(running.told).to.deep.equal(['put acme 10']);
    });
  }

  const told: { reason: string; script: Script; msg?: string; line: object; fix: RegExp }[] = [
    {
      reason: 'a CRD that is not installed',
      script: { lists: [{ status: 404, body: '404 page not found\n' }] },
      line: {
        code: 'PLUS1_CRD_MISSING',
        error: 'cannot list the widgets: the API server knows no widgets',
        detail: '404 page not found',
      },
      fix: /^apply the CRD/,
    },
    {
      reason: 'a right that is missing',
      script: { lists: [refusal(403, 'Forbidden', 'widgets is forbidden:\n User "x" cannot list')] },
      line: {
        code: 'PLUS1_CLUSTER_FORBIDDEN',
        error: 'cannot list the widgets: the API server answered 403 Forbidden',
        detail: 'widgets is forbidden: User "x" cannot list',
      },
      fix: /list and watch on widgets/,
    },
    {
      reason: 'a credential that does not count',
      script: { lists: [refusal(401, 'Unauthorized')] },
      line: {
        code: 'PLUS1_CLUSTER_FORBIDDEN',
        error: 'cannot list the widgets: the API server answered 401 Unauthorized',
      },
      fix: /credential/,
    },
    {
      reason: 'a proxy that answers with a page',
      script: { lists: [{ body: '<html>welcome</html>' }] },
      line: { code: 'PLUS1_CLUSTER_UNAVAILABLE' },
      fix: /API server/,
    },
    {
      reason: 'a right to watch that is missing',
      script: { lists: [[]], watches: [refusal(403, 'Forbidden')] },
      msg: 'Watch interrupted',
      line: {
        code: 'PLUS1_CLUSTER_FORBIDDEN',
        error: 'cannot watch the widgets: the API server answered 403 Forbidden',
      },
      fix: /list and watch on widgets/,
    },
    {
      reason: 'a watch that the server ends with an error',
      script: { lists: [[]], watches: [{ body: line('ERROR', { code: 500, reason: 'InternalError' }) }] },
      msg: 'Watch interrupted',
      line: {
        code: 'PLUS1_CLUSTER_UNAVAILABLE',
        error: 'cannot watch the widgets: the API server ended it: 500 InternalError',
      },
      fix: /API server/,
    },
    {
      reason: 'a watch that speaks no JSON',
      script: { lists: [[]], watches: [{ body: 'hello\n' }] },
      msg: 'Watch interrupted',
      line: {
        code: 'PLUS1_CLUSTER_UNAVAILABLE',
        error: 'cannot watch the widgets: an event came that is not JSON',
      },
      fix: /API server/,
    },
  ];
  for (const { reason, script, msg = 'List failed', line: fields, fix } of told) {
    it(`logs with its code, and what to do: ${reason}`, async () => {
      const running = await start(script);
      await until(() => running.logged.length > 0, 'the line');
      const [first] = running.logged;
      expect(first).to.include({ level: 'warn', msg });
      expect(first?.fields).to.include({ path: '/apis/factory.example/v2beta1/widgets', failures: 1, ...fields });
      expect(first?.fields['fix']).to.match(fix);
      expect(JSON.stringify(running.logged)).to.not.match(/\\[nr]/);
      const isUnread = msg === 'List failed';
      expect(running.reflector.trouble?.code).to.equal(isUnread ? first?.fields['code'] : undefined);
    });
  }

  it('goes on after a connection that broke in the middle of an event', async () => {
    const running = await start({ lists: [[widget()]] });
    const watch = await running.watch();
    watch.write(line('MODIFIED', widget({ version: 101 })) + '{"type":"MODIFIED","obj');
    await until(() => running.told.length === 2, 'the change');
    running.api.cut();
    await passUntil(running.clock, () => running.watches.length === 2, { what: 'the next watch' });
    expect(running.watches[1]?.query.get('resourceVersion')).to.equal('101');
    expect(running.told).to.have.length(2);
  });

  it('ends when it is told to, in a watch as in a wait', async () => {
    const running = await start({ lists: [[widget()]] });
    await running.watch();
    running.stop.abort();
    await running.ended;
    expect(running.clock.timers).to.equal(0);
  });
});
