/** One run as a row: what is shown of it, and whether it did its work. */
import type { Run } from './client.js';
import { MAX_CPU_RATIO, MAX_PEAK_BYTES } from './model.js';
import type { Tally } from './simulator.js';
import { tenths, whole } from './table.js';

const MIB = 1_048_576;

export interface Row {
  client: string;
  repositories: number;
  run: Run;
  tally: Tally;
  /** How many writes it has to make. */
  writes: number;
}

export const HEAD = ['repositories', 'client', 'requests', 'points', 'writes', 'KB', 'wall s', 'CPU s', 'peak MiB'];

export function cells({ client, repositories, run, tally: { counts } }: Row): string[] {
  return [
    whole(repositories),
    client,
    whole(counts.requests),
    whole(counts.points),
    whole(counts.writes),
    whole(counts.bytes / 1_000),
    tenths(run.wallMs / 1_000),
    tenths(run.cpuMs / 1_000),
    whole(run.peakBytes / MIB),
  ];
}

export const RATIO_HEAD = [
  'repositories',
  'client',
  'requests / 1,000 repositories',
  'bytes / repository',
  'CPU ms / repository',
  'CPU / bare client',
];

/** `bare`: the run of the bare client over the same repositories. */
export function ratios({ client, repositories, run, tally: { counts } }: Row, bare: Run): string[] {
  return [
    whole(repositories),
    client,
    tenths((counts.requests / repositories) * 1_000),
    whole(counts.bytes / repositories),
    tenths(run.cpuMs / repositories),
    tenths(run.cpuMs / bare.cpuMs),
  ];
}

/** What start and end of the program cost where it does nothing between them. */
export const startLine = ({ wallMs, cpuMs, peakBytes }: Run): string =>
  `Of each Plus1 figure its mere start is ${tenths(wallMs / 1_000)} s of wall, ${tenths(cpuMs / 1_000)} s of CPU and ${whole(peakBytes / MIB)} MiB.`;

/** Why the figures are worth nothing, or are worse than they may be; empty where all is well. */
export function faultsOf({ run, tally, writes }: Row, bare: Run): string[] {
  const ratio = run.cpuMs / bare.cpuMs;
  return [
    ...(tally.members === tally.production ? [] : [`${tally.members} members, ${tally.production} in production`]),
    ...(tally.counts.writes === writes ? [] : [`${tally.counts.writes} writes`]),
    ...(ratio <= MAX_CPU_RATIO
      ? []
      : [`${tenths(ratio)} times the processor time of the bare client, at most ${MAX_CPU_RATIO}`]),
    ...(run.peakBytes <= MAX_PEAK_BYTES ? [] : [`a peak of ${whole(run.peakBytes / MIB)} MiB`]),
  ];
}
