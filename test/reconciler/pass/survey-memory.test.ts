/** The survey of workflow files has no index in memory: neither one that it reads, nor one that it makes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { silentLog, sha256 } from '../../../pkg/base/index.js';
import type { GitHubReader } from '../../../pkg/github/index.js';
import type { WorkflowStore } from '../../../pkg/reconciler/index.js';
import { survey, type Surveyed, type SurveyRequest } from '../../../pkg/reconciler/pass/survey.js';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { indexFolder, workflowStore } from '../../../cmd/plus1/kept-beside.js';
import { repositoryOf, specOf } from '../../governance/builders.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { harden, workflow } from '../../workflows/build.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const REPOSITORIES = 300;
const FILES = 12;
/** Of each repository: what a pass that reads the index has of it, and one that makes it. As values an entry takes some 40 kB. */
const MOST_BYTES = { reads: 3_000, makes: 10_000 };
const LEAST_ENTRY_BYTES = 15_000;
const NEVER = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };

const step = (index: number): string =>
  `      - uses: actions/checkout@${sha256(String(index % 50)).slice(0, 40)}\n      - uses: other/action-${index % 9}@v1\n`;
const fileOf = (id: number, index: number): { path: string; content: string } => ({
  path: `.github/workflows/w${index}.yml`,
  content: workflow(harden() + Array.from({ length: 8 }, (_, at) => step(id + index + at)).join('')),
});

const taken = async (): Promise<number> => {
  // What a finished piece of work let go is garbage a turn of the loop later.
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

describe('What a survey of workflow files has in memory', () => {
  const repositories = Array.from({ length: REPOSITORIES }, (_, id) =>
    repositoryOf({ id, name: `r${id}`, headCommit: sha256(`head ${id}`) }),
  );
  const request = {
    spec: specOf({
      workflows: { enabled: true, scope: 'All' },
      baseline: { enabled: true, checks: { securityWorkflow: { uses: 'acme/ci/.github/workflows/scan.yml' } } },
    }),
    seen: { organization: { id: 1, login: 'acme' }, findings: [], ruleset: { members: new Set() } },
    acted: { live: { members: new Set() } },
    repositories,
  } as unknown as SurveyRequest;

  /** What it has in memory when all that is asked for was answered, beyond what there was before. */
  const held = async (
    store: WorkflowStore,
    listed = repositories,
  ): Promise<{ surveyed: Surveyed | undefined; bytes: number; read: number }> => {
    let bytes = 0;
    let read = 0;
    const reader = {
      readWorkflows: async ({ texts, found }) => {
        for (const repository of texts) {
          const files = Array.from({ length: FILES }, (_, index) => fileOf(repository.id, index));
          await found(repository, { head: repository.headCommit ?? '', tree: sha256(`tree ${repository.id}`), files });
          read += 1;
        }
        bytes = (await taken()) - before;
      },
    } as Pick<GitHubReader, 'readWorkflows'> as GitHubReader;
    const before = await taken();
    const surveyed = await survey(
      { ...request, repositories: listed },
      { reader, timers: systemClock, log: silentLog, store },
      NEVER,
    );
    return { surveyed, bytes, read };
  };

  it('is a small part of the index, in the pass that makes it and in one that reads it', async () => {
    const state = temporaryFolder();
    const store = workflowStore(indexFolder(state), KEY);
    // Once in a dry run, so that what is compiled meanwhile does not count.
    await held(workflowStore(indexFolder(state), KEY, true), repositories.slice(0, 100));
    const first = await held(store);
    const size = statSync(join(state, '.workflows', 'default', 'acme.json')).size;
    const converged = await held(store);
    expect([first.read, converged.read]).to.deep.equal([REPOSITORIES, 0]);
    expect(converged.surveyed).to.deep.equal(first.surveyed);
    expect(converged.surveyed?.survey?.jobs).to.deep.equal([{ status: 'holds', count: REPOSITORIES * FILES }]);
    expect(size / REPOSITORIES, 'an entry in the file').to.be.at.least(LEAST_ENTRY_BYTES);
    expect(first.bytes / REPOSITORIES, 'first').to.be.at.most(MOST_BYTES.makes);
    expect(converged.bytes / REPOSITORIES, 'converged').to.be.at.most(MOST_BYTES.reads);
  });
});
