/** What people leave for one policy beside a state folder: one file each. */
import { readdir } from 'node:fs/promises';
import { errnoOf, faultText } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';

/** Names of the files that `isOne` is true of, sorted; none where there is no such folder. `what` they are, for messages. Throws PLUS1_STATE_UNREADABLE. */
export async function filesOf(folder: string, isOne: RegExp, what: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => isOne.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw new Plus1Error('PLUS1_STATE_UNREADABLE', `cannot list ${what} in ${folder}: ${faultText(error)}`, {
      cause: error,
    });
  }
}
