/** Work on many items, some at a time: what waits for answers does not wait for one after the other. */

export interface LanesOptions {
  /** Items at a time. */
  lanes: number;
  /** Asked before each item; no further one is begun once it is false. */
  goesOn?: () => boolean;
}

/** Runs `work` for each item, in their order. Rejects with the first error; what was begun by then goes on. */
export async function inLanes<T extends object | string | number>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  { lanes, goesOn = () => true }: LanesOptions,
): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && goesOn(); item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Parts of at most `size` items, in their order. */
export function batchesOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}
