/** `workflows`: read, judge, print. Every path is looked at, whatever happens to the others. */
import { errorLine, Plus1Error, toPlus1Error } from '../../../pkg/errors/index.js';
import { isVersion, type JudgeOptions } from '../../../pkg/workflows/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { hasColour } from '../validate/run.js';
import { version } from '../version.js';
import { judgeAll, readAll } from './judge-files.js';
import type { WorkflowFormat, WorkflowsOptions } from './options.js';
import { renderJSON } from './render-json.js';
import { renderSarif } from './render-sarif.js';
import { renderText } from './render-text.js';
import { counts, meets, type JudgedPath } from './requirement.js';

/** Judges every path and returns the exit code. Never throws. */
export async function runWorkflows(
  paths: readonly string[],
  options: WorkflowsOptions,
  io: CommandIO,
): Promise<number> {
  try {
    const format = formatOf(paths, options);
    const { files, faults } = await readAll(paths, io);
    const results = await judged(files, options, io);
    print(results, format, options, io);
    for (const fault of faults) io.stderr.write(`${errorLine(fault)}\n`);
    if (faults.length > 0) return EXIT.usage;
    const isMet = results.every((result) =>
      result.jobs.every((job) => !counts(result, job) || meets(job.status, options)),
    );
    return isMet ? EXIT.ok : EXIT.failed;
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    io.stderr.write(`${errorLine(error)}\n`);
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

/** Throws PLUS1_USAGE. */
function formatOf(paths: readonly string[], { json, format, floor }: WorkflowsOptions): WorkflowFormat {
  if (paths.includes('')) throw new Plus1Error('PLUS1_USAGE', 'PATH: found an empty path');
  if (!isVersion(floor))
    throw new Plus1Error('PLUS1_USAGE', `--floor: found ${JSON.stringify(floor)}, allowed: a version such as v2.16.0`);
  if (json === true && format !== undefined && format !== 'json')
    throw new Plus1Error('PLUS1_USAGE', `--json and --format ${format}: found both, allowed: one of them`);
  return json === true ? 'json' : (format ?? 'text');
}

async function judged(
  files: Parameters<typeof judgeAll>[0],
  { floor, resolve }: WorkflowsOptions,
  io: CommandIO,
): Promise<JudgedPath[]> {
  const options: JudgeOptions = { floor };
  const first = await judgeAll(files, options, io);
  if (!resolve) return first;
  const { resolveAll } = await import('./resolve.js');
  return judgeAll(files, { ...options, ...(await resolveAll(first, io)) }, io);
}

function print(
  results: readonly JudgedPath[],
  format: WorkflowFormat,
  { require, allowDelegated, quiet = false }: WorkflowsOptions,
  io: CommandIO,
): void {
  if (format === 'json') io.stdout.write(renderJSON(results));
  else if (format === 'sarif') {
    const workspace = io.env['GITHUB_WORKSPACE'];
    io.stdout.write(renderSarif(results, { version: version(), cwd: io.cwd, workspace }));
  } else {
    const text = renderText(results, { require, allowDelegated, quiet, colour: hasColour(io) });
    if (text !== '') io.stdout.write(text);
  }
}
