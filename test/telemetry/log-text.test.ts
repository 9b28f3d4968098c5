/** The log as text, for people at a terminal. */
import { Writable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { commandLog } from '../../cmd/plus1/command-log.js';
import { createLog } from '../../pkg/telemetry/index.js';
import { anyCharacter } from '../characters.js';

const NOW = Date.UTC(2026, 10, 22, 4);

class Sink extends Writable {
  text = '';
  isTTY?: boolean;
  constructor(isTTY = false) {
    super();
    if (isTTY) this.isTTY = true;
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function written(fields: Record<string, unknown>, msg = 'Pass ended'): string {
  const stream = new Sink();
  createLog({ level: 'debug', stream, clock: () => NOW, format: 'text' }).info(msg, fields);
  return stream.text;
}

describe('the log as text', () => {
  it('has time, level, message and the fields behind them', () => {
    expect(written({ policy: 'default/acme', entered: 2, complete: true })).to.equal(
      '2026-11-22T04:00:00.000Z INFO  Pass ended policy=default/acme entered=2 complete=true\n',
    );
  });

  for (const { value, shown } of [
    { value: '', shown: '""' },
    { value: 'two words', shown: '"two words"' },
    { value: 'a=b', shown: '"a=b"' },
    { value: 'a "quote"', shown: '"a \\"quote\\""' },
    { value: ['a', 'b'], shown: '["a","b"]' },
    { value: null, shown: 'null' },
    { value: new Error('no route'), shown: '"no route"' },
    { value: '\u001b[31mred\u202e', shown: '\\u001b[31mred\\u202e' },
    { value: 'line\nanother', shown: '"line\\nanother"' },
    { value: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz', shown: '[redacted]' },
  ]) {
    it(`shows ${JSON.stringify(value)} as ${shown}`, () => {
      expect(written({ x: value })).to.equal(`2026-11-22T04:00:00.000Z INFO  Pass ended x=${shown}\n`);
    });
  }

  it('is one line without control characters, whatever the message and the fields are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }),
        fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue()),
        (msg, fields) => {
          const text = written(fields, msg);
          expect(text.endsWith('\n')).to.equal(true);
          expect(text.slice(0, -1)).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });

  it('does not throw for a field that is no JSON', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(written({ loop })).to.match(/Pass ended .*unprintable=\[.*"loop".*\]\n$/);
  });
});

describe('the form of the log of a command', () => {
  const logged = (isTTY: boolean, format: 'text' | 'json' | undefined, env: Record<string, string> = {}): string => {
    const stderr = new Sink(isTTY);
    commandLog({ stderr, env, clock: () => NOW }, { level: 'info', format }).warn('Trouble');
    return stderr.text;
  };

  it('is JSON where there is no terminal, and text on one', () => {
    expect(logged(false, undefined)).to.match(/^\{"ts"/);
    expect(logged(true, undefined, { NO_COLOR: '1' })).to.match(/^\S+Z WARN {2}Trouble\n$/);
  });

  it('is what was asked for, wherever it goes', () => {
    expect(logged(true, 'json')).to.match(/^\{"ts"/);
    expect(logged(false, 'text')).to.match(/^\S+Z WARN {2}Trouble\n$/);
  });

  it('has colours on a terminal alone, and none with NO_COLOR', () => {
    expect(logged(true, 'text')).to.include('\u001b[33m');
    expect(logged(true, 'text', { NO_COLOR: '1' })).not.to.include('\u001b');
    expect(logged(false, 'text')).not.to.include('\u001b');
  });
});
