/** Cuts a recorded story at each boundary, lets the disk lose what was not flushed, and starts again on what is left. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Disk, LOSSES, mixed, putBack, type Loss } from './disk.js';
import type { Mark, Operation } from './operation.js';

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
