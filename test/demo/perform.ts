/** Plays acts before an audience, one after the other: the first that does not do what it says ends the performance. */
import { inspect } from 'node:util';
import { DemoFault } from './act.js';
import type { Narrator } from './narrator.js';

export interface Performance<Stage> {
  narrator: Narrator;
  stage: Stage & { strike(): Promise<unknown> };
  acts: readonly { title: string; play(stage: Stage): Promise<void> }[];
  /** Aborted with a DemoFault. */
  signal: AbortSignal;
}

/** Aborted by SIGINT and SIGTERM: code that waits on it can still clean up. */
export function stopping(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new DemoFault(`stopped by ${name}`)));
  return controller.signal;
}

/** Strikes the stage in every case; a fault is told on standard error, and is exit code 1. */
export async function perform<Stage>({ narrator, stage, acts, signal }: Performance<Stage>): Promise<void> {
  const startMs = performance.now();
  try {
    for (const act of acts) {
      signal.throwIfAborted();
      narrator.act(act.title);
      await act.play(stage);
    }
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    narrator.say('', `The demo took ${seconds} s. Nothing is left running.`);
  } catch (thrown) {
    process.exitCode = 1;
    const fault: unknown = signal.aborted ? signal.reason : thrown;
    process.stderr.write(`\nThe demo failed: ${fault instanceof DemoFault ? fault.message : inspect(fault)}\n`);
  } finally {
    await stage.strike();
  }
}
