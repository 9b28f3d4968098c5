/**
 * `plus1 check`: for every kind of credential what is missing is named, with the place where it is granted; and nothing is sent but
 * GETs and the minting of an App's token (`CheckStage.close`).
 */
import { expect } from 'chai';
import { CHECKS, CHECKS_FOR, type CheckName } from '../../cmd/plus1/check/result.js';
import { seedOrganization, startGitHub, type Permissions, type Token } from '../fakes/github/index.js';
import { CheckStage, classic, fine, linesOf, namesOf, PAT, reportOf, USUAL, type Line } from './check-stage.js';
import { plus1, type Ran } from './cli.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Who targets by id needs nothing of custom properties. */
const RARE = new Set<string>(['custom-properties', 'issues', ...Object.values(CHECKS_FOR).flat()]);
const USUAL_CHECKS = CHECKS.filter((name) => !RARE.has(name));

describe('plus1 check', function () {
  let stage: CheckStage;
  beforeEach(async () => {
    stage = await CheckStage.open();
  });
  afterEach(() => stage.close());

  describe('where all is well', () => {
    const credentials: { title: string; kind: string; run: () => Promise<Ran> }[] = [
      {
        title: 'a classic token',
        kind: 'classic',
        run: () => stage.withToken(classic(['repo', 'admin:org', 'gist']), 'ghp_a', ['--format', 'json']),
      },
      {
        title: 'a fine-grained token',
        kind: 'fine-grained',
        run: () => stage.withToken(fine(), PAT, ['--format', 'json']),
      },
      {
        title: 'an App',
        kind: 'app',
        run: () => plus1([...stage.app({}).args, '--format', 'json']),
      },
    ];
    for (const { title, kind, run } of credentials) {
      it(`says so of ${title}, check by check, with exit code 0`, async () => {
        const report = await reportOf(run());
        expect(report.checks.map(({ name, result }) => `${name} ${result}`)).to.deep.equal(
          USUAL_CHECKS.map((name) => `${name} ok`),
        );
        expect(report.code).to.equal(0);
        expect(report.credential.kind).to.equal(kind);
        expect(report.summary).to.deep.equal({ ok: 12, warning: 0, missing: 0, unknown: 0 });
        expect(stage.github.counts().writes).to.equal(0);
      });
    }

    it('is well with --strict too', async () => {
      expect((await stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--strict'])).code).to.equal(0);
    });

    it('works on a server without limits, below /api/v3', async () => {
      const server = await startGitHub({
        organizations: [seedOrganization({ login: 'corp', repositories: 5, production: 2 })],
        basePath: '/api/v3',
        rateLimit: false,
      });
      const report = await reportOf(plus1(['check', '--org', 'corp', '--format', 'json'], { github: server }));
      expect(report.code).to.equal(0);
      expect(report.checks.find(({ name }) => name === 'rate-limit')?.message).to.include('no rate limit');
      await server.close();
    });

    it('needs no private content where every repository is public', async () => {
      for (const repository of stage.acme.repositories) repository.set({ visibility: 'public' });
      const report = await reportOf(stage.withToken(fine(), PAT, ['--format', 'json']));
      expect(namesOf(report, 'ok')).to.have.length(12);
    });
  });

  it('has a JSON of one shape, whatever was found', async () => {
    const shapes = [
      await reportOf(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--format', 'json'])),
      await reportOf(stage.withToken(classic([]), 'ghp_b', ['--format', 'json'])),
      await reportOf(stage.check(['--format', 'json'], { env: { GITHUB_TOKEN: 'ghp_unknown' } })),
    ];
    for (const { code: _code, ...report } of shapes) {
      expect(Object.keys(report)).to.deep.equal([
        'timestamp',
        'organization',
        'host',
        'ruleset',
        'credential',
        'backup',
        'summary',
        'checks',
      ]);
      expect(report).to.include({
        organization: 'acme',
        host: new URL(stage.github.url).host,
        ruleset: 'plus1_enforcement',
      });
      expect(report.checks.map(({ name }) => name)).to.deep.equal(USUAL_CHECKS);
      for (const line of report.checks) {
        expect(Object.keys(line)).to.deep.equal(['name', 'result', 'message', 'fix', 'code']);
        expect(line.result).to.match(/^(ok|warning|missing|unknown)$/);
        if (line.result === 'missing' || line.result === 'warning') expect(line.fix, line.name).to.be.a('string');
      }
    }
  });

  describe('names what a credential lacks, and where it is granted', () => {
    const without = (name: keyof typeof USUAL): Permissions => {
      const { [name]: _left, ...rest } = USUAL;
      return rest;
    };
    const EDIT = 'Settings > Developer settings > Personal access tokens > Fine-grained tokens > the token > Edit';

    for (const { scopes, scope, names } of [
      { scopes: ['repo', 'read:org'], scope: 'admin:org', names: ['administration'] },
      { scopes: ['admin:org', 'public_repo'], scope: 'repo', names: ['metadata', 'contents'] },
    ]) {
      it(`of a classic token: the scope ${scope}`, async () => {
        const report = await reportOf(stage.withToken(classic(scopes), 'ghp_a', ['--format', 'json']));
        expect(report.code).to.equal(1);
        expect(namesOf(report, 'missing')).to.deep.equal(names);
        for (const line of linesOf(report, 'missing')) {
          expect(line.message).to.include(`lacks the scope ${scope}`);
          expect(line.fix).to.include(`Personal access tokens > Tokens (classic) > the token > ${scope}`);
          expect(line.code).to.equal('PLUS1_SCOPE_MISSING');
        }
      });
    }

    const permissions = [
      { lacks: 'metadata', name: 'metadata', path: 'Repository permissions > Metadata: Read-only' },
      { lacks: 'contents', name: 'contents', path: 'Repository permissions > Contents: Read-only' },
      {
        lacks: 'organization_administration',
        name: 'administration',
        path: 'Organization permissions > Administration: Read and write',
      },
    ] as const;
    for (const { lacks, name, path } of permissions) {
      it(`of a fine-grained token: ${lacks}`, async () => {
        const report = await reportOf(
          stage.withToken(fine({ permissions: without(lacks) }), PAT, ['--format', 'json']),
        );
        expect(report.code).to.equal(1);
        expect(namesOf(report, 'missing')).to.deep.equal([name]);
        const [line] = linesOf(report, 'missing');
        expect(line?.message).to.include(lacks);
        expect(line?.fix).to.include(`${EDIT} > ${path}`).and.to.include('Pending requests');
      });

      it(`of an App that does not ask for it: ${lacks}`, async () => {
        const report = await reportOf(plus1([...stage.app({ permissions: without(lacks) }).args, '--format', 'json']));
        expect(report.code).to.equal(1);
        expect(namesOf(report, 'missing')).to.deep.equal([name]);
        const [line] = linesOf(report, 'missing');
        expect(line?.fix).to.include(`GitHub Apps > acme-plus1 > Edit > Permissions & events > ${path}`);
        expect(line?.fix).to.include('Review request');
      });

      it(`of an App that asks for it, which no owner has accepted: ${lacks}`, async () => {
        const { args } = stage.app({ permissions: USUAL, installed: without(lacks) });
        const report = await reportOf(plus1([...args, '--format', 'json']));
        expect(namesOf(report, 'missing')).to.deep.equal([name]);
        expect(linesOf(report, 'missing')[0]?.fix).to.match(/^the App asks for it already; .*Review request/);
      });
    }

    it('of an App: more than one thing at a time, each on its own line', async () => {
      const report = await reportOf(
        plus1([...stage.app({ permissions: { metadata: 'read' } }).args, '--format', 'json']),
      );
      expect(namesOf(report, 'missing')).to.deep.equal(['contents', 'administration']);
    });

    it('of a fine-grained token that may read rulesets and not change them', async () => {
      stage.github.world.behaviour.rulesetReadNeeds = 'read';
      const permissions = { ...USUAL, organization_administration: 'read' };
      const report = await reportOf(stage.withToken(fine({ permissions }), PAT, ['--format', 'json']));
      expect(namesOf(report, 'missing')).to.deep.equal(['administration']);
      expect(linesOf(report, 'missing')[0]?.message).to.include('not change it');
    });

    it('of the token of a workflow, which cannot get it', async () => {
      const app = stage.github.world.apps.add({ id: 15368, slug: 'github-actions' });
      const permissions = { metadata: 'read', contents: 'read' } as const;
      const installation = app.install(stage.acme, { permissions });
      const token: Token = { kind: 'installation', installation, permissions, expiresAt: Date.now() + HOUR_MS };
      const report = await reportOf(stage.withToken(token, 'ghs_workflow', ['--format', 'json']));
      expect(namesOf(report, 'missing')).to.deep.equal(['administration']);
      expect(linesOf(report, 'missing')[0]?.fix).to.match(
        /GITHUB_TOKEN of a workflow cannot have it: use a GitHub App/,
      );
    });
  });

  describe('asked what incidents and rollouts need', () => {
    const FOR = ['--for', 'incidents', 'rollouts', '--format', 'json'];
    const ITS = new Set<string>(Object.values(CHECKS_FOR).flat());
    const rare = ({ checks }: { checks: Line[] }): string[] =>
      checks.filter(({ name }) => ITS.has(name)).map(({ name, result }) => `${name} ${result}`);

    it('names each permission that an App lacks, and where it asks for it', async () => {
      const report = await reportOf(plus1([...stage.app({}).args, ...FOR]));
      expect(report.code).to.equal(1);
      expect(rare(report)).to.deep.equal([
        ...['rule-suites ok', 'repository-administration missing', 'actions missing', 'members missing'],
      ]);
      const text = JSON.stringify(report);
      for (const lacks of ['administration: write', 'actions: write', 'members: read'])
        expect(text).to.include(`the installation of the App lacks ${lacks}`);
      expect(text).to.include('Repository permissions > Actions: Read and write');
    });

    it('is content with an App that has them', async () => {
      const permissions: Permissions = { ...USUAL, administration: 'write', actions: 'write', members: 'read' };
      const report = await reportOf(plus1([...stage.app({ permissions }).args, ...FOR]));
      expect(report.code).to.equal(0);
      expect(rare(report)).to.deep.equal([
        ...['rule-suites ok', 'repository-administration ok', 'actions ok', 'members ok'],
      ]);
    });

    it('says of a fine-grained token that GitHub does not say', async () => {
      expect(rare(await reportOf(stage.withToken(fine(), PAT, FOR)))).to.deep.equal([
        ...['rule-suites ok', 'repository-administration warning', 'actions warning', 'members warning'],
      ]);
    });
  });

  describe('tells the ruleset as it is', () => {
    const cases: {
      title: string;
      arrange: () => void;
      name: CheckName;
      result: Line['result'];
      says: RegExp;
      exit: number;
    }[] = [
      {
        title: 'disabled',
        arrange: () => void stage.acme.ruleset('plus1_enforcement').edit({ enforcement: 'disabled' }),
        ...{ name: 'enforcement', result: 'warning', says: /disabled.*Enforcement status > Active/, exit: 0 },
      },
      {
        title: 'evaluated only',
        arrange: () => void stage.acme.ruleset('plus1_enforcement').edit({ enforcement: 'evaluate' }),
        ...{ name: 'enforcement', result: 'warning', says: /only evaluates/, exit: 0 },
      },
      {
        title: 'without rules',
        arrange: () => void stage.acme.ruleset('plus1_enforcement').edit({ rules: [] }),
        ...{ name: 'enforcement', result: 'warning', says: /no rules/, exit: 0 },
      },
      {
        title: 'missing',
        arrange: () => stage.acme.deleteRuleset(stage.acme.ruleset('plus1_enforcement')),
        ...{
          name: 'ruleset',
          result: 'missing',
          says: /no ruleset named plus1_enforcement.*New branch ruleset/,
          exit: 1,
        },
      },
      {
        title: 'there twice',
        arrange: () => void stage.acme.addRuleset({ name: 'plus1_enforcement' }),
        ...{ name: 'ruleset', result: 'missing', says: /2 rulesets named/, exit: 1 },
      },
      {
        title: 'not in the plan',
        arrange: () => void (stage.acme.plan = 'free'),
        ...{ name: 'ruleset', result: 'missing', says: /plan has no organization rulesets.*upgrade/, exit: 1 },
      },
    ];
    for (const { title, arrange, name, result, says, exit } of cases) {
      it(title, async () => {
        arrange();
        const report = await reportOf(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--format', 'json']));
        expect(report.code).to.equal(exit);
        const lines = report.checks.filter((each) => each.result !== 'ok' && each.result !== 'unknown');
        expect(lines.map((each) => [each.name, each.result])).to.deep.equal([[name, result]]);
        expect(`${lines[0]?.message} ${lines[0]?.fix}`).to.match(says);
      });
    }

    it('ends with 1 for a warning where --strict is given', async () => {
      stage.acme.ruleset('plus1_enforcement').edit({ enforcement: 'disabled' });
      expect((await stage.withToken(classic(['repo', 'admin:org']), 'ghp_a')).code).to.equal(0);
      expect((await stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--strict'])).code).to.equal(1);
    });
  });

  describe('warns', () => {
    it('of an App on selected repositories, and says where to choose all', async () => {
      const { args } = stage.app({ repositories: stage.acme.repositories.slice(0, 20).map(({ name }) => name) });
      const report = await reportOf(plus1([...args, '--format', 'json']));
      expect(report.code).to.equal(0);
      const [line] = linesOf(report, 'warning');
      expect(line?.name).to.equal('visibility');
      expect(line?.fix).to.include('Repository access > All repositories');
    });

    it('of a token that sees fewer repositories than GitHub counts', async () => {
      const repositories = stage.acme.repositories.slice(0, 20).map(({ id }) => id);
      const report = await reportOf(stage.withToken(fine({ repositories }), PAT, ['--format', 'json']));
      expect(namesOf(report, 'warning')).to.deep.equal(['visibility']);
      expect(linesOf(report, 'warning')[0]?.message).to.match(/sees 2\d repositories, and GitHub counts 30/);
    });

    for (const { days, result } of [
      { days: 13.5, result: 'warning' },
      { days: 14.5, result: 'ok' },
    ]) {
      it(`of the end of a token ${days} days ahead: ${result}`, async () => {
        const expiresAt = Math.floor((Date.now() + days * DAY_MS) / 1_000) * 1_000;
        const report = await reportOf(stage.withToken(fine({ expiresAt }), PAT, ['--format', 'json']));
        expect(report.code).to.equal(0);
        const line = report.checks.find(({ name }) => name === 'expiry');
        expect(line?.result).to.equal(result);
        expect(line?.message).to.include(new Date(expiresAt).toISOString().slice(0, 10));
        expect(report.credential.expires).to.equal(new Date(expiresAt).toISOString());
      });
    }

    it('of the end by the clock of GitHub, where the local one is wrong', async () => {
      stage.now = () => Date.now() + 10 * DAY_MS;
      const expiresAt = Math.floor(Date.now() / 1_000) * 1_000 + 20 * DAY_MS;
      const report = await reportOf(stage.withToken(fine({ expiresAt }), PAT, ['--format', 'json']));
      expect(namesOf(report, 'warning')).to.deep.equal(['expiry', 'clock']);
    });

    for (const { minutes, way } of [
      { minutes: 7, way: 'behind' },
      { minutes: -7, way: 'ahead of' },
    ]) {
      it(`of a clock that is 7 minutes ${way} GitHub's, for a token and for an App`, async () => {
        stage.now = () => Date.now() + minutes * 60_000;
        const runs = [stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--format', 'json'])];
        for (const run of [...runs, plus1([...stage.app({}).args, '--format', 'json'])]) {
          const report = await reportOf(run);
          expect(report.code).to.equal(0);
          expect(namesOf(report, 'warning')).to.deep.equal(['clock']);
          expect(linesOf(report, 'warning')[0]?.message).to.match(
            new RegExp(`^the clock of this machine is [67] minutes ${way} GitHub's$`),
          );
        }
      });
    }

    it('of a limit of which less than a fifth is left, and still asks everything', async () => {
      stage.github.rateLimit.set('core', { remaining: 500 });
      const report = await reportOf(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--format', 'json']));
      expect(namesOf(report, 'warning')).to.deep.equal(['rate-limit']);
      expect(namesOf(report, 'ok')).to.have.length(11);
    });

    it('of a ruleset that is missing where a template makes it', async () => {
      stage.acme.deleteRuleset(stage.acme.ruleset('plus1_enforcement'));
      const spec = { ruleset: { template: { rules: [{ type: 'deletion' }] } } };
      const report = await reportOf(plus1([...stage.app({ spec }).args, '--format', 'json']));
      expect(linesOf(report, 'warning').map(({ name, message }) => [name, message])).to.deep.equal([
        ['ruleset', 'there is no ruleset plus1_enforcement: ruleset.template makes it'],
      ]);
      expect(namesOf(report, 'missing')).to.deep.equal([]);
    });

    it('of an organization that was renamed', async () => {
      stage.acme.rename('acme-inc');
      const report = await reportOf(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--format', 'json']));
      expect(linesOf(report, 'warning').map(({ message }) => message)).to.deep.equal(['acme is called acme-inc now']);
    });
  });

  it('goes on where one answer fails, and does not call that well', async () => {
    stage.github.faults.when(
      ({ operation }) => operation === 'repos/get-org-rulesets',
      { kind: 'status', status: 502 },
      Infinity,
    );
    const report = await reportOf(stage.withToken(fine(), PAT, ['--format', 'json']));
    expect(report.code).to.equal(1);
    expect(namesOf(report, 'missing')).to.deep.equal(['ruleset']);
    expect(namesOf(report, 'unknown')).to.deep.equal(['administration', 'enforcement']);
    expect(namesOf(report, 'ok')).to.include.members(['contents', 'visibility']);
  });

  it('shows no token, in no format', async () => {
    stage.github.world.tokens.add('ghp_PLANTEDsecret', classic(['repo']));
    for (const args of [[], ['--format', 'json'], ['--verbose']]) {
      const { stdout, stderr } = await stage.check(args, { env: { GITHUB_TOKEN: 'ghp_PLANTEDsecret' } });
      expect(stdout + stderr).not.to.include('PLANTED');
    }
  });

  it('aligns its lines, without colours in a pipe', async () => {
    const { stdout } = await stage.withToken(classic(['repo', 'admin:org']), 'ghp_a');
    expect(stdout).not.to.include('\u001b');
    const columns = stdout.split('\n').filter((line) => /^ {2}ok /.test(line));
    expect(columns).to.have.length(12);
    expect(new Set(columns.map((line) => /^ {2}ok {2}\S+ +/.exec(line)?.[0].length)).size).to.equal(1);
  });
});
