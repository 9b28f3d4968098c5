import { expect } from 'chai';
import fc from 'fast-check';
import { Writable } from 'node:stream';
import type { Log } from '../../pkg/base/index.js';
import { createLog } from '../../pkg/telemetry/index.js';
import { redactPatterns } from '../../pkg/text/index.js';

function recorder(level: 'debug' | 'info' = 'debug'): {
  log: Log;
  lines: () => Record<string, unknown>[];
  text: () => string;
} {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const log = createLog({ level, stream, clock: () => Date.UTC(2026, 10, 22, 4) });
  const lines = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { log, lines, text: () => text };
}

describe('createLog', () => {
  it('writes one line of JSON with the time, the level, the constant message and the fields', () => {
    const { log, text } = recorder();
    log.with({ reconcileID: 'r1' }).info('Pass ended', { result: 'Succeeded', entered: 2 });
    expect(text()).to.equal(
      '{"ts":"2026-11-22T04:00:00.000Z","level":"info","msg":"Pass ended","reconcileID":"r1","result":"Succeeded","entered":2}\n',
    );
  });

  it('spends nothing on a line that nobody wants', () => {
    let read = 0;
    const field = { toJSON: () => (read += 1) };
    const { log, text } = recorder('info');
    log.debug('Request served', { field });
    expect(read).to.equal(0);
    expect(text()).to.equal('');
    log.info('Request served', { field });
    expect(read).to.equal(1);
  });

  it('writes foreign control and bidirectional characters as escapes, in names and values of fields', () => {
    const { log, lines, text } = recorder();
    const foreign = '\u001b[31m\u202eevil\u2028\u200b\u0085';
    log.info('Event', { [foreign]: foreign, inner: [{ name: foreign }] });
    expect(text()).to.match(/^[\x20-\x7e]+\n$/);
    expect(lines()[0]?.['inner']).to.deep.equal([{ name: foreign }]);
  });

  it('leaves out what is below the level', () => {
    const { log, lines } = recorder('info');
    log.debug('Detail');
    log.warn('Trouble');
    expect(lines().map(({ msg }) => msg)).to.deep.equal(['Trouble']);
  });

  it('lets no field take the place of time, level or message', () => {
    const { log, lines } = recorder();
    log.error('True message', { ts: 'never', level: 'debug', msg: 'forged' });
    expect(lines()).to.deep.equal([{ ts: '2026-11-22T04:00:00.000Z', level: 'error', msg: 'True message' }]);
  });

  it('says an error by its message and a big integer by its digits', () => {
    const { log, lines } = recorder();
    log.error('Pass failed', { error: new Error('no route'), id: 2n ** 64n });
    expect(lines()[0]).to.include({ error: 'no route', id: '18446744073709551616' });
  });

  it('does not throw for a field that is no JSON, and still writes the message', () => {
    const { log, lines } = recorder();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    log.info('Odd', { loop });
    expect(lines()[0]).to.include({ msg: 'Odd', level: 'info' });
  });

  it('writes no token, wherever it stands in message or fields', () => {
    const token = fc
      .string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 4, maxLength: 40 })
      .map((tail) => `ghp_${tail}`);
    const around = fc.string({ unit: fc.constantFrom('\n', '\t', ' ', '"', '_', '=', ':', '\\'), maxLength: 3 });
    fc.assert(
      fc.property(token, around, around, (secret, before, after) => {
        const { log, text } = recorder();
        const value = `${before}${secret}${after}`;
        log.with({ fixed: value }).error(value, { value, deep: [{ value }], error: new Error(value), [value]: 1 });
        expect(text()).not.to.contain(secret);
        expect(() => JSON.parse(text())).not.to.throw();
      }),
    );
  });
});

describe('redact', () => {
  const secrets = [
    { text: 'ghs_abc', reason: 'an installation token' },
    { text: 'github_pat_11ABC_def', reason: 'a fine-grained token' },
    { text: `v1.${'0af9'.repeat(10)}`, reason: 'an installation token of an older server' },
    { text: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2ln-bmF0_dXJl', reason: "an App's assertion" },
    { text: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', reason: 'a private key' },
    { text: '-----BEGIN PRIVATE KEY-----\nMIIE', reason: 'a private key cut off in the middle' },
    { text: 'Bearer 0123456789abcdef0123', reason: 'an authorization header' },
    { text: 'Basic dXNlcjpwYXNzd29yZA==', reason: 'a basic authorization header' },
    { text: 'ghp%5Fabcdefgh', reason: 'a token escaped for a URL' },
    { text: Buffer.from('ghs_abcdefghijkl').toString('base64'), reason: 'a token in base64' },
    { text: Buffer.from('github_pat_11ABC_def').toString('base64'), reason: 'a fine-grained token in base64' },
    { text: Buffer.from('x-access-token:opaque-of-a-server').toString('base64'), reason: 'a pair in base64' },
  ];
  for (const { text, reason } of secrets) {
    it(`cuts out ${reason}`, () => {
      expect(redactPatterns(text)).to.equal('[redacted]');
    });
  }

  it("cuts out a proxy's user and password, and leaves the host", () => {
    expect(redactPatterns('cannot reach http://user:pa55@proxy.example:3128/')).to.equal(
      'cannot reach http://[redacted]@proxy.example:3128/',
    );
  });

  it('cuts out what makes the address of a webhook one, and leaves the host', () => {
    for (const host of ['hooks.slack.com', 'acme.webhook.office.com', 'discord.com/api/webhooks'])
      expect(redactPatterns(`POST https://${host}/T0/B1/x9y8z7 failed`)).to.equal(
        `POST https://${host}/[redacted] failed`,
      );
  });

  const harmless = [
    { text: '2c023c5f8a3d1e4b5c6d7e8f9a0b1c2d3e4f5a6b', reason: 'a commit' },
    { text: 'sha256:0af9', reason: 'a plan hash' },
    { text: 'the bearer token was rejected', reason: 'words' },
    { text: 'laughs_at_me', reason: 'a name that has a prefix in its middle' },
    { text: 'https://api.github.com/orgs/acme', reason: 'a URL' },
  ];
  for (const { text, reason } of harmless) {
    it(`leaves ${reason} alone`, () => {
      expect(redactPatterns(text)).to.equal(text);
    });
  }
});
