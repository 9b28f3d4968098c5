/** Kind: a result that cannot be kept is found out after the act. What becomes of `--output`, wherever it leads. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { town } from '../builders.js';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { plus1, reportOf, temporaryFolder, type Ran } from '../integration/cli.js';

describe('The file of plus1 sync --output', () => {
  let github: GitHubSimulator;
  let folder: string;
  beforeEach(async () => {
    github = await startGitHub({ organizations: [town({ members: 5, promoted: 1, others: 2 })] });
    folder = temporaryFolder();
  });
  afterEach(() => github.close());

  const sync = (args: string[]): Promise<Ran> => plus1(['sync', ...args, '--format', 'json'], { github });
  const file = (text: string, name: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const well = ({ code, stderr }: Ran): void => expect(code, stderr).to.equal(0) && undefined;

  /** Always by a link in a folder of our own: code that renames over it must not be able to hurt the machine. */
  const device = (path: string): string => {
    symlinkSync(path, join(folder, 'device'));
    return join(folder, 'device');
  };

  it('is not lost where --output cannot be written (the disk is full): exit 1 and one line', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const ran = await sync(['--org', 'acme', '--output', device('/dev/full')]);
    expect(ran.code).to.equal(1);
    expect(ran.stderr).to.match(
      /^PLUS1_OUTPUT_UNWRITABLE: [^\n]+; the ruleset was written all the same: 1 entered, 0 left\. Fix: [^\n]+\n$/,
    );
    expect(reportOf(ran).changes_applied.repositories_added).to.equal(1);
  });

  for (const { what, target, says } of [
    {
      what: 'is in a file',
      target: () => `${file('no folder', 'file')}/report.json`,
      says: /a part of this one is a file/,
    },
    {
      what: 'is in no folder',
      target: () => join(folder, 'none', 'report.json'),
      says: /\(ENOENT\)\. Fix: create the folder/,
    },
    { what: 'is a folder', target: () => folder, says: /\(EISDIR\)\. Fix: name a file, not a folder/ },
    {
      what: 'ends with a slash and is not there',
      target: () => `${join(folder, 'report.json')}/`,
      says: /\(EISDIR\)\. Fix: name a file, not a folder/,
    },
    { what: 'is in a place of the kernel', target: () => '/proc/report.json', says: /Fix: / },
    { what: 'has too long a name', target: () => join(folder, 'x'.repeat(300)), says: /Fix: choose a shorter name/ },
  ]) {
    it(`is proved writable before anything is written to GitHub: an --output that ${what}`, async () => {
      const ran = await sync(['--org', 'acme', '--output', target()]);
      expect([ran.code, ran.stdout]).to.deep.equal([1, '']);
      expect(ran.stderr)
        .to.match(/^PLUS1_OUTPUT_UNWRITABLE: [^\n]+ Fix: [^\n]+\n$/)
        .and.match(says);
      expect(github.requests, 'nothing was asked').to.deep.equal([]);
    });
  }

  for (const flag of ['--output', '--summary', '--state', '--credentials', '--token', '--yaml-path']) {
    it(`and no run begins with an empty ${flag}, as of a variable of the shell that is not set`, async () => {
      const ran = await sync(['--org', 'acme', flag, '']);
      expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
      expect(ran.stderr).to.match(new RegExp(`^PLUS1_USAGE: option '${flag} <.*>' argument is empty: give it a value`));
      expect(github.requests, 'nothing was asked').to.deep.equal([]);
    });
  }

  it('that nobody reads from a pipe ends the run in one line, and holds no thread', async () => {
    const output = join(folder, 'pipe');
    execFileSync('mkfifo', [output]);
    const ran = await sync(['--org', 'acme', '--output', output]);
    expect(ran.code).to.equal(1);
    expect(ran.stderr).to.match(
      /PLUS1_OUTPUT_UNWRITABLE: .* nobody reads the pipe \(ENXIO\); the ruleset was written .* Fix: start what reads/,
    );
  });

  it('goes whole into a pipe that somebody reads', async () => {
    const output = join(folder, 'pipe');
    execFileSync('mkfifo', [output]);
    const reader = spawn('cat', [output]);
    let read = '';
    reader.stdout.on('data', (chunk: Buffer) => (read += chunk.toString()));
    const ended = new Promise((resolve) => reader.on('close', resolve));
    const ran = await sync(['--org', 'acme', '--output', output]);
    await ended;
    expect([ran.code, JSON.parse(read)]).to.deep.equal([0, reportOf(ran)]);
  });

  it('goes into a device or a pipe, and never takes its place', async function () {
    if (!existsSync('/dev/null')) this.skip();
    const output = device('/dev/null');
    well(await sync(['--org', 'acme', '--output', output]));
    expect(lstatSync(output).isSymbolicLink(), 'nothing was renamed over it').to.equal(true);
    expect(readdirSync(folder)).to.deep.equal(['device']);
  });
});
