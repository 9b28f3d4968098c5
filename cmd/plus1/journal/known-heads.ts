/** What the state beside a journal says of its chains: where each stood when a status was last kept. */
import { dirname, join, sep } from 'node:path';
import { isMapping, readBoundedText } from '../../../pkg/base/index.js';
import { chainFolders, realFiles, type Head } from '../../../pkg/journal/index.js';
import { parseJSON } from '../../../pkg/text/index.js';

const MAX_STATE_BYTES = 16_777_216;

/** `STATE/.journal/<namespace>/<policy>.<uid8>/<chain>` lies beside `STATE/<namespace>/<policy>.json`. */
export async function knownHeads(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<(Head & { from: string })[]> {
  const states = new Set<string>();
  for (const folder of folders) {
    // A folder that cannot be read is reported by the one who verifies it.
    for (const chain of await chainFolders(realFiles, folder).catch(() => [])) {
      const policy = dirname(chain);
      const root = dirname(dirname(policy));
      if (!root.endsWith(`${sep}.journal`)) continue;
      const name = policy.slice(dirname(policy).length + 1).replace(/\.[0-9a-f]{1,8}$/, '');
      states.add(join(dirname(root), dirname(policy).slice(root.length + 1), `${name}.json`));
    }
  }
  const heads = await Promise.all([...states].map((path) => headOf(path, signal)));
  return heads.filter((head) => head !== undefined);
}

/** Undefined where there is no state, or it names no journal: then it proves nothing. */
async function headOf(path: string, signal: AbortSignal): Promise<(Head & { from: string }) | undefined> {
  try {
    const object = parseJSON(await readBoundedText(path, { maxBytes: MAX_STATE_BYTES, signal }));
    const status = isMapping(object) ? object['status'] : undefined;
    const journal = isMapping(status) ? status['journal'] : undefined;
    if (!isMapping(journal)) return undefined;
    const { chain, sequence, headHash } = journal;
    if (typeof chain !== 'string' || typeof sequence !== 'number' || typeof headHash !== 'string') return undefined;
    return { chain, sequence, hash: headHash, from: `the status in ${path}` };
  } catch {
    return undefined;
  }
}
