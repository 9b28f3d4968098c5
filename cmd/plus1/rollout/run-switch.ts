/** What `plus1 rollout pause`, `resume` and `abort` do: they set one field in the file that declares the rollout. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { keyString } from '../../../pkg/policies/index.js';
import { printable } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { oneRollout } from './kept-rollouts.js';
import { withField } from './with-field.js';

export interface SwitchOptions {
  policies: string;
  state?: string;
}

const FIELDS = {
  pause: ['paused', true],
  resume: ['paused', false],
  abort: ['abort', true],
} as const;

/** The exit code. */
export function runSwitch(
  word: keyof typeof FIELDS,
  name: string,
  options: SwitchOptions,
  io: CommandIO,
): Promise<number> {
  return reporting(io, async () => {
    const state = stateFolder(options.state, readEnvironment(io.env));
    const { metadata, origin } = await oneRollout(state, name, io.signal);
    const [field, value] = FIELDS[word];
    const path = join(options.policies, origin.file);
    const text = await readFile(path, { encoding: 'utf8', signal: io.signal }).catch((cause: unknown) => {
      throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${path}, which declares ${keyString(metadata)}`, {
        cause,
      });
    });
    const edited = withField(text, metadata, { field, value });
    if (edited === undefined)
      throw new Plus1Error(
        'PLUS1_USAGE',
        `${path}: spec.${field} cannot be set without changing the rest of the file`,
        {
          fix: `set spec.${field}: ${value} in that file`,
        },
      );
    if (edited === text) {
      io.stderr.write(`${printable(`${path} says spec.${field}: ${value} already.`)}\n`);
      return EXIT.failed;
    }
    await writeFileAtomic(path, edited, { signal: io.signal, like: await stat(path) });
    io.stdout.write(`${printable(`${path}: spec.${field} is ${value}; the next pass of its policy sees it`)}\n`);
    return EXIT.ok;
  });
}
