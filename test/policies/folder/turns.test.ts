/**
 * Kind: a wait that nothing ends. A disk hangs while a state is written (a file server that does not answer), and the next pass wants
 * to keep its own.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { temporaryFolder } from '../../integration/cli.js';
import { whileFlushed } from './while-flushed.js';

const KEY = { namespace: 'default', name: 'acme' };
const NEVER = new AbortController().signal;

const state = (generation: number): StoredPolicy =>
  ({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: { ...KEY, generation },
    spec: {},
  }) as unknown as StoredPolicy;

const messageOf = (write: Promise<void>): Promise<string> =>
  write.then(
    () => 'kept',
    (error: Error) => error.message,
  );

describe('A write of a state while the disk hangs', () => {
  let folder: StateFolder;
  let flushing: Promise<void>;
  let release: () => void;
  /** Runs `during` while the first write hangs, then lets it end. */
  const hanging = async (first: AbortSignal, during: () => Promise<void>): Promise<string> => {
    let begun: () => void;
    flushing = new Promise((resolve) => (begun = resolve));
    const disk = new Promise<void>((resolve) => (release = resolve));
    let end = 'open';
    await whileFlushed(
      () => {
        begun();
        return disk;
      },
      async () => {
        const write = messageOf(folder.write(KEY, state(1), first)).then((message) => (end = message));
        await flushing;
        await during();
        release();
        await write;
      },
    );
    return end;
  };
  const kept = (): unknown => JSON.parse(readFileSync(folder.path(KEY), 'utf8')).metadata.generation;

  beforeEach(() => {
    folder = new StateFolder(temporaryFolder());
  });

  it('is given up with its pass, also where an earlier one has the turn, and is not made up for later', async () => {
    const stop = new AbortController();
    const first = await hanging(NEVER, async () => {
      const second = messageOf(folder.write(KEY, state(2), stop.signal));
      stop.abort(new Error('the pass ran too long'));
      expect(await second).to.equal('the pass ran too long');
    });
    expect([first, kept()]).to.deep.equal(['kept', 1]);
  });

  it('is given up with its pass where it is the one that hangs, and leaves its turn to the next', async () => {
    const stop = new AbortController();
    let third: Promise<string> | undefined;
    const first = await hanging(stop.signal, async () => {
      const given = messageOf(folder.write(KEY, state(2), stop.signal));
      third = messageOf(folder.write(KEY, state(3), NEVER));
      stop.abort(new Error('the pass ran too long'));
      expect(await given).to.equal('the pass ran too long');
    });
    expect([first, await third, kept()]).to.deep.equal(['the pass ran too long', 'kept', 3]);
  });

  it('keeps the order of those that nobody gives up', async () => {
    let later: Promise<string>[] = [];
    await hanging(NEVER, async () => {
      later = [2, 3, 4].map((generation) => messageOf(folder.write(KEY, state(generation), NEVER)));
    });
    expect([await Promise.all(later), kept()]).to.deep.equal([['kept', 'kept', 'kept'], 4]);
  });
});
