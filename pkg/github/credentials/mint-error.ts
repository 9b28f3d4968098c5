/** Why an App got no token, in the words of its Secret's keys. */
import { RequestError } from '@octokit/request-error';
import { Plus1Error } from '../../errors/index.js';
import { mapError } from '../map-error.js';
import type { AppCredential } from './credential.js';

interface App {
  credential: AppCredential;
  organization: string | undefined;
}

export function mintError(error: unknown, app: App, signal: AbortSignal): Plus1Error {
  const { credential, organization } = app;
  const status = error instanceof RequestError && error.response !== undefined ? error.status : undefined;
  const where =
    credential.installationID === undefined
      ? `on ${credential.installationOwner ?? organization ?? 'the organization'}`
      : `as installation ${credential.installationID}`;
  if (status === 401) {
    return new Plus1Error(
      'PLUS1_SECRET_INVALID',
      `GitHub does not accept the key of App ${credential.appID}: it answered 401`,
      {
        fix: 'check that githubAppPrivateKey is a key of the App githubAppID and was not deleted there, and that the clock is right',
      },
    );
  }
  if (status === 404)
    return new Plus1Error('PLUS1_INSTALLATION_NOT_FOUND', `the App ${credential.appID} is not installed ${where}`);
  if (status === 403 && /suspended/i.test((error as RequestError).message)) {
    return new Plus1Error('PLUS1_INSTALLATION_NOT_FOUND', `the App ${credential.appID} is suspended ${where}`, {
      fix: 'let an owner of the organization unsuspend the App: Settings > GitHub Apps',
    });
  }
  return mapError(error, { what: `get a token for App ${credential.appID} ${where}`, kind: 'App', signal });
}
