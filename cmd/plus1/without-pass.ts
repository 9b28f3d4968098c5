/** What a run of `sync` that came to no pass still writes: within its lock, and from the memory that it would have begun with. */
import { StateFolder } from '../../pkg/policies/index.js';
import type { Environment } from './environment.js';
import type { CommandIO } from './io.js';
import { stateFolder } from './state-folder.js';
import { lockOf, remembered, type SyncMemory } from './sync-memory.js';
import type { SyncOptions } from './sync-options.js';
import type { Target } from './target.js';

export interface PasslessRun {
  options: SyncOptions;
  environment: Environment;
  target: Target;
}

/** Nothing where this run writes no memory. `beforeWrite` throws where it may not write any more. */
export async function withoutPass(
  { options, environment, target }: PasslessRun,
  io: CommandIO,
  work: (memory: SyncMemory, beforeWrite: () => void) => Promise<void>,
): Promise<void> {
  const lock = await lockOf(options, environment, target, io);
  if (lock === undefined) return;
  try {
    const beforeWrite = (): void => lock.requireHeld();
    const folder = new StateFolder(stateFolder(options.state, environment), beforeWrite);
    await work(await remembered(folder, target, { lock, known: undefined }, io), beforeWrite);
  } finally {
    await lock.release();
  }
}
