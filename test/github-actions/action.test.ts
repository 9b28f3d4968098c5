/** The action for repositories: its last step, run in bash with the inputs as the runner gives them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { entity } from '../catalog/build.js';
import { executable } from '../program.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { commandsIn } from './commands.js';

interface Action {
  inputs: Record<string, { default: string }>;
  runs: { steps: { name?: string; run?: string; env?: Record<string, string> }[] };
}

const action = parse(
  readFileSync(new URL('../../deploy/github-actions/action.yml', import.meta.url), 'utf8'),
) as Action;

describe('the action for repositories', function () {
  let repository: string;
  let home: string;
  beforeEach(() => {
    repository = temporaryFolder();
    home = temporaryFolder();
    symlinkSync(join(dirname(executable('plus1')), '../..'), join(home, 'dist'));
  });
  after(removeTemporaryFolders);

  function validate(inputs: Record<string, string> = {}): { status: number | null; stdout: string } {
    const step = action.runs.steps.find(({ name }) => name === 'Validate');
    const all = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([key, { default: value }]) => [key, value])),
      ...inputs,
    };
    const env = Object.entries(step?.env ?? {}).map(([key, value]) => [
      key,
      value.includes('github.action_path')
        ? home
        : value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, name: string) => all[name] ?? ''),
    ]);
    return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'], {
      cwd: repository,
      env: { PATH: process.env['PATH'], GITHUB_WORKSPACE: repository, ...Object.fromEntries(env) },
      encoding: 'utf8',
    });
  }
  const write = (name: string, text: string): void => {
    mkdirSync(join(repository, name, '..'), { recursive: true });
    writeFileSync(join(repository, name), text);
  };

  it('annotates the catalogue file of the repository, and fails where it is not accepted', () => {
    write('entity.datadog.yaml', entity('production'));
    expect(validate().status).to.equal(0);
    write('entity.datadog.yaml', entity('[a]'));
    const { status, stdout } = validate();
    expect(status).to.equal(1);
    expect(commandsIn(stdout)[0]).to.deep.include({ name: 'error' });
    expect(commandsIn(stdout)[0]?.properties).to.include({ file: 'entity.datadog.yaml', line: '6' });
  });

  it('takes several paths, another file, other lifecycles, and strictness', () => {
    write('a/catalog.yaml', entity('live'));
    write('b c/catalog.yaml', entity('live'));
    const inputs = { paths: 'a\nb c\n', file: 'catalog.yaml' };
    expect(validate(inputs).status).to.equal(0);
    expect(validate({ ...inputs, strict: 'true' }).status).to.equal(1);
    expect(validate({ ...inputs, strict: 'true', 'production-lifecycles': 'live' }).status).to.equal(0);
  });

  it('takes no input for a command or a flag', () => {
    const hostile = '$(touch stolen)\n`touch stolen`\n"; touch stolen; "\n--help';
    const { status, stdout } = validate({ paths: hostile, strict: '$(touch stolen)' });
    expect(status).to.equal(2);
    expect(commandsIn(stdout)).to.have.length(4);
    expect(existsSync(join(repository, 'stolen'))).to.equal(false);
  });
});
