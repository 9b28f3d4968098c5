/** What `plus1 rollout pause`, `resume` and `abort` do: they set one field in the file that declares the rollout. */
import { ROLLOUT } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { keyString } from '../../../pkg/policies/index.js';
import { printable } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { inputIn, notThere, readPoliciesFile } from '../policies-file.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { oneRollout } from './kept-rollouts.js';
import { withField } from '../with-field.js';

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
    const where = { policies: options.policies, file: origin.file };
    const { path, text, replace } = await readPoliciesFile(where, keyString(metadata), io);
    const named = { ...metadata, kind: ROLLOUT };
    if (inputIn(text, named) === undefined) throw notThere(path, named);
    const edited = withField(text, named, { field, value });
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
    await replace(edited);
    io.stdout.write(`${printable(`${path}: spec.${field} is ${value}; the next pass of its policy sees it`)}\n`);
    return EXIT.ok;
  });
}
