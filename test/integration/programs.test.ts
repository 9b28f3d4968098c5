/** The executables themselves: what only a process can show. Few, since each start costs half a second. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { entity, memberNames, names, town } from '../builders.js';
import { spawnPlus1, temporaryFolder, TOKEN } from './cli.js';

describe('The executables', function () {
  let github: GitHubSimulator;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 3, promoted: 1, others: 1 });
    github = await startGitHub({ organizations: [acme] });
  });
  afterEach(() => github.close());

  it('ruleset-manager takes the flags of the specification', async () => {
    acme.get('other-001').commit('catalog.yaml', entity('production'));
    acme.addRuleset({ name: 'second', conditions: acme.ruleset('plus1_enforcement').conditions });
    const output = join(temporaryFolder(), 'report.json');
    const args = [
      '--token',
      TOKEN,
      '--org',
      'acme',
      '--ruleset',
      'second',
      '--yaml-path',
      'catalog.yaml',
      '--output',
      output,
    ];
    const child = spawnPlus1([...args, '--dry-run', '--verbose'], { github, main: 'ruleset-manager' });
    const ran = await child.ended;
    expect(ran.code, ran.stderr).to.equal(0);
    expect(github.counts().writes).to.equal(0);
    const report = JSON.parse(readFileSync(output, 'utf8'));
    expect(report).to.include({ ruleset_name: 'second', dry_run: true });
    expect(report.plan.enter.map(({ name }: { name: string }) => name)).to.deep.equal(['other-001']);
    expect(ran.stderr).to.include('"msg":"GitHub request"');
    expect(`${ran.stdout}${ran.stderr}`).to.not.include(TOKEN);
  });

  it('on a full disk say so in one line, write nothing to GitHub, and leave nothing half written', async function () {
    if (process.platform === 'win32') this.skip();
    const state = temporaryFolder();
    // Every file may grow to nothing: what a full disk is to a writer, without one.
    const shell = `trap '' XFSZ; ulimit -f 0; exec "$0" --import tsx cmd/plus1/main.ts sync --org acme --state "${state}"`;
    const child = spawn('bash', ['-c', shell, process.execPath], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: {
        PATH: process.env['PATH'],
        HOME: state,
        GITHUB_API_URL: github.apiURL,
        GITHUB_TOKEN: TOKEN,
        TSX_DISABLE_CACHE: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).to.match(/^PLUS1_STATE_UNWRITABLE: [^\n]+ Fix: [^\n]+\n$/);
    expect(code).to.equal(1);
    expect(github.counts().writes).to.equal(0);
    const left = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name)).to.deep.equal([]);
    expect(memberNames(acme)).to.deep.equal(names('member', 3));
  });
});
