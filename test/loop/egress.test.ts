/** Egress rules over a folder, in virtual time: from the request to the withdrawal, and nothing is written to GitHub for them. */
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import type { EgressRuleStatus } from '../../pkg/api/index.js';
import { EgressHandler } from '../../pkg/reconciler/index.js';
import type { Resolution } from '../../pkg/workflows/index.js';
import { town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { plus1 } from '../integration/cli.js';
import { harden, workflow } from '../workflows/build.js';
import { becomes, inputOf } from './input.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

const KIND = 'Plus1EgressRule';
const HOST = 'packages.example.com:443';

describe('Egress rules in virtual time', () => {
  const answers = new Map<string, Resolution>();
  let acme: Organization;
  let loop: Loop;
  let policy: object;

  const rule = (name: string, spec: object = {}): string =>
    stringify({
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1EgressRule',
      metadata: { name },
      spec: {
        ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build', endpoints: [HOST] },
        ...spec,
      },
    });
  const list = (...endpoints: string[]): string =>
    workflow(harden({ with: ['egress-policy: block', `allowed-endpoints: '${endpoints.join(' ')}'`] }));
  const status = (name: string): EgressRuleStatus =>
    inputOf<{ status: EgressRuleStatus }>(loop, KIND, name)?.status ?? {};
  const is = (name: string, type: string): string => {
    const found = status(name).conditions?.find((each) => each.type === type);
    return found === undefined ? 'absent' : `${found.status} ${found.reason}`;
  };
  const says = (name: string, type: string): string =>
    status(name).conditions?.find((each) => each.type === type)?.message ?? '';
  const cli = async (...args: string[]): Promise<string> => {
    const ran = await plus1([...args, '--state', loop.state], { clock: () => loop.clock.now() });
    expect([ran.code, ran.stderr], args.join(' ')).to.deep.equal([0, '']);
    return ran.stdout;
  };
  const approve = async (name: string, approver = 'ann', kind = 'Normal'): Promise<void> => {
    const plan = ['--plan', status(name).digest ?? '', '--kind', kind, '--approver', approver, '--yes'];
    await cli('approve', 'acme', '--reason', 'Looked at with the owner', ...plan);
    await look();
  };
  const look = (): Promise<void> => loop.touch('acme.yaml', 'acme');
  const render = (...args: string[]): Promise<string> => cli('egress', 'render', ...args).then((text) => text.trim());

  beforeEach(async () => {
    answers.clear();
    acme = town({ members: 2 });
    const resolve = async (name: string): Promise<Resolution> => answers.get(name) ?? 'resolves';
    const handlers = [new EgressHandler({ resolve, emergencyLimitMs: DAY })];
    loop = await Loop.open({ organizations: [acme], handlers });
    const approval = { required: 1, emergencyGroups: ['security'] };
    policy = { workflows: { enabled: true }, guards: { approval }, schedule: { interval: '72h' } };
    loop.put('acme.yaml', loop.policy('acme', policy));
    acme.get('member-001').commit('.github/workflows/ci.yml', list('github.com:443'));
  });
  afterEach(async () => {
    const written = loop.github.requests.filter(
      ({ method, path }) => method !== 'GET' && !path.endsWith('/graphql') && !path.includes('/rulesets/'),
    );
    await loop.close();
    expect(written.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([]);
  });

  it('are requested, approved, delivered, verified, reviewed, told of before they end, and end', async () => {
    const end = new Date(loop.clock.now() + 40 * DAY).toISOString();
    const flags = [
      '--policy',
      'acme',
      '--reason',
      'Packages of the build',
      '--owner',
      'team-build',
      '--endpoint',
      HOST,
    ];
    const more = ['--repository', 'member-001', '--expires-at', end, '--review-every', '336h'];
    const asked = await plus1(['egress', 'request', 'packages', ...flags, ...more]);
    expect([asked.code, asked.stderr]).to.deep.equal([0, '']);
    loop.put('rules.yaml', asked.stdout);
    await loop.start();
    expect(is('packages', 'Ready')).to.equal('False AwaitingApproval');
    expect(says('packages', 'Ready')).to.contain(`plus1 approve acme --plan ${status('packages').digest}`);
    expect(await render()).to.equal('');

    await approve('packages');
    expect(is('packages', 'Ready')).to.equal('True InForce');
    expect(says('packages', 'Approved')).to.equal('approved by ann');
    expect(status('packages').approvals?.map(({ approver, kind }) => [approver, kind])).to.deep.equal([
      ['ann', 'Normal'],
    ]);
    expect(loop.events('EgressRuleApproved')).to.have.length(1);
    expect(await render('--repository', 'member-001')).to.equal(HOST);
    expect(await render('--repository', 'member-002')).to.equal('');
    expect(is('packages', 'Delivered')).to.equal('False NotInLists');
    expect(is('packages', 'Verified')).to.equal('False NotCarried');
    expect(is('packages', 'Used'), 'the one job blocks, and lacks it').to.equal('False NotReachable');
    expect(says('packages', 'Verified')).to.contain('member-001 ci.yml/build');

    acme.get('member-001').commit('.github/workflows/ci.yml', list('github.com:443', HOST));
    await look();
    expect(is('packages', 'Delivered')).to.equal('True InLists');
    expect(is('packages', 'Verified')).to.equal('True AllJobs');
    expect(is('packages', 'Resolvable')).to.equal('True Resolved');
    expect(is('packages', 'Used'), 'nobody reads logs').to.equal('Unknown NoEvidence');
    expect(says('packages', 'Used')).to.match(
      /^1 job can reach it \(member-001 ci.yml\/build\); only logs of jobs show use/,
    );
    expect(status('packages').jobs).to.deep.equal({ targeted: 1, carrying: 1 });
    expect(loop.events('EgressRuleVerified')).to.have.length(1);
    expect(await loop.metric('plus1_egress_rules', { state: 'in_force' })).to.equal(1);
    expect(await loop.metric('plus1_egress_endpoints', { state: 'allowed' })).to.equal(1);
    expect(await loop.metric('plus1_egress_request_seconds_count')).to.equal(1);

    await loop.pass(14 * DAY);
    expect(is('packages', 'ReviewDue')).to.equal('True Overdue');
    expect(loop.events('EgressReviewDue')).to.have.length(1);
    expect(await loop.metric('plus1_egress_reviews_overdue')).to.equal(1);
    const due = await cli('egress', 'list', '--due', '--format', 'markdown');
    expect(due.match(/^- \[[ x]\]/gm)).to.have.length(5);
    await approve('packages', 'bob', 'Review');
    expect(is('packages', 'ReviewDue')).to.equal('False Reviewed');
    expect(await loop.metric('plus1_egress_reviews_overdue')).to.equal(0);

    await loop.pass(20 * DAY);
    expect(is('packages', 'Expired')).to.equal('False Expiring');
    expect(loop.events('EgressRuleExpiring')).to.have.length(1);
    await loop.pass(7 * DAY);
    expect(is('packages', 'Expired')).to.equal('True Ended');
    expect(is('packages', 'Ready')).to.equal('False Expired');
    expect(await render('--repository', 'member-001')).to.equal('');
    expect(loop.events('EgressRuleExpired')).to.have.length(1);
    const { stdout } = await plus1(['get', 'approvals', '--state', loop.state]);
    expect(stdout.match(/ Expired /g)).to.have.length(2);
  });

  it('of an Emergency are in force at once, gone at their minute, and have to be reviewed', async () => {
    await loop.start();
    const end = loop.clock.now() + 3 * HOUR;
    const spec = { kind: 'Emergency', expiresAt: new Date(end).toISOString() };
    await loop.edit('rules.yaml', rule('hotfix', spec), 'acme');
    expect(is('hotfix', 'Ready')).to.equal('True InForce');
    expect(is('hotfix', 'Approved')).to.equal('False Emergency');
    expect(await render()).to.equal(HOST);
    await loop.pass(end - loop.clock.now() - MINUTE);
    expect(is('hotfix', 'Ready')).to.equal('True InForce');
    await loop.pass(MINUTE + 1_000);
    expect(is('hotfix', 'Ready')).to.equal('False Expired');
    expect(await render()).to.equal('');
    await loop.pass(7 * DAY);
    expect(is('hotfix', 'ReviewDue'), 'though it ended').to.equal('True Overdue');
    await approve('hotfix', 'ann', 'Review');
    expect(is('hotfix', 'ReviewDue')).to.equal('absent');
  });

  it('of an Emergency that would last too long are never in force', async () => {
    const spec = { kind: 'Emergency', expiresAt: new Date(loop.clock.now() + 2 * DAY).toISOString() };
    loop.put('rules.yaml', rule('hotfix', spec));
    await loop.start();
    expect(is('hotfix', 'Ready')).to.equal('False InvalidSpec');
    expect(says('hotfix', 'Ready')).to.match(/^spec\.expiresAt: found .*, allowed: .* at the latest/);
    expect(await render()).to.equal('');
  });

  it('of a Deny win over a wildcard at once, and name who still carries it', async () => {
    acme.get('member-001').commit('.github/workflows/ci.yml', list('*.blob.example.net:443'));
    loop.put('rules.yaml', rule('blobs', { endpoints: ['*.blob.example.net:443', HOST] }));
    await loop.start();
    await approve('blobs');
    expect(await render()).to.equal(`*.blob.example.net:443 ${HOST}`);
    await loop.edit('deny.yaml', rule('leak', { effect: 'Deny', endpoints: ['leak.blob.example.net:443'] }), 'acme');
    await becomes(loop, { kind: KIND, name: 'leak', type: 'Ready' }, /^True InForce/);
    await becomes(loop, { kind: KIND, name: 'blobs', type: 'Ready' }, /which leak denies$/);
    expect(await render()).to.equal(HOST);
    expect(is('leak', 'Ready')).to.equal('True InForce');
    expect(says('blobs', 'Ready')).to.equal('it is in force, but for *.blob.example.net:443, which leak denies');
    expect(says('leak', 'Verified')).to.equal('still carried by member-001 ci.yml/build');
    expect(loop.events('EgressDenyCarried')[0]?.['message']).to.contain('member-001 ci.yml/build');
    acme.get('member-001').commit('.github/workflows/ci.yml', list(HOST));
    await look();
    await becomes(loop, { kind: KIND, name: 'leak', type: 'Verified' }, /^True AllJobs/);
    await loop.edit('deny.yaml', undefined, 'acme');
    await becomes(loop, { kind: KIND, name: 'blobs', type: 'Ready' }, /^True InForce: (?!.*denies)/);
    expect(await render(), 'a Deny goes at once').to.equal(`*.blob.example.net:443 ${HOST}`);
  });

  it('tell within one interval of a name that resolves no more, with the jobs that it disarms', async () => {
    acme.get('member-001').commit('.github/workflows/ci.yml', list('github.com:443', HOST));
    acme.get('member-002').commit('.github/workflows/release.yml', list(HOST));
    loop.put('rules.yaml', rule('packages'));
    loop.put('acme.yaml', loop.policy('acme', { ...policy, schedule: { interval: '10m' } }));
    await loop.start();
    await approve('packages');
    expect(is('packages', 'Resolvable')).to.equal('True Resolved');
    answers.set('packages.example.com', 'dead');
    await loop.pass(10.6 * MINUTE);
    const [event] = loop.events('EgressNameUnresolvable');
    expect(event?.['message']).to.equal(
      'packages.example.com does not resolve: it disarms member-001 ci.yml/build, member-002 release.yml/build',
    );
    expect(status('packages').resolvable).to.equal(false);
    expect(await loop.metric('plus1_egress_unresolvable')).to.equal(1);
    await loop.pass(30 * MINUTE);
    expect(loop.events('EgressNameUnresolvable'), 'once').to.have.length(1);
    answers.set('packages.example.com', 'unknown');
    await loop.pass(11 * MINUTE);
    expect(is('packages', 'Resolvable'), 'no answer proves nothing').to.equal('Unknown NoAnswer');
    answers.clear();
    await loop.pass(11 * MINUTE);
    expect(is('packages', 'Resolvable')).to.equal('True Resolved');
  });

  it('that are taken away stay in the lists for seven days', async () => {
    loop.put('rules.yaml', rule('packages'));
    await loop.start();
    await approve('packages');
    await loop.edit('rules.yaml', rule('other', { endpoints: ['other.example.com:443'] }), 'acme');
    await loop.until(() => loop.status('acme').egress !== undefined, 'the rule was missed twice');
    await loop.settle();
    expect(loop.status('acme').egress?.withdrawn?.map(({ name }) => name)).to.deep.equal(['packages']);
    expect(loop.events('EgressRuleWithdrawn')).to.have.length(1);
    expect(await render()).to.equal(HOST);
    await loop.restart();
    await loop.pass(6.9 * DAY);
    expect(await render(), 'also over a restart').to.equal(HOST);
    await loop.pass(0.2 * DAY);
    expect(await render()).to.equal('');
    expect(loop.status('acme')).not.to.have.property('egress');
  });

  it('need another approval after another scope, and none after another reason', async () => {
    loop.put('rules.yaml', rule('packages'));
    await loop.start();
    await approve('packages');
    const { digest } = status('packages');
    await loop.edit('rules.yaml', rule('packages', { reason: 'Packages of every build' }), 'acme');
    expect([is('packages', 'Ready'), status('packages').digest]).to.deep.equal(['True InForce', digest]);
    await loop.edit('rules.yaml', rule('packages', { scope: { workflows: ['release.yml'] } }), 'acme');
    expect(is('packages', 'Ready')).to.equal('False AwaitingApproval');
  });

  it('are not decided by an approval of nobody, of a wrong hash, or by a review alone', async () => {
    loop.put('rules.yaml', rule('packages'));
    await loop.start();
    await approve('packages', 'ann', 'Review');
    expect(is('packages', 'Ready')).to.equal('False AwaitingApproval');
    expect(loop.status('acme')).not.to.have.property('hold');
  });

  it('of which nothing can be known for sure are not verified', async () => {
    acme.get('member-001').commit('.github/workflows/ci.yml', list(HOST));
    acme.get('member-002').commit('.github/workflows/broken.yml', 'jobs: [');
    loop.put('rules.yaml', rule('packages'));
    await loop.start();
    await approve('packages');
    expect(is('packages', 'Verified')).to.equal('Unknown NotObserved');
    expect(says('packages', 'Verified')).to.contain('member-002');
  });

  it('are listed for people and for machines', async () => {
    loop.put('rules.yaml', rule('packages', { ticket: 'https://a.example/)<script>alert(1)</script>' }));
    await loop.start();
    expect(await cli('egress', 'list', '--format', 'markdown'), 'a ticket is no markup').not.to.contain('<script>');
    const [head = '', line = ''] = (await cli('egress', 'list')).split('\n');
    expect(head.split(/ {2,}/)).to.include.members(['NAME', 'STATE', 'JOBS', 'NEXT REVIEW']);
    expect(line).to.match(/^packages +default\/acme +Allow +Normal +AwaitingApproval +1 +0\/1/);
    const { items } = JSON.parse(await cli('egress', 'list', '--format', 'json')) as { items: { state: string }[] };
    expect(items.map(({ state }) => state)).to.deep.equal(['AwaitingApproval']);
    await approve('packages');
    expect(parse(await render('--format', 'input'))).to.deep.equal({ 'allowed-endpoints': `${HOST}\n` });
  });
});
