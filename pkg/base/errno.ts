/** The code of a system error (`ENOSPC`, `ECONNRESET`, …), of whatever was thrown; undefined where it has none. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
