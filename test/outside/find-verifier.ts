/** The outside verifier in Go, where it was built already (`make journal-check`). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { binFolder } from '../cluster/go-build.js';
import { CACHE_FOLDER } from '../cluster/provide-tools.js';
import { journalCheck } from '../cluster/tools.js';

/** The executable, or undefined: nothing is built for it. */
export function findVerifier(): string | undefined {
  const path = join(binFolder(journalCheck(), CACHE_FOLDER), 'journal-check');
  return existsSync(path) ? path : undefined;
}
