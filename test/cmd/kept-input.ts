/** An object of the policies folder as a pass kept it in a state folder. */
import { InputState } from '../../pkg/policies/index.js';

const NEVER = new AbortController().signal;

export interface Kept {
  kind: string;
  spec: unknown;
  name: string;
  namespace?: string;
  status?: object;
  file?: string;
}

export const keepInput = (
  state: string,
  { kind, spec, name, namespace = 'default', status = {}, file = `${name}.yaml` }: Kept,
): Promise<void> =>
  new InputState(state).write(
    {
      ...{ kind, spec, status: status, origin: { file } },
      metadata: {
        ...{ name, namespace, uid: '0a1b2c3d-0000-4000-8000-000000000000', generation: 1 },
        creationTimestamp: '2025-03-15T12:00:00Z',
      },
    },
    NEVER,
  );
