/** One run as a row: what is shown of it, and whether it did its work. */
import type { Run } from './client.js';
import { BOUNDS, MAX_CPU_RATIO, type Bounds } from './model.js';
import type { QuickRun } from './quick.js';
import type { Tally } from './simulator.js';
import { hundredths, tenths, whole } from './table.js';

const MIB = 1_048_576;

export interface Row {
  client: string;
  repositories: number;
  run: Run;
  tally: Tally;
  /** How many writes it has to make. */
  writes: number;
  /** Of the status that it left. */
  statusBytes?: number;
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
  'wall / bare client',
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
    hundredths(run.wallMs / bare.wallMs),
    tenths(run.cpuMs / bare.cpuMs),
  ];
}

export const QUICK_HEAD = ['repositories', 'quick passes', 'requests / pass', 'points', 'CPU ms / pass', 'peak MiB'];

export const quickCells = (repositories: number, quick: QuickRun): string[] => [
  whole(repositories),
  whole(quick.passes),
  tenths(quick.requests),
  whole(quick.points),
  tenths(quick.cpuMs),
  whole(quick.peakBytes / MIB),
];

/** One run of each client. */
export interface Rows {
  first: Row;
  /** The pass after it, which has something to check once. */
  second: Row;
  idle: Row;
  bare: Row;
}

/** All runs over one organization. */
export interface Size extends Rows {
  repositories: number;
  quick: QuickRun;
}

/** Of each client the run that took less time. */
export function quickest(a: Rows, b: Rows): Rows {
  const of = (key: keyof Rows): Row => (a[key].run.wallMs <= b[key].run.wallMs ? a[key] : b[key]);
  return { first: of('first'), second: of('second'), idle: of('idle'), bare: of('bare') };
}

export interface Check {
  what: string;
  measured: string;
  bound: string;
  isMet: boolean;
}

export const CHECK_HEAD = ['what', 'measured', 'at most', ''];

export const checkCells = ({ what, measured, bound, isMet }: Check): string[] => [
  what,
  measured,
  bound,
  isMet ? 'met' : 'NOT MET',
];

type Measure = [name: keyof Bounds, what: string, value: number, show: (value: number) => string];

/** What a size may take, beside what it took. */
export function checksOf({ repositories, first, idle, bare, quick }: Size, start: Run): Check[] {
  const bounds = BOUNDS.get(repositories) ?? {};
  const megabytes = (bytes: number): string => `${tenths(bytes / 1e6)} MB`;
  const milliseconds = (ms: number): string => `${whole(ms)} ms`;
  const peak = Math.max(first.run.peakBytes, idle.run.peakBytes, quick.peakBytes);
  const measures: Measure[] = [
    ['requests', 'requests of a first pass', first.tally.counts.requests, whole],
    ['bytes', "answers' bodies of a first pass", first.tally.counts.bytes, megabytes],
    ['wallRatio', 'wall of a first pass / bare client', first.run.wallMs / bare.run.wallMs, hundredths],
    ['idleRequests', 'requests of an idle full pass', idle.tally.counts.requests, whole],
    ['idleWallMs', 'wall of an idle full pass beyond the start', idle.run.wallMs - start.wallMs, milliseconds],
    ['peakBytes', 'peak, in sync and in the controller', peak, megabytes],
    ['statusBytes', 'status', idle.statusBytes ?? 0, megabytes],
    ['quickRequests', 'requests of an idle quick pass', quick.requests, tenths],
    ['quickCpuMs', 'processor of an idle quick pass', quick.cpuMs, milliseconds],
  ];
  return measures.flatMap(([name, what, value, show]) => {
    const most = bounds[name];
    if (most === undefined) return [];
    const of = `${whole(repositories)} repositories: ${what}`;
    return [{ what: of, measured: show(value), bound: show(most), isMet: value <= most }];
  });
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
  ];
}
