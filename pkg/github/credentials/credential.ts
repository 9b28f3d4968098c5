/** A credential as it was read, checked so far as that is possible without asking GitHub. */
import { createPrivateKey } from 'node:crypto';
import { Plus1Error } from '../../errors/index.js';

export interface TokenCredential {
  kind: 'Token';
  token: string;
}

export interface AppCredential {
  kind: 'App';
  appID: string;
  /** PEM, PKCS#8. */
  privateKey: string;
  /** One of the two; the id wins. */
  installationID?: number;
  installationOwner?: string;
}

export type Credential = TokenCredential | AppCredential;

/** Visible ASCII: all that a header value can hold of a token. GitHub's formats change in length, so length says nothing. */
const TOKEN = /^[\x21-\x7e]+$/;

/** A token as a credential. `source` names where it came from, since the token itself is never shown. */
export function tokenCredential(token: string, source: string): TokenCredential {
  if (token === '') throw new Plus1Error('PLUS1_SECRET_INVALID', `${source} is empty`);
  if (!TOKEN.test(token)) {
    throw new Plus1Error(
      'PLUS1_SECRET_INVALID',
      `${source} has characters that no token has: a space, a line break or a letter outside ASCII`,
      {
        fix: 'copy the token again, without quotes and line breaks',
      },
    );
  }
  return { kind: 'Token', token };
}

/** The private key of an App as PKCS#8, whichever of the two forms it came in. Escaped line breaks are what `.env` files make of a PEM. */
export function privateKeyPEM(text: string, source: string): string {
  try {
    const key = createPrivateKey(text.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // The parser's own words may quote what it was given.
  }
  throw new Plus1Error('PLUS1_SECRET_INVALID', `${source} is not an RSA private key in PEM form`, {
    fix: `set ${source} to the whole .pem file that GitHub gave for the App`,
  });
}
