/**
 * `make demo`: the main job end to end, by the built program, against a simulated GitHub on this machine. Needs no
 * account and no network; leaves nothing behind. A step that does not do what it says ends it with exit code 1.
 */
import { inspect } from 'node:util';
import { DemoFault, type Act } from './act.js';
import { change } from './acts/change.js';
import { control } from './acts/control.js';
import { converge } from './acts/converge.js';
import { hold } from './acts/hold.js';
import { leave } from './acts/leave.js';
import { look } from './acts/look.js';
import { report } from './acts/report.js';
import { Narrator } from './narrator.js';
import { Stage } from './stage.js';

const ACTS: readonly Act[] = [look, converge, change, leave, hold, report, control];

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => stopping.abort(new DemoFault(`stopped by ${name}`)));

const narrator = new Narrator(process.stdout);
const startMs = Date.now();
narrator.say(
  'Plus1 against a simulated GitHub, in a process of this machine. `plus1` below is `node dist/cmd/plus1/main.js`;',
  'GITHUB_TOKEN and GITHUB_API_URL are set for the simulator. Lines with ✓ are looked up on its side.',
);
const stage = await Stage.set(narrator, stopping.signal);
try {
  for (const act of ACTS) {
    stopping.signal.throwIfAborted();
    narrator.act(act.title);
    await act.play(stage);
  }
  narrator.say('', `The demo took ${Math.round((Date.now() - startMs) / 1_000)} s. Nothing is left running.`);
} catch (thrown) {
  process.exitCode = 1;
  const fault: unknown = stopping.signal.aborted ? stopping.signal.reason : thrown;
  process.stderr.write(`\nThe demo failed: ${fault instanceof DemoFault ? fault.message : inspect(fault)}\n`);
} finally {
  await stage.strike();
}
