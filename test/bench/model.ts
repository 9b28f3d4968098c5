/** The model that every figure rests on. Real GitHub is slower on some days and has limits of its own; this is the same every day. */
export const LOGIN = 'acme';
export const RULESET = 'plus1_enforcement';

/** A round trip, and what GitHub needs to find one file at a commit. */
export const LATENCY = { requestMs: 80, fileMs: 20 };

/** Requests in flight: what Plus1 does unless told otherwise, so the bare client does it too. */
export const CONCURRENCY = 2;

/**
 * The processor time of a first pass beside that of the bare client over the same repositories. It took six times as much when
 * YAML was read by the library alone.
 */
export const MAX_CPU_RATIO = 5;

/** A controller's pod that holds an organization of 10,000 repositories must not need more. */
export const MAX_PEAK_BYTES = 200_000_000;
