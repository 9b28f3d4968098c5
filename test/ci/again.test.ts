/** What `.ci/run` plays once more: files with failures, and those that mocha left out for them. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryFolder } from '../temporary-folder.js';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Its exit status. */
const run = (command: string, args: string[], env: Record<string, string>): Promise<number> =>
  new Promise((done) => {
    const { PATH = '' } = process.env;
    const child = execFile(command, args, { cwd: ROOT, env: { PATH, ...env } }, () => done(child.exitCode ?? -1));
  });

const linesIn = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);

describe('.ci/again', () => {
  let folder: string;
  let failed: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = temporaryFolder();
    failed = join(folder, 'failed');
    env = { PLUS1_FAILED_FILES: failed, PLUS1_FLAKY_FILES: join(folder, 'flaky'), PLAYED: join(folder, 'played') };
  });

  /** Plays the files that are listed so; those whose name has "bad" in it fail. */
  const again = (lists: { failed: string[]; left?: string[] }): Promise<number> => {
    writeFileSync(failed, lists.failed.map((name) => `${name}\n`).join(''));
    if (lists.left) writeFileSync(`${failed}.left-out`, lists.left.map((name) => `${name}\n`).join(''));
    return run('.ci/again', ['bash', '-c', 'echo "$0" >>"$PLAYED"; [[ "$0" != *bad* ]]'], env);
  };

  it('plays what failed, and calls flaky what passes then', async () => {
    expect(await again({ failed: ['a', 'b'] })).to.equal(0);
    expect(linesIn(join(folder, 'flaky'))).to.deep.equal(['a', 'b']);
    expect(await again({ failed: ['a', 'bad'] })).to.equal(1);
  });

  it('plays what was left out, which is not flaky, and fails where that fails', async () => {
    expect(await again({ failed: ['a'], left: ['b', 'c'] })).to.equal(0);
    expect(linesIn(join(folder, 'played'))).to.deep.equal(['a', 'b', 'c']);
    expect(linesIn(join(folder, 'flaky'))).to.deep.equal(['a']);
    expect(await again({ failed: ['a'], left: ['bad', 'c'] })).to.equal(1);
  });

  it('fails where nothing or too much failed', async () => {
    expect(await again({ failed: [] })).to.equal(1);
    expect(await again({ failed: ['a', 'b', 'c', 'd', 'e', 'f'] })).to.equal(1);
  });

  it('learns from the reporter which suites with bail a failure elsewhere left out', async () => {
    const files: Record<string, string> = {
      'a.test.cjs': "it('fails', () => { throw new Error('x'); });",
      'b.test.cjs': "describe('b', function () { this.bail(true); it('is left out', () => {}); });",
      'c.test.cjs': "it('passes', () => {}); it('is skipped', function () { this.skip(); }); it.skip('too', () => {});",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const names = Object.keys(files).map((name) => join(folder, name));
    const reporter = join(ROOT, 'test/failed-files.ts');
    const args = ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--no-config', '--reporter', reporter];
    expect(await run(process.execPath, [...args, ...names], env)).to.equal(1);
    expect(linesIn(failed)).to.deep.equal([names[0]]);
    expect(linesIn(`${failed}.left-out`)).to.deep.equal([names[1]]);
  });
});
