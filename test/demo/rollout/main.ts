/**
 * `make demo-rollout`: one rule that goes through its stages and one that fails, over a folder and in virtual time, against a simulated GitHub
 * on this machine. A step that does not do what it says ends it with exit code 1.
 */
import { Narrator } from '../narrator.js';
import { perform, stopping } from '../perform.js';
import { approval, impact, stages } from './acts/healthy.js';
import { fail } from './acts/fail.js';
import { fold } from './acts/fold.js';
import { Play } from './play.js';

const signal = stopping();
const narrator = new Narrator(process.stdout);
narrator.say(
  'Two rules on their way into the production ruleset, against a simulated GitHub on this machine.',
  'Time is virtual: stages of days take seconds. Lines with ✓ are looked up on the side of GitHub.',
);
await perform({ narrator, stage: await Play.set(narrator), acts: [impact, approval, stages, fold, fail], signal });
