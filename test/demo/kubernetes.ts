/**
 * `make demo-kubernetes`: the story of a cluster, shown. Everything runs on this machine and goes when it ends. A scene
 * that does not do what it says ends it with exit code 1.
 */
import { provideTools } from '../cluster/provide-tools.js';
import { Stage } from '../story/stage.js';
import { STORY } from '../story/story.js';
import { Narrator } from './narrator.js';
import { perform, stopping } from './perform.js';

const signal = stopping();
const narrator = new Narrator(process.stdout);
const tools = await provideTools({ env: process.env, say: (line) => process.stderr.write(`${line}\n`), signal });
if (typeof tools !== 'string') {
  narrator.say(`There is no cluster to show this on: ${tools.reason}.`);
} else {
  narrator.say('A real Kubernetes API server, real kubectl and helm, and a simulated GitHub, all on this machine.');
  await perform({ narrator, stage: await Stage.set({ tools, teller: narrator, signal }), acts: STORY, signal });
}
