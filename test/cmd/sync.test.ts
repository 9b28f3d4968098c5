/** `plus1 sync` as it is used: what flags, files and the environment mean, where its memory lies, what it prints. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { entity, kept, memberNames, names, say, town } from '../builders.js';
import { plus1, reportOf, temporaryFolder, TOKEN, type Ran } from '../integration/cli.js';

const policy = (spec: object = {}, metadata: object = {}): string =>
  JSON.stringify({
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', ...metadata } },
    spec: { organization: 'acme', github: {}, ...spec },
  });

describe('plus1 sync', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let folder: string;
  beforeEach(async () => {
    acme = town({ members: 5, promoted: 1, others: 2 });
    github = await startGitHub({ organizations: [acme] });
    folder = temporaryFolder();
  });
  afterEach(() => github.close());

  const sync = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
    plus1(['sync', ...args, '--format', 'json'], { github, env });
  const file = (text: string, name = 'policy.yaml'): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const well = ({ code, stderr }: Ran): void => expect(code, stderr).to.equal(0) && undefined;
  const files = (path: string): string[] =>
    existsSync(path)
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !/\.(cache|lock|days|journal)(\/|$)/.test(entry.parentPath))
          .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
          .sort()
      : [];

  describe('its memory', () => {
    it('of a bare run is none, and it says so', async () => {
      say(acme.get('member-001'), 'deprecated');
      const home = join(folder, 'home');
      const ran = await sync(['--org', 'acme'], { HOME: home });
      well(ran);
      expect(ran.stderr).to.equal('no grace period: 1 leaves now\n');
      expect(files(home)).to.deep.equal([]);
    });

    it('of a bare run lies at STATE/default/ORG.json, whatever the case of the name', async () => {
      well(await sync(['--org', 'ACME', '--state', folder]));
      well(await sync(['--org', 'acme', '--state', folder]));
      expect(files(folder)).to.deep.equal(['default/acme.json']);
      expect(JSON.parse(readFileSync(join(folder, 'default/acme.json'), 'utf8'))).to.have.keys(
        ...['apiVersion', 'kind', 'metadata', 'spec', 'status'],
      );
    });

    it('of another ruleset lies at ORG.RULESET.json, and cannot climb out of its folder', async () => {
      acme.addRuleset({ name: '../../sly', conditions: kept(acme).conditions });
      well(await sync(['--org', 'acme', '--state', join(folder, 'state'), '--ruleset', 'somebody_elses']));
      well(await sync(['--org', 'acme', '--state', join(folder, 'state'), '--ruleset', '../../sly']));
      expect(files(join(folder, 'state'))).to.deep.equal([
        'default/acme...%2F..%2Fsly.json',
        'default/acme.somebody_elses.json',
      ]);
      expect(readdirSync(folder)).to.deep.equal(['state']);
    });

    it('of a policy lies below XDG_STATE_HOME, in its namespace', async () => {
      const ran = await sync(['-f', file(policy({}, { name: 'payments', namespace: 'platform' }))], {
        XDG_STATE_HOME: join(folder, 'xdg'),
      });
      well(ran);
      expect(ran.stderr).to.equal('');
      expect(files(join(folder, 'xdg'))).to.deep.equal(['plus1/platform/payments.json']);
    });

    it('of a policy lies below HOME/.local/state where XDG_STATE_HOME is not set', async () => {
      well(await sync(['-f', file(policy())], { HOME: join(folder, 'home') }));
      expect(files(join(folder, 'home'))).to.deep.equal(['.local/state/plus1/default/acme.json']);
    });

    it('holds the grace period of 24 h, with --state as with -f', async () => {
      const runs = [
        ['--org', 'acme', '--state', join(folder, 'a')],
        ['-f', file(policy()), '--state', join(folder, 'b')],
      ];
      say(acme.get('member-001'), 'deprecated');
      for (const args of runs) {
        const ran = await sync(args);
        well(ran);
        expect(reportOf(ran).plan.retain.map(({ name }) => name)).to.deep.equal(['member-001']);
        expect(ran.stderr).to.equal('');
      }
    });

    it('that was torn by hand is an error, and a torn cache is none', async () => {
      well(await sync(['--org', 'acme', '--state', folder]));
      const cache = join(folder, '.cache', 'default', 'acme.json');
      const good = readFileSync(cache, 'utf8');
      for (const torn of [
        ...['', 'null', '[]', '{"version":1}', good.slice(0, good.length / 2)],
        good.replace('"repositories":[', '"repositories":[null,7,{"id":"x"},'),
        good.replace(/"members":\[[^\]]*\]/, '"members":["a",null]'),
        good.replaceAll('"verdict":{', '"verdict":{"status":7,"x":'),
      ]) {
        writeFileSync(cache, torn);
        const ran = await sync(['--org', 'acme', '--state', folder]);
        expect(ran.code, `${torn.slice(0, 60)}: ${ran.stderr}`).to.equal(0);
        expect(memberNames(acme)).to.deep.equal([...names('member', 5), 'promoted-001']);
        expect(reportOf(ran).analysis_summary).to.include({ valid_production: 6, valid_non_production: 2 });
      }
    });
  });

  describe('what it is told', () => {
    beforeEach(() => {
      acme.get('other-001').commit('catalog.yaml', entity('live'));
      acme.get('other-002').commit('entity.datadog.yaml', entity('Critical'));
      acme.addRuleset({ name: 'second', conditions: kept(acme).conditions });
    });
    const second = (): string[] =>
      acme
        .ruleset('second')
        .members.map((id) => acme.repository(id)?.name ?? '')
        .filter((name) => name.startsWith('other'));

    it('by flags wins over the policy file', async () => {
      const text = policy({
        catalog: { paths: ['nowhere.yaml'], productionLifecycles: ['none'] },
        ruleset: { name: 'absent' },
        exit: { gracePeriod: '5h' },
      });
      const flags = [
        '--yaml-path',
        'catalog.yaml',
        '--production-lifecycle',
        'live',
        '--ruleset',
        'second',
        '--grace-period',
        '1h',
      ];
      const ran = await sync(['-f', file(text), ...flags, '--state', join(folder, 'state')]);
      well(ran);
      expect(second()).to.deep.equal(['other-001']);
      expect(reportOf(ran).ruleset_name).to.equal('second');
      const { spec } = JSON.parse(readFileSync(join(folder, 'state/default/acme.json'), 'utf8'));
      expect(spec.exit.gracePeriod).to.equal('1h');
    });

    it('by the environment holds for a bare run', async () => {
      const ran = await sync(['--state', join(folder, 'state')], {
        ...{ TARGET_ORG: 'acme', RULESET_NAME: 'second', DATADOG_YAML_PATH: 'catalog.yaml' },
        PRODUCTION_LIFECYCLE_VALUES: 'live, Critical ,',
      });
      well(ran);
      expect(second()).to.deep.equal(['other-001']);
    });

    it('by flags wins over the environment', async () => {
      const ran = await sync(
        [
          '--org',
          'acme',
          '--ruleset',
          'second',
          '--yaml-path',
          'catalog.yaml',
          '--yaml-path',
          'entity.datadog.yaml',
          '--production-lifecycle',
          'live',
          '--production-lifecycle',
          'Critical',
        ],
        {
          TARGET_ORG: 'umbrella',
          RULESET_NAME: 'absent',
          DATADOG_YAML_PATH: 'x.yaml',
          PRODUCTION_LIFECYCLE_VALUES: 'none',
        },
      );
      expect(ran.stderr).to.equal('');
      expect(second()).to.deep.equal(['other-001', 'other-002']);
    });

    it('by the environment does not touch a policy file, but for the address it leaves open', async () => {
      const ran = await sync(['-f', file(policy())], {
        TARGET_ORG: 'umbrella',
        RULESET_NAME: 'absent',
        DATADOG_YAML_PATH: 'x.yaml',
      });
      well(ran);
      expect(reportOf(ran)).to.include({ organization: 'acme', ruleset_name: 'plus1_enforcement' });
    });

    it('the token: --token, then GHE_ADMIN_TOKEN, then GITHUB_TOKEN', async () => {
      const used = async (args: string[], env: Record<string, string>): Promise<string | undefined> => {
        github.reset();
        await sync(['--org', 'acme', ...args], env);
        return github.requests[0]?.headers.authorization;
      };
      expect(
        await used(['--token', 'ghp_flag', '--api-url', github.apiURL], { GHE_ADMIN_TOKEN: 'ghp_admin' }),
      ).to.equal('Bearer ghp_flag');
      expect(await used([], { GHE_ADMIN_TOKEN: 'ghp_admin' })).to.equal('Bearer ghp_admin');
      expect(await used([], {})).to.equal(`Bearer ${TOKEN}`);
      expect(await used([], { GHE_ADMIN_TOKEN: '' })).to.equal(`Bearer ${TOKEN}`);
    });

    it('BATCH_SIZE, CONCURRENT_BATCHES and RETRY_ATTEMPTS shape the requests', async () => {
      github.latency = { requestMs: 150 };
      well(await sync(['--org', 'acme'], { BATCH_SIZE: '2', CONCURRENT_BATCHES: '1' }));
      expect(github.requests.filter(({ operation }) => operation === 'files')).to.have.length(4);
      expect(github.counts().concurrent).to.equal(1);
      github.reset();
      github.faults.when(({ operation }) => operation === 'orgs/get', { kind: 'status', status: 502 }, Infinity);
      await sync(['--org', 'acme'], { RETRY_ATTEMPTS: '2' });
      const sent = (of: string): number => github.requests.filter(({ operation }) => operation === of).length;
      expect(sent('orgs/get')).to.equal(3);
      // Asked for beside the first, whose failure is what went wrong: nothing else is asked for again.
      expect(github.requests.length - sent('orgs/get')).to.equal(sent('repos/get-org-rulesets'));
      expect(sent('repos/get-org-rulesets')).to.be.at.most(1);
    });

    it('suspend: true ends it with a line, before anything is looked at', async () => {
      const ran = await sync(['-f', file(policy({ suspend: true }))]);
      expect([ran.code, ran.stdout]).to.deep.equal([0, '']);
      expect(ran.stderr).to.equal('The policy default/acme is suspended: nothing was looked at.\n');
      expect(github.requests).to.deep.equal([]);
    });

    it('EnterOnly lets in and keeps, and lists who would leave under retain', async () => {
      say(acme.get('member-001'), 'deprecated');
      const ran = await sync(['-f', file(policy({ mode: 'EnterOnly', exit: { gracePeriod: '0s' } }))]);
      well(ran);
      expect(memberNames(acme)).to.deep.equal([...names('member', 5), 'promoted-001']);
      expect(reportOf(ran).plan.retain.map(({ name }) => name)).to.deep.equal(['member-001']);
    });
  });

  describe('what it prints', () => {
    it('is told in one line where --output is in a folder that is not there, and no folder is made', async () => {
      const ran = await sync(['--org', 'acme', '--output', join(folder, 'mistyped', 'report.json')]);
      expect([ran.code, existsSync(join(folder, 'mistyped'))]).to.deep.equal([1, false]);
      expect(ran.stderr).to.match(/^PLUS1_OUTPUT_UNWRITABLE: .*ENOENT/m);
    });

    it('is JSON and nothing else with --format json, and the same in --output', async () => {
      const output = join(folder, 'reports', 'report.json');
      mkdirSync(join(folder, 'reports'));
      const ran = await sync(['--org', 'acme', '--output', output, '--verbose']);
      well(ran);
      expect(JSON.parse(ran.stdout)).to.deep.equal(JSON.parse(readFileSync(output, 'utf8')));
      expect(readdirSync(join(folder, 'reports'))).to.deep.equal(['report.json']);
      for (const line of ran.stderr.trim().split('\n').slice(0, -1))
        expect(['debug', 'info']).to.include(JSON.parse(line).level);
    });

    it('is text for people, without colours where nobody looks', async () => {
      say(acme.get('member-001'), 'deprecated');
      const { code, stdout } = await plus1(['sync', '--org', 'acme'], { github });
      expect(code).to.equal(0);
      expect(stdout).to.equal(
        [
          'acme / plus1_enforcement (active)',
          '',
          '8 repositories, 5 in production, 5 of them governed (100.0 %)',
          '  5  valid_production',
          '  3  valid_non_production',
          '',
          stdout.split('\n')[6],
          '',
          'Plan: 1 to enter, 1 to leave, 0 retained',
          stdout.split('\n')[9],
          '  + promoted-001  entity.datadog.yaml:6 declares lifecycle production',
          '  - member-001    entity.datadog.yaml:6 says lifecycle deprecated',
          '',
          'Applied and proved: 1 entered, 1 left.',
          '',
        ].join('\n'),
      );
      expect(stdout.split('\n')[6]).to.match(
        /^Warning: no longer in production: member-001 \(commit [0-9a-f]{7} by ada\)\.$/,
      );
      expect(stdout.split('\n')[9]).to.match(/^Hash: sha256:[0-9a-f]{64}$/);
    });

    it('has no hash where nobody leaves: it would be that of every such plan', async () => {
      const { stdout } = await plus1(['sync', '--org', 'acme', '--emergency-mode'], { github });
      expect(stdout).to.include('to enter, 0 to leave').and.not.include('sha256:');
    });

    it('says so where there is nothing to do', async () => {
      await plus1(['sync', '--org', 'acme'], { github });
      const { stdout } = await plus1(['sync', '--org', 'acme'], { github });
      expect(stdout)
        .to.match(/Plan: nothing to change\.\n/)
        .and.to.match(/Nothing was written/);
    });
  });

  describe('a limit', () => {
    const waits = (ran: Ran): string[] => ran.stderr.split('\n').filter((line) => line.startsWith('Waiting until'));

    it('that ends soon is waited for, with one line that says so', async () => {
      github.faults.next('list', { kind: 'primary', status: 403, resetInS: 1 });
      const ran = await sync(['--org', 'acme']);
      well(ran);
      expect(waits(ran)).to.have.length(1);
      expect(waits(ran)[0]).to.match(/^Waiting until \d{4}-\d\d-\d\dT[\d:.]+Z: GitHub/);
    });

    it('that lasts longer than --max-wait ends the run at once, with the time to try again', async () => {
      github.faults.next('list', { kind: 'primary', status: 403, resetInS: 600 });
      // Ten minutes would be beyond the time-out of this test.
      const ran = await sync(['--org', 'acme', '--max-wait', '60s']);
      expect([ran.code, ran.stdout, waits(ran)]).to.deep.equal([1, '', []]);
      expect(ran.stderr).to.match(/^PLUS1_RATE_LIMITED: .* try again at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. Fix: /);
    });

    it('of which less than a fifth is left stops reading', async () => {
      github.rateLimit.set('graphql', { remaining: 900, resetInS: 1_800 });
      const ran = await sync(['--org', 'acme', '--max-wait', '0']);
      expect(ran.code).to.equal(1);
      expect(ran.stderr).to.match(/^PLUS1_RATE_LIMITED: .*last fifth is for others.*try again at/);
      expect(github.counts().graphql).to.equal(1);
    });

    /** The budget of REST is nearly gone by the time of the write. */
    const spend = (): void => {
      github.beforeRequest(({ operation }) => {
        if (operation === 'files') github.rateLimit.set('core', { remaining: 600, resetInS: 1_800 });
      });
    };

    it('that is nearly reached does not stop a write that lets something enter', async () => {
      spend();
      const ran = await sync(['--org', 'acme', '--max-wait', '0']);
      well(ran);
      expect(memberNames(acme)).to.include('promoted-001');
    });

    it('that is nearly reached stops a write by which repositories only leave', async () => {
      await sync(['--org', 'acme']);
      say(acme.get('member-001'), 'deprecated');
      github.reset();
      spend();
      const ran = await sync(['--org', 'acme', '--max-wait', '0']);
      expect(ran.code).to.equal(1);
      expect(ran.stderr).to.match(/PLUS1_RATE_LIMITED/);
      expect([github.counts().writes, memberNames(acme).length]).to.deep.equal([0, 6]);
    });
  });

  describe('a state that cannot be written', () => {
    it('stops the write to GitHub as well: what left must not be forgotten', async () => {
      // Not as a permission, which does not bind everybody.
      const ran = await sync(['--org', 'acme', '--state', '/proc/none']);
      expect(ran.code).to.equal(1);
      expect(ran.stderr).to.match(/^PLUS1_STATE_UNWRITABLE: [^\n]+ Fix: [^\n]+\n$/);
      expect(github.counts().writes).to.equal(0);
    });
  });

  it('without anything shows its help on standard error and exits 2', async () => {
    const ran = await plus1([]);
    expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
    expect(ran.stderr).to.match(/Usage: plus1/);
  });

  it('--help goes to standard output and exits 0', async () => {
    const ran = await plus1(['sync', '--help']);
    expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
    for (const flag of ['--org', '--max-wait', '--allowed-host', '--tls-min-version', '--grace-period'])
      expect(ran.stdout).to.include(flag);
  });
});
