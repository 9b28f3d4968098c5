/** The workflow, run step by step against the simulator: what it writes, keeps and shows, and what it remembers. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { TOKEN } from '../integration/cli.js';
import { executable } from '../program.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { commandsIn } from './commands.js';
import { evaluate } from './expression.js';
import { job, runJob, WORKFLOW, type JobResult } from './runner.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DAY_MS = 86_400_000;

/** The sources of Plus1; what is built goes beside them. */
function checkOut(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['cmd', 'pkg', 'node_modules', 'esbuild.config.js', 'tsconfig.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
}

/** The same with what the tests have built once, so that not each run takes seconds for it. */
function checkOutBuilt(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const dist = join(dirname(executable('plus1')), '../..');
  writeFileSync(join(folder, 'esbuild.config.js'), `require('node:fs').symlinkSync(${JSON.stringify(dist)}, 'dist')`);
}

describe('plus1-enforcement.yml', function () {
  let github: GitHubSimulator;
  let acme: Organization;
  let caches: string;
  let number: number;
  beforeEach(async () => {
    acme = town({ members: 6, promoted: 1, others: 2 });
    github = await startGitHub({ organizations: [acme] });
    caches = join(temporaryFolder(), 'caches');
    number = 100;
  });
  afterEach(() => github.close());
  after(removeTemporaryFolders);

  interface Options {
    inputs?: Record<string, unknown>;
    env?: Record<string, string>;
    caches?: string;
    vars?: Record<string, string>;
    checkOut?: (folder: string) => void;
  }

  /** One run on a machine of its own; the packages are there already, so that `npm ci` has nothing to do. */
  function run({
    inputs = {},
    env = {},
    vars = {},
    caches: from = caches,
    ...options
  }: Options = {}): Promise<JobResult> {
    const tools = temporaryFolder();
    writeFileSync(join(tools, 'npm'), '#!/bin/sh\nexit 0\n');
    chmodSync(join(tools, 'npm'), 0o755);
    number += 1;
    return runJob({
      workspace: temporaryFolder(),
      caches: from,
      context: {
        inputs: { dry_run: false, target_org: '', restore_run: '', ...inputs },
        vars,
        secrets: { GHE_ADMIN_TOKEN: TOKEN },
        matrix: { organization: 'acme' },
        github: { run_id: number, run_attempt: 1, token: 'none', sha: '0', repository: 'acme/plus1' },
      },
      env: {
        PATH: `${tools}${delimiter}${process.env['PATH']}`,
        HOME: temporaryFolder(),
        GITHUB_API_URL: github.apiURL,
        GITHUB_ACTIONS: 'true',
        RETRY_DELAY: '1',
        ...env,
      },
      checkOut: options.checkOut ?? checkOutBuilt,
    });
  }

  const writes = (): string[] =>
    github.requests
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/graphql'))
      .map(({ method, path }) => `${method} ${path}`);
  const members = (): string[] => acme.repositories.filter(({ id }) => targeted().includes(id)).map(({ name }) => name);
  const targeted = (): number[] =>
    (acme.rulesets[0]?.conditions as { repository_id: { repository_ids: number[] } }).repository_id.repository_ids;
  const titles = ({ output }: JobResult): string[] =>
    commandsIn(output).map(({ name, properties }) => `${name} ${properties['title']}`);
  const fileOf = ({ artifacts }: JobResult, artifact: string, file: string): string =>
    artifacts.get(artifact)?.files.get(file) ?? '';

  it('of a dry run writes nothing, to GitHub or to the memory, and shows what would be done', async () => {
    const result = await run({ inputs: { dry_run: true }, checkOut });
    expect(result.failed, result.output).to.equal(false);
    expect(writes()).to.deep.equal([]);
    expect(existsSync(caches)).to.equal(false);
    expect([...result.artifacts.keys()]).to.deep.equal(['plus1-report-acme']);
    expect(JSON.parse(fileOf(result, 'plus1-report-acme', 'analysis-results.json'))).to.include({ dry_run: true });
    expect(result.summary).to.include('Dry run: nothing was written.').and.include('promoted-001');
  });

  it('applies, and keeps report, summary, notices and the memory', async () => {
    const result = await run();
    expect(result.failed, result.output).to.equal(false);
    expect(members()).to.include('promoted-001');
    expect(titles(result)).to.deep.equal(['warning Memory', 'notice Performance', 'notice Statistics']);
    const said = commandsIn(result.output).map(({ message }) => message);
    expect(said[1]).to.match(/^Processing completed in \d\d:\d\d:\d\d$/);
    expect(said[2]).to.equal('Processed 9 repositories');
    expect(result.summary).to.match(/^## plus1: acme /);
    const report = JSON.parse(fileOf(result, 'plus1-report-acme', 'analysis-results.json'));
    expect(report.changes_applied.repositories_added).to.equal(1);
    expect(result.artifacts.get('plus1-report-acme')?.days).to.equal(30);
    expect([...(result.artifacts.get('plus1-state-acme')?.files.keys() ?? [])]).to.include('default/acme.json');
    expect(readdirSync(caches)).to.deep.equal([`plus1-state-acme-plus1_enforcement-${number}-1`]);
    expect(result.output).to.not.include(TOKEN);
  });

  describe('of a member that stops declaring production', () => {
    /** As if the runs that left the memory had been that long ago. */
    function age(ms: number): void {
      for (const key of readdirSync(caches)) {
        const path = join(caches, key, 'default/acme.json');
        const older = readFileSync(path, 'utf8').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) =>
          new Date(Date.parse(at) - ms).toISOString().replace(/\.\d{3}Z$/, 'Z'),
        );
        writeFileSync(path, older);
      }
    }
    beforeEach(() => say(acme.get('member-001'), 'deprecated'));

    it('remembers it from run to run, and lets it leave after the grace period', async () => {
      await run();
      expect(members()).to.include('member-001');
      age(DAY_MS / 2);
      const second = await run();
      expect(titles(second)[0]).to.equal('notice Memory');
      expect(members()).to.include('member-001');
      age(DAY_MS);
      await run();
      expect(members()).to.not.include('member-001');
    });

    it('lets nothing leave where the memory was lost', async () => {
      await run();
      age(2 * DAY_MS);
      const result = await run({ caches: join(temporaryFolder(), 'none') });
      expect(titles(result)[0]).to.equal('warning Memory');
      expect(members()).to.include('member-001');
    });
  });

  it('fails with errors and the three debug artifacts where there is no such ruleset', async () => {
    const result = await run({ vars: { RULESET_NAME: 'nowhere' } });
    expect(result.failed).to.equal(true);
    const errors = commandsIn(result.output).filter(({ name }) => name === 'error');
    expect(errors.map(({ properties }) => properties['title'])).to.deep.equal(['PLUS1_RULESET_NOT_FOUND']);
    const debug = result.artifacts.get('debug-artifacts-acme');
    expect([...(debug?.files.keys() ?? [])]).to.have.members([
      ...['analysis-results.json', 'workflow-logs.txt', 'error-details.json'],
    ]);
    const details = JSON.parse(fileOf(result, 'debug-artifacts-acme', 'error-details.json'));
    expect(details).to.include({ organization: 'acme', exit_code: 1 });
    expect(details.errors[0].code).to.equal('PLUS1_RULESET_NOT_FOUND');
    expect(fileOf(result, 'debug-artifacts-acme', 'workflow-logs.txt')).to.match(/^PLUS1_RULESET_NOT_FOUND: /m);
    expect(result.summary).to.include('PLUS1_RULESET_NOT_FOUND');
    expect(result.output).to.not.include(TOKEN);
  });

  it('fails with the three debug artifacts where the build fails', async () => {
    const result = await run({ checkOut: (folder) => mkdirSync(folder) });
    expect(result.failed).to.equal(true);
    expect([...(result.artifacts.get('debug-artifacts-acme')?.files.keys() ?? [])]).to.have.length(3);
    expect(titles(result)).to.deep.equal(['error FAILED']);
    expect(existsSync(caches)).to.equal(false);
  });

  it('fails where a guard held the plan, after it applied what enters', async () => {
    for (const name of ['001', '002', '003', '004', '005']) say(acme.get(`member-${name}`), 'deprecated');
    const result = await run({ vars: { PLUS1_GRACE_PERIOD: '0s' } });
    expect(result.failed).to.equal(true);
    expect(titles(result)).to.include('error HELD');
    expect(members()).to.include.members(['promoted-001', 'member-001', 'member-005']);
  });

  it('is verbose where the runner debugs', async () => {
    const quiet = await run();
    expect(quiet.output).to.not.match(/^\{"level":"debug"/m);
    const result = await run({ env: { RUNNER_DEBUG: '1' } });
    expect(result.output).to.match(/"level":"debug"/);
  });

  it('gives the runner no command that stands in a file or in an answer', async () => {
    const value = '##[error]x ::error::y';
    say(acme.get('member-001'), JSON.stringify(value));
    say(acme.get('promoted-001'), JSON.stringify(`\n::error::z\nprod`));
    const result = await run({ env: { RUNNER_DEBUG: '1' } });
    expect(result.output).to.include('##[error]x');
    expect(titles(result).filter((title) => !/ (?:Memory|Performance|Statistics)$/.test(title))).to.deep.equal([]);
  });

  describe('as it is declared', () => {
    const workflow = parse(readFileSync(WORKFLOW, 'utf8'));

    it('runs at four, and by hand with dry_run and target_org', () => {
      expect(workflow.on.schedule).to.deep.equal([{ cron: '0 4 * * *' }]);
      expect(workflow.on.workflow_dispatch.inputs).to.include.keys('dry_run', 'target_org');
      expect(workflow.on).to.have.all.keys('schedule', 'workflow_dispatch');
    });

    it('may read, and nothing else', () => {
      expect(workflow.permissions).to.deep.equal({});
      expect(job().permissions).to.deep.equal({ contents: 'read', actions: 'read' });
    });

    it('runs once at a time for an organization', () => {
      expect(job().concurrency).to.deep.equal({
        group: 'plus1-enforcement-${{ matrix.organization }}',
        'cancel-in-progress': false,
      });
    });

    const organizations = (inputs: object, vars: object): unknown =>
      evaluate(job().strategy.matrix.organization.slice(3, -2), {
        inputs,
        vars,
        github: { repository_owner: 'owner' },
      });
    it('runs for the organizations of the variable, the one that was asked for, or the owner', () => {
      expect(organizations({ target_org: '' }, {})).to.deep.equal(['owner']);
      expect(organizations({}, { PLUS1_ORGANIZATIONS: '["a","b"]' })).to.deep.equal(['a', 'b']);
      expect(organizations({ target_org: 'c","d' }, { PLUS1_ORGANIZATIONS: '["a"]' })).to.deep.equal(['c","d']);
    });
  });
});
