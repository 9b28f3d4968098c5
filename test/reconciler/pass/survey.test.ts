/** The survey of workflow files: between two files others get their turn, since a file costs milliseconds and there may be 100,000. */
import { expect } from 'chai';
import { silentLog } from '../../../pkg/base/index.js';
import type { GitHubReader } from '../../../pkg/github/index.js';
import { survey, type SurveyRequest } from '../../../pkg/reconciler/pass/survey.js';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { repositoryOf, specOf } from '../../governance/builders.js';
import { harden, workflow } from '../../workflows/build.js';

const FILES = 40;
const NEVER = new AbortController().signal;

describe('the survey of workflow files', () => {
  it('lets the loop go round between two files of an answer, and waits for each before it asks for more', async () => {
    const repositories = [repositoryOf({ id: 1 }), repositoryOf({ id: 2 })];
    const files = Array.from({ length: FILES }, (_, index) => ({
      path: `.github/workflows/w${index}.yml`,
      content: workflow(harden()),
    }));
    let rounds = 0;
    let isOver = false;
    const spin = (): void => {
      rounds += 1;
      if (!isOver) setImmediate(spin);
    };
    const judged: number[] = [];
    const reader = {
      readWorkflows: async ({ texts, found }) => {
        for (const repository of texts) {
          await found(repository, { head: repository.headCommit ?? '', tree: 't', files });
          judged.push(rounds);
        }
      },
    } as Pick<GitHubReader, 'readWorkflows'> as GitHubReader;
    const request = {
      spec: specOf({
        workflows: { agentFloor: 'v2.16.0' },
        baseline: { enabled: true, checks: { securityWorkflow: { path: '.github/workflows/w1.yml' } } },
      }),
      seen: { organization: { id: 1, login: 'acme' } },
      repositories,
    } as unknown as SurveyRequest;
    setImmediate(spin);
    const surveyed = await survey(
      request,
      { reader, timers: systemClock, log: silentLog, store: undefined },
      NEVER,
    ).finally(() => (isOver = true));
    const digests = [...(surveyed?.digests.values() ?? [])];
    expect(digests.map(({ seen }) => seen?.files.length)).to.deep.equal([FILES, FILES]);
    const [first = 0, second = 0] = judged;
    expect(first).to.be.at.least(FILES);
    expect(second - first).to.be.at.least(FILES);
  });
});
