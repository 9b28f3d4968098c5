/** What V8 is told of its collections. Left alone it takes memory for speed that a pass has no use for: it waits for GitHub most of the time. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Garbage may grow to half of what lives before V8 collects it. Left alone, V8 lets it grow to three times of that where the
 * machine has memory to spare.
 */
const HEAP_GROWTH = '--heap-growing-percent=50';

/**
 * V8 compiles for speed what has run a little, on threads beside the main one: a third of the processor time of a pass over
 * 1,000 repositories, whose code is hardly used again. So functions have to run nine times longer first, and the parser of
 * HTTP, the only WebAssembly here, stays as it was compiled at first. Long passes get the fast code all the same: one over
 * 10,000 takes a tenth less processor time with these, and less memory.
 */
const LESS_COMPILING = ['--interrupt-budget=600000', '--liftoff-only'];

/**
 * The room for young objects, both halves together. V8 lets it grow to 32 MiB, with Node 24 to far more, and gives none of it back
 * while a pass runs: a quarter of all memory of a pass over 10,000 repositories. With less than this, what lives for one answer
 * is taken for old, which costs more processor time than it saves memory.
 */
const YOUNG_BYTES = 8 * 1_024 * 1_024;

/** Sets what a running program can change, for all of its threads. */
export function boundCollections(): void {
  for (const flag of [HEAP_GROWTH, ...LESS_COMPILING]) setFlagsFromString(flag);
  let mayGrow = true;
  // Its greatest size is read when a process starts. By what factor it may grow is read each time that it would, so that a factor of
  // one keeps it as it is. A process at rest gives some of it back and may take it again, therefore this goes on.
  const afterCollection = (): void => {
    if (youngBytes() < YOUNG_BYTES === mayGrow) return;
    mayGrow = !mayGrow;
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  };
  new PerformanceObserver(afterCollection).observe({ type: 'gc' });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
