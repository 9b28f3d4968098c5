/** GitHub takes names where an id would be right: what is read or written by a name is of the repository that is meant only where it still has it. */
import type { IsolatedRepository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { Means } from './means.js';

/** A name may have changed hands since it was seen. Throws where it is another repository now, or nobody knows. */
export async function requireSame({ id }: Pick<IsolatedRepository, 'id'>, name: string, means: Means): Promise<void> {
  const fate = await means.pass.deps.reader.lookUp(id, means.signal);
  if (fate.state === 'owned' && fate.name === name && fate.owner.toLowerCase() === means.organization.toLowerCase())
    return;
  const why =
    fate.state === 'owned'
      ? `it is ${fate.owner}/${fate.name} now`
      : fate.state === 'missing'
        ? 'it is gone'
        : fate.why;
  throw new Plus1Error('PLUS1_WRITE_REFUSED', why);
}
