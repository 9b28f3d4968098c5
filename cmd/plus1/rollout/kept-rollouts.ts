/** Rollouts of a state folder, as the last pass left them. */
import { ROLLOUT, type Rollout } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { InputState, keyString, type StoredInput } from '../../../pkg/policies/index.js';

export type KeptRollout = Rollout & Pick<StoredInput, 'origin'>;

/** By namespace and name. A spec that is wrong is as it was written. */
export async function keptRollouts(state: string, signal: AbortSignal): Promise<KeptRollout[]> {
  const all = await new InputState(state).list(signal);
  return all.filter(({ kind }) => kind === ROLLOUT).map((kept) => kept as KeptRollout);
}

/** Throws PLUS1_NOT_KNOWN where there is none, PLUS1_USAGE where several namespaces have one. */
export async function oneRollout(state: string, name: string, signal: AbortSignal): Promise<KeptRollout> {
  const found = (await keptRollouts(state, signal)).filter(({ metadata }) => isNamed(metadata, name));
  const [rollout, second] = found;
  if (rollout === undefined)
    throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no rollout ${JSON.stringify(name)} that a pass has seen`, {
      fix: 'look at the names with plus1 rollout status, and at the log of the controller',
    });
  if (second !== undefined)
    throw new Plus1Error('PLUS1_USAGE', `several namespaces have a rollout ${name}`, { fix: 'name the namespace too' });
  return rollout;
}

export const isNamed = (metadata: Rollout['metadata'], name: string): boolean =>
  keyString(metadata) === name || (!name.includes('/') && metadata.name === name);
