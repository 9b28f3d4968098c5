/**
 * Kind: memory that is swapped under the process that keeps it. A backup that is put back, an editor, a copy of the folder: the text
 * is whole, and is the memory of another time.
 */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { temporaryFolder } from '../../integration/cli.js';
import { whileFlushed } from './while-flushed.js';

const KEY = { namespace: 'default', name: 'acme' };
const NEVER = new AbortController().signal;

const left = (count: number): StoredPolicy =>
  ({
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...KEY }, spec: { organization: 'acme' } },
    status: { window: { startTime: '2026-11-22T10:00:00Z', members: 20, left: count } },
  }) as unknown as StoredPolicy;

describe('A state file that somebody else changes while a process keeps it', () => {
  let state: StateFolder;
  let path: string;
  let mayWrite: () => void;

  beforeEach(async () => {
    mayWrite = () => undefined;
    state = new StateFolder(temporaryFolder(), () => mayWrite());
    path = state.path(KEY);
    await state.read(KEY, NEVER);
    await state.write(KEY, left(1), NEVER);
    copyFileSync(path, `${path}.backup`);
    await state.write(KEY, left(4), NEVER);
  });

  const read = async (): Promise<unknown> => {
    try {
      return (await state.read(KEY, NEVER))?.status?.window?.left;
    } catch (error) {
      if (!(error instanceof Plus1Error)) throw error;
      return `${error.code}: ${error.message} Fix: ${error.fix}`;
    }
  };
  const CHANGED =
    /^PLUS1_STATE_UNREADABLE: the state of default\/acme at \S+ was changed by somebody else .* Fix: put back .* restart/;
  const DELETED =
    /^PLUS1_STATE_UNREADABLE: the state of default\/acme at \S+ was deleted by somebody else .* Fix: put back .* restart/;

  it('is an error where it is an older copy of itself, until it is put back, and is believed by the next process', async () => {
    const own = readFileSync(path);
    copyFileSync(`${path}.backup`, path);
    expect(await read()).to.match(CHANGED);
    expect(await read(), 'and stays one').to.match(CHANGED);
    writeFileSync(path, own);
    expect(await read()).to.equal(4);
    copyFileSync(`${path}.backup`, path);
    expect((await new StateFolder(join(path, '../..')).read(KEY, NEVER))?.status?.window?.left).to.equal(1);
  });

  it('is an error where it is gone: a memory that was lost opens the guards', async () => {
    const own = readFileSync(path);
    rmSync(path);
    expect(await read()).to.match(DELETED);
    writeFileSync(path, own);
    expect(await read()).to.equal(4);
  });

  it('is an error where it was only read so far, or was not there when it was looked for', async () => {
    const other = new StateFolder(join(path, '../..'));
    const own = readFileSync(path);
    expect((await other.read(KEY, NEVER))?.status?.window?.left).to.equal(4);
    copyFileSync(`${path}.backup`, path);
    expect(await other.read(KEY, NEVER).catch((error: unknown) => String(error))).to.include(
      'changed by somebody else',
    );
    const forget = (): Promise<unknown> => state.replace(KEY, () => undefined, NEVER);
    expect(await forget().catch((error: unknown) => String(error))).to.include('changed by somebody else');
    writeFileSync(path, own);
    await forget();
    expect(await read()).to.equal(undefined);
    copyFileSync(`${path}.backup`, path);
    expect(await read()).to.match(CHANGED);
  });

  it('is an error where another policy, or nothing that can be read, took its place', async () => {
    for (const text of ['', '{"metadata":{"name":"other"},"spec":{}}', `${readFileSync(path, 'utf8')} `]) {
      writeFileSync(path, text);
      expect(await read(), text).to.match(CHANGED);
    }
  });

  it('holds the old or the new text after a write that failed, and either is its own', async () => {
    const texts: string[] = [];
    for (const count of [4, 5, 6]) {
      await state.write(KEY, left(count), NEVER);
      texts.push(readFileSync(path, 'utf8'));
    }
    const [four = '', five = '', six = ''] = texts;
    for (const [found, number] of [
      [four, 4],
      [five, 5],
    ] as const) {
      await state.write(KEY, left(4), NEVER);
      let asked = 0;
      // The second question comes when the text is on the disk, beside the old one.
      mayWrite = () => {
        if ((asked += 1) === 2) throw new Error('the disk is full');
      };
      await state.write(KEY, left(5), NEVER).catch(() => undefined);
      expect([asked, readFileSync(path, 'utf8')]).to.deep.equal([2, four]);
      mayWrite = () => undefined;
      writeFileSync(path, six);
      expect(await read()).to.match(CHANGED);
      writeFileSync(path, found);
      expect(await read()).to.equal(number);
      writeFileSync(path, number === 4 ? five : four);
      expect(await read(), 'what it is was known when it was read').to.match(CHANGED);
      writeFileSync(path, found);
    }
  });

  it('is no error where a damaged one is repaired that was never read whole, and none after it was forgotten', async () => {
    const other = new StateFolder(join(path, '../..'));
    writeFileSync(path, '{');
    expect(await other.read(KEY, NEVER).catch((error: unknown) => String(error))).to.include('is not JSON');
    copyFileSync(`${path}.backup`, path);
    expect((await other.read(KEY, NEVER))?.status?.window?.left).to.equal(1);
    await other.replace(KEY, () => undefined, NEVER);
    copyFileSync(`${path}.backup`, path);
    expect((await other.read(KEY, NEVER))?.status?.window?.left).to.equal(1);
  });

  it('holds the newer memory where a slow disk holds the older write for longer than the newer one takes', async () => {
    const stop = new AbortController();
    const older = state.write(KEY, left(5), stop.signal);
    const newer = state.write(KEY, left(6), NEVER);
    stop.abort();
    await Promise.allSettled([older, newer]);
    expect(await read()).to.equal(6);
    for (let round = 1; round <= 20; round += 1) {
      await Promise.all([7, 8, 9].map((count) => state.write(KEY, left(count), NEVER)));
      expect(await read()).to.equal(9);
    }
  });

  it('stays as it was where the write was given up while the disk was slow', async () => {
    await state.write(KEY, left(5), NEVER);
    const stop = new AbortController();
    let outcome = '';
    await whileFlushed(
      () => stop.abort(new Error('given up')),
      async () => {
        outcome = await state.write(KEY, left(6), stop.signal).then(() => 'written', String);
      },
    );
    expect([outcome, await read()]).to.deep.equal(['Error: given up', 5]);
    // Writes have turns: the next one begins when what the last one left beside the file is removed.
    await state.write(KEY, left(7), NEVER);
    expect(await read()).to.equal(7);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });

  it('is read while it is written, in any order, without an error', async () => {
    for (let round = 1; round <= 30; round += 1) {
      const writing = state.write(KEY, left(round), NEVER);
      const seen = await Promise.all([read(), read(), writing.then(read), read()]);
      expect(seen.filter((each) => typeof each !== 'number')).to.deep.equal([]);
    }
  });
});
