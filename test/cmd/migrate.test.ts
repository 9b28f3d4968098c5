/** `plus1 migrate` from outside: what it prints and writes, and how it ends. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { migrateCommand } from '../../cmd/plus1/migrate.js';
import { replaceFile } from '../../cmd/plus1/replace-file.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome, type Setup } from './command.js';

const V22 = '# ours\nschema-version: v2.2\ndd-service: shop\nlifecycle: production\n';
const V3 = '# ours\napiVersion: v3\nkind: service\nmetadata:\n  name: shop\nspec:\n  lifecycle: production\n';
const SILENT = 'schema-version: v2\ndd-service: shop\n';
const NAME = 'entity.datadog.yaml';
const isRoot = process.getuid?.() === 0;

describe('migrate', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  after(removeTemporaryFolders);

  const path = (name: string): string => join(folder, name);
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(path(name), text);
  };
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  const migrate = (args: string[], setup: Partial<Setup> = {}): Promise<Outcome> =>
    runCommand(migrateCommand, args, { cwd: folder, ...setup });

  it('prints the difference and writes nothing', async () => {
    write(NAME, V22);
    const { code, stdout, stderr } = await migrate([NAME]);
    expect(code).to.equal(0);
    expect(stderr).to.equal('');
    expect(stdout.split('\n').slice(0, 5)).to.deep.equal([
      `--- ${NAME}`,
      `+++ ${NAME}`,
      '@@ -1,4 +1,7 @@',
      ' # ours',
      '-schema-version: v2.2',
    ]);
    expect(read(NAME)).to.equal(V22);
    expect(readdirSync(folder)).to.deep.equal([NAME]);
  });

  it('warns of a lifecycle near production, as validate does', async () => {
    const near = 'warning lifecycle-near-production: found "Prod", expected exactly "production"';
    write('old.yaml', V22.replace('production', 'Prod'));
    write('new.yaml', V3.replace('production', 'Prod'));
    write('silent.yaml', SILENT);
    expect((await migrate(['old.yaml'])).stderr).to.include(`old.yaml: ${near}`);
    expect((await migrate(['new.yaml'])).stderr).to.include(`new.yaml:7:14: ${near}`);
    expect((await migrate(['--lifecycle', 'Prod', 'silent.yaml'])).stderr).to.include(`silent.yaml: ${near}`);
    expect((await migrate(['--lifecycle', 'staging', 'silent.yaml'])).stderr).not.to.include('near-production');
  });

  it('with --check exits with 1 where something would change, and with 0 where nothing would', async () => {
    write('old.yaml', V22);
    write('new.yaml', V3);
    expect((await migrate(['--check', 'old.yaml'])).code).to.equal(1);
    expect(await migrate(['--check', 'new.yaml'])).to.deep.equal({
      code: 0,
      stdout: '',
      stderr: 'new.yaml: nothing to change\n',
    });
    expect((await migrate(['--check', 'new.yaml', 'old.yaml'])).code).to.equal(1);
  });

  it('with --write changes the file, and a second run changes nothing', async () => {
    write(NAME, V22);
    expect((await migrate(['--write', NAME])).code).to.equal(0);
    expect(read(NAME)).to.equal(V3);
    const { ino, mtimeMs } = statSync(path(NAME));
    expect((await migrate(['--write', NAME])).stderr).to.equal(`${NAME}: nothing to change\n`);
    expect(statSync(path(NAME))).to.include({ ino, mtimeMs });
  });

  it('keeps the mode, the owner, the byte order mark and the line ends', async () => {
    write(NAME, `\ufeff${V22.replaceAll('\n', '\r\n')}`);
    chmodSync(path(NAME), 0o754);
    if (isRoot) chownSync(path(NAME), 4321, 1234);
    expect((await migrate(['--write', NAME])).code).to.equal(0);
    expect(read(NAME)).to.equal(`\ufeff${V3.replaceAll('\n', '\r\n')}`);
    const entry = statSync(path(NAME));
    expect(entry.mode & 0o7777).to.equal(0o754);
    if (isRoot) expect([entry.uid, entry.gid]).to.deep.equal([4321, 1234]);
  });

  it('is never seen half done', async () => {
    const long = V22 + Array.from({ length: 2_000 }, (_, index) => `# line ${index}\n`).join('');
    const after = V3 + long.slice(V22.length);
    write(NAME, long);
    const seen = new Set<string>();
    let done = false;
    const reader = (async () => {
      while (!done) {
        seen.add(read(NAME));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let round = 0; round < 20; round += 1) {
      const [from, to] = round % 2 === 0 ? [long, after] : [after, long];
      await replaceFile(
        { path: NAME, before: Buffer.from(from), after: to },
        { cwd: folder, signal: new AbortController().signal },
      );
    }
    done = true;
    await reader;
    expect([long, after]).to.include.members([...seen]);
    expect(readdirSync(folder)).to.deep.equal([NAME]);
  });

  it('leaves a file alone that has changed since it was read', async () => {
    write(NAME, V3);
    const replacement = { path: NAME, before: Buffer.from(V22), after: 'x' };
    const thrown = await replaceFile(replacement, { cwd: folder, signal: new AbortController().signal }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(thrown).to.match(/has changed since it was read/);
    expect(read(NAME)).to.equal(V3);
  });

  it('leaves a link as it is, with one line', async () => {
    write('real.yaml', V22);
    symlinkSync('real.yaml', path(NAME));
    const { code, stderr, stdout } = await migrate(['--write', NAME]);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^entity\.datadog\.yaml:1:1: error file-symlink: .*\n$/);
    expect(lstatSync(path(NAME)).isSymbolicLink()).to.equal(true);
    expect(read('real.yaml')).to.equal(V22);
  });

  it('refuses a pipe, a device and a path that is not there, with one line each', async () => {
    execFileSync('mkfifo', [path('pipe')]);
    write('old.yaml', V22);
    const { code, stderr, stdout } = await migrate(['--write', 'pipe', '/dev/zero', 'nowhere', 'old.yaml']);
    expect(code).to.equal(2);
    expect(stderr.trimEnd().split('\n')).to.have.length(4);
    expect(stderr).to.match(/pipe.*not a regular file[^]*\/dev\/zero[^]*nowhere.*does not exist/);
    expect(stdout).to.include('--- old.yaml');
    expect(read('old.yaml')).to.equal(V3);
  });

  it('takes the catalogue file of a folder, else the definitions under their other names', async () => {
    write(`a/${NAME}`, V22);
    write('a/service.datadog.yaml', V22);
    write('b/service.datadog.yaml', V22);
    write('c/README.md', '');
    const { code, stdout, stderr } = await migrate(['a', 'b', 'c']);
    expect(code).to.equal(1);
    expect([...stdout.matchAll(/^--- (.*)$/gm)].map((match) => match[1])).to.deep.equal([
      `a/${NAME}`,
      'b/service.datadog.yaml',
    ]);
    expect(stderr).to.match(/^b\/service.datadog.yaml: note: a pass reads entity.datadog.yaml/m);
    expect(stderr).to.match(/^c\/entity.datadog.yaml:1:1: error file-missing: /m);
  });

  it('says why the result is not accepted, with 1, and how to make it so', async () => {
    write(NAME, SILENT);
    const { code, stderr } = await migrate(['--write', NAME]);
    expect(code).to.equal(1);
    expect(stderr).to.match(/states no lifecycle.*--lifecycle VALUE/);
    expect(read(NAME)).to.include('apiVersion: v3');
    expect((await migrate([NAME])).code).to.equal(1);
    expect((await migrate(['--write', '--lifecycle', 'staging', NAME])).code).to.equal(0);
    expect(read(NAME)).to.include('spec:\n  lifecycle: staging\n');
  });

  it('refuses what it cannot migrate, with the place, and leaves the file', async () => {
    const bad = `${V22}---\nfoo: bar\n`;
    write(NAME, bad);
    const { code, stdout, stderr } = await migrate(['--write', NAME]);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^entity\.datadog\.yaml:6:1: error: no version[^]*refused: the file stays as it is\n$/);
    expect(read(NAME)).to.equal(bad);
  });

  it('tells broken YAML in the words of validate', async () => {
    write(NAME, `${V22}team: a\nteam: b\n`);
    const { code, stderr } = await migrate([NAME]);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^entity\.datadog\.yaml:6:1: error duplicate-key: /);
  });

  it('reads standard input, and writes none', async () => {
    const { stdout } = await migrate(['-'], { stdin: Readable.from([V22]) });
    expect(stdout).to.match(/^--- -\n/);
    expect((await migrate(['--write', '-'])).code).to.equal(2);
  });

  const wrong: { reason: string; args: string[] }[] = [
    { reason: 'an empty lifecycle', args: ['--lifecycle', ' ', 'x'] },
    { reason: 'a lifecycle of two lines', args: ['--lifecycle', 'a\nb', 'x'] },
    { reason: 'a lifecycle without end', args: ['--lifecycle', 'a'.repeat(200), 'x'] },
    { reason: '--write with --check', args: ['--write', '--check', 'x'] },
    { reason: 'no path', args: [] },
  ];
  for (const { reason, args } of wrong)
    it(`takes ${reason} for wrong usage`, async () => expect((await migrate(args)).code).to.equal(2));

  it('prints to a terminal nothing that the terminal would act on, and to a program the text itself', async () => {
    write(NAME, `${V22}team: a\u202eb\n`);
    expect((await migrate([NAME])).stdout).to.include('a\u202eb');
    const { stdout } = await migrate([NAME], { tty: true, env: { NO_COLOR: '1' } });
    expect(stdout).to.include('a\\u202eb').and.not.include('\u202e');
  });

  it('makes a difference that git applies', async () => {
    write(NAME, V22);
    const { stdout } = await migrate([NAME]);
    write('d.patch', stdout);
    execFileSync('git', ['apply', '-p0', 'd.patch'], {
      cwd: folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: join(folder, '..') },
    });
    expect(read(NAME)).to.equal(V3);
  });
});
