/** `make chaos`: seeded runs. Prints what they played; ends with 1 where an invariant is broken, or too little was played. */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Coverage } from './run/coverage.js';
import { runSeed, type RunOutcome } from './run/run.js';
import { shrink } from './run/shrink.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Indexes of the actions that happen; with one seed. */
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
    /** Ends with the first seed that fails, and does not make it smaller. */
    first: { type: 'boolean', default: false },
    /** Names of invariants: with `first`, seeds that break only others are passed over. */
    until: { type: 'string' },
  },
});

const first = Number(values.seed);
const only = values.only?.split(',').filter(Boolean).map(Number);
const seeds = only === undefined ? Number(values.seeds) : 1;
const coverage = new Coverage();
const begun = performance.now();
const cpu = process.cpuUsage();
let failed = 0;

const until = values.until?.split(',');
const isWanted = ({ wrong }: RunOutcome): boolean =>
  until === undefined ? wrong.length > 0 : wrong.some((each) => until.includes(each.slice(0, each.indexOf(':'))));

async function tell(outcome: RunOutcome): Promise<void> {
  console.log(
    `seed ${outcome.seed} is wrong:\n${outcome.wrong
      .slice(0, 6)
      .map((each) => `  ${each}`)
      .join('\n')}`,
  );
  if (values.first || only !== undefined) return;
  const kept = await shrink(outcome);
  console.log(`  needs: ${kept.map((index) => outcome.actions[index]?.name).join(', ') || 'no action at all'}`);
  console.log(`  again: make chaos ARGS="--seed ${outcome.seed} --only ${kept.join(',') || ','} --trace"`);
}

for (let seed = first; seed < first + seeds; seed += 1) {
  const outcome = await runSeed({ seed, only, isTraced: values.trace });
  coverage.add(outcome);
  if (values.trace) console.log(outcome.trace.join('\n'));
  if (!isWanted(outcome)) continue;
  failed += 1;
  await tell(outcome);
  if (values.first) break;
}

const { user, system } = process.cpuUsage(cpu);
const took = `${((performance.now() - begun) / 1_000).toFixed(0)} s, ${((user + system) / 1_000 / seeds).toFixed(0)} ms of processor time a seed`;
console.log(`${coverage.toString()}\n${failed} wrong; ${took}`);
const lacks = values.first || failed > 0 ? [] : coverage.lacks;
for (const lack of lacks) console.log(`too little: ${lack}`);
process.exitCode = failed > 0 || lacks.length > 0 ? 1 : 0;
