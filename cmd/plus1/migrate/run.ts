/** `migrate`: observe, migrate, print, write. Every path is looked at, whatever happens to the others. */
import { styleText } from 'node:util';
import { judge, migrate, type CatalogFile, type Migration, type MigrationNote } from '../../../pkg/catalog/index.js';
import { errorLine, hasCode, Plus1Error, toPlus1Error } from '../../../pkg/errors/index.js';
import { printable, unifiedDiff } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { STDIN } from '../validate/observe.js';
import { findingLine, isGood } from '../validate/render.js';
import { hasColour } from '../validate/run.js';
import { settingsOf } from '../validate/settings.js';
import { filesAt, type FoundFile } from './files.js';
import { replaceFile } from '../replace-file.js';

/** As commander hands them over. */
export interface MigrateOptions {
  write: boolean;
  check: boolean;
  lifecycle?: string;
  file?: string;
}

interface Run {
  options: MigrateOptions;
  productionLifecycles: readonly string[];
  io: CommandIO;
}

/** Says the exit code. The difference goes to standard output, everything else to standard error. Never throws. */
export async function runMigrate(paths: readonly string[], options: MigrateOptions, io: CommandIO): Promise<number> {
  try {
    requireUsable(paths, options);
    const { file, productionLifecycles } = settingsOf(paths, options, io.env);
    return await migrateAll(paths, file, { options, productionLifecycles, io });
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    io.stderr.write(`${errorLine(error)}\n`);
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

function requireUsable(paths: readonly string[], { write, check }: MigrateOptions): void {
  if (write && check) throw new Plus1Error('PLUS1_USAGE', '--write and --check: found both, allowed: one of them');
  if (write && paths.includes(STDIN))
    throw new Plus1Error('PLUS1_USAGE', '--write: found - (standard input), allowed: files and folders');
}

async function migrateAll(paths: readonly string[], file: string, run: Run): Promise<number> {
  const { io } = run;
  let code: number = EXIT.ok;
  for (const path of paths) {
    try {
      for (const found of await filesAt(path, { file, stdin: io.stdin, cwd: io.cwd, signal: io.signal }))
        code = Math.max(code, (await migrateOne(found, run)) ? EXIT.ok : EXIT.failed);
    } catch (thrown) {
      if (!hasCode(thrown, 'PLUS1_FILE_UNREADABLE')) throw thrown;
      io.stderr.write(`${errorLine(thrown)}\n`);
      code = EXIT.usage;
    }
  }
  return code;
}

/** True where the file is, or becomes, what `validate` accepts. */
async function migrateOne({ file, readAs }: FoundFile, run: Run): Promise<boolean> {
  if (file.state !== 'present') return tellAbsent(file, run);
  const { io, options } = run;
  const migration = migrate(file, { ...run, ...lifecycleOf(options) });
  const { before, after, bom, verdict } = migration;
  tellNotes({ file, ...(readAs === undefined ? {} : { readAs }) }, migration, run);
  const holds = isGood(verdict);
  if (!holds) tellWhyNot(migration, file.path, run);
  tellNearProduction(migration, file.path, run);
  if (before === after) {
    if (holds) io.stderr.write(`${printable(file.path)}: nothing to change\n`);
    return holds;
  }
  printDiff(file.path, migration, io);
  if (!options.write) return holds && !options.check;
  const text = (bom ? '\ufeff' : '') + after;
  return (await written({ path: file.path, before: bytesOf(file), after: text }, run)) && holds;
}

function tellNotes({ file, readAs }: FoundFile, { notes, refusals }: Migration, { io }: Run): void {
  const say = (text: string): void => void io.stderr.write(`${text}\n`);
  if (readAs !== undefined)
    say(
      `${printable(file.path)}: note: a pass reads ${printable(readAs)}: rename the file, or name it in catalog.paths`,
    );
  for (const note of notes) say(line(file.path, 'note', note));
  for (const refusal of refusals) say(line(file.path, 'error', refusal));
}

/** As `validate` says it of the result, which enters no ruleset where production was meant. */
function tellNearProduction({ before, after, verdict }: Migration, path: string, { io }: Run): void {
  for (const reason of verdict.reasons.filter(({ code }) => code === 'lifecycle-near-production')) {
    const { code, found, expected, fix } = reason;
    // The lines are those of the result, which are not those of the file that is to change.
    const text =
      before === after
        ? findingLine(reason, { colour: false })
        : `${printable(path)}: warning ${code}: found ${found}, expected ${expected}; ${fix}`;
    io.stderr.write(`${text}\n`);
  }
}

const lifecycleOf = ({ lifecycle }: MigrateOptions): { lifecycle?: string } =>
  lifecycle === undefined ? {} : { lifecycle };

const bytesOf = ({ content }: CatalogFile & { state: 'present' }): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;

const line = (path: string, severity: 'note' | 'error', { line: at, column, says }: MigrationNote): string =>
  `${printable(path)}:${at}:${column}: ${severity}: ${says}`;

/** Nothing was read: what stands there, or that nothing does, in the words of `validate`. */
function tellAbsent(file: CatalogFile, { io, productionLifecycles }: Run): false {
  for (const reason of judge([file], { productionLifecycles }).reasons)
    io.stderr.write(`${findingLine(reason, { colour: false })}\n`);
  return false;
}

function tellWhyNot({ before, after, refusals, verdict }: Migration, path: string, { io }: Run): void {
  const say = (text: string): void => void io.stderr.write(`${printable(path)}: ${text}\n`);
  if (refusals.length > 0) return say('refused: the file stays as it is');
  if (before === after) {
    for (const reason of verdict.reasons.filter(({ severity }) => severity === 'error'))
      io.stderr.write(`${findingLine(reason, { colour: false })}\n`);
    return verdict.status === 'missing_lifecycle' ? say(NO_LIFECYCLE) : say('the file stays as it is');
  }
  say(NO_LIFECYCLE);
}

const NO_LIFECYCLE =
  'states no lifecycle, which validate asks for: run it with --lifecycle VALUE, or write spec.lifecycle';

/** Verbatim where a program reads it, so that `patch` takes it; on a terminal nothing that the terminal would act on. */
function printDiff(path: string, { before, after }: Migration, io: CommandIO): void {
  const name = /\s/.test(path) ? `${printable(path)}\t` : printable(path);
  const diff = unifiedDiff(name, before, after);
  if (io.stdout.isTTY !== true) return void io.stdout.write(diff);
  const colour = hasColour(io);
  const lines = diff
    .trimEnd()
    .split('\n')
    .map((text) => painted(printable(text.replace(/\r$/, '')), colour));
  io.stdout.write(`${lines.join('\n')}\n`);
}

function painted(text: string, colour: boolean): string {
  if (!colour || !/^[-+@]/.test(text)) return text;
  return styleText(text.startsWith('-') ? 'red' : text.startsWith('+') ? 'green' : 'cyan', text, {
    validateStream: false,
  });
}

async function written(replacement: Parameters<typeof replaceFile>[0], { io }: Run): Promise<boolean> {
  try {
    await replaceFile(replacement, io);
    io.stderr.write(`${printable(replacement.path)}: written\n`);
    return true;
  } catch (thrown) {
    if (!hasCode(thrown, 'PLUS1_OUTPUT_UNWRITABLE')) throw thrown;
    io.stderr.write(`${errorLine(thrown)}\n`);
    return false;
  }
}
