/**
 * Signed notes: a text, an empty line, and a line for each signature. https://github.com/C2SP/C2SP/blob/main/signed-note.md
 */
import { Buffer } from 'node:buffer';
import type { SigningKey, VerifierKey } from './key.js';

const DASH = '—';
/** A key id stands before each signature. */
const ID_BYTES = 4;
/** Verifiers must take at least 16 signatures. */
const MAX_SIGNATURES = 100;

export interface Signature {
  name: string;
  /** Eight hexadecimal digits. */
  keyID: string;
  signature: Buffer;
}

export interface Note {
  /** With its last line end. */
  text: string;
  signatures: Signature[];
}

/** The note as it is written to a file. */
export function signNote(text: string, keys: readonly SigningKey[]): string {
  return `${text}\n${keys.map((key) => signatureLine(key, text)).join('')}`;
}

function signatureLine(key: SigningKey, text: string): string {
  const bytes = Buffer.concat([Buffer.from(key.verifier.keyID, 'hex'), key.sign(Buffer.from(text))]);
  return `${DASH} ${key.verifier.name} ${bytes.toString('base64')}\n`;
}

/** Undefined where it is no note, down to the last byte. */
export function parseNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  // eslint-disable-next-line no-control-regex -- the format forbids them
  if (/[\u0000-\u0009\u000b-\u001f\u007f\ufffd]/.test(note)) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map(parseSignature);
  if (lines.length > MAX_SIGNATURES || signatures.some((each) => each === undefined)) return undefined;
  return { text, signatures: signatures as Signature[] };
}

function parseSignature(line: string): Signature | undefined {
  const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  // Bits that no byte takes would make two spellings of one signature.
  if (bytes.length <= ID_BYTES || bytes.toString('base64') !== base64) return undefined;
  return { name, keyID: bytes.subarray(0, ID_BYTES).toString('hex'), signature: bytes.subarray(ID_BYTES) };
}

/** `signed`: by this key; `wrong`: a signature that says so and is none; `absent`: none of this key. */
export function judgeSignature({ text, signatures }: Note, key: VerifierKey): 'signed' | 'wrong' | 'absent' {
  const own = signatures.filter(({ name, keyID }) => name === key.name && keyID === key.keyID);
  if (own.length === 0) return 'absent';
  return own.every(({ signature }) => key.verify(Buffer.from(text), signature)) ? 'signed' : 'wrong';
}
