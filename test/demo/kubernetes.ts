/**
 * `make demo-kubernetes`: the story of a cluster, shown. Everything runs on this machine and goes when it ends. A scene
 * that does not do what it says ends it with exit code 1.
 */
import { inspect } from 'node:util';
import { provideTools } from '../cluster/provide-tools.js';
import { Stage, StoryFault } from '../story/stage.js';
import { STORY } from '../story/story.js';
import { Narrator } from './narrator.js';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => stopping.abort(new StoryFault(`stopped by ${name}`)));

const narrator = new Narrator(process.stdout);
const tools = await provideTools({ env: process.env, say: (line) => process.stderr.write(`${line}\n`) });
if (typeof tools !== 'string') {
  narrator.say(`There is no cluster to show this on: ${tools.reason}.`);
} else {
  await show(tools);
}

async function show(folder: string): Promise<void> {
  const startMs = performance.now();
  narrator.say('A real Kubernetes API server, real kubectl and helm, and a simulated GitHub, all on this machine.');
  const stage = await Stage.set({ tools: folder, teller: narrator, signal: stopping.signal });
  try {
    for (const scene of STORY) {
      stopping.signal.throwIfAborted();
      narrator.act(scene.title);
      await scene.play(stage);
    }
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    narrator.say('', `The demo took ${seconds} s. Nothing is left running.`);
  } catch (thrown) {
    process.exitCode = 1;
    const fault: unknown = stopping.signal.aborted ? stopping.signal.reason : thrown;
    process.stderr.write(`\nThe demo failed: ${fault instanceof StoryFault ? fault.message : inspect(fault)}\n`);
  } finally {
    await stage.strike();
  }
}
