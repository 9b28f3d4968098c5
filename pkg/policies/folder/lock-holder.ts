/** Who holds a lock, and whether it still lives: a process number alone proves neither. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as v from 'valibot';
import { errnoOf } from '../../base/index.js';

const text = v.pipe(v.string(), v.maxLength(1_024));

const holderSchema = v.looseObject({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** One for each taking of the lock. */
  token: text,
  host: text,
  /** Clock ticks from the boot to the start of the process. A number that was given to another process has another. */
  startTicks: v.exactOptional(text),
  /** Of the running kernel. */
  bootID: v.exactOptional(text),
  /** Where the process number counts; each container has its own, and in each the first process is 1. */
  pidNamespace: v.exactOptional(text),
  released: v.exactOptional(v.boolean()),
});

export type Holder = v.InferOutput<typeof holderSchema>;

/** This process. What the system does not give is left out. */
export async function ownHolder(token: string): Promise<Holder> {
  const [stat, boot, namespace] = await Promise.all([
    processStat(process.pid),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined),
    readlink('/proc/self/ns/pid').catch(() => undefined),
  ]);
  return {
    pid: process.pid,
    token,
    host: hostname(),
    ...(stat === undefined ? {} : { startTicks: stat.startTicks }),
    ...(boot === undefined ? {} : { bootID: boot.trim() }),
    ...(namespace === undefined ? {} : { pidNamespace: namespace }),
  };
}

/** Undefined where the text is no record of a holder. */
export function parseHolder(json: string): Holder | undefined {
  try {
    const parsed = v.safeParse(holderSchema, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `alive` or `dead` where that can be proved, else `unknown`. It can where the number counts among ours: the same kernel
 * since the same boot, and the same process namespace. On another machine or in another container the same number is
 * another process.
 */
export async function lifeOf(holder: Holder, own: Holder): Promise<'alive' | 'dead' | 'unknown'> {
  const { bootID, pidNamespace, startTicks, pid } = holder;
  if (bootID === undefined || pidNamespace === undefined || startTicks === undefined) return 'unknown';
  if (bootID !== own.bootID || pidNamespace !== own.pidNamespace) return 'unknown';
  const stat = await processStat(pid);
  if (stat !== undefined) return stat.startTicks === startTicks && !stat.isOver ? 'alive' : 'dead';
  return isSeenBySignal(pid) ? 'unknown' : 'dead';
}

/** A /proc that hides the processes of others (`hidepid`) shows nothing of a process that is there. */
function isSeenBySignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/**
 * Field 22 is the start; field 3 is Z or X of a process that ended and was not waited for. The name in field 2 may hold
 * blanks and brackets, so fields are counted from its end. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
async function processStat(pid: number): Promise<{ startTicks: string; isOver: boolean } | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  return state === undefined || startTicks === undefined ? undefined : { startTicks, isOver: /[ZXx]/.test(state) };
}
