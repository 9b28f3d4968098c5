import { expect } from 'chai';
import { mkdtempSync, rmSync, utimesSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withBuildLock } from './build-lock.js';

describe('The lock of a build', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plus1-lock-'));
    file = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is let go when the work throws', async () => {
    const work = (): Promise<never> => Promise.reject(new Error('broken'));
    const error = await withBuildLock(file, work).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'broken');
    expect(existsSync(file)).to.equal(false);
  });

  it('is taken from one that was killed: its file is no longer touched', async () => {
    writeFileSync(file, '1\n');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    expect(await withBuildLock(file, async () => 'done')).to.equal('done');
  });

  it('stays with one that works for longer than a dead one would keep it', async () => {
    const order: string[] = [];
    const slow = withBuildLock(
      file,
      async () => {
        await sleep(800);
        order.push('slow');
      },
      { beatMs: 50, staleMs: 300 },
    );
    const next = withBuildLock(file, async () => order.push('next'), { staleMs: 300 });
    await Promise.all([slow, next]);
    expect(order).to.deep.equal(['slow', 'next']);
  });

  it('is no longer waited for after an abort', async () => {
    writeFileSync(file, '1\n');
    const error = await withBuildLock(file, async () => 'done', { signal: AbortSignal.timeout(50) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('name', 'AbortError');
    expect(existsSync(file)).to.equal(true);
  });
});
