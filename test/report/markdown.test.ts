/** `sync --summary`: what the summary of a job says, and that nothing in it is markup of others. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { names, say, town } from '../builders.js';
import { plus1, temporaryFolder, type Ran } from '../integration/cli.js';

describe('The summary of a pass', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let folder: string;
  beforeEach(async () => {
    acme = town({ members: 5, promoted: 1, others: 2 });
    github = await startGitHub({ organizations: [acme] });
    folder = temporaryFolder();
  });
  afterEach(() => github.close());

  const path = (): string => join(folder, 'summary.md');
  const text = (): string => readFileSync(path(), 'utf8');
  const sync = (args: string[] = [], env: Record<string, string> = {}): Promise<Ran> =>
    plus1(['sync', '--org', 'acme', '--state', join(folder, 'state'), '--summary', path(), ...args], { github, env });

  it('says what there is, what changed and why', async () => {
    expect((await sync()).code).to.equal(0);
    const lines = text().split('\n');
    expect(lines[0]).to.equal('## plus1: acme / plus1&#95;enforcement');
    expect(lines).to.include.members([
      '| Repositories | In production | Governed | Entered | Left | Retained |',
      '| 8 | 6 | 6 (100.0 %) | 1 | 0 | 0 |',
      '### Plan',
    ]);
    expect(text()).to.match(/^\| promoted-001 \| enters \| `valid_production` \| .+ \|$/m);
    expect(text()).to.match(/^\| `valid_production` \| 6 \|$/m);
  });

  it('of a dry run says so, and what would change', async () => {
    await sync(['--dry-run']);
    expect(text()).to.include('Dry run: nothing was written.').and.include('| To enter | To leave |');
  });

  it('says what is held, and by which guard', async () => {
    for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
    const { code } = await sync(['--grace-period', '0s']);
    expect(code).to.equal(3);
    expect(text()).to.match(/\*\*Held \(\w+\)\*\*: .+\./);
    expect(text()).to.match(/\| held \| `valid_non_production` \|/);
  });

  it('says what failed and what to do, also where nothing could be seen', async () => {
    expect((await sync(['--ruleset', 'nowhere'])).code).to.equal(1);
    expect(text()).to.match(/\*\*Failed: `PLUS1_RULESET_NOT_FOUND`\*\*: .+ To do: .+\.\n$/);
    expect((await sync([], { GITHUB_TOKEN: '' })).code).to.not.equal(0);
    expect(text()).to.match(/\*\*Failed: `PLUS1_TOKEN_MISSING`\*\*/);
  });

  it('lists the files to correct, with place and remedy', async () => {
    acme.get('member-002').commit('entity.datadog.yaml', 'schema-version: v2\ndd-service: x\n');
    await sync();
    expect(text()).to.match(/^\| member-002 \| `invalid_schema` \| entity\.datadog\.yaml&#58;1 \| found .+ \|$/m);
  });

  it('takes nothing in a file for markup, a link or a mention', async () => {
    const value =
      '<img src=x onerror=alert(1)> | [a](https://e.example) @team `x` **b** www.e.example #1 \\ &amp; ![](x)';
    acme
      .get('member-001')
      .commit('entity.datadog.yaml', `apiVersion: ${JSON.stringify(value)}\nkind: service\nmetadata: {name: x}\n`);
    say(acme.get('member-002'), value);
    await sync(['--grace-period', '0s']);
    const rows = text()
      .split('\n')
      .filter((line) => line.includes('onerror'));
    expect(rows).to.have.length.greaterThan(1);
    for (const row of rows) {
      expect(row).to.not.match(/[<>[\]@*\\!]|www\.|https:|:\S/);
      expect(row.match(/\|/g)).to.have.length(5);
      expect(row.replace(/&#\d+;/g, '')).to.not.match(/[&#]/);
    }
  });

  it('stays far below the megabyte that is shown, whatever there is to list', async () => {
    await github.close();
    const large = town({ members: 1_500, promoted: 0, others: 0 });
    github = await startGitHub({ organizations: [large] });
    for (const repository of large.repositories.slice(0, 1_000))
      repository.commit('entity.datadog.yaml', `apiVersion: ${'<'.repeat(500)}\n`);
    await sync(['--dry-run']);
    expect(Buffer.byteLength(text())).to.be.lessThan(700_000);
    expect(text()).to.include('… and 900 more');
  });

  it('is added to where the step of a workflow shows it, and replaces any other file', async () => {
    writeFileSync(path(), 'before\n');
    await sync([], { GITHUB_STEP_SUMMARY: path() });
    expect(text()).to.match(/^before\n## plus1: /);
    await sync();
    expect(text()).to.match(/^## plus1: /);
  });

  it('that cannot be written is found out before anything is sent to GitHub', async () => {
    const { code, stderr } = await plus1(['sync', '--org', 'acme', '--summary', join(folder, 'no/where.md')], {
      github,
    });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^PLUS1_OUTPUT_UNWRITABLE: /);
    expect(github.requests).to.deep.equal([]);
    expect(existsSync(join(folder, 'no'))).to.equal(false);
  });
});
