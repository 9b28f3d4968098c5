/** `validate`: observe, judge, print. Every path is judged, whatever happens to the others. */
import { judge } from '../../../pkg/catalog/index.js';
import { errorLine, hasCode, toPlus1Error, type Plus1Error } from '../../../pkg/errors/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { faultCommand, renderGitHub } from './annotations.js';
import type { ValidateFormat } from './format.js';
import { objectVerdict } from './object-verdict.js';
import { observe } from './observe.js';
import { passes, renderJSON, renderText, type Judged } from './render.js';
import { settingsOf, type ValidateOptions, type ValidateSettings } from './settings.js';

/** Judges every path and returns the exit code. Faults of usage are told on standard error, one line each. */
export async function runValidate(paths: readonly string[], options: ValidateOptions, io: CommandIO): Promise<number> {
  try {
    return await validateAll(paths, options, io, settingsOf(paths, options, io.env));
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    tell(error, io);
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

async function validateAll(
  paths: readonly string[],
  options: ValidateOptions,
  io: CommandIO,
  settings: ValidateSettings,
): Promise<number> {
  const results: Judged[] = [];
  const faults: Plus1Error[] = [];
  const { file, productionLifecycles } = settings;
  for (const path of paths) {
    try {
      const observed = await observe(path, { file, stdin: io.stdin, cwd: io.cwd, signal: io.signal });
      results.push({
        file: observed.path,
        verdict: (await objectVerdict(observed)) ?? judge([observed], { productionLifecycles }),
      });
    } catch (thrown) {
      if (!hasCode(thrown, 'PLUS1_FILE_UNREADABLE')) throw thrown;
      faults.push(thrown);
    }
  }
  print(results, options, settings, io);
  for (const fault of faults) {
    if (settings.format === 'github') io.stdout.write(faultCommand(fault));
    else tell(fault, io);
  }
  if (faults.length > 0) return EXIT.usage;
  return results.every(({ verdict }) => passes(verdict, options.strict === true)) ? EXIT.ok : EXIT.failed;
}

function print(
  results: readonly Judged[],
  options: ValidateOptions,
  { format }: ValidateSettings,
  io: CommandIO,
): void {
  const text = RENDERED[format](results, options, io);
  if (text !== '') io.stdout.write(text);
}

type Render = (results: readonly Judged[], options: ValidateOptions, io: CommandIO) => string;

/** By the format: one that is missing here does not compile. */
const RENDERED: Readonly<Record<ValidateFormat, Render>> = {
  json: renderJSON,
  github: (results, { strict = false, quiet = false }, { cwd, env }) =>
    renderGitHub(results, { strict, quiet, cwd, workspace: env['GITHUB_WORKSPACE'] }),
  text: (results, { verbose = false, quiet = false, strict = false }, io) =>
    renderText(results, { verbose, quiet, strict, colour: hasColour(io) }),
};

/** https://no-color.org: any non-empty value switches colour off. */
export const hasColour = ({ stdout, env }: CommandIO): boolean =>
  stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

const tell = (error: Plus1Error, io: CommandIO): void => void io.stderr.write(`${errorLine(error)}\n`);
