/** `--emergency-mode` and `--resume`, the specification's switches of a run. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, spawnPlus1, temporaryFolder, type Ran } from '../integration/cli.js';

describe('sync --emergency-mode', () => {
  let github: GitHubSimulator;
  let organization: Organization;
  beforeEach(async () => {
    organization = town({ members: 3, promoted: 1 });
    github = await startGitHub({ organizations: [organization] });
    say(organization.get('member-001'), 'deprecated');
  });
  afterEach(() => github.close());

  const everybody = ['member-001', 'member-002', 'member-003', 'promoted-001'];

  it('lets enter what enters, and nobody leave, in this run alone', async () => {
    const { code, stderr } = await plus1(['sync', '--org', 'acme', '--emergency-mode'], { github });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(memberNames(organization)).to.deep.equal(everybody);
    await plus1(['sync', '--org', 'acme'], { github });
    expect(memberNames(organization)).to.deep.equal(everybody.slice(1));
  });

  it('wins over the mode of a policy file', async () => {
    const file = join(temporaryFolder(), 'acme.yaml');
    const spec = { organization: 'acme', github: {}, exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
    );
    const state = temporaryFolder();
    const { code } = await plus1(['sync', '-f', file, '--state', state, '--emergency-mode'], { github });
    expect([code, memberNames(organization)]).to.deep.equal([0, everybody]);
    expect((await plus1(['sync', '-f', file, '--state', state], { github })).code).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(everybody.slice(1));
  });

  it('is a flag of ruleset-manager too', async () => {
    const args = ['--org', 'acme', '--ruleset', 'plus1_enforcement', '--emergency-mode'];
    const { code, stderr } = await spawnPlus1(args, { github, main: 'ruleset-manager' }).ended;
    expect(code, stderr).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(everybody);
  });
});

describe('sync --resume', () => {
  /** Questions for files before GitHub's limit is reached. */
  const READ = 3;
  let github: GitHubSimulator;
  let home: string;
  beforeEach(async () => {
    github = await startGitHub({ organizations: [town({ members: 6, others: 2 })] });
    home = temporaryFolder();
  });
  afterEach(() => github.close());

  /** One repository a question, and nothing is believed for longer than a run. */
  const run = (...args: string[]): Promise<Ran> =>
    plus1(['sync', '--org', 'acme', ...args], {
      github,
      env: { HOME: home, BATCH_SIZE: '1', CONCURRENT_BATCHES: '1', RETRY_ATTEMPTS: '0', CACHE_TTL: '0' },
    });
  const files = (): number => github.requests.filter(({ operation, fault }) => operation === 'files' && !fault).length;
  async function interrupted(...args: string[]): Promise<void> {
    let asked = 0;
    github.faults.when(
      ({ operation }) => operation === 'files' && (asked += 1) > READ,
      { kind: 'primary', status: 403, resetInS: 3_600 },
      Infinity,
    );
    expect((await run(...args)).code).to.equal(1);
    expect(files()).to.equal(READ);
    github.faults.clear();
    github.reset();
  }

  for (const [how, args] of [
    ['with a memory', (): string[] => ['--state', join(home, 'state')]],
    ['without a memory', (): string[] => []],
  ] as const) {
    it(`reads what the interrupted run did not read, whatever CACHE_TTL says, ${how}`, async () => {
      await interrupted(...args());
      const whole = await run(...args(), '--resume');
      expect(whole.code, whole.stderr).to.equal(0);
      expect(files()).to.equal(8 - READ);
      expect(github.requests.some(({ operation }) => operation.startsWith('list'))).to.equal(true);
      github.reset();
      await run(...args(), '--resume');
      expect(files(), 'nothing was interrupted: all is read again').to.equal(8);
    });
  }

  it('reuses nothing without the flag, and keeps nothing of a run without memory that was whole', async () => {
    await interrupted();
    expect((await run()).code).to.equal(0);
    expect(files()).to.equal(8);
    const folder = join(home, '.local', 'state', 'plus1', '.resume', 'default');
    expect(existsSync(folder) ? readdirSync(folder) : []).to.deep.equal([]);
  });
});
