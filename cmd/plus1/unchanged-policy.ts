/**
 * Whether the file of a run still says what the run began with. A pass of a large organization takes its time, and who suspends a policy
 * meanwhile, or takes its file away, means the write that has not been sent yet.
 */
import { isDeepStrictEqual } from 'node:util';
import { Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import type { PassRecord } from '../../pkg/reconciler/index.js';
import type { Environment } from './environment.js';
import type { CommandIO } from './io.js';
import type { SyncOptions } from './sync-options.js';
import { resolveTarget, type Target } from './target.js';

const NOTHING_MORE = 'nothing more is written';

interface Run {
  options: SyncOptions;
  environment: Environment;
  target: Target;
}

/** A record that lets nothing be written once the file says something else. */
export function whileUnchanged(record: PassRecord, { options, environment, target }: Run, io: CommandIO): PassRecord {
  // Of flags and of the environment nothing changes.
  if (options.file === undefined || options.dryRun) return record;
  return {
    ...record,
    async assertMayWrite(live) {
      await requireUnchanged(target, () => resolveTarget(options, environment, io));
      await record.assertMayWrite(live);
    },
  };
}

/** Throws PLUS1_INTERRUPTED. */
async function requireUnchanged({ policy, key }: Target, again: () => Promise<Target>): Promise<void> {
  const now = await again().catch((thrown: unknown) => {
    const { message } = toPlus1Error(thrown);
    throw new Plus1Error('PLUS1_INTERRUPTED', `the policy went, or is not valid any more: ${message}; ${NOTHING_MORE}`);
  });
  if (isDeepStrictEqual([now.policy.spec, now.key], [policy.spec, key])) return;
  throw new Plus1Error('PLUS1_INTERRUPTED', `the policy changed during the run; ${NOTHING_MORE}`, {
    fix: 'run again, with the policy as it is now',
  });
}
