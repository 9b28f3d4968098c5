/**
 * Kind: a result that cannot be kept is found out after the act. Files that give their name to no other file: one that is
 * mounted, as into a container, and one of another user in a folder like /tmp. Only root can make them, so others skip these.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { proveReport, writeText } from '../../cmd/plus1/report-file.js';
import { SummaryFile } from '../../cmd/plus1/summary-file.js';
import { errorLine, toPlus1Error } from '../../pkg/errors/index.js';
import { temporaryFolder } from '../temporary-folder.js';

const NOBODY = 65_534;
const NEVER = new AbortController().signal;
const LONGER = 'the report of an earlier run';

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'well',
    (error: unknown) => errorLine(toPlus1Error(error)),
  );

/** With a file that another one is mounted over; skips the test where nothing may be mounted. */
async function overMounted(test: Mocha.Context, work: (mounted: string, real: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const [real, mounted] = [join(folder, 'real'), join(folder, 'report.json')];
  for (const path of [real, mounted]) writeFileSync(path, LONGER);
  try {
    execFileSync('mount', ['--bind', real, mounted], { stdio: 'ignore' });
  } catch {
    test.skip();
  }
  try {
    await work(mounted, real);
  } finally {
    execFileSync('umount', [mounted]);
  }
  expect(readdirSync(folder).sort(), 'nothing is left beside it').to.deep.equal(['real', 'report.json']);
}

describe('A report in place of a file that cannot be renamed over', () => {
  it('is written into a file that is mounted', async function () {
    await overMounted(this, async (mounted, real) => {
      expect(await outcome(proveReport(mounted))).to.equal('well');
      expect(await outcome(writeText(mounted, '{}', NEVER))).to.equal('well');
      expect(readFileSync(real, 'utf8')).to.equal('{}');
    });
  });

  for (const { mode, proof, text } of [
    { mode: 0o666, proof: /^well$/, text: '{}' },
    {
      mode: 0o644,
      proof: /^PLUS1_OUTPUT_UNWRITABLE: .* permission denied \(EACCES\)\. Fix: let the user/,
      text: LONGER,
    },
  ]) {
    it(`of another user in a folder with the sticky bit, mode ${mode.toString(8)}: ${proof.source}`, async function () {
      if (process.geteuid?.() !== 0) this.skip();
      const folder = temporaryFolder();
      // Another user has to come this far.
      chmodSync(tmpdir(), 0o711);
      chmodSync(folder, 0o1777);
      const path = join(folder, 'report.json');
      writeFileSync(path, LONGER);
      chmodSync(path, mode);
      process.seteuid?.(NOBODY);
      try {
        expect(await outcome(proveReport(path))).to.match(proof);
        if (text !== LONGER) expect(await outcome(writeText(path, text, NEVER))).to.equal('well');
      } finally {
        process.seteuid?.(0);
      }
      expect(readFileSync(path, 'utf8')).to.equal(text);
      expect(readdirSync(folder)).to.deep.equal(['report.json']);
    });
  }
});

describe('A text for a file', () => {
  it('is written a part at a time, and made again where it cannot take the place of the file', async function () {
    await overMounted(this, async (mounted) => {
      await writeText(mounted, () => ['one ', 'two'], NEVER);
      expect(readFileSync(mounted, 'utf8')).to.equal('one two');
    });
  });

  it('is not made where nobody asked for a summary: of a large organization it costs seconds', async () => {
    const io = { cwd: temporaryFolder(), env: {}, signal: NEVER };
    let made = 0;
    const make = (): string => {
      made += 1;
      return 'summary';
    };
    await new SummaryFile(undefined, io).write(make);
    expect(made).to.equal(0);
    const path = join(io.cwd, 'summary.md');
    await new SummaryFile(path, io).write(make);
    expect([made, readFileSync(path, 'utf8')]).to.deep.equal([1, 'summary']);
  });
});
