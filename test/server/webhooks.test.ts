/** What `POST /webhooks/github` answers, over real connections: the order of the checks, bounds, signatures. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import {
  createWebhookServer,
  type SignedDelivery,
  type WebhookReceiver,
  type OpenServer,
} from '../../pkg/server/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { memoryLog, raw } from './support.js';

const SECRET = "It's a Secret to Everybody";
const PATH = '/webhooks/github';
const MIB = 1_024 * 1_024;

const signed = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('The server of webhooks', () => {
  let server: OpenServer;
  let receiver: WebhookReceiver;
  let delivered: SignedDelivery[];
  let refused: string[];
  let secrets: { values: string[]; isPartial: boolean };
  let isLeading: boolean;

  beforeEach(async () => {
    [delivered, refused, secrets, isLeading] = [[], [], { values: [SECRET], isPartial: false }, true];
    receiver = {
      isLeading: () => isLeading,
      secrets: async () => secrets,
      deliver: (delivery) => void delivered.push(delivery),
      refused: (refusal, { event }) => void refused.push(`${refusal} ${event}`),
    };
    await open();
  });
  afterEach(() => server.close(AbortSignal.abort()));

  async function open(clock = systemClock): Promise<void> {
    const opened = await createWebhookServer({ address: '127.0.0.1:0', receiver, log: memoryLog(), clock });
    if (opened === undefined) throw new Error('it is off');
    server = opened;
  }

  interface Sending {
    path?: string;
    method?: string;
    body?: string | Buffer;
    headers?: Record<string, string | undefined>;
    /** Without a Content-Length. */
    isChunked?: boolean;
    /** One that keeps connections. */
    agent?: Agent;
  }

  /** The status, and what is said; headers that are undefined are left out. */
  async function send({
    path = PATH,
    method = 'POST',
    body = '{}',
    headers = {},
    isChunked,
    agent,
  }: Sending = {}): Promise<{
    status: number;
    text: string;
    headers: NodeJS.Dict<string | string[]>;
  }> {
    const all: Record<string, string | undefined> = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-hub-signature-256': signed(body),
      ...(isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    };
    const given = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          ...{ host: '127.0.0.1', port: server.address.split(':')[1], path, method, agent: agent ?? false },
          headers: Object.fromEntries(given),
        },
        (answer) => {
          text(answer).then((said) => {
            if (agent === undefined) asked.destroy();
            resolve({ status: answer.statusCode ?? 0, text: said, headers: answer.headers });
          }, reject);
        },
      );
      asked.on('error', reject);
      if (method === 'HEAD' || method === 'GET') asked.end();
      else asked.end(body);
    });
  }
  const statusOf = async (sending: Sending): Promise<number> => (await send(sending)).status;
  const settled = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('accepts a delivery with a right signature, and hands on its raw body', async () => {
    const body = '{ "ref":  "refs/heads/main" }';
    expect(await send({ body })).to.include({ status: 202, text: 'accepted\n' });
    await settled(() => delivered.length === 1);
    expect({ ...delivered[0], body: delivered[0]?.body.toString() }).to.deep.equal({ event: 'push', id: 'd1', body });
    expect(refused).to.deep.equal([]);
  });

  it("takes the example of GitHub's documentation for a right signature", async () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(await statusOf({ body: 'Hello, World!', headers: { 'x-hub-signature-256': signature } })).to.equal(202);
  });

  it('tries each secret, so that one may be replaced by another', async () => {
    secrets.values = ['new', 'other', SECRET];
    expect(await statusOf({})).to.equal(202);
    expect(await statusOf({ headers: { 'x-hub-signature-256': signed('{}', 'new') } })).to.equal(202);
    expect(await statusOf({ headers: { 'x-hub-signature-256': signed('{}', 'old') } })).to.equal(401);
  });

  const WRONG: Record<string, Sending> = {
    'another path': { path: '/', method: 'DELETE' },
    'a path below': { path: `${PATH}/` },
    'another method': { method: 'GET' },
    'a method that is no request for us': { method: 'PROPFIND' },
    'another content type': { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'no content type': { headers: { 'content-type': undefined } },
    'no signature': { headers: { 'x-hub-signature-256': undefined } },
    'a signature of another kind': { headers: { 'x-hub-signature-256': `sha1=${'0'.repeat(40)}` } },
    'a signature that is cut': { headers: { 'x-hub-signature-256': signed('{}').slice(0, -2) } },
    'a signature of another secret': { headers: { 'x-hub-signature-256': signed('{}', 'wrong') } },
    'a body that is cut': { body: '{"ref"', headers: { 'x-hub-signature-256': signed('{"ref":"x"}') } },
    'a body that was changed': { body: '{"a":2}', headers: { 'x-hub-signature-256': signed('{"a":1}') } },
  };
  const ANSWERS: Record<string, number> = {
    ...{ 'another path': 404, 'a path below': 404, 'another method': 405, 'a method that is no request for us': 405 },
    ...{ 'another content type': 415, 'no content type': 415 },
  };
  for (const [name, sending] of Object.entries(WRONG)) {
    it(`refuses ${name}`, async () => {
      expect(await statusOf(sending)).to.equal(ANSWERS[name] ?? 401);
      expect(delivered).to.deep.equal([]);
    });
  }

  it('says which method it has', async () => {
    expect((await send({ method: 'PUT' })).headers['allow']).to.equal('POST');
  });

  it('counts what it refuses, but what is no delivery', async () => {
    for (const name of ['another path', 'another method', 'no content type', 'no signature']) await send(WRONG[name]);
    expect(refused).to.deep.equal(['refused push', 'rejected push']);
  });

  it('checks the size first, then the type, then the signature', async () => {
    const body = Buffer.alloc(26 * MIB);
    const wrong = { 'content-type': 'text/plain', 'x-hub-signature-256': undefined };
    expect(await statusOf({ path: '/x', body, headers: wrong })).to.equal(404);
    expect(await statusOf({ method: 'PUT', body, headers: wrong })).to.equal(405);
    expect(await statusOf({ body, headers: wrong })).to.equal(413);
    expect(await statusOf({ headers: wrong })).to.equal(415);
  });

  it('refuses 26 MiB, also where their length is not told', async () => {
    const body = Buffer.alloc(26 * MIB, 'x');
    expect(await statusOf({ body })).to.equal(413);
    expect(await statusOf({ body, isChunked: true })).to.equal(413);
    expect(await statusOf({ body, isChunked: true, headers: { 'content-type': 'text/plain' } })).to.equal(413);
    expect(refused).to.deep.equal(['refused push', 'refused push', 'refused push']);
  });

  it('refuses a length beyond the bound before the body comes', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: ${26 * MIB}\r\n\r\n`;
    const { socket } = await raw(server.address, head);
    const said = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
    expect(said).to.match(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('takes 25 MiB', async () => {
    expect(await statusOf({ body: Buffer.alloc(25 * MIB, 'x') })).to.equal(202);
  });

  it('holds a few large bodies at a time, and always a small one', async () => {
    const body = Buffer.alloc(25 * MIB, 'x');
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-hub-signature-256: ${signed('')}\r\n`;
    const stuck = await Promise.all(
      Array.from({ length: 4 }, () => raw(server.address, `${head}content-length: ${body.length}\r\n\r\n`)),
    );
    const heard: string[] = [];
    for (const { socket } of stuck) {
      socket.on('data', (chunk) => heard.push(chunk.toString().slice(9, 12)));
      // All but the last byte: it is held until the sender goes.
      socket.write(body.subarray(1));
    }
    await settled(() => heard.length > 0);
    expect(new Set(heard)).to.deep.equal(new Set(['503']));
    expect(await statusOf({ body: Buffer.alloc(MIB / 5) })).to.equal(202);
    for (const { socket } of stuck) socket.destroy();
    let status = 503;
    while (status === 503) status = await statusOf({ body });
    expect(status).to.equal(202);
  });

  it('refuses where it does not lead, after the signature was checked', async () => {
    isLeading = false;
    expect(await statusOf({})).to.equal(503);
    expect(await statusOf({ headers: { 'x-hub-signature-256': signed('{}', 'wrong') } })).to.equal(401);
    expect(refused).to.deep.equal(['unavailable push', 'rejected push']);
  });

  it('does not call a signature wrong that it cannot judge', async () => {
    secrets = { values: ['another'], isPartial: true };
    expect(await statusOf({})).to.equal(503);
    secrets.values.push(SECRET);
    expect(await statusOf({})).to.equal(202);
  });

  it('answers 50 wrong signatures a second, then 429; right ones all the same', async () => {
    await server.close(AbortSignal.abort());
    const clock = new VirtualClock();
    await open({ ...systemClock, now: () => clock.now(), monotonic: () => clock.monotonic() });
    const wrong = { headers: { 'x-hub-signature-256': signed('{}', 'wrong') } };
    const statuses: number[] = [];
    for (let n = 0; n < 52; n += 1) statuses.push(await statusOf(wrong));
    expect(statuses.filter((status) => status === 401)).to.have.length(50);
    expect(statuses.slice(50)).to.deep.equal([429, 429]);
    expect(await statusOf({})).to.equal(202);
    expect(refused.slice(49)).to.deep.equal(['rejected push', 'limited push', 'limited push']);
    await clock.advance(1_000);
    expect(await statusOf(wrong)).to.equal(401);
  });

  it('answers a thousand in a burst', async () => {
    const agent = new Agent({ keepAlive: true });
    const statuses = new Map<number, number>();
    const work = async (): Promise<void> => {
      for (let n = 0; n < 50; n += 1) {
        const status = await statusOf({ agent, headers: { 'x-github-delivery': `d${n}` } });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 20 }, work));
    agent.destroy();
    expect([...statuses]).to.deep.equal([[202, 1_000]]);
    await settled(() => delivered.length === 1_000);
  });

  it('answers before it does anything with a delivery, and outlives what that throws', async () => {
    receiver.deliver = () => {
      throw new Error('it broke');
    };
    expect(await statusOf({})).to.equal(202);
    expect(await statusOf({})).to.equal(202);
  });

  it('is off at 0, and says which flag names an address that is none', async () => {
    const log = memoryLog();
    expect(await createWebhookServer({ address: '0', receiver, log, clock: systemClock })).to.equal(undefined);
    const fault = await createWebhookServer({ address: 'x', receiver, log, clock: systemClock }).catch(String);
    expect(fault).to.include('--webhook-address');
    const taken = await createWebhookServer({ address: server.address, receiver, log, clock: systemClock }).catch(
      String,
    );
    expect(taken).to.include('it is in use already');
  });
});
