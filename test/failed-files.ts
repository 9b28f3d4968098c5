/**
 * The reporter of `.ci/run`: prints as `spec` does, and leaves the names of the files with failures in the file that
 * PLUS1_FAILED_FILES names, a line each, so that they alone can be played again (`.ci/again`). A suite with `bail` is passed over
 * where a file before it failed: such files are named in a file beside it, which ends in `.left-out`, so that they are played at all.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class FailedFiles extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const files = new Set<string>();
    // A hook that fails has no file in parallel runs: its suite has.
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, ({ file, parent }: Mocha.Test) => {
      files.add(file ?? parent?.file ?? '');
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const target = process.env['PLUS1_FAILED_FILES'];
      if (target === undefined) return;
      writeFileSync(target, linesOf(files));
      writeFileSync(`${target}.left-out`, linesOf(leftOut(runner.suite, files)));
    });
  }
}

/** Other files, with tests that were neither played nor skipped. In a parallel run there are none: its processes know no other file. */
function leftOut(root: Mocha.Suite, failed: ReadonlySet<string>): Set<string> {
  const files = new Set<string>();
  root.eachTest((test) => {
    const { file, state } = test;
    if (file !== undefined && !failed.has(file) && state === undefined && !test.isPending()) files.add(file);
  });
  return files;
}

const linesOf = (files: ReadonlySet<string>): string => [...files].map((file) => `${file}\n`).join('');
