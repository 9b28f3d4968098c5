/** Workflows as actionlint reads them, and what it does not look at: pinned actions, and scripts that inputs could write into. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { binFolder } from '../cluster/go-build.js';
import { CACHE_FOLDER } from '../cluster/provide-tools.js';
import { actionTools } from '../cluster/tools.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Those that others copy, and our own. */
const files = ['deploy/github-actions', '.github/workflows'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`),
);

interface Step {
  name?: string;
  uses?: string;
  run?: string;
}

const stepsOf = (name: string): Step[] => {
  const file = parse(readFileSync(join(ROOT, name), 'utf8')) as {
    jobs?: Record<string, { steps: Step[] }>;
    runs?: { steps: Step[] };
  };
  return [...Object.values(file.jobs ?? {}), ...(file.runs === undefined ? [] : [file.runs])].flatMap(
    ({ steps }) => steps,
  );
};

describe('workflows for GitHub Actions', () => {
  after(removeTemporaryFolders);

  it('are clean for actionlint', function () {
    const actionlint = join(binFolder(actionTools(), CACHE_FOLDER), 'actionlint');
    if (!existsSync(actionlint)) {
      console.log('      skipped: actionlint was not built (make action-tools)');
      return this.skip();
    }
    // It takes actions and workflows by where they lie in a repository.
    const repository = temporaryFolder();
    const workflows = join(repository, '.github/workflows');
    mkdirSync(workflows, { recursive: true });
    for (const name of files.filter((each) => basename(each) !== 'action.yml'))
      copyFileSync(join(ROOT, name), join(workflows, basename(name)));
    spawnSync('git', ['init', '-q'], { cwd: repository });
    const ran = spawnSync(actionlint, ['-no-color', '-shellcheck=', '-pyflakes='], {
      cwd: repository,
      encoding: 'utf8',
    });

    expect(ran.stdout + ran.stderr).to.equal('');
    expect(ran.status).to.equal(0);
  });

  for (const name of files) {
    it(`${name} pins every action by a commit, with its version behind`, () => {
      const text = readFileSync(join(ROOT, name), 'utf8');
      const uses = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
      for (const line of uses) expect(line).to.match(/uses: [\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(uses.length).to.equal(stepsOf(name).filter(({ uses: used }) => used !== undefined).length);
    });

    it(`${name} writes no expression into a script`, () => {
      for (const { run = '' } of stepsOf(name)) expect(run).to.not.include('${{');
    });
  }
});
