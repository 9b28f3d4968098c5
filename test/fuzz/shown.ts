/** A failing input for people, bounded: as JSON, bytes in hexadecimal digits. */
const MOST = 2_000;

export function shown(input: unknown): string {
  const text = JSON.stringify(input, (_key, value: unknown) =>
    value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value,
  );
  return text.length > MOST ? `${text.slice(0, MOST)}… (${text.length} characters)` : text;
}
