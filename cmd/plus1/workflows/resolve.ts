/** What `--resolve` asks: DNS for the names of the lists, GitHub for the tags of harden-runner. What cannot be asked stays unknown. */
import { errorLine, toPlus1Error } from '../../../pkg/errors/index.js';
import { readTags } from '../../../pkg/github/index.js';
import { namesToResolve, type JudgedFile, type JudgeOptions } from '../../../pkg/workflows/index.js';
import { askDNS } from '../ask-dns.js';
import { readEnvironment } from '../environment.js';
import { clockOf, type CommandIO } from '../io.js';

const HARDEN_RUNNER = 'step-security/harden-runner';
export type Answers = Pick<JudgeOptions, 'names' | 'tags'>;

/** Asks, and tells on standard error what got no answer. */
export async function resolveAll(files: readonly JudgedFile[], io: CommandIO): Promise<Answers> {
  const names = await askDNS([...new Set(files.flatMap(namesToResolve))], io);
  const unknown = [...names].filter(([, resolution]) => resolution === 'unknown').map(([name]) => name);
  if (unknown.length > 0)
    io.stderr.write(`${unknown.length} names got no answer and prove nothing: ${unknown.slice(0, 5).join(', ')}\n`);
  const isUsed = files.some(({ jobs }) => jobs.some(({ position }) => position !== null));
  const tags = isUsed ? await tagsOf(io) : undefined;
  return { names, ...(tags && { tags }) };
}

async function tagsOf(io: CommandIO): Promise<JudgeOptions['tags']> {
  const { apiURL = 'https://api.github.com', token, proxy } = readEnvironment(io.env);
  try {
    return await readTags({
      ...{ apiURL, token, proxy, repository: HARDEN_RUNNER },
      ...{ clock: clockOf(io), signal: io.signal },
    });
  } catch (error) {
    io.signal.throwIfAborted();
    io.stderr.write(`${errorLine(toPlus1Error(error))}\n`);
    return undefined;
  }
}
