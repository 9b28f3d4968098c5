/** `plus1 egress list` and `render` over a state folder, and every flag of `request`: what they print, and with which exit codes. */
import { expect } from 'chai';
import { parse } from 'yaml';
import { egressCommand } from '../../cmd/plus1/egress.js';
import type { EgressRuleSpec, EgressRuleStatus } from '../../pkg/api/index.js';
import { readDocuments, StateFolder } from '../../pkg/policies/index.js';
import { quote } from '../../pkg/text/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';
import { keepInput } from './kept-input.js';

const NEVER = new AbortController().signal;
const NOW = Date.UTC(2025, 2, 15, 12);
const ready = (reason: string): EgressRuleStatus['conditions'] => [
  {
    ...{ type: 'Ready', status: 'True', reason, message: 'It is in force' },
    ...{ observedGeneration: 1, lastTransitionTime: '2025-03-15T11:00:00Z' },
  },
];

describe('plus1 egress over a state folder', () => {
  let state: string;
  beforeEach(() => (state = temporaryFolder()));

  const policy = (namespace = 'default', status: object = {}): Promise<void> => {
    const key = { namespace, name: 'acme' };
    const object = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...key, uid: namespace } };
    return new StateFolder(state).write(key, { ...object, spec: { organization: 'acme' }, status } as never, NEVER);
  };
  const rule = (name: string, spec: object = {}, status: object = {}, namespace = 'default'): Promise<void> =>
    keepInput(state, {
      ...{ kind: 'Plus1EgressRule', name, namespace },
      spec: {
        ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' },
        ...{ endpoints: [`${name}.example.com:443`], ...spec },
      },
      status: { observedGeneration: 1, conditions: ready('InForce'), ...status },
    });
  const run = (...args: string[]): Promise<Outcome> =>
    runCommand(egressCommand, [...args, '--state', state], { cwd: state, nowMs: NOW });

  describe('list', () => {
    beforeEach(async () => {
      await policy();
      await rule('all', { endpoints: ['*.blob.example.net:443', 'a.example.com:443'] });
      await rule('due', {}, { nextReview: '2025-03-15T12:00:00Z', jobs: { targeted: 3, carrying: 2 } });
      await rule('later', { effect: 'Deny' }, { nextReview: '2025-03-15T12:00:01Z', conditions: ready('Denied') });
      await rule('over', { kind: 'Emergency', expiresAt: '2025-03-15T12:00:00Z' });
      await rule('unread', {}, { observedGeneration: 0 });
      await rule('team', { reason: '[link](http://x) | `a`\u202e', ticket: 'https://t.example.com/(1)' }, {}, 'team');
    });

    it('prints a line a rule, with the state of each', async () => {
      const { code, stdout, stderr } = await run('list');
      expect([code, stderr]).to.deep.equal([0, '']);
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/));
      expect(rows[0]).to.deep.equal([
        'NAME',
        'POLICY',
        'EFFECT',
        'KIND',
        'STATE',
        'ENDPOINTS',
        'JOBS',
        'NEXT REVIEW',
        'AGE',
      ]);
      expect(
        rows.slice(1).map(([name, of, effect, kind, is, count]) => [name, of, effect, kind, is, count]),
      ).to.deep.equal([
        ['all', 'default/acme', 'Allow', 'Normal', 'InForce', '2'],
        ['due', 'default/acme', 'Allow', 'Normal', 'InForce', '1'],
        ['later', 'default/acme', 'Deny', 'Normal', 'Denied', '1'],
        ['over', 'default/acme', 'Allow', 'Emergency', 'Expired', '1'],
        ['unread', 'default/acme', 'Allow', 'Normal', 'NotJudged', '1'],
        ['team', 'team/acme', 'Allow', 'Normal', 'InForce', '1'],
      ]);
      expect(rows[2]?.slice(6)).to.deep.equal(['2/3', '2025-03-15', '0s']);
    });

    it('--due shows what has to be reviewed by now, and says so where that is nothing', async () => {
      const names = async (...args: string[]): Promise<string[]> =>
        (
          JSON.parse((await run('list', ...args, '--format', 'json')).stdout) as {
            items: { metadata: { name: string } }[];
          }
        ).items.map(({ metadata }) => metadata.name);
      expect(await names('--due')).to.deep.equal(['due']);
      expect(await names('default/acme')).to.deep.equal(['all', 'due', 'later', 'over', 'unread']);
      await policy('team');
      expect(await names('team/acme', '--due')).to.deep.equal([]);
      expect(await run('list', 'team/acme', '--due')).to.deep.equal({
        code: 0,
        stdout: '',
        stderr: 'No egress rules found.\n',
      });
    });

    it('prints JSON with state and audit, the same each time', async () => {
      const { stdout } = await run('list', '--format', 'json');
      const { items } = JSON.parse(stdout) as {
        items: { state: string; audit: { question: string; isKnown: boolean }[] }[];
      };
      expect(items.map(({ audit }) => audit.length)).to.deep.equal([5, 5, 5, 5, 5, 5]);
      expect(items[0]?.audit.find(({ question }) => question.includes('narrower'))?.isKnown).to.equal(false);
      expect(stdout).to.not.include('\u202e');
      expect((await run('list', '--format', 'json')).stdout).to.equal(stdout);
    });

    it('prints the audit as Markdown, in which what people wrote is text', async () => {
      const { stdout } = await run('list', '--format', 'markdown');
      expect(stdout).to.match(/^# Egress rules: audit of 2025-03-15\n/);
      expect(stdout.match(/^## .*$/gm)).to.have.length(6);
      expect(stdout)
        .to.include('## due: InForce, review due 2025-03-15')
        .and.include('- [x] Who carries it? 2 of 3 jobs');
      expect(stdout).to.include('Reason: \\[link\\](http://x) \\| \\`a\\`\\\\u202e (https://t.example.com/(1))');
      expect(stdout).to.include('- [ ] Do its names still resolve? not known');
    });

    it('tells rules that are wrong as they are kept, policies that are not known, and names of several', async () => {
      await rule('broken', { endpoints: [] });
      const { code, stdout, stderr } = await run('list');
      expect([code, stdout.includes('broken'), stderr]).to.deep.equal([
        0,
        false,
        'default/broken is wrong, and is not shown\n',
      ]);
      const none = await run('list', 'no\u202ebody');
      expect([none.code, none.stdout]).to.deep.equal([1, '']);
      expect(none.stderr).to.match(/^PLUS1_NOT_KNOWN: there is no policy "no\\u202ebody"/);
      await policy('team');
      const both = await run('list', 'acme');
      expect([both.code, both.stdout]).to.deep.equal([2, '']);
      expect(both.stderr).to.include(
        'several policies have the name acme: default/acme, team/acme. Fix: name the namespace too',
      );
    });
  });

  describe('render', () => {
    const lines = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run('render', ...args);
      expect([code, stderr]).to.deep.equal([0, '']);
      return stdout;
    };

    it('prints what a job needs, by repository and workflow, in each format', async () => {
      const until = new Date(NOW + 1).toISOString();
      const scope = { repositories: { include: ['**'], exclude: [] }, workflows: [] };
      await policy('default', {
        egress: { withdrawn: [{ uid: 'g', name: 'gone', endpoints: ['gone.example.com:443'], scope, until }] },
      });
      await rule('all');
      await rule('pay', { scope: { repositories: { include: ['pay-*'], exclude: ['pay-old'] } } });
      await rule('release', { scope: { workflows: ['release.yml'] } });
      await rule(
        'denied',
        { effect: 'Deny', endpoints: ['release.example.com:443'], scope: { repositories: { include: ['pay-api'] } } },
        { conditions: ready('Denied') },
      );
      await rule('waits', {}, { conditions: ready('AwaitingApproval') });
      const shown = (await lines('--repository', 'pay-api', '--workflow', 'release.yml')).trim().split(' ');
      expect(shown)
        .to.include.members(['all.example.com:443', 'pay.example.com:443'])
        .and.not.include('waits.example.com:443');
      expect(shown, 'a Deny wins').to.not.include('release.example.com:443');
      expect((await lines('--repository', 'pay-old')).trim().split(' ')).to.not.include('pay.example.com:443');
      expect((await lines('--repository', 'web', '--workflow', 'ci.yml')).trim().split(' ')).to.not.include(
        'release.example.com:443',
      );
      const all = (JSON.parse(await lines('--format', 'json')) as { endpoints: string[] }).endpoints;
      expect(all)
        .to.include('pay.example.com:443')
        .and.deep.equal([...all].sort());
      const input = parse(await lines('--format', 'input', '--repository', 'web')) as Record<string, string>;
      expect(input['allowed-endpoints']?.trim()).to.equal((await lines('--repository', 'web')).trim());
    });

    it('prints an empty list in each format where there are no rules', async () => {
      expect(await lines()).to.equal('\n');
      expect(parse(await lines('--format', 'input'))).to.deep.equal({ 'allowed-endpoints': '' });
      expect(JSON.parse(await lines('--format', 'json'))).to.deep.equal({ endpoints: [] });
    });

    it('asks whose rules count where several policies have some', async () => {
      await policy();
      await policy('team');
      await rule('all');
      await rule('team', {}, {}, 'team');
      const { code, stdout, stderr } = await run('render');
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.include('--policy: found rules of default/acme, team/acme; name one of them');
      expect(await lines('--policy', 'team/acme')).to.equal('team.example.com:443\n');
      expect(await run('render', '--policy', 'acme')).to.include({ code: 2, stdout: '' });
      expect(await run('render', '--policy', 'nobody')).to.include({ code: 1, stdout: '' });
      expect((await run('render', '--format', 'yaml')).code).to.equal(2);
    });
  });

  describe('request', () => {
    const ENDPOINT = ['--endpoint', 'a.example.com:443'];
    const request = (policyName: string, reason: string, owner: string, ...flags: string[]): Promise<Outcome> => {
      const given = ['--policy', policyName, '--reason', reason, '--owner', owner];
      return runCommand(egressCommand, ['request', 'packages', ...given, ...flags], { cwd: state });
    };

    it('writes what every flag says', async () => {
      const flags = [
        ...[
          '--endpoint',
          'b.example.com:8443',
          '--emergency',
          '--expires-at',
          '2025-03-16T12:00:00Z',
          '--review-every',
          '168h',
        ],
        ...[
          '--ticket',
          'https://t.example.com/1',
          '--repository',
          'pay-*',
          '--repository',
          'web',
          '--exclude',
          'pay-old',
        ],
        ...['--workflow', 'release.yml', '--workflow', 'ci.yml'],
      ];
      const { code, stdout } = await request('acme', 'Packages of the build', 'build', ...ENDPOINT, ...flags);
      expect(code).to.equal(0);
      const [document] = readDocuments(stdout).inputs;
      expect([document?.faults, document?.namespace]).to.deep.equal([[], 'default']);
      expect(document?.spec).to.deep.equal({
        ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'build' },
        ...{ effect: 'Allow', kind: 'Emergency', expiresAt: '2025-03-16T12:00:00Z', reviewEvery: '168h' },
        ...{ ticket: 'https://t.example.com/1', endpoints: ['a.example.com:443', 'b.example.com:8443'] },
        scope: {
          repositories: { include: ['pay-*', 'web'], exclude: ['pay-old'] },
          workflows: ['release.yml', 'ci.yml'],
        },
      });
    });

    it('writes a Deny, which needs no approval and is no Emergency', async () => {
      const { code, stdout } = await request('team/acme', 'Known to leak', 'build', ...ENDPOINT, '--deny');
      expect([code, (readDocuments(stdout).inputs[0]?.spec as EgressRuleSpec).effect]).to.deep.equal([0, 'Deny']);
      const flags = ['--deny', '--emergency', '--expires-at', '2025-03-16T12:00:00Z'];
      const both = await request('acme', 'Known to leak', 'build', ...ENDPOINT, ...flags);
      expect([both.code, both.stdout]).to.deep.equal([2, '']);
      expect(both.stderr).to.include('kind Emergency only with effect Allow');
    });

    for (const word of [
      'off',
      'yes',
      '1e3',
      '0o17',
      '0x1',
      '2025-03-14',
      '190:20:30',
      '=',
      'a\u202eb',
      '\u0007',
      'a: b',
    ])
      it(`keeps ${quote(word)} as it is, for readers of YAML 1.1 too`, async () => {
        const { stdout } = await request('acme', word.repeat(8), word, ...ENDPOINT);
        for (const version of ['1.1', '1.2'] as const)
          expect((parse(stdout, { version }) as { spec: EgressRuleSpec }).spec.owner).to.equal(word);
        expect((readDocuments(stdout).inputs[0]?.spec as EgressRuleSpec).reason).to.equal(word.repeat(8));
        expect(stdout.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}]/u);
      });

    for (const name of ['a/b/acme', '/acme', 'acme/', 'Acme', 'Team/acme'])
      it(`refuses the policy ${name}`, async () => {
        const { code, stdout, stderr } = await request(name, 'Packages of the build', 'build', ...ENDPOINT);
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(/^PLUS1_USAGE: [^\n]*\n$/);
      });
  });
});
