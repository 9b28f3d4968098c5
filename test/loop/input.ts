/** What the state folder of a loop has of the objects beside its policies. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Condition } from '../../pkg/api/index.js';
import type { Loop } from './loop.js';

interface Kept {
  status: { conditions?: Condition[] };
}

/** As its file has it; undefined before that is kept, and after the object went. */
export function inputOf<O = Kept>({ state }: Loop, kind: string, name: string): O | undefined {
  const path = join(state, '.kinds', kind, 'default', `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as O) : undefined;
}

/**
 * Until its condition, as `True InForce: it is in force`, is so. The pass that an edited file or an approval calls for comes once its
 * watch tells of it, which takes real time, and may be after a look that another file called for.
 */
export async function becomes(
  loop: Loop,
  { kind, name, type }: Record<'kind' | 'name' | 'type', string>,
  wanted: RegExp,
): Promise<void> {
  const said = (): string => {
    const found = inputOf(loop, kind, name)?.status.conditions?.find((each) => each.type === type);
    return found === undefined ? 'absent' : `${found.status} ${found.reason}: ${found.message}`;
  };
  await loop.until(() => wanted.test(said()), `${type} of ${name} is ${String(wanted)}`);
  await loop.settle();
}
