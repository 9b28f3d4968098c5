/** Rulesets of our own as the journal is told of them. Pure. */
import type { OwnedStatus } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { Data, Entry } from '../../journal/index.js';
import { bodyHash, keptBody } from './sent-ruleset.js';
import type { Wanted } from './wanted.js';

type Named = Pick<OwnedStatus, 'name' | 'purpose'>;

export function createIntended({ purpose, body, enter }: Wanted): Entry {
  const { repository_id: byID } = body.conditions;
  const ids = isMapping(byID) && Array.isArray(byID['repository_ids']) ? (byID['repository_ids'] as number[]) : [];
  const data: Data<'CreateIntended'> = {
    ...{ name: body.name, purpose, sha256: bodyHash(body) },
    ruleset: JSON.parse(keptBody(body)) as unknown,
    members: [...ids].sort((a, b) => a - b),
    ...(enter && { enter }),
  };
  return { kind: 'CreateIntended', data };
}

export const createProved = ({ name, purpose }: Named, sha256: string, id: number): Entry => ({
  kind: 'CreateProved',
  data: { name, purpose, sha256, id },
});

/** `isVoid`: it was not made, and will not be. */
export function createFailed({ name, purpose }: Named, sha256: string, { error, isVoid }: Failed): Entry {
  return {
    kind: isVoid ? 'CreateRefused' : 'CreateUnproved',
    data: { name, purpose, sha256, error: textOf(error) },
  };
}

interface Failed {
  error: Plus1Error;
  isVoid: boolean;
}

export const deleteTold = (
  kind: 'DeleteIntended' | 'DeleteProved' | 'OwnedMissing',
  { name, purpose }: Named,
  id: number,
): Entry => ({ kind, data: { name, purpose, id } });

export function deleteFailed({ name, purpose }: Named, id: number, { error, isVoid }: Failed): Entry {
  return { kind: isVoid ? 'DeleteRefused' : 'DeleteUnproved', data: { name, purpose, id, error: textOf(error) } };
}

const textOf = ({ code, message }: Plus1Error): string => `${code}: ${message}`;
