/**
 * `make demo-incident`: a bad action, from the alarm to the report, by the built program and its controller over a folder, against a
 * simulated GitHub on this machine. A step that does not do what it says ends it with exit code 1.
 */
import { Narrator } from '../narrator.js';
import { perform, stopping } from '../perform.js';
import { alarm, hold, isolated } from './acts/isolate.js';
import { drill } from './acts/drill.js';
import { evidence } from './acts/evidence.js';
import { release } from './acts/release.js';
import { Story } from './story.js';
import { town } from './acts/town.js';

const signal = stopping();
const narrator = new Narrator(process.stdout);
narrator.say(
  'The story of tj-actions/changed-files (CVE-2025-30066), played against a simulated GitHub on this machine.',
  'Lines with ✓ are looked up on the side of GitHub.',
);
const acts = [town, drill, alarm, hold, isolated, evidence, release];
await perform({ narrator, stage: await Story.set(narrator, signal), acts, signal });
