/** The keys of a Secret (Flux's names) as a credential, or the exact key that is missing or bad. Values are never shown. */
import { X509Certificate } from 'node:crypto';
import { addressFault } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { privateKeyPEM, tokenCredential, type AppCredential, type Credential } from './credential.js';

export interface ParsedSecret {
  credential: Credential;
  /** Of `githubAppBaseURL`: the only host that this credential may go to. Holds for tokens too. */
  baseURL?: string;
  /** PEM of `ca.crt`. */
  caCert?: string;
}

const APP_KEYS = [
  'githubAppID',
  'githubAppPrivateKey',
  'githubAppInstallationID',
  'githubAppInstallationOwner',
] as const;

/** GitHub takes the number and the client id (`Iv23li…`) alike. */
const APP_ID = /^(\d{1,15}|Iv[A-Za-z0-9.]{4,60})$/;

/** Keys without a value count as not there, as `kubectl create secret` leaves them easily. */
export function parseSecret(keys: Readonly<Record<string, string>>, organization: string): ParsedSecret {
  const baseURL = value(keys, 'githubAppBaseURL');
  const caCert = value(keys, 'ca.crt');
  if (baseURL !== undefined) checkBaseURL(baseURL);
  if (caCert !== undefined) checkCertificate(caCert);
  return {
    credential: credentialOf(keys, organization),
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(caCert === undefined ? {} : { caCert }),
  };
}

function credentialOf(keys: Readonly<Record<string, string>>, organization: string): Credential {
  const token = value(keys, 'token');
  const appKeys = APP_KEYS.filter((key) => value(keys, key) !== undefined);
  if (token !== undefined && appKeys.length > 0) {
    throw bad(`it has both token and ${appKeys[0]}`, 'keep either the token or the keys of the App');
  }
  if (token !== undefined) return tokenCredential(token, 'the key token');
  if (appKeys.length > 0) return appCredential(keys, organization);
  throw bad(keys['token'] === undefined ? 'the Secret has neither token nor githubAppID' : 'the key token is empty');
}

function appCredential(keys: Readonly<Record<string, string>>, organization: string): AppCredential {
  const appID = required(keys, 'githubAppID');
  if (!APP_ID.test(appID)) {
    throw bad(
      'githubAppID is neither a number nor a client id',
      "set githubAppID to the App ID of the App's settings page",
    );
  }
  const privateKey = privateKeyPEM(required(keys, 'githubAppPrivateKey'), 'githubAppPrivateKey');
  return { kind: 'App', appID, privateKey, ...installation(keys, organization) };
}

function installation(
  keys: Readonly<Record<string, string>>,
  organization: string,
): Pick<AppCredential, 'installationID' | 'installationOwner'> {
  const id = value(keys, 'githubAppInstallationID');
  const owner = value(keys, 'githubAppInstallationOwner');
  if (id !== undefined) {
    if (!/^[1-9]\d{0,14}$/.test(id)) throw bad('githubAppInstallationID is not a number');
    return { installationID: Number(id) };
  }
  if (owner === undefined) throw bad('githubAppInstallationID (or githubAppInstallationOwner) is missing');
  // An installation reaches its own account only: another owner could never do what is asked.
  if (owner.toLowerCase() !== organization.toLowerCase()) {
    throw bad(`githubAppInstallationOwner names another account than the organization ${organization}`);
  }
  return { installationOwner: owner };
}

function value(keys: Readonly<Record<string, string>>, key: string): string | undefined {
  const text = Object.hasOwn(keys, key) ? keys[key]?.trim() : undefined;
  return text === '' ? undefined : text;
}

function required(keys: Readonly<Record<string, string>>, key: string): string {
  const text = value(keys, key);
  if (text === undefined) throw bad(`${key} is missing`);
  return text;
}

function checkBaseURL(baseURL: string): void {
  const fault = addressFault(baseURL);
  if (fault !== undefined)
    throw bad(
      `githubAppBaseURL is not ${fault}`,
      'set githubAppBaseURL to the API address, such as https://HOST/api/v3',
    );
}

function checkCertificate(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw bad('ca.crt is not a certificate in PEM form', 'set ca.crt to the PEM of the CA that signed the server');
  }
}

function bad(fault: string, fix?: string): Plus1Error {
  return new Plus1Error(
    'PLUS1_SECRET_INVALID',
    `the credentials cannot be used: ${fault}`,
    fix === undefined ? {} : { fix },
  );
}
