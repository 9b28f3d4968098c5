/** Records of several chains in the order in which they followed each other, without all of them in memory: what `inOrder` does for lists. */
import type { Head } from '../record/fields.js';
import type { WholeRecord } from '../record/group.js';

/** What one writer wrote without another in between. */
export interface Source {
  chain: string;
  /** Of its first record. */
  seq: number;
  /** The head of another chain that it comes after. */
  after: Head | undefined;
  records: AsyncGenerator<WholeRecord>;
}

interface Open {
  source: Source;
  /** Absent before the first is read: what must wait takes no memory. */
  next?: WholeRecord;
  hasEnded: boolean;
  /** Whole, before the first of these. */
  before: Open[];
}

/** `chains`: each in its own order. What no `after` puts in order stands by time, and of one time as it was given. */
export async function* mergeInOrder(chains: readonly (readonly Source[])[]): AsyncGenerator<WholeRecord> {
  const all = chains.map((own) => own.map((source): Open => ({ source, hasEnded: false, before: [] })));
  for (const own of all) for (const [at, each] of own.entries()) each.before = beforeIt(own, at, all);
  let current: Open | undefined;
  for (let open = all.flat(); open.length > 0; open = open.filter(({ hasEnded }) => !hasEnded)) {
    const free = open.filter(({ before }) => before.every(({ hasEnded }) => hasEnded));
    // Chains that name each other in a circle are damaged: then times are all there is.
    const ready = free.length > 0 ? free : open;
    for (const each of ready) if (each.next === undefined) await advance(each);
    current = earliest(
      ready.filter(({ hasEnded }) => !hasEnded),
      current,
    );
    if (current?.next === undefined) continue;
    yield current.next;
    await advance(current);
  }
}

async function advance(each: Open): Promise<void> {
  const read = await each.source.records.next();
  if (read.done === true) {
    each.hasEnded = true;
    delete each.next;
  } else each.next = read.value;
}

function beforeIt(own: readonly Open[], at: number, all: readonly (readonly Open[])[]): Open[] {
  const after = own[at]?.source.after;
  const named = after && all.find(([first]) => first?.source.chain === after.chain);
  const held = named?.findLast(({ source }) => source.seq <= (after?.sequence ?? 0));
  return [own[at - 1], held].filter((each) => each !== undefined);
}

/** The one that is at work goes on where another one has the same time. */
function earliest([start, ...others]: readonly Open[], current: Open | undefined): Open | undefined {
  if (start === undefined) return undefined;
  const timeOf = ({ next }: Open): string => next?.time ?? '';
  const first = others.reduce((best, each) => (timeOf(each) < timeOf(best) ? each : best), start);
  const isAtWork = current !== undefined && [start, ...others].includes(current);
  return isAtWork && timeOf(current) <= timeOf(first) ? current : first;
}
