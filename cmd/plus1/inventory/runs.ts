/** Which workflows that refer ran within the window: one request for each repository. What GitHub did not answer for is not known. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { readRuns } from '../../../pkg/github/index.js';
import type { References } from '../../../pkg/workflows/index.js';
import { readEnvironment } from '../environment.js';
import { clockOf, type CommandIO } from '../io.js';
import type { Ran } from './render.js';
import type { Window } from './options.js';

export interface RunsRequest {
  organization: string;
  repositories: readonly string[];
  references: References;
  window: Window;
}

export async function runsOf(
  { organization, repositories, references, window }: RunsRequest,
  io: CommandIO,
): Promise<{ ran: Ran[]; unanswered: References['unknown'] }> {
  const { apiURL = 'https://api.github.com', token, proxy } = readEnvironment(io.env);
  if (token === undefined)
    throw new Plus1Error('PLUS1_USAGE', '--runs: no token; set GITHUB_TOKEN to one with Actions: read');
  const files = new Map<string, Set<string>>();
  for (const { repository, file } of references.refers)
    files.set(repository, (files.get(repository) ?? new Set()).add(file));
  const answers = await readRuns({
    ...{ apiURL, token, proxy, organization, repositories },
    ...{ created: `${window.since}..${window.until}`, clock: clockOf(io), signal: io.signal },
  });
  const ran = answers.flatMap(({ repository, runs }) =>
    runs
      .filter(({ path }) => files.get(repository)?.has(path) === true)
      .map(({ id: run, time, sha }) => ({ repository, run, time, sha })),
  );
  const unanswered = answers.flatMap(({ repository, why }) =>
    why === undefined ? [] : [{ repository, file: 'runs', why }],
  );
  return { ran, unanswered };
}
