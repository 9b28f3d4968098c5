/** Writes of an incident to single repositories: the switch of GitHub Actions, and the cancellation of runs. Each is sent once. */
import type { ActionsSettings } from '../../api/index.js';
import { RestWrites, type RestWrite } from '../rest-write.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';
import type { WriteSender } from '../write-sender.js';
import type { IsolationWriter, RepositoryAt } from './types.js';

type Answered = { state: 'answered' };

const ADMINISTRATION = 'administration: write';
const OR_ELSE = 'the repository is gone';

export class RepositoryWriter implements IsolationWriter {
  readonly #writes: RestWrites;

  constructor(requester: Requester<WriteChain>, sender: WriteSender) {
    this.#writes = new RestWrites(requester, sender);
  }

  setActions(
    at: RepositoryAt,
    { enabled, allowed, shaPinning }: ActionsSettings,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: 'PUT /repos/{owner}/{repo}/actions/permissions',
      parameters: {
        ...repositoryOf(at),
        enabled,
        ...(allowed !== undefined && { allowed_actions: allowed }),
        ...(shaPinning !== undefined && { sha_pinning_required: shaPinning }),
      },
      subject: { what: `set the Actions settings of ${at.name}`, needs: ADMINISTRATION, orElse: OR_ELSE },
    };
    return this.#writes.send(sending, done, signal, options);
  }

  setSelected(
    at: RepositoryAt,
    { githubOwned, verified, patterns }: NonNullable<ActionsSettings['selected']>,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: 'PUT /repos/{owner}/{repo}/actions/permissions/selected-actions',
      parameters: {
        ...repositoryOf(at),
        ...{ github_owned_allowed: githubOwned, verified_allowed: verified, patterns_allowed: patterns },
      },
      subject: { what: `set which actions may run in ${at.name}`, needs: ADMINISTRATION, orElse: OR_ELSE },
    };
    return this.#writes.send(sending, done, signal, options);
  }

  cancelRun(
    at: RepositoryAt,
    run: number,
    signal: AbortSignal,
    { force = false, ...options }: WriteOptions & { force?: boolean } = {},
  ): Promise<Answered | FailedWrite> {
    const sending: RestWrite = {
      route: `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${force ? 'force-cancel' : 'cancel'}`,
      parameters: { ...repositoryOf(at), run_id: run },
      subject: { what: `cancel the run ${run} of ${at.name}`, needs: 'actions: write', orElse: 'the run is gone' },
    };
    return this.#writes.send(sending, done, signal, options);
  }
}

/** Only GitHub's own word for it counts: something on the way may answer 200 to anything. */
const done = ({ status }: RESTAnswer): Answered | FailedWrite =>
  status === 204 || status === 202 ? { state: 'answered' } : { state: 'unknown', why: `the answer was ${status}` };

const repositoryOf = ({ organization, name }: RepositoryAt): Record<string, string> => ({
  owner: organization,
  repo: name,
});
