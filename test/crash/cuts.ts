/** Cuts a recorded story at each boundary, lets the disk lose what was not flushed, and starts again on what is left. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Disk, LOSSES, mixed, putBack, type Loss } from './disk.js';
import type { Mark, Operation } from './operation.js';
import { Recorder } from './recorder.js';

export interface Cuts {
  root: string;
  operations: readonly Operation[];
  /** A folder that each start may use and that is removed after it. */
  scratch: string;
  random: () => number;
  /** The real start; what is wrong afterwards. */
  start: (folder: string, marks: readonly Mark[], cut: number) => Promise<string[]>;
  /** Which of the boundaries: all of them, or a sample. */
  isChosen?: (cut: number) => boolean;
}

export interface Outcome {
  boundaries: number;
  /** Disks that differ; equal ones are started once. */
  starts: number;
  wrong: string[];
}

/** Mixtures beside the fixed losses. */
const MIXTURES = 2;

export async function tryCuts({
  root,
  operations,
  scratch,
  random,
  start,
  isChosen = () => true,
}: Cuts): Promise<Outcome> {
  const disk = new Disk(root);
  const marks: Mark[] = [];
  const tried = new Set<string>();
  const outcome: Outcome = { boundaries: 0, starts: 0, wrong: [] };
  for (let cut = 0; cut <= operations.length; cut += 1) {
    if (isChosen(cut)) {
      outcome.boundaries += 1;
      for (const loss of [...LOSSES, ...mixtures(random)]) {
        const left = disk.after(loss);
        const name = nameOf(left, marks.length);
        if (tried.has(name)) continue;
        tried.add(name);
        outcome.starts += 1;
        const folder = join(scratch, 'disk');
        putBack(folder, left);
        const wrong = await start(folder, marks, cut).catch((error: unknown) => [String(error)]);
        rmSync(folder, { recursive: true, force: true });
        outcome.wrong.push(...wrong.map((each) => `${where(operations, cut)}; ${loss.name}: ${each}`));
      }
    }
    const operation = operations[cut];
    if (operation === undefined) break;
    disk.run(operation);
    if (operation.kind === 'mark') marks.push(operation.mark);
  }
  return outcome;
}

/**
 * Kills the process at each boundary, which loses nothing, lets the next one start on what is there, and cuts the power after it: all is
 * lost that neither flushed. `start` is given the marks of both.
 */
export async function tryTwice({
  root,
  operations,
  scratch,
  start,
  isChosen = () => true,
}: CutsTwice): Promise<Outcome> {
  const outcome: Outcome = { boundaries: 0, starts: 0, wrong: [] };
  const [kept, lost] = [join(scratch, 'kept'), join(scratch, 'lost')];
  for (let cut = 0; cut <= operations.length; cut += 1) {
    if (!isChosen(cut)) continue;
    outcome.boundaries += 1;
    outcome.starts += 1;
    const disk = new Disk(root);
    const marks: Mark[] = [];
    for (const operation of operations.slice(0, cut)) {
      disk.run(operation);
      if (operation.kind === 'mark') marks.push(operation.mark);
    }
    putBack(kept, disk.after(NOTHING_LOST));
    const recorder = new Recorder(kept, disk.numbers());
    const again: Mark[] = [];
    const first = await recorder.during(() => start(kept, marks, (mark) => again.push(mark)).catch(asWrong));
    for (const operation of recorder.operations) disk.run(moved(operation, kept, root));
    putBack(lost, disk.after(ALL_LOST));
    const second = await start(lost, [...marks, ...again], () => undefined).catch(asWrong);
    for (const folder of [kept, lost]) rmSync(folder, { recursive: true, force: true });
    outcome.wrong.push(
      ...first.map((each) => `${where(operations, cut)}; killed: ${each}`),
      ...second.map((each) => `${where(operations, cut)}; killed, and then the power was cut: ${each}`),
    );
  }
  return outcome;
}

interface CutsTwice extends Pick<Cuts, 'root' | 'operations' | 'scratch' | 'isChosen'> {
  start: (folder: string, marks: readonly Mark[], mark: (mark: Mark) => void) => Promise<string[]>;
}

const [ALL_LOST, NOTHING_LOST] = LOSSES as [Loss, Loss];

const asWrong = (error: unknown): string[] => [String(error)];

function moved(operation: Operation, from: string, to: string): Operation {
  const names = Object.entries(operation).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'string' && ['path', 'from', 'to'].includes(key) ? value.replace(from, to) : value,
  ]);
  return Object.fromEntries(names) as Operation;
}

const mixtures = (random: () => number): Loss[] =>
  Array.from({ length: MIXTURES }, (_, at) => mixed(random, `mixture ${at + 1}`));

function nameOf(left: ReadonlyMap<string, Buffer | null>, marks: number): string {
  const hash = createHash('sha256').update(`${marks}\n`);
  for (const [path, bytes] of [...left].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${bytes?.length ?? -1}\n`).update(bytes ?? '');
  return hash.digest('hex');
}

function where(operations: readonly Operation[], cut: number): string {
  const last = operations[cut - 1];
  const path = last !== undefined && 'path' in last ? ` ${last.path}` : '';
  return `cut after operation ${cut}${last === undefined ? '' : ` (${last.kind}${path})`}`;
}
