/**
 * One process writes a state folder. Two would each count the guards' window for themselves, and erase what the other
 * let leave. The lock is `STATE/.lock/<number>`, a file that names its holder; the highest number counts. A process that takes the
 * lock over from one that ended makes the next number, which only one can (`link` fails where the name is there). Nothing
 * is deleted to take it: of two that find the same dead holder, the slower could delete the lock of the faster.
 *
 * A holder on this kernel and in this process namespace is asked for by its number and its start. Of any other only the sign
 * of life tells: it touches its file, and a process that waits sees within `STALE_MS` of its own monotonic time whether the file
 * changes. No clock is compared with another.
 */
import { randomUUID } from 'node:crypto';
import { constants, fstatSync, futimesSync, readdirSync, statSync } from 'node:fs';
import { link, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Elapsed,
  type ElapsedClock,
  errnoOf,
  faultText,
  FileFault,
  isMissing,
  makeFolder,
  type Moment,
  readBoundedText,
  sleep,
  startTimer,
  type Timer,
  type Timers,
  writeAdvice,
  writeFault,
} from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { lifeOf, ownHolder, parseHolder, type Holder } from './lock-holder.js';

/** Between two signs of life. */
const BEAT_MS = 2_000;
/** Without a sign for so long, a holder that cannot be asked for has ended. */
const STALE_MS = 30_000;
/**
 * A holder that gave no sign for so long writes nothing more, ever. Far below STALE_MS: a write that was allowed just before
 * has 15 s and more to come to its end before another process can take the lock over.
 */
const FRESH_MS = 12_000;
/** Numbers that are kept behind the highest: a listing that runs while others take the lock must not miss them all. */
const KEPT = 16;
const MAX_RECORD_BYTES = 16_384;

export interface StateLockOptions {
  signal: AbortSignal;
  /** Told once where it takes time to see whether the holder lives. */
  onWait?: (holder: string) => void;
  /** Told once where the lock is found lost while it is held: this process can write nothing more. */
  onLost?: (error: Plus1Error) => void;
  beatMs?: number;
  freshMs?: number;
  staleMs?: number;
  /** The time of this process, and that of the machine. */
  clock: Timers & ElapsedClock;
}

/** What was taken. */
interface Place {
  folder: string;
  number: number;
  holder: Holder;
  file: FileHandle;
}

export class StateLock {
  readonly #folder: string;
  readonly #number: number;
  readonly #holder: Holder;
  readonly #file: FileHandle;
  readonly #timers: Timers;
  #timer: Timer | undefined;
  readonly #freshMs: number;
  readonly #onLost: ((error: Plus1Error) => void) | undefined;
  readonly #elapsed: Elapsed;
  #lastBeat: Moment;
  #lost: Plus1Error | undefined;

  private constructor(
    { folder, number, holder, file }: Place,
    { beatMs = BEAT_MS, freshMs = FRESH_MS, onLost, clock }: StateLockOptions,
  ) {
    this.#folder = folder;
    this.#number = number;
    this.#holder = holder;
    this.#file = file;
    this.#freshMs = freshMs;
    this.#onLost = onLost;
    this.#elapsed = new Elapsed(clock);
    this.#lastBeat = this.#elapsed.now();
    this.#timers = clock;
    this.#beatAfter(beatMs);
  }

  /** Throws PLUS1_STATE_LOCKED where another process holds it, PLUS1_STATE_UNREADABLE and PLUS1_STATE_UNWRITABLE. */
  static async take(stateFolder: string, options: StateLockOptions): Promise<StateLock> {
    const folder = join(stateFolder, '.lock');
    const holder = await ownHolder(randomUUID());
    try {
      await makeFolder(folder);
      for (;;) {
        options.signal.throwIfAborted();
        const highest = await highestIn(folder);
        if (highest > 0) await requireOver(folder, highest, holder, options);
        const file = await create(folder, highest + 1, holder);
        if (file === undefined) continue;
        // One that was slow to get here made a number that was used and went long ago.
        if ((await highestIn(folder)) > highest + 1) {
          await file.close();
          continue;
        }
        await clean(folder, highest + 1 - KEPT);
        return new StateLock({ folder, number: highest + 1, holder, file }, options);
      }
    } catch (thrown) {
      if (thrown instanceof Plus1Error || options.signal.aborted) throw thrown;
      // A file in the place of the folder is no fault of writing: whatever memory was meant cannot be read either.
      const code = errnoOf(thrown) === 'ENOTDIR' ? 'PLUS1_STATE_UNREADABLE' : 'PLUS1_STATE_UNWRITABLE';
      throw new Plus1Error(code, `cannot lock the state folder ${stateFolder}: ${writeFault(thrown)}`, {
        cause: thrown,
        ...writeAdvice(thrown),
      });
    }
  }

  /**
   * Throws PLUS1_STATE_LOCKED where another process may write by now: this one was stopped for so long (SIGSTOP, a suspended
   * machine) that it was taken for dead, or somebody deleted the lock. Asked before each write. Once lost it stays lost: another
   * process may have taken it, written and given it back since, and what this one remembers is older than that.
   */
  requireHeld(): void {
    if (this.#lost !== undefined) throw this.#lost;
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch (error) {
      throw errnoOf(error) === 'ENOENT' ? this.#lose(faultText(error)) : this.#lostError(faultText(error));
    }
    const numbers = names.map(numberOf);
    if (!numbers.includes(this.#number) || !this.#isOurs()) throw this.#lose('somebody deleted it');
    if (Math.max(...numbers) > this.#number) throw this.#lose('another process took it over');
    // Also where the event loop was too busy for the timer: who waits must see it before the write is sent.
    const lost = this.#beat();
    if (lost !== undefined) throw lost;
  }

  #lostError(why: string): Plus1Error {
    return new Plus1Error('PLUS1_STATE_LOCKED', `the lock of the state folder ${this.#folder} was lost: ${why}`, {
      fix: 'start again; one process alone may write a state folder',
    });
  }

  #lose(why: string): Plus1Error {
    this.#timer?.cancel();
    const error = this.#lostError(why);
    this.#lost = error;
    this.#onLost?.(error);
    return error;
  }

  /** Where the folder was deleted, numbers begin again, and another process may hold a file of the same name. */
  #isOurs(): boolean {
    try {
      const [ours, there] = [fstatSync(this.#file.fd), statSync(pathOf(this.#folder, this.#number))];
      return ours.ino === there.ino && ours.dev === there.dev;
    } catch {
      return false;
    }
  }

  /** A lock that was not given back keeps no process. */
  #beatAfter(ms: number): void {
    this.#timer = startTimer(
      this.#timers,
      () => {
        if (this.#beat() === undefined) this.#beatAfter(ms);
      },
      ms,
    );
    this.#timer.unref();
  }

  /** A late sign is none: who waits may have taken the lock over already. Returns why it is lost. */
  #beat(): Plus1Error | undefined {
    if (this.#elapsed.since(this.#lastBeat) > this.#freshMs)
      return this.#lose(`no sign of life for ${this.#freshMs / 1_000} s, so that another process may have taken it`);
    // Before the touch: a file server that takes it late shows it no earlier than this.
    const now = this.#elapsed.now();
    try {
      const date = new Date(this.#timers.now());
      futimesSync(this.#file.fd, date, date);
      this.#lastBeat = now;
    } catch {
      // A disk that takes nothing: where it lasts, the lock is lost.
    }
    return undefined;
  }

  /** Gives it back. Never throws: what is not given back is found to be over. */
  async release(): Promise<void> {
    this.#timer?.cancel();
    const isOurs = this.#isOurs();
    await this.#file.close().catch(() => undefined);
    if (!isOurs) return;
    const released = join(this.#folder, `${this.#holder.token}.tmp`);
    try {
      const file = await open(released, 'wx', 0o600);
      await file.writeFile(JSON.stringify({ ...this.#holder, released: true })).finally(() => file.close());
      // In place, and not by a deletion: the number must never be given twice.
      await rename(released, pathOf(this.#folder, this.#number));
    } catch {
      await rm(released, { force: true }).catch(() => undefined);
    }
  }
}

const pathOf = (folder: string, number: number): string => join(folder, String(number));
const numberOf = (name: string): number => (/^[1-9]\d{0,14}$/.test(name) ? Number(name) : 0);

async function highestIn(folder: string): Promise<number> {
  return Math.max(0, ...(await readdir(folder)).map(numberOf));
}

/** Undefined where another process was faster. The record is whole from the first instant that it has its name. */
async function create(folder: string, number: number, holder: Holder): Promise<FileHandle | undefined> {
  const beside = join(folder, `${holder.token}.tmp`);
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(holder));
    await link(beside, pathOf(folder, number));
    return file;
  } catch (error) {
    await file.close();
    if (errnoOf(error) === 'EEXIST') return undefined;
    if (NO_LINKS.has(errnoOf(error) ?? '')) return await createHere(pathOf(folder, number), holder);
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** What file systems answer that have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** As exclusive; who reads it before the record is whole waits for a sign of life. */
async function createHere(path: string, holder: Holder): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(holder));
    return file;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/** Returns where the holder has ended or given it back. Throws PLUS1_STATE_LOCKED where it lives. */
async function requireOver(folder: string, number: number, own: Holder, options: StateLockOptions): Promise<void> {
  const first = await signOf(folder, number, options.signal);
  if (isFree(first)) return;
  const life = first.holder === undefined ? 'unknown' : await lifeOf(first.holder, own);
  if (life === 'alive') throw locked(folder, first.holder);
  if (life === 'unknown') await watchFor(first, { folder, number }, options);
}

const isFree = (sign: Sign | undefined): sign is undefined => sign === undefined || sign.holder?.released === true;

/** Returns where no sign of life came for long, or the holder gave the lock back. */
async function watchFor(
  first: Sign,
  { folder, number }: { folder: string; number: number },
  { signal, clock, beatMs = BEAT_MS, staleMs = STALE_MS, onWait }: StateLockOptions,
): Promise<void> {
  onWait?.(nameOf(first.holder));
  const endMs = clock.monotonic() + staleMs;
  while (clock.monotonic() < endMs) {
    await sleep(clock, beatMs / 2, signal);
    const now = await signOf(folder, number, signal);
    if (isFree(now)) return;
    if (now.sign !== first.sign) throw locked(folder, now.holder ?? first.holder);
  }
}

interface Sign {
  holder: Holder | undefined;
  /** Changes with each sign of life. */
  sign: string;
}

/** Opened each time: over a network, only that asks the server. Undefined where it went: then there is a higher one. */
async function signOf(folder: string, number: number, signal: AbortSignal): Promise<Sign | undefined> {
  const path = pathOf(folder, number);
  try {
    // The time first: a record that is given back in between then comes with the old time, and is seen as given back. The
    // other way round the old record would come with a new time, which looks like a sign of life.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { mtimeMs } = await file.stat().finally(() => file.close());
    const json = await readBoundedText(path, { maxBytes: MAX_RECORD_BYTES, signal, followLinks: false });
    return { holder: parseHolder(json), sign: `${mtimeMs} ${json}` };
  } catch (thrown) {
    if (isMissing(thrown) || errnoOf(thrown) === 'ENOENT') return undefined;
    if (!(thrown instanceof FileFault)) throw thrown;
    throw new Plus1Error('PLUS1_STATE_LOCKED', `cannot see who holds the state folder: ${path}: ${thrown.message}`, {
      cause: thrown,
      fix: 'make the file readable, or delete it where no process uses the state folder',
    });
  }
}

async function clean(folder: string, last: number): Promise<void> {
  const old = (await readdir(folder)).filter((name) => numberOf(name) > 0 && numberOf(name) <= last);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
}

const nameOf = (holder: Holder | undefined): string =>
  holder === undefined ? 'a process that cannot be named' : `the process with pid ${holder.pid} on ${holder.host}`;

const locked = (folder: string, holder: Holder | undefined): Plus1Error =>
  new Plus1Error('PLUS1_STATE_LOCKED', `the state folder is in use by ${nameOf(holder)} (${folder})`);
