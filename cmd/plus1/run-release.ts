/** What `plus1 release` does: it leaves a request beside the state, which the next pass serves. */
import { Plus1Error } from '../../pkg/errors/index.js';
import { keyString, RollbackFolder, StateFolder } from '../../pkg/policies/index.js';
import { printable } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';
import { onePolicy } from './stored-policy.js';

export interface ReleaseOptions {
  state?: string;
}

/** The exit code. */
export function runRelease(name: string, options: ReleaseOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const state = stateFolder(options.state, readEnvironment(io.env));
    const { metadata, status = {} } = await onePolicy(new StateFolder(state), name, io);
    const rollbacks = new RollbackFolder({ state });
    if ((await rollbacks.standing(metadata, status, io.signal)) === undefined)
      throw new Plus1Error('PLUS1_NOT_HELD', `${keyString(metadata)} is not rolled back`);
    await rollbacks.ask(metadata, { kind: 'release' }, io.clock(), io.signal);
    const isApplied = status.lastHandledRollbackTo !== undefined;
    const what = isApplied
      ? 'the next pass releases it: who is not in production leaves after the grace period, within the guards'
      : 'the rollback that waited is taken back';
    io.stdout.write(`${printable(`${keyString(metadata)}: ${what}`)}\n`);
    return EXIT.ok;
  });
}
