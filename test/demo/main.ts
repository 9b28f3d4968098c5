/**
 * `make demo`: the main job end to end, by the built program, against a simulated GitHub on this machine. Needs no
 * account and no network; leaves nothing behind. A step that does not do what it says ends it with exit code 1.
 */
import type { Act } from './act.js';
import { change } from './acts/change.js';
import { control } from './acts/control.js';
import { converge } from './acts/converge.js';
import { hold } from './acts/hold.js';
import { journal } from './acts/journal.js';
import { leave } from './acts/leave.js';
import { look } from './acts/look.js';
import { report } from './acts/report.js';
import { undo } from './acts/undo.js';
import { Narrator } from './narrator.js';
import { perform, stopping } from './perform.js';
import { Stage } from './stage.js';

const ACTS: readonly Act[] = [look, converge, change, leave, hold, report, control, undo, journal];

const signal = stopping();
const narrator = new Narrator(process.stdout);
narrator.say(
  'Plus1 against a simulated GitHub, in a process of this machine. `plus1` below is `node dist/cmd/plus1/main.js`;',
  'GITHUB_TOKEN and GITHUB_API_URL are set for the simulator. Lines with ✓ are looked up on its side.',
);
await perform({ narrator, stage: await Stage.set(narrator, signal), acts: ACTS, signal });
