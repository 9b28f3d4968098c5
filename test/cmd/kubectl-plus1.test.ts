/** `kubectl plus1` against a server that speaks as an API server: what a person is shown, and what is sent in their name. */
import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectlPlus1 } from '../../cmd/kubectl-plus1/commands.js';
import type { KubeObject } from '../../pkg/kube/kube-object.js';
import { FakeAPI, refusal, type Asked, type Reply } from '../kube/support/fake-api.js';
import { approval, policy } from '../policies/cluster/support/objects.js';
import { runCommand, type Outcome, type Setup } from './command.js';

const HASH = `sha256:${'b'.repeat(64)}`;
const REASON = ['--reason', 'Checked with the owners'];
const NOW = '2026-11-22T10:00:00Z';

interface Held {
  names?: string[];
  count?: number;
  leaving?: { id: number; name: string; dueTime: string }[];
  approval?: object;
  annotations?: Record<string, string>;
}

function heldPolicy({
  names = ['svc-b', 'svc-a'],
  count = names.length,
  leaving = [],
  ...more
}: Held = {}): KubeObject {
  const hold = { planHash: HASH, reason: 'TooManyLeaving', since: NOW, expiryTime: NOW, approvals: 0 };
  return policy({
    namespace: 'platform',
    ...(more.annotations && { annotations: more.annotations }),
    spec: { guards: { approval: more.approval ?? {} } },
    status: {
      hold: { ...hold, count, repositories: names },
      leaving: leaving.map((each) => ({ ...each, reason: 'valid_non_production', since: NOW })),
      ruleset: { id: 7, enforcement: 'Active', members: 12, membersHash: HASH, undone: 0 },
      lastPass: { completionTime: NOW },
    },
  });
}

describe('kubectl plus1', () => {
  let api: FakeAPI;
  let objects: { policy: KubeObject | undefined; approvals: KubeObject[]; user: object };
  let answer: (asked: Asked) => Reply | undefined;

  beforeEach(async () => {
    objects = {
      policy: heldPolicy(),
      approvals: [],
      user: { username: 'alice', groups: ['sales', 'security', 'system:authenticated'] },
    };
    answer = () => undefined;
    api = await FakeAPI.start((asked) => answer(asked) ?? reply(asked));
  });
  afterEach(() => api.close());

  function reply({ method, path, body }: Asked): Reply {
    if (path.endsWith('/selfsubjectreviews')) return { status: 201, body: { status: { userInfo: objects.user } } };
    if (path.includes('/plus1policies/'))
      return objects.policy === undefined ? refusal(404, 'NotFound') : { body: objects.policy };
    if (method === 'POST') return { status: 201, body: { ...body, metadata: { name: 'acme-x1' } } };
    return { body: { metadata: {}, items: objects.approvals } };
  }
  const run = (args: string[], setup: Partial<Setup> = {}): Promise<Outcome> =>
    runCommand(kubectlPlus1, args, { cwd: '/', env: { KUBECONFIG: api.kubeconfig() }, ...setup });
  const sent = (method: string): Asked[] =>
    api.asked.filter((each) => each.method === method && !each.path.endsWith('/selfsubjectreviews'));

  describe('approve', () => {
    it('shows the plan, and approves it in the name of who asks, in the namespace of the context', async () => {
      const { code, stdout, stderr } = await run(['approve', 'acme', ...REASON, '--yes']);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout.split('\n')).to.deep.equal([
        `Held plan of platform/acme: ${HASH}`,
        '2 repositories:',
        '  svc-a',
        '  svc-b',
        'The policy asks for no groups.',
        'Approved by alice as acme-x1; kubectl plus1 get approvals shows what becomes of it',
        '',
      ]);
      const [post, ...more] = sent('POST');
      expect(more).to.deep.equal([]);
      expect(post?.path).to.equal('/apis/plus1.dev/v1alpha1/namespaces/platform/plus1approvals');
      expect(Object.fromEntries(post!.query)).to.deep.equal({
        fieldManager: 'kubectl-plus1',
        fieldValidation: 'Strict',
      });
      expect(post?.body).to.deep.equal({
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
        metadata: { generateName: 'acme-', namespace: 'platform' },
        spec: {
          ...{ policyRef: { name: 'acme' }, planHash: HASH, approver: 'alice', groups: [], kind: 'Normal' },
          reason: 'Checked with the owners',
        },
      });
    });

    it('names those groups of the caller that the policy names, and no others', async () => {
      objects.policy = heldPolicy({
        approval: { groups: ['security', 'compliance'], emergencyGroups: ['lead', 'sales'] },
      });
      const { stdout } = await run(['approve', 'acme', ...REASON, '--yes', '--kind', 'Emergency']);
      expect(stdout).to.contain('Your groups, of security, compliance, lead, sales: security, sales\n');
      expect(sent('POST')[0]?.body['spec']).to.deep.include({ kind: 'Emergency', groups: ['security', 'sales'] });
      objects.user = { username: 'bob' };
      const none = await run(['approve', 'acme', ...REASON, '--yes']);
      expect(none.stdout).to.contain('You are in none of security, compliance, lead, sales.\n');
    });

    it('shows who leaves beyond the 50 names of the hold, and not who is not due yet', async () => {
      const names = Array.from({ length: 50 }, (_, index) => `svc-${100 + index}`);
      const more = Array.from({ length: 3 }, (_, index) => ({ id: 900 + index, name: `more-${index}`, dueTime: NOW }));
      const late = { id: 990, name: 'not-yet', dueTime: '2026-11-23T10:00:00Z' };
      objects.policy = heldPolicy({ names, count: 55, leaving: [...more, late] });
      const { stdout } = await run(['approve', 'acme', ...REASON, '--yes']);
      const shown = stdout.split('\n').filter((line) => line.startsWith('  '));
      expect(shown).to.have.length(54);
      expect(shown).to.include.members(['  more-0', '  svc-149']).and.not.include('  not-yet');
      expect(shown.at(-1)).to.match(/^ {2}and 2 more;/);
    });

    describe('of an object beside the policy', () => {
      const DIGEST = `sha256:${'d'.repeat(64)}`;
      const beside = (kind: string, name: string, spec: object, status?: object): KubeObject => ({
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind },
        metadata: { name, namespace: 'platform', uid: name, resourceVersion: '1' },
        spec: { policyRef: { name: 'acme' }, reason: 'Agreed with the owners', owner: 'security', ...spec },
        ...(status && { status: { ...status } }),
      });
      const hold = { planHash: DIGEST, reason: 'TooManyIsolated', since: NOW, count: 2, approvals: 0 };
      const cases: { kind: string; object: KubeObject; says: string }[] = [
        {
          kind: 'plus1egressrules',
          object: beside('', 'packages', { endpoints: ['a.example.com:443'] }, { digest: DIGEST }),
          says: `The egress rule packages of platform/acme: ${DIGEST}\n1 endpoint:\n  a.example.com:443\n`,
        },
        {
          kind: 'plus1incidents',
          object: beside('', 'leak', {}, { hold: { ...hold, repositories: ['svc-c', 'svc-d'] } }),
          says: `Held plan of platform/acme: ${DIGEST}\n2 repositories:\n  svc-c\n  svc-d\n`,
        },
      ];
      for (const { kind, object, says } of cases)
        it(`shows and approves what waits with the hash that is named: ${kind}`, async () => {
          objects.policy = policy({ namespace: 'platform' });
          const items = [beside('', 'new', {}), object];
          answer = ({ path }) => (path.endsWith(`/${kind}`) ? { body: { metadata: {}, items } } : undefined);
          const { code, stdout, stderr } = await run(['approve', 'acme', ...REASON, '--yes', '--plan', DIGEST]);
          expect([code, stderr]).to.deep.equal([0, '']);
          expect(stdout).to.contain(says);
          expect(sent('POST')[0]?.body['spec']).to.include({ planHash: DIGEST });
        });

      it('that is for another policy is none of this one', async () => {
        const other = beside('', 'packages', { policyRef: { name: 'other' } }, { digest: DIGEST });
        answer = ({ path }) =>
          path.endsWith('/plus1egressrules') ? { body: { metadata: {}, items: [other] } } : undefined;
        const { code, stderr } = await run(['approve', 'acme', ...REASON, '--yes', '--plan', DIGEST]);
        expect([code, stderr]).to.satisfy(() => code === 1 && /no plan with the hash sha256:d/.test(stderr));
        expect(sent('POST')).to.deep.equal([]);
      });
    });

    for (const { reason, answers, code, made } of [
      { reason: 'Yes', answers: 'y\n', code: 0, made: 1 },
      { reason: 'No', answers: 'n\n', code: 1, made: 0 },
    ]) {
      it(`asks at a terminal: ${reason}`, async () => {
        const stdin = Object.assign(new PassThrough(), { isTTY: true });
        const running = run(['approve', 'acme', ...REASON], { stdin });
        stdin.write(answers);
        const ran = await running;
        expect(ran.stderr).to.contain('Approve this as alice? [y/N]');
        expect([ran.code, sent('POST').length]).to.deep.equal([code, made]);
      });
    }

    const REFUSED: { reason: string; args?: string[]; set?: () => void; code: number; says: RegExp }[] = [
      { reason: 'no terminal to ask at', args: [], code: 2, says: /there is no terminal to ask at.*--yes/ },
      { reason: 'a word as a reason', args: ['--reason', 'ok'], code: 2, says: /--reason: found 2 characters/ },
      {
        reason: 'another plan than the one that is held',
        args: ['--plan', `sha256:${'c'.repeat(64)}`],
        code: 1,
        says: /no plan with the hash sha256:c/,
      },
      {
        reason: 'nothing is held',
        set: () => (objects.policy = policy({ namespace: 'platform' })),
        code: 1,
        says: /nothing of platform\/acme is held/,
      },
      {
        reason: 'no such policy',
        set: () => (objects.policy = undefined),
        code: 1,
        says: /PLUS1_NOT_KNOWN: cannot read the policy platform\/acme: there is none\. Fix: check the name and the namespace/,
      },
      {
        reason: 'a refusal by the admission policy, in its own words',
        set: () =>
          (answer = ({ method, path }) =>
            method === 'POST' && path.endsWith('approvals')
              ? refusal(403, 'Forbidden', 'denied request: spec.approver: found x')
              : undefined),
        code: 1,
        says: /PLUS1_CLUSTER_FORBIDDEN: cannot approve for platform\/acme: denied request: spec\.approver: found x\. Fix: ask .*plus1-approver/,
      },
      {
        reason: 'a cluster without the kind',
        set: () => (answer = () => ({ status: 404, body: '404 page not found' })),
        code: 1,
        says: /PLUS1_CRD_MISSING/,
      },
    ];
    for (const { reason, args = [], set, code, says } of REFUSED) {
      it(`makes nothing, and says why in one line: ${reason}`, async () => {
        set?.();
        const yes = reason.startsWith('no terminal') ? [] : ['--yes'];
        const ran = await run(['approve', 'acme', ...(args.includes('--reason') ? [] : REASON), ...args, ...yes]);
        expect(ran.stderr).to.match(says);
        expect(ran.stderr.trim().split('\n')).to.have.length(1);
        expect(ran.code).to.equal(code);
        const made = sent('POST');
        expect(made.length).to.equal(reason.startsWith('a refusal') ? 1 : 0);
      });
    }
  });

  describe('get approvals', () => {
    beforeEach(() => {
      objects.approvals = [
        approval({ name: 'acme-2', namespace: 'platform', status: { state: 'Used', message: '' } }),
        approval({ name: 'other-1', namespace: 'platform', spec: { policyRef: { name: 'other' } } }),
        approval({ name: 'later', namespace: 'platform', spec: { kind: 'Postponed' } }),
      ];
    });

    it('shows those of the namespace, and tells of one of another version', async () => {
      const { code, stdout, stderr } = await run(['get', 'approvals']);
      expect(code).to.equal(0);
      expect(stdout.split('\n').map((line) => line.split(/ {3,}/).slice(0, 5))).to.deep.equal([
        ['NAME', 'POLICY', 'KIND', 'APPROVER', 'STATE'],
        ['acme-2', 'platform/acme', 'Normal', 'ann', 'Used'],
        ['other-1', 'platform/other', 'Normal', 'ann', '0s'],
        [''],
      ]);
      expect(stderr).to.match(/^later is no approval of this version: spec\.kind/);
    });

    it('shows those of one policy as JSON, and no others', async () => {
      const { stdout } = await run(['get', 'approvals', 'acme', '-o', 'json']);
      const { items } = JSON.parse(stdout) as { items: KubeObject[] };
      expect(items.map(({ metadata }) => metadata.name)).to.deep.equal(['acme-2']);
      expect(items[0]?.metadata).to.not.have.property('managedFields');
    });

    it('fails where there is no such policy', async () => {
      objects.policy = undefined;
      expect((await run(['get', 'approvals', 'acme'])).code).to.equal(1);
    });
  });

  describe('rollback and release', () => {
    const annotated = (to: string): void =>
      void (objects.policy = heldPolicy({
        annotations: { 'plus1.dev/rollback-to': to, 'plus1.dev/rollback-reason': 'x' },
      }));
    const patched = (): unknown => sent('PATCH').map(({ body }) => body);

    for (const { args, to } of [
      { args: ['--to', '912'], to: '912' },
      { args: ['--to', '912', '--writer', 'plus1-0'], to: '912@plus1-0' },
      { args: ['--to', '2026-11-28T04:00:00Z'], to: '2026-11-28T04:00:00Z' },
    ]) {
      it(`asks for a rollback by annotation: ${to}`, async () => {
        const { code, stdout } = await run(['rollback', 'acme', ...args, '--reason', 'A script went wrong', '--yes']);
        expect(code).to.equal(0);
        expect(stdout).to.match(
          /^platform\/acme has 12 members\..*\n.*\nAsked for; the controller carries it out at once\n$/,
        );
        const annotations = { 'plus1.dev/rollback-to': to, 'plus1.dev/rollback-reason': 'A script went wrong' };
        expect(patched()).to.deep.equal([{ metadata: { annotations } }]);
        expect(sent('PATCH')[0]?.headers['content-type']).to.equal('application/merge-patch+json');
      });
    }

    it('leaves no reason of an earlier one', async () => {
      annotated('911');
      await run(['rollback', 'acme', '--to', '912', '--yes']);
      const annotations = { 'plus1.dev/rollback-to': '912', 'plus1.dev/rollback-reason': null };
      expect(patched()).to.deep.equal([{ metadata: { annotations } }]);
    });

    it('releases by removing both annotations', async () => {
      annotated('912');
      const { code, stdout } = await run(['release', 'acme']);
      expect([code, stdout]).to.deep.equal([
        0,
        'platform/acme: the next pass releases it; who is not in production leaves after the grace period, within the guards\n',
      ]);
      const annotations = { 'plus1.dev/rollback-to': null, 'plus1.dev/rollback-reason': null };
      expect(patched()).to.deep.equal([{ metadata: { annotations } }]);
    });

    const REFUSED: { args: string[]; to?: string; code: number; says: RegExp }[] = [
      { args: ['rollback', 'acme', '--to', 'yesterday', '--yes'], code: 2, says: /--to: found "yesterday", allowed/ },
      {
        args: ['rollback', 'acme', '--to', '2026-02-30T00:00:00Z', '--yes'],
        code: 2,
        says: /--to: found "2026-02-30T/,
      },
      { args: ['rollback', 'acme', '--to', '0', '--yes'], code: 2, says: /--to: found "0"/ },
      {
        args: ['rollback', 'acme', '--to', '2026-11-28T04:00:00Z', '--writer', 'a', '--yes'],
        code: 2,
        says: /--writer: only together/,
      },
      { args: ['rollback', 'acme', '--to', '9', '--writer', 'a b', '--yes'], code: 2, says: /--writer: found "a b"/ },
      {
        args: ['rollback', 'acme', '--to', '9', '--reason', ' ', '--yes'],
        code: 2,
        says: /--reason: found 0 characters/,
      },
      { args: ['rollback', 'acme', '--to', '9'], code: 2, says: /no terminal to ask at/ },
      { args: ['rollback', 'acme', '--to', '9', '--yes'], to: '9', code: 1, says: /asks for a rollback to 9 already/ },
      { args: ['release', 'acme'], code: 1, says: /platform\/acme is not rolled back/ },
    ];
    for (const { args, to, code, says } of REFUSED) {
      it(`changes nothing: ${args.join(' ')}`, async () => {
        if (to !== undefined) annotated(to);
        const ran = await run(args);
        expect(ran.stderr).to.match(says);
        expect([ran.code, patched()]).to.deep.equal([code, []]);
      });
    }
  });

  describe('the cluster', () => {
    const namespaceOf = async (args: string[]): Promise<string | undefined> => {
      api.asked.length = 0;
      const { stderr } = await run(args);
      return /namespaces\/([^/]+)\//.exec(api.asked[0]?.path ?? '')?.[1] ?? stderr;
    };

    it('is asked in the namespace of the flag, wherever it stands, of the name, or of the context', async () => {
      expect(await namespaceOf(['get', 'approvals'])).to.equal('platform');
      expect(await namespaceOf(['-n', 'team-a', 'get', 'approvals'])).to.equal('team-a');
      expect(await namespaceOf(['get', 'approvals', '--namespace', 'team-a'])).to.equal('team-a');
      expect(await namespaceOf(['release', 'team-b/acme'])).to.equal('team-b');
      expect(await namespaceOf(['release', 'team-b/acme', '-n', 'team-a'])).to.match(/its namespace is not that of/);
      expect(await namespaceOf(['release', 'a/b/c'])).to.match(/allowed: NAME or NAMESPACE\/NAME/);
    });

    it('is that of --kubeconfig and --context', async () => {
      const file = join(api.folder, 'two.json');
      const cluster = { server: api.url };
      const contexts = ['one', 'two'].map((name) => ({ name, context: { cluster: 'c', namespace: `of-${name}` } }));
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster }],
        contexts,
        'current-context': 'one',
      };
      writeFileSync(file, JSON.stringify(config));
      const own = ['--kubeconfig', file];
      expect(await namespaceOf(['get', 'approvals', ...own])).to.equal('of-one');
      expect(await namespaceOf(['get', 'approvals', ...own, '--context', 'two'])).to.equal('of-two');
      expect(await namespaceOf(['get', 'approvals', ...own, '--context', 'three'])).to.match(
        /"three", which is not in contexts: "one", "two"/,
      );
    });

    it('that is none ends with 2', async () => {
      const ran = await run(['get', 'approvals'], { env: { HOME: '/nowhere' } });
      expect([ran.code, ran.stderr]).to.satisfy(() => ran.code === 2 && /PLUS1_CLUSTER_CONFIG/.test(ran.stderr));
    });
  });

  it('says in the help of each command where to find the cluster', async () => {
    for (const command of ['approve', 'rollback', 'release'])
      expect((await run([command, '--help'])).stdout).to.match(/Usage: kubectl plus1 .*\n[^]*--kubeconfig <file>/);
  });
});
