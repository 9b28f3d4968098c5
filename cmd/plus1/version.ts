/** The version of the package. */
import { readFileSync } from 'node:fs';

/** As `package.json` says. */
export function version(): string {
  // dist/cmd/plus1/ when built, cmd/plus1/ in development: the package lies three or two folders up.
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
