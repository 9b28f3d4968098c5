/** Where the memory between passes lies, for every command that reads or writes it. */
import { join } from 'node:path';
import type { Environment } from './environment.js';

/** Help of `--state` for commands that only read. */
export const STATE_HELP =
  'folder in which sync or the controller keeps its memory (default: $XDG_STATE_HOME/plus1, else ~/.local/state/plus1)';

/** `--state`, else `$XDG_STATE_HOME/plus1`, else `~/.local/state/plus1`. */
export function stateFolder(flag: string | undefined, { stateHome }: Pick<Environment, 'stateHome'>): string {
  return flag ?? join(stateHome, 'plus1');
}
