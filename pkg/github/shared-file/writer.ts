/**
 * Writes of a file that comes by pull request: https://docs.github.com/en/rest/git and …/rest/pulls. A commit is made beside all branches,
 * and a branch is moved to it only forward, so that nothing that others pushed is lost.
 */
import * as v from 'valibot';
import type { RepositoryAt } from '../isolation/types.js';
import { RestWrites, type RestWrite } from '../rest-write.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';
import type { WriteSender, WriteSubject } from '../write-sender.js';
import type { Branches, FileCommit, SharedFileWriter } from './types.js';
import { requireNoWorkflow } from './workflow-path.js';

type Answered = { state: 'answered' };

export const CONTENTS_WRITE = 'contents: write';
export const PULLS_WRITE = 'pull_requests: write';
const OR_ELSE = 'the repository is gone';

const shaSchema = v.looseObject({ sha: v.string() });
const refSchema = v.looseObject({ object: v.looseObject({ sha: v.string() }) });
const pullSchema = v.looseObject({ number: v.pipe(v.number(), v.safeInteger()) });

export class FileWriter implements SharedFileWriter {
  readonly #writes: RestWrites;

  constructor(requester: Requester<WriteChain>, sender: WriteSender) {
    this.#writes = new RestWrites(requester, sender);
  }

  async commit(
    at: RepositoryAt,
    { path, text, message, tree, parents }: FileCommit,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<{ state: 'answered'; commit: string } | FailedWrite> {
    requireNoWorkflow(path);
    const subject = contents(at, `write ${path} in ${at.name}`);
    const entry = { path, mode: '100644', type: 'blob', content: text };
    const planted = await this.#writes.send(
      {
        ...{ route: 'POST /repos/{owner}/{repo}/git/trees', subject },
        parameters: { ...repositoryOf(at), base_tree: tree, tree: [entry] },
      },
      shaOf,
      signal,
      options,
    );
    if (planted.state !== 'answered') return planted;
    return this.#writes.send(
      {
        ...{ route: 'POST /repos/{owner}/{repo}/git/commits', subject },
        parameters: { ...repositoryOf(at), message, tree: planted.commit, parents },
      },
      shaOf,
      signal,
      options,
    );
  }

  createBranch(
    at: RepositoryAt,
    { branch, commit }: { branch: string; commit: string },
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: 'POST /repos/{owner}/{repo}/git/refs',
      parameters: { ...repositoryOf(at), ref: `refs/heads/${branch}`, sha: commit },
      subject: contents(at, `make the branch ${branch} of ${at.name}`),
    };
    return this.#writes.send(sending, isAt(commit), signal, options);
  }

  moveBranch(
    at: RepositoryAt,
    { branch, commit }: { branch: string; commit: string },
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
      parameters: { ...repositoryOf(at), ref: `heads/${branch}`, sha: commit, force: false },
      subject: contents(at, `move the branch ${branch} of ${at.name}`),
    };
    return this.#writes.send(sending, isAt(commit), signal, options);
  }

  openPull(
    at: RepositoryAt,
    { head, base, title, body }: Branches & { title: string; body: string },
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<{ state: 'answered'; number: number } | FailedWrite> {
    const sending: RestWrite = {
      route: 'POST /repos/{owner}/{repo}/pulls',
      parameters: { ...repositoryOf(at), head, base, title, body },
      subject: pulls(`open a pull request in ${at.name}`),
    };
    return this.#writes.send(sending, numbered, signal, options);
  }

  async changePull(
    at: RepositoryAt,
    { number, title, body, state }: { number: number; title?: string; body?: string; state?: 'closed' },
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      parameters: {
        ...{ ...repositoryOf(at), pull_number: number },
        ...(title !== undefined && { title }),
        ...(body !== undefined && { body }),
        ...(state !== undefined && { state }),
      },
      subject: pulls(`change the pull request ${number} of ${at.name}`),
    };
    const told = await this.#writes.send(sending, numbered, signal, options);
    if (told.state !== 'answered' || told.number === number) return told;
    return { state: 'unknown', why: `the answer shows the pull request ${told.number}` };
  }
}

const contents = ({ name }: RepositoryAt, what: string): WriteSubject => ({
  ...{ what, needs: CONTENTS_WRITE, orElse: OR_ELSE.replace('the repository', name) },
});

const pulls = (what: string): WriteSubject => ({ what, needs: PULLS_WRITE, orElse: OR_ELSE });

function shaOf({ data }: RESTAnswer): { state: 'answered'; commit: string } | FailedWrite {
  const parsed = v.safeParse(shaSchema, data);
  if (parsed.success) return { state: 'answered', commit: parsed.output.sha };
  return { state: 'unknown', why: 'the answer names no object' };
}

const isAt =
  (commit: string) =>
  ({ data }: RESTAnswer): Answered | FailedWrite => {
    const parsed = v.safeParse(refSchema, data);
    if (parsed.success && parsed.output.object.sha === commit) return { state: 'answered' };
    return { state: 'unknown', why: 'the answer shows another commit of the branch' };
  };

function numbered({ data }: RESTAnswer): { state: 'answered'; number: number } | FailedWrite {
  const parsed = v.safeParse(pullSchema, data);
  if (parsed.success) return { state: 'answered', number: parsed.output.number };
  return { state: 'unknown', why: 'the answer holds no pull request' };
}

const repositoryOf = ({ organization, name }: RepositoryAt): Record<string, string> => ({
  ...{ owner: organization, repo: name },
});
