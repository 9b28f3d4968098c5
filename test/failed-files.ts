/**
 * The reporter of `.ci/run`: prints as `spec` does, and leaves the names of the files with failures in the file that
 * PLUS1_FAILED_FILES names, a line each, so that they alone can be played again (`.ci/tests`).
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
      if (target !== undefined) writeFileSync(target, [...files].map((file) => `${file}\n`).join(''));
    });
  }
}
