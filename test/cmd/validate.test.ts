/** `plus1 validate` from outside: what it prints, where, and how it ends. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Command } from 'commander';
import { expect } from 'chai';
import { MAX_FILE_BYTES } from '../../pkg/catalog/index.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { validateCommand, validateScriptCommand } from '../../cmd/plus1/validate.js';
import { executable } from '../program.js';
import { runCommand, type Outcome, type Setup } from './command.js';

interface Options extends Omit<Setup, 'cwd'> {
  command?: (io: CommandIO) => Command;
}

const PRODUCTION = 'apiVersion: v3\nkind: service\nmetadata:\n  name: shop\nspec:\n  lifecycle: production\n';
const STAGING = PRODUCTION.replace('production', 'staging');
const SILENT = 'apiVersion: v3\nkind: service\nmetadata:\n  name: shop\n';
const NAME = 'entity.datadog.yaml';

describe('validate', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plus1-validate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  const validate = (args: string[], { command = validateCommand, ...setup }: Options = {}): Promise<Outcome> =>
    runCommand(command, args, { cwd: folder, ...setup });

  const rowsOf = ({
    stdout,
  }: Outcome): {
    file: string;
    status: string;
    lifecycles: string[];
    documents: number;
    findings: Record<string, unknown>[];
  }[] => JSON.parse(stdout).results;

  describe('exit codes', () => {
    const cases: { reason: string; content: string; code: number; status: string }[] = [
      { reason: 'production', content: PRODUCTION, code: 0, status: 'valid_production' },
      { reason: 'another lifecycle', content: STAGING, code: 0, status: 'valid_non_production' },
      { reason: 'no lifecycle', content: SILENT, code: 1, status: 'missing_lifecycle' },
      { reason: 'broken YAML', content: 'a: [', code: 1, status: 'invalid_yaml' },
      { reason: 'a legacy file', content: 'schema-version: v2\ndd-service: a\n', code: 1, status: 'invalid_schema' },
    ];
    for (const { reason, content, code, status } of cases) {
      it(`is ${code} for ${reason}`, async () => {
        write(NAME, content);
        const outcome = await validate(['.']);
        expect(outcome.code).to.equal(code);
        expect(outcome.stdout).to.match(new RegExp(`^${NAME}: ${status}`));
        expect(outcome.stderr).to.equal('');
      });
    }

    it('is 1 for a folder without the file', async () => {
      const outcome = await validate(['.']);
      expect(outcome.code).to.equal(1);
      expect(outcome.stdout).to.match(/^entity\.datadog\.yaml: missing_file\n.*:1:1: error file-missing: /);
    });

    it('is 1 as soon as one of several files is not good', async () => {
      write(`a/${NAME}`, PRODUCTION);
      write(`b/${NAME}`, SILENT);
      expect((await validate(['a', 'b'])).code).to.equal(1);
    });

    it('is 2 for a path that does not exist, and the others are judged', async () => {
      write(`a/${NAME}`, PRODUCTION);
      const outcome = await validate(['nowhere', 'a']);
      expect(outcome.code).to.equal(2);
      expect(outcome.stdout).to.equal(`a/${NAME}: valid_production ("production")\n`);
      expect(outcome.stderr).to.match(/^PLUS1_FILE_UNREADABLE: "nowhere": does not exist\. Fix: .*\n$/);
    });

    const wrong: { reason: string; args: string[]; env?: Record<string, string>; says: RegExp }[] = [
      { reason: 'no path', args: [], says: /PATH/ },
      { reason: 'an unknown flag', args: ['--fiel', 'x', '.'], says: /--fiel/ },
      { reason: 'a flag without its value', args: ['.', '--file'], says: /--file/ },
      { reason: 'an empty --file', args: ['--file', '', '.'], says: /--file/ },
      { reason: 'an empty path', args: [''], says: /PATH/ },
      { reason: 'standard input twice', args: ['-', '-'], says: /only once/ },
      {
        reason: 'a list of values without a value',
        args: ['.'],
        env: { PRODUCTION_LIFECYCLE_VALUES: ' , ' },
        says: /PRODUCTION_LIFECYCLE_VALUES/,
      },
      {
        reason: 'more values than a policy takes',
        args: ['.'],
        env: { PRODUCTION_LIFECYCLE_VALUES: 'x,'.repeat(17) },
        says: /17 values/,
      },
    ];
    for (const { reason, args, env, says } of wrong) {
      it(`is 2 for ${reason}, told in one line`, async () => {
        write(NAME, PRODUCTION);
        const outcome = await validate(args, env === undefined ? {} : { env });
        expect(outcome.code).to.equal(2);
        expect(outcome.stdout).to.equal('');
        expect(outcome.stderr)
          .to.match(/^PLUS1_USAGE: [^\n]*\n$/)
          .and.to.match(says);
      });
    }

    it('is 0 for --help', async () => {
      const outcome = await validate(['--help']);
      expect(outcome.code).to.equal(0);
      expect(outcome.stdout).to.include('--file').and.to.include('Exit codes');
    });
  });

  describe('paths', () => {
    it('takes a file by any name', async () => {
      write('other.yml', PRODUCTION);
      expect((await validate(['other.yml'])).stdout).to.equal('other.yml: valid_production ("production")\n');
    });

    it('looks for --file in every folder, and reads an absolute one as it is', async () => {
      write('a/x/e.yaml', PRODUCTION);
      write('b/x/e.yaml', STAGING);
      expect(
        rowsOf(await validate(['-j', '-f', 'x/e.yaml', 'a', 'b'])).map((row) => [row.file, row.status]),
      ).to.deep.equal([
        ['a/x/e.yaml', 'valid_production'],
        ['b/x/e.yaml', 'valid_non_production'],
      ]);
      expect(rowsOf(await validate(['-j', '-f', join(folder, 'b/x/e.yaml'), 'a']))[0]).to.include({
        file: join(folder, 'b/x/e.yaml'),
        status: 'valid_non_production',
      });
    });

    it('takes the path from DATADOG_YAML_PATH, below --file; an empty variable counts as unset', async () => {
      write('a.yaml', PRODUCTION);
      write(NAME, STAGING);
      const status = async (args: string[], path: string): Promise<unknown> =>
        rowsOf(await validate(['-j', ...args, '.'], { env: { DATADOG_YAML_PATH: path } }))[0]?.status;
      expect(await status([], 'a.yaml')).to.equal('valid_production');
      expect(await status(['-f', NAME], 'a.yaml')).to.equal('valid_non_production');
      expect(await status([], '')).to.equal('valid_non_production');
    });

    it('takes the values of production from PRODUCTION_LIFECYCLE_VALUES', async () => {
      write(NAME, STAGING);
      expect((await validate(['.'], { env: { PRODUCTION_LIFECYCLE_VALUES: 'live, staging,' } })).stdout).to.include(
        'valid_production',
      );
    });

    it('does not care for variables of other commands', async () => {
      write(NAME, PRODUCTION);
      expect((await validate(['.'], { env: { BATCH_SIZE: 'many' } })).code).to.equal(0);
    });

    it('reads standard input, however it arrives', async () => {
      const halves = Readable.from([Buffer.from(PRODUCTION.slice(0, 30)), Buffer.from(PRODUCTION.slice(30))]);
      expect((await validate(['-'], { stdin: halves })).stdout).to.equal('-: valid_production ("production")\n');
    });

    const unreadable: { reason: string; place: () => string[]; code: string }[] = [
      {
        reason: 'a symlink to a file',
        place: () => (write('real.yaml', PRODUCTION), symlinkSync('real.yaml', join(folder, NAME)), ['.']),
        code: 'file-symlink',
      },
      {
        reason: 'a symlink to nothing',
        place: () => (symlinkSync('gone', join(folder, NAME)), ['.']),
        code: 'file-symlink',
      },
      {
        reason: 'a symlink named itself',
        place: () => (write('real.yaml', PRODUCTION), symlinkSync('real.yaml', join(folder, 'l.yaml')), ['l.yaml']),
        code: 'file-symlink',
      },
      { reason: 'a directory', place: () => (mkdirSync(join(folder, NAME)), ['.']), code: 'file-directory' },
      {
        reason: 'a file of a gigabyte',
        place: () => (write(NAME, ''), truncateSync(join(folder, NAME), 2 ** 30), ['.']),
        code: 'file-too-large',
      },
      {
        reason: 'one byte too many',
        place: () => (write(NAME, PRODUCTION.padEnd(MAX_FILE_BYTES + 1, '#')), ['.']),
        code: 'file-too-large',
      },
      {
        reason: 'UTF-16',
        place: () => (write(NAME, Buffer.from(`\ufeff${PRODUCTION}`, 'utf16le')), ['.']),
        code: 'file-not-utf8',
      },
    ];
    for (const { reason, place, code } of unreadable) {
      it(`finds ${reason} unreadable`, async () => {
        const outcome = await validate(['-j', ...place()]);
        expect(outcome.code).to.equal(1);
        expect(rowsOf(outcome)[0]).to.include({ status: 'unreadable', documents: 0 });
        expect(rowsOf(outcome)[0]?.findings[0]).to.include({ code, line: 1, column: 1 });
      });
    }

    it('finds no file behind a symlink on the way, as GitHub does', async () => {
      write('real/e.yaml', PRODUCTION);
      symlinkSync('real', join(folder, 'l'));
      const outcome = await validate(['-j', '-f', 'l/e.yaml', '.']);
      expect(outcome.code).to.equal(1);
      expect(rowsOf(outcome)[0]).to.include({ status: 'missing_file', documents: 0 });
      expect(rowsOf(outcome)[0]?.findings[0]).to.include({ code: 'file-missing' });
    });

    it('follows a symlink to the repository folder itself', async () => {
      write(`real/${NAME}`, PRODUCTION);
      symlinkSync('real', join(folder, 'link'));
      expect((await validate(['link'])).code).to.equal(0);
    });

    it('finds the file missing where a file stands for a folder on the way', async () => {
      write('x', 'text');
      expect((await validate(['-f', 'x/e.yaml', '.'])).stdout).to.include('missing_file');
    });

    it('stops reading standard input without end', async () => {
      let sent = 0;
      const endless = new Readable({
        read() {
          sent += 65_536;
          this.push(Buffer.alloc(65_536, '#'));
        },
      });
      expect((await validate(['-'], { stdin: endless })).stdout).to.include('unreadable');
      expect(sent).to.be.below(4 * MAX_FILE_BYTES);
    });

    it('does not wait on a pipe that stands where the file should be', async () => {
      execFileSync('mkfifo', [join(folder, NAME)]);
      const outcome = await validate(['.']);
      expect(outcome.code).to.equal(2);
      expect(outcome.stderr).to.match(/^PLUS1_FILE_UNREADABLE: .*not a regular file/);
    });

    it('ends when it is told to stop', async () => {
      const stopping = new AbortController();
      const pending = validate(['-'], { stdin: new PassThrough(), signal: stopping.signal });
      stopping.abort();
      const outcome = await pending;
      expect(outcome.code).to.equal(1);
      expect(outcome.stderr).to.match(/^PLUS1_INTERRUPTED: /);
    });
  });

  describe('output', () => {
    const WARNED = `${PRODUCTION.replace('production', 'PRODUCTION')}foo: 1\n`;

    it('is exactly the JSON of the contract with --json', async () => {
      write(NAME, WARNED);
      const outcome = await validate(['--json', '.']);
      expect(outcome.stdout).to.match(/^\{"results":\[\{"file":.*\}\n$/);
      expect(JSON.parse(outcome.stdout)).to.deep.equal({
        results: [
          {
            file: NAME,
            status: 'valid_non_production',
            lifecycles: ['PRODUCTION'],
            documents: 1,
            findings: [
              {
                severity: 'warning',
                code: 'lifecycle-near-production',
                line: 6,
                column: 14,
                found: '"PRODUCTION"',
                expected: 'exactly "production" to count as production',
                fix: 'write lifecycle: production if production is meant',
              },
              {
                severity: 'warning',
                code: 'unknown-key',
                line: 7,
                column: 1,
                found: 'the key "foo" in the document',
                expected: 'one of apiVersion, kind, metadata, spec, integrations, datadog, extensions',
                fix: 'remove the key, or move it below extensions',
              },
            ],
          },
        ],
      });
    });

    it('is JSON even if nothing could be read', async () => {
      const outcome = await validate(['-j', 'nowhere']);
      expect(outcome).to.include({ code: 2, stdout: '{"results":[]}\n' });
    });

    it('tells warnings about the lifecycle always, others with --verbose, none with --quiet', async () => {
      write(NAME, WARNED);
      const plain = (await validate(['.'])).stdout;
      expect(plain).to.include('lifecycle-near-production').and.to.include(', 1 warning (--verbose shows)');
      expect(plain).not.to.include('unknown-key');
      const verbose = (await validate(['-v', '.'])).stdout;
      expect(verbose).to.include(`${NAME}:7:1: warning unknown-key: found the key "foo"`);
      expect(verbose).to.include(`${NAME}:6:14: note: lifecycle "PRODUCTION" decides, of 1 document\n`);
      expect((await validate(['-q', '.'])).stdout).to.equal('');
    });

    it('is the errors alone with --quiet', async () => {
      write(NAME, `${SILENT}foo: 1\n`);
      const outcome = await validate(['--quiet', '.']);
      expect(outcome.code).to.equal(1);
      expect(outcome.stdout).to.match(/^entity\.datadog\.yaml:1:1: error lifecycle-missing: found [^\n]*\n$/);
    });

    it('has colour on a terminal only, and not where NO_COLOR is set', async () => {
      write(NAME, PRODUCTION);
      expect((await validate(['.'], { tty: true })).stdout).to.include('\u001b[32mvalid_production');
      expect((await validate(['.'], { tty: true, env: { NO_COLOR: '1' } })).stdout).not.to.include('\u001b');
      expect((await validate(['.'], { tty: true, env: { NO_COLOR: '' } })).stdout).to.include('\u001b');
      expect((await validate(['.'])).stdout).not.to.include('\u001b');
    });

    it('lets neither a path nor a value drive the terminal', async () => {
      write('\u001b[2J.yaml', PRODUCTION.replace('production', '"\\x1b[31m"'));
      const { stdout } = await validate(['-v', '\u001b[2J.yaml']);
      expect(stdout).not.to.include('\u001b');
      expect(stdout).to.include('\\u001b[2J.yaml: valid_non_production ("\\u001b[31m")');
    });
  });

  describe('under the name of the specification', () => {
    const script = (args: string[]): Promise<Outcome> => validate(args, { command: validateScriptCommand });

    it('judges one repository with the same flags', async () => {
      write('x.yaml', PRODUCTION);
      expect(rowsOf(await script(['-j', '-q', '-v', '-f', 'x.yaml', '.']))[0]).to.include({
        file: 'x.yaml',
        status: 'valid_production',
      });
      expect((await script(['-h'])).stdout).to.include('Usage: validate-datadog-yaml.sh');
    });

    for (const args of [[], ['a', 'b'], ['--unknown', '.']]) {
      it(`refuses ${JSON.stringify(args)}`, async () => {
        const outcome = await script(args);
        expect(outcome.code).to.equal(2);
        expect(outcome.stderr).to.match(/^PLUS1_USAGE: [^\n]*\n$/);
      });
    }

    const start = (args: string[]): ReturnType<typeof spawn> =>
      spawn(process.execPath, [executable('validate-datadog-yaml'), ...args], { stdio: 'pipe' });
    const ended = (child: ReturnType<typeof spawn>): Promise<number | null> =>
      new Promise((resolve) => child.on('close', resolve));

    it('runs as a process that reads its standard input and ends with the exit code', async () => {
      const child = start(['/dev/stdin']);
      let stdout = '';
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stdin?.end(SILENT);
      expect(await ended(child)).to.equal(1);
      expect(stdout).to.include('/dev/stdin: missing_lifecycle');
    });

    it('reads the pipe that a shell makes for a command', async () => {
      write(NAME, PRODUCTION);
      const command = `exec "$0" "$1" <(cat "$2")`;
      const main = executable('validate-datadog-yaml');
      const stdout = execFileSync('bash', ['-c', command, process.execPath, main, join(folder, NAME)]);
      expect(stdout.toString()).to.match(/^\/dev\/fd\/\d+: valid_production/);
    });

    it('survives a reader that goes away', async () => {
      write(NAME, `${PRODUCTION}${Array.from({ length: 60 }, (_, index) => `x${index}: 1\n`).join('')}`);
      const child = start(['-v', folder]);
      let stderr = '';
      child.stdout?.destroy();
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      expect(await ended(child)).to.equal(0);
      expect(stderr).to.equal('');
    });
  });
});
