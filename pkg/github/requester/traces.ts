/**
 * Finds a secret in a text in other spellings than its own: in part, cut by blanks or line breaks, in another case, in
 * base64 (alone or behind a user's name), in hex, or escaped. Each spelling is brought down to its letters and digits, and
 * the text is searched for every piece of a length that no chance makes.
 */

/** Letters and digits of a piece. Of base64 that is nine bytes, of hex six. */
const PIECE = 12;

/** Shorter secrets are looked for as a whole; what is shorter than this is no secret that could be told from words. */
const LEAST = 6;

/** True where the text holds a piece of one of the secrets. */
export function holdsTrace(text: string, secrets: readonly string[]): boolean {
  const forms = new Set([text, decoded(text), decoded(decoded(text))].map(bare));
  return secrets.some((secret) =>
    spellings(secret).some((spelling) => [...forms].some((form) => shares(form, spelling))),
  );
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), ...[0, 1, 2].map((offset) => base64Core(bytes, offset))].map(bare);
}

/** The characters of base64 that depend on these bytes alone, where `offset` bytes (modulo 3) stand before them. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const end = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
  return text.slice(Math.ceil((offset * 8) / 6), end);
}

function shares(text: string, spelling: string): boolean {
  if (spelling.length < PIECE) return spelling.length >= LEAST && text.includes(spelling);
  if (text.length < PIECE) return false;
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE <= spelling.length; at += 1) pieces.add(spelling.slice(at, at + PIECE));
  for (let at = 0; at + PIECE <= text.length; at += 1) if (pieces.has(text.slice(at, at + PIECE))) return true;
  return false;
}

const bare = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();

/** One layer of the escapes of URLs, JSON, C and HTML. What stands for no character stays. */
function decoded(text: string): string {
  return text
    .replaceAll(/(?:%|\\x|\\u00|&#x)([0-9a-f]{2});?/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/&#(\d{2,3});?/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\\[nrt]/g, '');
}
