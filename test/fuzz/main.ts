/**
 * `make fuzz`: random inputs for each parser of what others wrote. Prints how many were played and what the dearest one took; ends with
 * 1 where something that must hold did not, or too few inputs were taken.
 */
import { parseArgs } from 'node:util';
import { commandOf, play, type Played } from './play.js';
import { shown } from './shown.js';
import { TARGETS } from './table.js';
import type { Target } from './target.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    target: { type: 'string' },
    path: { type: 'string' },
  },
});

/** So that the way to a failing case is short. */
const CHUNK = 20_000;
const MAX_SEED = 2 ** 31 - CHUNK;

const seed = Number(values.seed ?? Math.floor(Math.random() * MAX_SEED));
const wanted = TARGETS.filter(({ name }) => values.target === undefined || values.target.split(',').includes(name));
if (wanted.length === 0) throw new Error(`no such target; there are ${TARGETS.map(({ name }) => name).join(', ')}`);
const weights = wanted.reduce((sum, { weight }) => sum + weight, 0);

async function playAll(target: Target): Promise<Played> {
  if (values.path !== undefined) return play(target, { cases: 1, seed, path: values.path });
  const all: Played = { name: target.name, cases: 0, taken: 0, peakMs: 0 };
  const cases = Math.ceil((Number(values.cases) * target.weight) / weights);
  for (let at = 0; at < cases && all.failure === undefined; at += CHUNK) {
    const part = await play(target, { cases: Math.min(CHUNK, cases - at), seed: seed + at / CHUNK });
    all.cases += part.cases;
    all.taken += part.taken;
    all.peakMs = Math.max(all.peakMs, part.peakMs);
    if (part.failure !== undefined) all.failure = part.failure;
  }
  return all;
}

function tell({ name, cases, taken, peakMs, failure }: Played, leastTaken: number, ms: number): boolean {
  const share = taken / Math.max(1, cases);
  console.log(
    `${name}: ${cases} cases, ${(share * 100).toFixed(1)} % taken, dearest ${peakMs.toFixed(1)} ms, ${(ms / 1_000).toFixed(1)} s of processor time`,
  );
  if (failure !== undefined) {
    const { input, error } = failure;
    console.log(`  wrong: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    console.log(`  input: ${shown(input)}`);
    console.log(`  again: ${commandOf(name, failure)}`);
    return false;
  }
  const isEnough = values.path !== undefined || share >= leastTaken;
  if (!isEnough) console.log(`  too few inputs were taken; at least ${leastTaken * 100} % are wanted`);
  return isEnough;
}

console.log(`seed ${seed}`);
let cases = 0;
for (const target of wanted) {
  const before = process.cpuUsage();
  const played = await playAll(target);
  const { user, system } = process.cpuUsage(before);
  cases += played.cases;
  if (!tell(played, target.leastTaken, (user + system) / 1_000)) process.exitCode = 1;
}
console.log(`${cases} cases in all, memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
