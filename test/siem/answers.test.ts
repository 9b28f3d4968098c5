/** What an answer of a sink tells: no secret that it repeats, and no arrival that it does not show. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Clock } from '../../pkg/base/index.js';
import { deliveryTo } from '../../pkg/siem/deliver.js';
import type { SinkAnswer, Verdict } from '../../pkg/siem/sinks/sink.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { eventOf } from '../../pkg/siem/event.js';
import { DATA, lineOf } from './samples.js';

after(removeTemporaryFolders);

const TOKEN = 'b5a79aad-d822-46cc-80d1-819f80d7bfb0';
const CLOCK: Clock = { now: () => 0, monotonic: () => 0 };
const TYPES = ['SplunkHEC', 'Datadog', 'OTLP', 'HTTP'] as const;

async function verdictOf(
  type: (typeof TYPES)[number],
  answer: Partial<SinkAnswer>,
  files: Record<string, string> = { token: TOKEN },
): Promise<Verdict> {
  const credentials = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(credentials, name), text);
  const batch = { records: 500, bytes: 1_000_000, waitMs: 0 };
  const sink = { name: 'sink', type, format: 'OCSF' as const, url: 'https://sink', credentials, kinds: ['*'] };
  const delivery = deliveryTo(
    { ...sink, insecure: false, batch },
    {
      clock: CLOCK,
      client: () => ({
        post: async () => ({ status: 200, headers: {}, text: '', ...answer }),
        close: async () => undefined,
      }),
      write: async () => undefined,
    },
  );
  const event = eventOf(lineOf('WriteProved', DATA.WriteProved), { format: 'OCSF', productVersion: '0.2.0' });
  return delivery.deliver([event], new AbortController().signal);
}

describe('The answer of a sink', () => {
  for (const type of TYPES) {
    it(`tells no token that it repeats, nor the beginning of one where it is cut: ${type}`, async () => {
      const texts = [`no header ${TOKEN}`, TOKEN.toUpperCase(), `${'x'.repeat(150)} ${TOKEN}`];
      for (const text of [...texts, Buffer.from(TOKEN).toString('base64')])
        for (const status of [400, 401, 503])
          expect(JSON.stringify(await verdictOf(type, { status, text })).toLowerCase()).to.not.match(/b5a79|yjvhn/);
    });

    it(`is no arrival where a proxy or a log-in answers with a page: ${type}`, async () => {
      const headers = { 'content-type': 'text/html; charset=utf-8' };
      expect(await verdictOf(type, { headers, text: '<html>please log in</html>' })).to.include({ kind: 'later' });
    });
  }

  it('tells no password, alone or as it was sent', async () => {
    const files = { username: 'plus1', password: 'correct horse/battery' };
    const sent = Buffer.from('plus1:correct horse/battery').toString('base64');
    for (const text of [sent, files.password, encodeURIComponent(files.password)]) {
      const verdict = await verdictOf('HTTP', { status: 400, text: `got ${text}` }, files);
      expect(verdict).to.deep.equal({ kind: 'refused', why: 'HTTP 400: got [redacted]' });
    }
  });

  it('is no arrival of Splunk without a code of Splunk, nor of others with a text that is no JSON', async () => {
    expect(await verdictOf('SplunkHEC', {})).to.include({ kind: 'later' });
    expect(await verdictOf('SplunkHEC', { text: '{}' })).to.include({ kind: 'later' });
    for (const type of ['Datadog', 'OTLP'] as const)
      expect(await verdictOf(type, { text: 'welcome' })).to.include({ kind: 'later' });
  });

  it('is an arrival where it is the own one of the sink', async () => {
    expect(await verdictOf('SplunkHEC', { text: '{"text":"Success","code":0}' })).to.deep.equal({ kind: 'taken' });
    for (const type of ['Datadog', 'OTLP', 'HTTP'] as const)
      for (const text of ['', '{}']) expect(await verdictOf(type, { text })).to.deep.equal({ kind: 'taken' });
    expect(await verdictOf('HTTP', { text: 'ok' })).to.deep.equal({ kind: 'taken' });
  });
});
