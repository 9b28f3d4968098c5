/** The model that every figure rests on. Real GitHub is slower on some days and has limits of its own; this is the same every day. */
export const LOGIN = 'acme';
export const RULESET = 'plus1_enforcement';

/** A round trip, and what GitHub needs to find one file at a commit: of the benches of many policies. */
export const LATENCY = { requestMs: 80, fileMs: 20 };

/** Of the benches of one pass: flat, as the other tools were measured, so that the figures can stand beside theirs. */
export const PASS_LATENCY = { requestMs: 50, fileMs: 0 };

/** Requests in flight: two at the start and one more a second up to these, as Plus1 has them, so the bare client does it too. */
export const CONCURRENCY = 5;

/**
 * The processor time of a first pass beside that of the bare client over the same repositories. The client parses no file; before it
 * waited for so short a time, half of what it took was the waiting itself.
 */
export const MAX_CPU_RATIO = 10;

/** What passes over so many repositories may take at most. */
export interface Bounds {
  /** Of a first pass. */
  requests?: number;
  bytes?: number;
  /** Of a first pass, beside the bare client. */
  wallRatio?: number;
  idleRequests?: number;
  /** Of an idle pass, beyond what the mere start of the program takes. */
  idleWallMs?: number;
  /** Of any pass, in `sync` and in the controller. */
  peakBytes?: number;
  /** Of the status that is kept. */
  statusBytes?: number;
  /** Of an idle quick pass. */
  quickRequests?: number;
  quickCpuMs?: number;
}

export const BOUNDS: ReadonlyMap<number, Bounds> = new Map<number, Bounds>([
  [1_000, { requests: 35, bytes: 2e6, wallRatio: 1.3, idleWallMs: 800 }],
  [10_000, { requests: 300, peakBytes: 150e6 }],
  [100_000, { idleRequests: 1_030, peakBytes: 400e6, statusBytes: 200e3, quickRequests: 3, quickCpuMs: 50 }],
]);
