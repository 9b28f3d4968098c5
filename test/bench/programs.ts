/**
 * What the program takes where it does almost nothing: a person waits for it at every prompt, and a pre-commit hook runs it
 * for every commit. Compared with `node -e 0`, since the start of Node itself is in each figure.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measured } from './client.js';
import { tenths, whole } from './table.js';

/** The least of some runs: whatever else the machine does only adds. */
const RUNS = 7;

const ENTITY = `apiVersion: v3
kind: service
metadata:
  name: shop
  owner: platform
spec:
  lifecycle: production
`;

export interface Start {
  name: string;
  cpuMs: number;
  /** Of the processor time of `node -e 0`. */
  ratio: number;
  /** At most so much; undefined for the yardstick. */
  limit?: number;
}

/** Runs each command alone, in turns, so that a slow minute meets all of them. */
export async function programStarts(main: string, place: { folder: string; preload: string }): Promise<Start[]> {
  const empty = join(place.folder, 'empty.mjs');
  const entity = join(place.folder, 'entity.datadog.yaml');
  await writeFile(empty, '');
  await writeFile(entity, ENTITY);
  const commands = [
    { name: 'node, an empty file', script: empty, args: [] },
    { name: 'plus1 --version', script: main, args: ['--version'], limit: 4 },
    { name: 'plus1 --help', script: main, args: ['--help'], limit: 4 },
    { name: 'plus1 validate FILE', script: main, args: ['validate', entity], limit: 8 },
  ];
  const least = commands.map(() => Infinity);
  for (let run = 1; run <= RUNS; run += 1)
    for (const [index, command] of commands.entries())
      least[index] = Math.min(least[index] ?? Infinity, (await measured(command, place)).cpuMs);
  const yardstick = least[0] ?? Infinity;
  return commands.map(({ name, limit }, index) => {
    const cpuMs = least[index] ?? Infinity;
    return { name, cpuMs, ratio: cpuMs / yardstick, ...(limit === undefined ? {} : { limit }) };
  });
}

export const START_HEAD = ['start of the program', 'CPU ms', 'times node', 'at most'];

export function startCells({ name, cpuMs, ratio, limit }: Start): string[] {
  return [name, whole(cpuMs), tenths(ratio), limit === undefined ? '' : whole(limit)];
}

/** Why the figures are worse than they may be; empty where all is well. */
export function startFaults(starts: readonly Start[]): string[] {
  return starts
    .filter(({ ratio, limit }) => limit !== undefined && ratio > limit)
    .map(
      ({ name, ratio, limit }) => `${name} takes ${tenths(ratio)} times the processor time of node, at most ${limit}`,
    );
}
