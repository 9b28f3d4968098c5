/** Many that wait for one signal at a time: Node took more than ten for a leak and wrote so among the log lines. */
import { getEventListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ignoreAbort, readBoundedText, sleep } from '../../pkg/base/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import { temporaryFolder } from '../temporary-folder.js';

describe('One signal that many wait for', () => {
  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
  const never = 1_000_000_000;
  const nap = (ms: number, signal: AbortSignal): Promise<void> =>
    sleep(systemClock, ms, signal).catch(ignoreAbort(signal));

  it('has one listener for fifty files and fifty naps, and none when they are over', async () => {
    const { signal } = new AbortController();
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'text');
    const texts = Array.from({ length: 50 }, () => readBoundedText(path, { maxBytes: 10, signal }));
    const naps = Array.from({ length: 50 }, () => nap(1, signal));
    expect(listeners(signal)).to.equal(1);
    expect(new Set(await Promise.all(texts))).to.deep.equal(new Set(['text']));
    await Promise.all(naps);
    expect(listeners(signal)).to.equal(0);
  });

  it('ends all of them, also those that began to wait after others had ended', async () => {
    const stop = new AbortController();
    const over = new Error('over');
    await nap(1, stop.signal);
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'text');
    const read = readBoundedText(path, { maxBytes: 10, signal: stop.signal }).then(
      () => 'read',
      (error: unknown) => error,
    );
    const naps = [nap(never, stop.signal), nap(never, stop.signal)];
    stop.abort(over);
    await Promise.all(naps);
    expect(await read).to.equal(over);
    expect(listeners(stop.signal)).to.equal(0);
    await nap(never, stop.signal);
  });
});
