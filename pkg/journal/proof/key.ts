/**
 * Ed25519 keys, and their form as verifier keys (vkey): `name+key id+base64`. The name is the origin of a chain, so that one
 * key has another id for each chain. https://github.com/C2SP/C2SP/blob/main/signed-note.md#verifier-keys
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** The algorithm byte of Ed25519. */
const ED25519 = Buffer.of(0x01);
const KEY_BYTES = 32;

export interface VerifierKey {
  name: string;
  /** Eight hexadecimal digits. */
  keyID: string;
  /** The key as one line. */
  vkey: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

export interface SigningKey {
  verifier: VerifierKey;
  sign(message: Uint8Array): Buffer;
}

/** The private key of a PEM text (PKCS 8), for one origin. Throws where it is no Ed25519 key. */
export function signingKey(pem: string, origin: string): SigningKey {
  const key = privateKey(pem);
  return {
    verifier: verifierOf(origin, createPublicKey(key)),
    sign: (message) => sign(null, message, key),
  };
}

/** Throws a TypeError that does not repeat the text: it is a secret. */
function privateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    throw new TypeError('it is no private key in PEM (PKCS 8) without a passphrase');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('it is no Ed25519 key');
  return key;
}

/** A new private key as PEM (PKCS 8). */
export function generateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function verifierOf(name: string, key: KeyObject): VerifierKey {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  const keyID = keyIDOf(name, raw);
  return {
    name,
    keyID,
    vkey: `${name}+${keyID}+${Buffer.concat([ED25519, raw]).toString('base64')}`,
    verify: (message, signature) => verify(null, message, key, signature),
  };
}

function keyIDOf(name: string, raw: Uint8Array): string {
  const hash = createHash('sha256').update(`${name}\n`).update(ED25519).update(raw).digest();
  return hash.subarray(0, 4).toString('hex');
}

/** The same public key under the name of another chain. */
export function renamed({ vkey, name }: VerifierKey, to: string): VerifierKey {
  const raw = Buffer.from(vkey.slice(name.length + '+00000000+'.length), 'base64').subarray(1);
  return verifierOf(to, publicKey(raw));
}

const publicKey = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });

/** Undefined where the line is no verifier key of Ed25519 whose id fits. */
export function parseVerifierKey(vkey: string): VerifierKey | undefined {
  const [, name, keyID, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(vkey) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64 || bytes.length !== KEY_BYTES + 1 || bytes[0] !== ED25519[0])
    return undefined;
  const raw = bytes.subarray(1);
  if (keyIDOf(name, raw) !== keyID) return undefined;
  try {
    return verifierOf(name, publicKey(raw));
  } catch {
    return undefined;
  }
}
