/** `plus1 validate --format github` and `--strict`: what a workflow of a repository shows, and that no file speaks to the runner. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { validateCommand } from '../../cmd/plus1/validate.js';
import { entity } from '../catalog/build.js';
import { commandsIn, type RunnerCommand } from '../github-actions/commands.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

const NAME = 'entity.datadog.yaml';

describe('validate in a workflow', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  after(removeTemporaryFolders);

  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const validate = (args: string[], env: Record<string, string> = {}, cwd = folder): Promise<Outcome> =>
    runCommand(validateCommand, args, { cwd, env });
  const annotations = async (...args: string[]): Promise<RunnerCommand[]> =>
    commandsIn((await validate(['--format', 'github', ...args])).stdout);

  it('annotates an error at its file, line and column', async () => {
    write(NAME, entity('[dev]'));
    expect(await annotations(NAME)).to.deep.equal([
      {
        name: 'error',
        properties: { file: NAME, line: '6', col: '14', title: 'plus1: lifecycle-type' },
        message:
          'found a list as spec.lifecycle, expected one non-empty string; write one value, such as lifecycle: production',
      },
    ]);
  });

  it('annotates warnings too, which the text keeps for --verbose', async () => {
    write(NAME, `${entity('production')}foo: 1\n`);
    const { code, stdout } = await validate(['--format', 'github', NAME]);
    expect(code).to.equal(0);
    expect(commandsIn(stdout).map(({ name, properties }) => `${name} ${properties['title']}`)).to.deep.equal([
      'warning plus1: unknown-key',
    ]);
    expect(stdout).to.match(/^plus1 validate: 1 of 1 file accepted$/m);
    expect(await annotations('--quiet', NAME)).to.deep.equal([]);
  });

  it('tells of values near production, and of a file with the other ending beside', async () => {
    for (const value of ['prod', 'PROD', 'prd', 'live', 'PRODUCTION']) {
      write(NAME, entity(value));
      const [found] = await annotations(NAME);
      expect(found?.properties['title'], value).to.equal('plus1: lifecycle-near-production');
    }
    write('other/entity.datadog.yml', entity('production'));
    const [missing] = await annotations('other');
    expect(missing?.message).to.include('"entity.datadog.yml" beside it').and.include('rename that one');
    expect(missing?.properties).to.include({ file: 'other/entity.datadog.yaml', line: '1' });
  });

  it('tells of a definition under an older name, and how it becomes one that is read', async () => {
    for (const older of ['service.datadog.yaml', 'service.datadog.yml']) {
      write(`${older}.d/${older}`, 'schema-version: v2.2\ndd-service: shop\n');
      const [missing] = await annotations(`${older}.d`);
      expect(missing?.message)
        .to.include(`"${older}" beside it`)
        .and.include('run plus1 migrate on that one where it is of an older schema, then rename it');
    }
    write('both/service.datadog.yaml', entity('production'));
    write('both/entity.datadog.yml', entity('production'));
    const [missing] = await annotations('both');
    expect(missing?.message).to.include('"entity.datadog.yml" beside it').and.not.include('migrate');
  });

  it('names files from the root of the repository, wherever it runs', async () => {
    write(`services/shop/${NAME}`, entity('PROD'));
    const env = { GITHUB_WORKSPACE: folder };
    const of = async (args: string[], cwd: string): Promise<string | undefined> =>
      commandsIn((await validate(['--format', 'github', ...args], env, cwd)).stdout)[0]?.properties['file'];
    expect(await of(['.'], join(folder, 'services/shop'))).to.equal(`services/shop/${NAME}`);
    expect(await of([join(folder, 'services/shop')], folder)).to.equal(`services/shop/${NAME}`);
    expect(await of([join(folder, 'services/shop')], temporaryFolder())).to.equal(`services/shop/${NAME}`);
  });

  it('annotates a path that is not there, and exits with 2', async () => {
    const { code, stdout } = await validate(['--format', 'github', 'nowhere']);
    expect(code).to.equal(2);
    expect(commandsIn(stdout)[0]).to.deep.include({ name: 'error', properties: { title: 'PLUS1_FILE_UNREADABLE' } });
  });

  describe('with --strict', () => {
    it('fails on a warning, and shows it', async () => {
      write(NAME, `${entity('production')}foo: 1\n`);
      expect((await validate([NAME])).code).to.equal(0);
      const { code, stdout } = await validate(['--strict', NAME]);
      expect(code).to.equal(1);
      expect(stdout).to.match(/warning unknown-key/);
      expect((await validate(['--strict', '--json', NAME])).code).to.equal(1);
      const quiet = await validate(['--strict', '--quiet', NAME]);
      expect([quiet.code, quiet.stdout]).to.satisfy(([exit, text]: [number, string]) => exit === 1 && text !== '');
      expect((await annotations('--strict', NAME)).map(({ name }) => name)).to.deep.equal(['error']);
    });

    it('accepts a file without any', async () => {
      write(NAME, entity('production'));
      expect((await validate(['--strict', NAME])).code).to.equal(0);
    });
  });

  it('takes --json with another format for wrong usage', async () => {
    write(NAME, entity('production'));
    expect((await validate(['--json', '--format', 'github', NAME])).code).to.equal(2);
    expect((await validate(['--json', '--format', 'json', NAME])).code).to.equal(0);
    expect((await validate(['--format', 'xml', NAME])).code).to.equal(2);
  });

  const hostile = fc
    .array(
      fc.constantFrom(
        '::',
        '::error::',
        '::add-mask::x',
        '##[error]',
        '##[add-mask]',
        '%0A',
        '%',
        '\n',
        '\r',
        '"',
        ',',
        ':',
        '=',
        'x',
        ' ',
        '\u0085',
        '\u2028',
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join(''));

  it('gives the runner one command a finding, whatever a file holds', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (value, key) => {
        write(
          NAME,
          `${entity(JSON.stringify(`${value}prod`))}${JSON.stringify(key)}: 1\n${JSON.stringify(`k${key}`)}: 1\n`,
        );
        const { stdout } = await validate(['--format', 'github', NAME]);
        const { stdout: json } = await validate(['--json', NAME]);
        const findings = JSON.parse(json).results[0].findings as { found: string }[];
        const commands = commandsIn(stdout);
        expect(commands.map(({ properties }) => properties['file'])).to.deep.equal(findings.map(() => NAME));
        for (const [index, { name, message }] of commands.entries()) {
          expect(name).to.be.oneOf(['error', 'warning']);
          expect(message.startsWith(`found ${findings[index]?.found}`)).to.equal(true);
        }
        expect(stdout.split('\n')).to.have.length(findings.length + 2);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the runner one command a finding, whatever a file is called', async () => {
    for (const name of ['::error::x', 'a\n::error::x', '##[error]x', 'a,line=9', 'a%0Ab', '-::x']) {
      write(name, entity('PROD'));
      const { stdout } = await validate(['--format', 'github', '--', name]);
      expect(commandsIn(stdout), name).to.have.length(1);
      expect(commandsIn(stdout)[0]?.properties, name).to.include({ file: name, line: '6' });
    }
  });
});
