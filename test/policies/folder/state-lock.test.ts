/** One process writes a state folder: a process that finds it taken says by whom, and a holder that died keeps nobody out. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { lockClock } from '../../../cmd/plus1/clock.js';
import {
  CacheFolder,
  StateFolder,
  StateLock,
  type StateLockOptions,
  type StoredPolicy,
} from '../../../pkg/policies/index.js';
import { ownHolder, type Holder } from '../../../pkg/policies/folder/lock-holder.js';
import { temporaryFolder } from '../../integration/cli.js';
import { whileFlushed } from './while-flushed.js';

const signal = new AbortController().signal;
/** A number that no Linux gives: above the largest pid_max. */
const NOBODY = 5_000_000;

async function expectLocked(work: Promise<unknown>): Promise<void> {
  const outcome = await work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
  expect(outcome).to.equal('PLUS1_STATE_LOCKED');
}

describe('The lock of a state folder', function () {
  let folder: string;
  let own: Holder;
  const taken: StateLock[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    folder = temporaryFolder();
    own = await ownHolder('11111111-1111-4111-8111-111111111111');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const lock of taken.splice(0)) await lock.release();
  });

  const take = async (options: Partial<StateLockOptions> = {}): Promise<StateLock> => {
    const lock = await StateLock.take(folder, { signal, clock: lockClock, ...options });
    taken.push(lock);
    return lock;
  };
  const refusal = (options = {}): Promise<string> =>
    take(options).then(
      () => 'taken',
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    );
  const put = (holder: object | string, number = 1): string => {
    mkdirSync(join(folder, '.lock'), { recursive: true });
    const path = join(folder, '.lock', String(number));
    writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
    return path;
  };

  it('is refused to a second, with the number of the first, and free once it is given back', async () => {
    const lock = await take();
    expect(await refusal()).to.equal(
      `PLUS1_STATE_LOCKED: the state folder is in use by the process with pid ${process.pid} on ${own.host} (${folder}/.lock)`,
    );
    await lock.release();
    expect(await refusal()).to.equal('taken');
  });

  it('is given to one of many that come at once, to a folder that is new', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => refusal()));
    expect(all.filter((each) => each === 'taken')).to.have.length(1);
  });

  it('of a holder that died is given to one of many that come at once', async () => {
    for (let round = 1; round <= 20; round += 1) {
      put({ ...own, pid: NOBODY }, round * 40);
      const all = await Promise.all(Array.from({ length: 8 }, () => refusal()));
      expect(
        all.filter((each) => each === 'taken'),
        all.join('\n'),
      ).to.have.length(1);
      for (const lock of taken.splice(0)) await lock.release();
    }
    expect(readdirSync(join(folder, '.lock')).length, 'old numbers do not pile up').to.be.at.most(18);
  });

  it('is taken over at once where the number of the holder was given to another process', async () => {
    put({ ...own, startTicks: '1' });
    let waits = 0;
    await take({ onWait: () => (waits += 1) });
    expect(waits).to.equal(0);
  });

  it('is taken over at once from a process that ended and that nobody waited for', async () => {
    const parent = spawn('bash', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(parent);
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    while (stat()[2] !== 'Z') await pause(10);
    put({ ...own, pid, startTicks: stat()[21] });
    expect(await refusal()).to.equal('taken');
  });

  describe('of a holder that cannot be asked for (another container, another machine)', () => {
    const elsewhere = (): Holder => ({ ...own, pid: 1, host: 'other', pidNamespace: 'pid:[1]' });

    it('is refused as soon as it gives a sign of life, whatever its clock says', async () => {
      const path = put(elsewhere());
      let seconds = 1_000_000;
      const beat = setInterval(() => utimesSync(path, (seconds -= 3_600), seconds), 20);
      try {
        expect(await refusal({ beatMs: 20, staleMs: 30_000 })).to.match(/with pid 1 on other/);
      } finally {
        clearInterval(beat);
      }
    });

    it('is taken over where no sign of life comes, however young its file is', async () => {
      put(elsewhere());
      let waits = 0;
      await take({ beatMs: 20, staleMs: 200, onWait: () => (waits += 1) });
      expect(waits).to.equal(1);
    });

    it('is given back by a holder that ends while somebody waits', async () => {
      const path = put(elsewhere());
      const waiting = refusal({ beatMs: 20, staleMs: 30_000 });
      await pause(60);
      // As it is done: in one step, so that nobody reads half a record.
      writeFileSync(`${path}.tmp`, JSON.stringify({ ...elsewhere(), released: true }));
      renameSync(`${path}.tmp`, path);
      expect(await waiting).to.equal('taken');
    });

    for (const { name, change } of [
      { name: 'of an earlier boot', change: { bootID: 'x' } },
      { name: 'with nothing of /proc', change: { bootID: undefined, startTicks: undefined, pidNamespace: undefined } },
    ]) {
      it(`is watched for as well: a record ${name}`, async () => {
        put({ ...own, ...change });
        expect(await refusal({ beatMs: 20, staleMs: 100 })).to.equal('taken');
      });
    }

    for (const record of ['', '{', '[]', '{"pid":"1"}', 'x'.repeat(200)]) {
      it(`that left ${JSON.stringify(record.slice(0, 12))} is watched for, and keeps nobody out for ever`, async () => {
        put(record);
        expect(await refusal({ beatMs: 20, staleMs: 100 })).to.equal('taken');
      });
    }
  });

  it('gives a sign of life for as long as it is held', async () => {
    await take({ beatMs: 20 });
    const path = join(folder, '.lock', '1');
    const before = readFileSync(path, 'utf8');
    put({ ...own, pidNamespace: 'pid:[1]' }, 1);
    // The holder's own file, seen as another container would see it.
    expect(await refusal({ beatMs: 20, staleMs: 30_000 })).to.match(/^PLUS1_STATE_LOCKED/);
    writeFileSync(path, before);
  });

  it('that was taken over or deleted lets its old holder write no more', async () => {
    const lock = await take();
    lock.requireHeld();
    put({ ...own, pid: NOBODY }, 2);
    expect(() => lock.requireHeld()).to.throw(/another process took it over/);
    rmSync(join(folder, '.lock', '2'));
    expect(() => lock.requireHeld(), 'for good').to.throw(/another process took it over/);
    rmSync(join(folder, '.lock'), { recursive: true });
    const other = await take();
    rmSync(join(folder, '.lock'), { recursive: true });
    expect(() => other.requireHeld()).to.throw(/ENOENT/);
  });

  describe('whose holder gave no sign of life for long, and may have been taken for dead', () => {
    /** As SIGSTOP does: nothing of the process runs. */
    const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

    it('is lost, also when the next sign comes before the next write', async () => {
      const lost: string[] = [];
      const lock = await take({ beatMs: 20, freshMs: 200, onLost: ({ message }) => lost.push(message) });
      standStill(400);
      await pause(100);
      expect(() => lock.requireHeld()).to.throw(/was lost: no sign of life for 0.2 s/);
      await pause(100);
      expect(() => lock.requireHeld(), 'for good').to.throw(/was lost: no sign of life/);
      expect(lost, 'told once').to.have.length(1);
    });

    it('is lost to a write that begins right after', async () => {
      const lock = await take({ beatMs: 20, freshMs: 200 });
      standStill(400);
      expect(() => lock.requireHeld()).to.throw(/was lost: no sign of life/);
    });

    it('is lost over a suspended machine, whose monotonic clock stood still', async () => {
      let uptime = 1_000_000;
      const clock = { ...lockClock, monotonic: () => 5_000, uptime: () => uptime };
      const lock = await take({ clock });
      uptime += 5_000;
      lock.requireHeld();
      uptime += 13_000;
      expect(() => lock.requireHeld()).to.throw(/was lost: no sign of life for 12 s/);
    });

    it('gives no sign of life any more, so that another can take it', async () => {
      const lock = await take({ beatMs: 20, freshMs: 200 });
      standStill(400);
      expect(() => lock.requireHeld()).to.throw(/was lost/);
      // The same holder, as another container would see it.
      put({ ...own, pidNamespace: 'pid:[1]' }, 1);
      expect(await refusal({ beatMs: 20, staleMs: 200 })).to.equal('taken');
    });

    it('does not put its verdicts over those of the next holder, and takes none away', async () => {
      const lock = await take();
      const key = { namespace: 'default', name: 'acme' };
      const cache = new CacheFolder(folder, () => lock.requireHeld());
      await cache.save(key, { of: 1 }, signal);
      await whileFlushed(
        () => put({ ...own, pid: NOBODY }, 2),
        () => expectLocked(cache.save(key, { of: 2 }, signal)),
      );
      await expectLocked(cache.save(key, { of: 3 }, signal));
      await expectLocked(cache.remove(key));
      expect(await cache.load(key, signal)).to.deep.equal({ of: 1 });
      expect(readdirSync(join(folder, '.cache', 'default')), 'nothing is left beside it').to.deep.equal(['acme.json']);
    });

    it('does not put its state over that of the next holder, where it was stopped during the flush', async () => {
      const lock = await take();
      const key = { namespace: 'default', name: 'acme' };
      const state = new StateFolder(folder, () => lock.requireHeld());
      const policy = (generation: number): StoredPolicy =>
        ({ metadata: { ...key }, spec: {}, status: { observedGeneration: generation } }) as unknown as StoredPolicy;
      await state.write(key, policy(1), signal);
      await whileFlushed(
        () => put({ ...own, pid: NOBODY }, 2),
        () => expectLocked(state.write(key, policy(2), signal)),
      );
      expect((await state.read(key, signal))?.status?.observedGeneration).to.equal(1);
      expect(readdirSync(join(folder, 'default')), 'nothing is left beside it').to.deep.equal(['acme.json']);
    });
  });

  it('that was deleted and taken by another is lost to its old holder, who does not give away the new one', async () => {
    const old = await take();
    rmSync(join(folder, '.lock'), { recursive: true });
    const lock = await take();
    expect(() => lock.requireHeld()).to.not.throw();
    expect(() => old.requireHeld()).to.throw(/was lost: somebody deleted it/);
    await old.release();
    expect(() => lock.requireHeld()).to.not.throw();
    expect(await refusal()).to.match(/^PLUS1_STATE_LOCKED/);
  });

  it('of a process that was killed is free, and while it lives is not', async () => {
    const script = `import { StateLock } from './pkg/policies/index.js';
      import { lockClock } from './cmd/plus1/clock.js';
      await StateLock.take(process.argv[1], { signal: new AbortController().signal, clock: lockClock });
      console.log('held'); setInterval(() => undefined, 1000);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, folder];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await refusal()).to.include(`pid ${child.pid} `);
    child.kill('SIGSTOP');
    expect(await refusal(), 'one that stands still lives').to.include(`pid ${child.pid} `);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await refusal()).to.equal('taken');
  });

  it('cannot be taken where nothing can be written, and says so', async () => {
    folder = '/proc/none';
    expect(await refusal()).to.match(/^PLUS1_STATE_UNWRITABLE: cannot lock the state folder \/proc\/none: /);
    folder = temporaryFolder();
    mkdirSync(join(folder, '.lock'));
    spawnSync('mkfifo', [join(folder, '.lock', '1')]);
    expect(await refusal()).to.match(/^PLUS1_STATE_LOCKED: cannot see who holds .*a pipe, not a regular file/);
  });
});
