/** What `plus1 journal export` does. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errnoOf, writeAdvice, writeFault } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { exportChain, foldersBelow, realFiles } from '../../../pkg/journal/index.js';
import { printable } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { foldersOf, maybeTime, type PlaceOptions } from './place.js';

export interface ExportOptions extends PlaceOptions {
  since?: string;
  until?: string;
  output: string;
}

export function runExport(policy: string, options: ExportOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const span = { since: maybeTime(options.since, '--since'), until: maybeTime(options.until, '--until') };
    const folders = await foldersOf(policy, options, io);
    const output = resolve(io.cwd, options.output);
    await requireEmpty(output);
    let chains = 0;
    for (const { path } of folders) {
      for (const folder of await foldersBelow(realFiles, path)) {
        const exported = await exportChain(folder, output, span).catch((error: unknown) => {
          throw unwritable(output, error);
        });
        if (exported === undefined) continue;
        chains += 1;
        const { chain, first, last } = exported;
        io.stdout.write(`${printable(`${chain}: records ${first} to ${last}`)}\n`);
      }
    }
    if (chains > 0) return EXIT.ok;
    throw new Plus1Error('PLUS1_NOT_KNOWN', 'the journal has no record of that time');
  });
}

/** What lies there already would be verified along with it. */
async function requireEmpty(output: string): Promise<void> {
  try {
    if ((await readdir(output)).length === 0) return;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw unwritable(output, error);
  }
  throw new Plus1Error('PLUS1_USAGE', `--output: ${output} is not empty`, { fix: 'name a new or empty folder' });
}

function unwritable(output: string, error: unknown): Plus1Error {
  if (error instanceof Plus1Error) return error;
  return new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', `cannot export to ${output}: ${writeFault(error)}`, {
    cause: error,
    ...writeAdvice(error),
  });
}
