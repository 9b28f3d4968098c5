/** The verdicts as annotations of GitHub Actions, each at the file and line that it is about. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errorLine, type Plus1Error } from '../../../pkg/errors/index.js';
import { workflowCommand } from '../../../pkg/text/index.js';
import { passes, type Judged } from './render.js';

export interface AnnotationOptions {
  /** Warnings are errors. */
  strict: boolean;
  quiet: boolean;
  cwd: string;
  /** The folder of the repository; annotations name files relative to it. */
  workspace: string | undefined;
}

/** A command a finding, and a line with the counts. No text of a file or of its name stands outside of a command. */
export function renderGitHub(results: readonly Judged[], options: AnnotationOptions): string {
  const findings = results.flatMap(({ file, verdict }) =>
    verdict.reasons
      .filter(({ severity }) => severity === 'error' || options.strict || !options.quiet)
      .map(({ severity, code, line, column, found, expected, fix }) =>
        workflowCommand(
          options.strict ? 'error' : severity,
          { file: inRepository(file, options), line, col: column, title: `plus1: ${code}` },
          `found ${found}, expected ${expected}; ${fix}`,
        ),
      ),
  );
  const good = results.filter(({ verdict }) => passes(verdict, options.strict)).length;
  const count = `${good} of ${results.length} ${results.length === 1 ? 'file' : 'files'} accepted`;
  return `${findings.join('')}${options.quiet ? '' : `plus1 validate: ${count}\n`}`;
}

/** A path that could not be looked at, which is about the workflow and not about a line. */
export const faultCommand = (fault: Plus1Error): string =>
  workflowCommand('error', { title: fault.code }, errorLine(fault));

/** As it is where the file lies elsewhere: GitHub shows the annotation with the run then. */
function inRepository(file: string, { cwd, workspace }: AnnotationOptions): string {
  if (workspace === undefined || workspace === '') return file;
  const path = relative(workspace, resolve(cwd, file));
  const isInside = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  return isInside ? path.split(sep).join('/') : file;
}
