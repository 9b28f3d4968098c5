/** Where reports are written: standard output, a file, a folder of one file a policy, or the folder that the controller keeps. */
import { join, resolve } from 'node:path';
import { makeFolder } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { History } from '../../../pkg/report/index.js';
import { printable } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import type { PlaceOptions } from '../journal/place.js';
import { unwritable, writeText } from '../report-file.js';
import { reportedPolicies, type ReportedPolicy } from './policies.js';

export interface OutputOptions extends PlaceOptions {
  format: string;
  output?: string;
  reports?: string;
}

/** A report of one policy, of which `History` is what the journal tells. */
export interface Made {
  history: History;
  text: string;
}

export interface Making {
  /** In the folder of a policy: `daily`, `weekly`. */
  folder: string;
  /** Of the file, without its ending: the period, as people write it. */
  name: string;
  make: (policy: ReportedPolicy) => Promise<Made | undefined>;
}

/** The exit code. Throws the errors of usage, and PLUS1_OUTPUT_UNWRITABLE. */
export async function writeReports(
  policy: string | undefined,
  options: OutputOptions,
  { folder, name, make }: Making,
  io: CommandIO,
): Promise<number> {
  requirePlace(policy, options);
  let written = 0;
  for (const reported of await reportedPolicies(policy, options, io)) {
    const key = `${reported.namespace}/${reported.name}`;
    const made = await make(reported);
    if (made === undefined) {
      io.stderr.write(noRecordLine(key, name));
      continue;
    }
    for (const chain of made.history.unreadable)
      io.stderr.write(`${printable(chain)} has lines that are no records; run plus1 journal verify on it\n`);
    await write(made.text, pathOf({ policy, options, reported, folder, name }, io), io);
    written += 1;
  }
  return written > 0 ? EXIT.ok : EXIT.failed;
}

/** Of a time without any record nothing is said, and that is no good news: nobody looked, or the chain of who did is not here. */
export const noRecordLine = (key: string, name: string): string =>
  printable(
    `${key}: the journal has no record of ${name}: nobody looked in that time, or the journal of the one who did was not given. ` +
      'Nothing of it counts as governed. Fix: give each other journal with a further --journal, or name another time.',
  ) + '\n';

function requirePlace(policy: string | undefined, { output, reports }: OutputOptions): void {
  if (output !== undefined && reports !== undefined)
    throw new Plus1Error('PLUS1_USAGE', '--output and --reports exclude each other', { fix: 'leave one of them out' });
  if (policy === undefined && output === undefined && reports === undefined)
    throw new Plus1Error('PLUS1_USAGE', 'without a policy --output is required', {
      fix: 'name a policy, or a folder for the files as --output',
    });
}

interface Place {
  policy: string | undefined;
  options: OutputOptions;
  reported: ReportedPolicy;
  folder: string;
  name: string;
}

const ENDINGS: Record<string, string> = { markdown: 'md' };

/** Undefined for standard output. */
function pathOf({ policy, options, reported, folder, name }: Place, { cwd }: CommandIO): string | undefined {
  const { output, reports, format } = options;
  const file = `${name}.${ENDINGS[format] ?? format}`;
  if (reports !== undefined) return join(resolve(cwd, reports), reported.namespace, reported.name, folder, file);
  if (output === undefined) return undefined;
  return policy === undefined
    ? join(resolve(cwd, output), `${reported.namespace}.${reported.name}.${file}`)
    : resolve(cwd, output);
}

async function write(text: string, path: string | undefined, io: CommandIO): Promise<void> {
  if (path === undefined) {
    io.stdout.write(text);
    return;
  }
  await makeFolder(join(path, '..')).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  await writeText(path, text, io.signal);
}
