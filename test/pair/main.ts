/**
 * `make pair`: two controllers on a real API server, with broken networks between them and it, for an hour (ARGS="--seconds 60 --seed 2").
 * Prints what happened; ends with 1 where a law was broken, or too little happened.
 */
import { parseArgs } from 'node:util';
import { provideTools } from '../cluster/provide-tools.js';
import { runPair } from './run.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '3600' }, seed: { type: 'string', default: '1' } },
});
/** Of each hour, at least. */
const LEAST: Record<string, number> = {
  'leases taken': 60,
  killInWrite: 10,
  freeze: 30,
  network: 150,
  left: 30,
  entered: 100,
  server: 2,
};
const HOUR_S = 3_600;

const say = (line: string): void => console.error(line);
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const tools = await provideTools({ env: process.env, say });
if (typeof tools !== 'string') throw new Error(`no control plane: ${tools.reason}`);
const cpu = process.cpuUsage();
const { wrong, counts } = await runPair({ seconds, seed, tools, isPatient: true, say });
const { user, system } = process.cpuUsage(cpu);
console.log(
  `seed ${seed}, ${seconds} s of trouble, ${((user + system) / 1e6).toFixed(0)} s of processor time of the simulator and the proxies`,
);
for (const [name, count] of Object.entries(counts)) console.log(`${name.padEnd(30)} ${count}`);
const lacks = Object.entries(LEAST).filter(
  ([name, least]) => (counts[name] ?? 0) < Math.floor((least * seconds) / HOUR_S),
);
for (const line of wrong) console.log(`wrong: ${line}`);
for (const [name, least] of lacks) console.log(`too little: ${name}, ${least} an hour wanted`);
process.exitCode = wrong.length + lacks.length > 0 ? 1 : 0;
