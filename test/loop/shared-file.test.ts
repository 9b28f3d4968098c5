/** Egress rules by one shared file, in virtual time: one pull request at a time, and no line of others is lost. */
import { join } from 'node:path';
import { expect } from 'chai';
import { policyFolders, readRecords } from '../../pkg/journal/index.js';
import { BRANCH, FILE, FOREIGN, HOST, rule, SharedFileStage } from './shared-file-stage.js';
import { becomes } from './input.js';
import { plus1 } from '../integration/cli.js';
import { push } from '../fakes/github/index.js';
import { DAY, HOUR } from './loop.js';

const OTHER = 'other.example.com:443';
const kind = 'Plus1EgressRule';

describe('Egress rules by a shared file, in virtual time', () => {
  let stage: SharedFileStage;
  const begin = async (options: Parameters<typeof SharedFileStage.open>[0] = { file: FOREIGN }): Promise<void> => {
    stage = await SharedFileStage.open(options);
  };
  afterEach(async () => {
    const paths = new Set(stage.writtenPaths);
    await stage.loop.close();
    expect([...paths].filter((path) => path !== FILE)).to.deep.equal([]);
  });

  it('are proposed, reviewed, merged, in force, and taken out again', async () => {
    await begin({ file: FOREIGN, policy: { schedule: { interval: '72h' } } });
    const end = new Date(stage.loop.clock.now() + 30 * DAY).toISOString();
    stage.loop.put('rules.yaml', rule('packages', { expiresAt: end }));
    await stage.loop.start();
    expect(stage.is('packages', 'Delivered')).to.equal('False Proposed');
    expect(stage.is('packages', 'Ready')).to.equal('False AwaitingApproval');
    expect(stage.says('packages', 'Ready')).to.contain('#1 of acme/.github').and.to.contain('review and merge it');
    expect(stage.branchText).to.match(
      new RegExp(
        `^# kept by hand\ngithub.com:443\n# plus1 ${HOST}: rule packages, owner team-build, until ${end}, [0-9a-f]{16}\n${HOST}\n$`,
      ),
    );
    expect(stage.pull.issue.body).to.contain('Packages of the build');
    expect(stage.shared).to.include({ state: 'Proposed', pullRequest: 1 });
    expect(stage.shared?.foreign).to.deep.equal({ total: 1, lines: ['github.com:443'] });

    await stage.merge();
    expect(stage.is('packages', 'Ready')).to.equal('True InForce');
    expect(stage.says('packages', 'Approved')).to.equal('approved by ann');
    expect(stage.is('packages', 'Delivered')).to.equal('True InSharedFile');
    expect(stage.status('packages').delivered).to.deep.equal({ pullRequest: 1, commit: stage.home.head?.oid });
    expect(stage.status('packages').approvals?.map(({ name, approver }) => [name, approver])).to.deep.equal([
      ['pull/1', 'ann'],
    ]);
    expect(stage.loop.events('EgressRuleDelivered')).to.have.length(1);
    expect(stage.shared).to.include({ state: 'InSync' });
    const { length } = stage.writes;
    await stage.loop.pass(10 * DAY);
    expect(stage.writes, 'nothing is written where nothing changes').to.have.length(length);
    expect(stage.is('packages', 'Ready')).to.equal('True InForce');

    await stage.loop.pass(21 * DAY);
    expect(stage.is('packages', 'Ready')).to.equal('False Expired');
    expect(stage.pull.issue.number).to.equal(2);
    await stage.merge();
    expect(stage.text).to.equal(FOREIGN);
    expect(stage.open).to.equal(undefined);
  });

  it('that change at once are one pull request, and it is changed as they change', async () => {
    await begin();
    stage.loop.put('a.yaml', rule('packages'));
    stage.loop.put('b.yaml', rule('mirror', { endpoints: [OTHER], owner: 'team-mirror' }));
    await stage.loop.start();
    expect(SharedFileStage.endpoints(stage.branchText)).to.deep.equal(['github.com:443', OTHER, HOST]);
    const third = 'third.example.com:443';
    await stage.loop.edit('c.yaml', rule('third', { endpoints: [third] }), 'acme');
    await becomes(stage.loop, { kind, name: 'third', type: 'Delivered' }, /^False Proposed/);
    expect(SharedFileStage.endpoints(stage.branchText)).to.deep.equal(['github.com:443', OTHER, HOST, third]);
    expect(stage.home.pulls.all).to.have.length(1);
    await stage.merge();
    expect(['packages', 'mirror', 'third'].map((name) => stage.is(name, 'Ready'))).to.deep.equal(
      Array(3).fill('True InForce'),
    );
  });

  it('are not proposed again once a person closed the pull request, before a rule changes', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    stage.home.pulls.close(stage.pull);
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('False PullRequestClosed');
    expect(stage.says('packages', 'Delivered')).to.match(
      /^#1 of acme\/\.github was closed without a merge; nothing is proposed before a rule changes/,
    );
    expect(stage.loop.events('EgressDeliveryBlocked')).to.have.length(1);
    stage.home.commit(FILE, `${FOREIGN}more.example.com:443\n`);
    await stage.loop.pass(5 * HOUR);
    await stage.loop.restart();
    expect(stage.home.pulls.all, 'also after a restart, and after a commit of others').to.have.length(1);
    await stage.loop.edit('rules.yaml', rule('packages', { endpoints: [HOST, OTHER] }), 'acme');
    await becomes(stage.loop, { kind, name: 'packages', type: 'Delivered' }, /^False Proposed/);
    expect(stage.pull.issue.number).to.equal(2);
    await stage.merge();
    expect(SharedFileStage.endpoints(stage.text)).to.have.members([
      'github.com:443',
      'more.example.com:443',
      HOST,
      OTHER,
    ]);
  });

  it('keep lines of others on both branches over a conflict', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    stage.home.commit(FILE, `first.example.com:443\n${FOREIGN}`);
    stage.home.commit(FILE, `${stage.branchText}reviewer.example.com:443\n`, undefined, BRANCH);
    expect(stage.home.pulls.conflicts(stage.pull)).to.deep.equal([FILE]);
    await stage.look();
    expect(stage.home.pulls.conflicts(stage.pull)).to.deep.equal([]);
    expect(SharedFileStage.endpoints(stage.branchText)).to.have.members([
      ...['first.example.com:443', 'github.com:443', 'reviewer.example.com:443', HOST],
    ]);
    expect(stage.shared?.foreign?.total).to.equal(3);
    await stage.merge('squash');
    expect(stage.text)
      .to.contain('first.example.com:443')
      .and.to.contain('reviewer.example.com:443')
      .and.to.contain(HOST);
    await stage.loop.edit('b.yaml', rule('mirror', { endpoints: [OTHER] }), 'acme');
    await becomes(stage.loop, { kind, name: 'mirror', type: 'Delivered' }, /^False Proposed/);
    await stage.merge();
    expect(SharedFileStage.endpoints(stage.text)).to.have.members([
      ...['first.example.com:443', 'github.com:443', 'reviewer.example.com:443', HOST, OTHER],
    ]);
  });

  it('say where the branch conflicts by other files of others, and touch nothing', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    stage.home.commit('notes.txt', 'x', undefined, BRANCH);
    stage.home.commit(FILE, `first.example.com:443\n${FOREIGN}`);
    const head = stage.home.branches.get(BRANCH);
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('False Conflict');
    expect(stage.says('packages', 'Delivered')).to.equal(
      `${FILE} changed on main, and the branch ${BRANCH} of .github changes notes.txt as well: merge main into it, or delete it`,
    );
    expect(stage.home.branches.get(BRANCH)).to.equal(head);
  });

  it('say that the branch was deleted, which closed the pull request', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    push(stage.home, { ref: `refs/heads/${BRANCH}`, how: 'delete' });
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('False BranchDeleted');
    await stage.loop.edit('rules.yaml', rule('packages', { endpoints: [OTHER] }), 'acme');
    await becomes(stage.loop, { kind, name: 'packages', type: 'Delivered' }, /^False Proposed/);
    expect(SharedFileStage.endpoints(stage.branchText)).to.deep.equal(['github.com:443', OTHER]);
  });

  it('say how the repository is called now, and that it is archived, gone or empty', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    stage.home.rename('dot-github');
    await stage.loop.start();
    expect(stage.is('packages', 'Delivered')).to.equal('Unknown RepositoryRenamed');
    expect(stage.says('packages', 'Delivered')).to.equal(
      'acme/.github is acme/dot-github now: set egress.sharedFile.repository to dot-github',
    );
    stage.home.rename('.github').archive();
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('Unknown RepositoryArchived');
    stage.home.delete();
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('Unknown RepositoryNotFound');
    stage.acme.createRepository({ name: '.github', isEmpty: true });
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('Unknown RepositoryEmpty');
    expect(stage.writes).to.deep.equal([]);
  });

  it('say which permission is missing, and who grants it', async () => {
    await begin({ file: FOREIGN, token: 'github_pat_x' });
    const permissions = {
      contents: 'read',
      metadata: 'read',
      organization_administration: 'write',
      pull_requests: 'read',
    } as const;
    const token = { kind: 'fine-grained', organization: 'acme', permissions } as const;
    stage.loop.github.world.tokens.add('github_pat_x', token);
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    expect(stage.is('packages', 'Delivered')).to.equal('False PermissionMissing');
    expect(stage.says('packages', 'Delivered')).to.contain('the token lacks contents: write');
    expect(stage.loop.ready('acme'), 'who enters the ruleset does not wait for it').to.equal('True Converged');
    stage.loop.github.world.tokens.add('github_pat_x', {
      ...token,
      permissions: { ...permissions, contents: 'write' },
    });
    await stage.look();
    expect(stage.says('packages', 'Delivered')).to.contain('the token lacks pull_requests: write');
    expect(stage.home.pulls.all).to.deep.equal([]);
    const all = { ...permissions, contents: 'write', pull_requests: 'write' } as const;
    stage.loop.github.world.tokens.add('github_pat_x', { ...token, permissions: all });
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('False Proposed');
  });

  it('are approved by reviews of the last commit alone, by people who answer for the repository, or by their digest', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    const { pulls } = stage.home;
    const first = stage.home.branches.get(BRANCH)?.oid ?? '';
    pulls.review(stage.pull, { author: { login: 'ann', type: 'User' } });
    await stage.loop.edit('b.yaml', rule('mirror', { endpoints: [OTHER] }), 'acme');
    await becomes(stage.loop, { kind, name: 'mirror', type: 'Delivered' }, /^False Proposed/);
    expect(stage.home.branches.get(BRANCH)?.oid).not.to.equal(first);
    pulls.review(stage.pull, { author: { login: 'bot', type: 'Bot' } });
    pulls.review(stage.pull, { author: { login: 'eve', type: 'User' }, association: 'NONE' });
    pulls.review(stage.pull, { author: { login: 'bob', type: 'User' }, state: 'CHANGES_REQUESTED' });
    pulls.merge(stage.pull);
    await stage.look();
    expect(stage.is('packages', 'Delivered')).to.equal('True InSharedFile');
    expect(stage.is('packages', 'Approved')).to.equal('False NotReviewed');
    expect(stage.says('packages', 'Approved'))
      .to.contain('by #1 with 0 of 1 approving reviews of its last commit')
      .and.to.contain('plus1 approve acme --plan sha256:');
    expect(stage.is('packages', 'Ready')).to.equal('False AwaitingApproval');
    const plan = [
      '--plan',
      stage.status('packages').digest ?? '',
      '--approver',
      'ann',
      '--yes',
      '--reason',
      'Looked at it',
    ];
    const ran = await plus1(['approve', 'acme', ...plan, '--state', stage.loop.state], {
      clock: () => stage.loop.clock.now(),
    });
    expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
    await stage.look();
    expect(stage.is('packages', 'Ready')).to.equal('True InForce');
    expect(stage.is('mirror', 'Ready')).to.equal('False AwaitingApproval');
  });

  it('that were taken away stay for seven days, and a Deny takes out rules, and names lines of others', async () => {
    await begin({ file: `${FOREIGN}*.blob.example.net:443\n`, policy: { schedule: { interval: '24h' } } });
    stage.loop.put('a.yaml', rule('packages'));
    stage.loop.put('b.yaml', rule('mirror', { endpoints: [OTHER] }));
    await stage.loop.start();
    await stage.merge();
    await stage.loop.edit('a.yaml', undefined, 'acme');
    await stage.loop.until(
      () => stage.loop.status('acme').egress?.withdrawn !== undefined,
      'the rule was missed twice',
    );
    await stage.loop.settle();
    await stage.look();
    expect(stage.open).to.equal(undefined);
    const spec = { effect: 'Deny', endpoints: [OTHER, 'leak.blob.example.net:443'] };
    await stage.loop.edit('deny.yaml', rule('leak', spec), 'acme');
    await becomes(stage.loop, { kind, name: 'leak', type: 'Delivered' }, /^False StillListed/);
    expect(stage.says('leak', 'Delivered')).to.contain('take out *.blob.example.net:443');
    expect(SharedFileStage.endpoints(stage.branchText)).to.deep.equal([
      'github.com:443',
      '*.blob.example.net:443',
      HOST,
    ]);
    await stage.merge();
    await stage.loop.pass(7.1 * DAY);
    expect(SharedFileStage.endpoints(stage.branchText)).to.deep.equal(['github.com:443', '*.blob.example.net:443']);
    await stage.merge();
    expect(stage.text).to.equal(`${FOREIGN}*.blob.example.net:443\n`);
  });

  it('of an Emergency are in force at once, and proposed for removal at their minute', async () => {
    await begin();
    await stage.loop.start();
    const end = stage.loop.clock.now() + 3 * HOUR;
    await stage.loop.edit(
      'rules.yaml',
      rule('hotfix', { kind: 'Emergency', expiresAt: new Date(end).toISOString() }),
      'acme',
    );
    await becomes(stage.loop, { kind, name: 'hotfix', type: 'Ready' }, /^True InForce/);
    expect(stage.is('hotfix', 'Delivered')).to.equal('False Proposed');
    await stage.merge();
    await stage.loop.pass(end - stage.loop.clock.now() + 1_000);
    expect(stage.is('hotfix', 'Ready')).to.equal('False Expired');
    expect(stage.branchText).to.equal(FOREIGN);
    expect(stage.pull.issue.number).to.equal(2);
  });

  it('with a scope of their own never stand in the file: every job reads it', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages', { scope: { repositories: { include: ['pay-*'] } } }));
    await stage.loop.start();
    expect(stage.says('packages', 'Ready')).to.contain('plus1 approve acme --plan');
    expect(stage.home.pulls.all).to.deep.equal([]);
    expect(stage.shared).to.include({ state: 'InSync' });
  });

  it('are proposed by nobody in mode Observe, and the file is made where there is none', async () => {
    await begin({ policy: { mode: 'Observe' } });
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    expect(stage.is('packages', 'Delivered')).to.equal('False NothingWritten');
    expect(stage.writes).to.deep.equal([]);
    const spec = { egress: { delivery: 'SharedFile' }, schedule: { interval: '1h' } };
    await stage.loop.edit('acme.yaml', stage.loop.policy('acme', spec), 'acme');
    await becomes(stage.loop, { kind, name: 'packages', type: 'Delivered' }, /^False Proposed/);
    expect(stage.branchText).to.match(/^# plus1 packages/);
  });

  it('say in the words of GitHub what its rules refuse', async () => {
    await begin();
    stage.acme.addRuleset({
      ...{ name: 'no new branches', target: 'branch', enforcement: 'active', rules: [{ type: 'creation' }] },
      conditions: { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: [stage.home.id] } },
    });
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    expect(stage.is('packages', 'Delivered')).to.equal('False WriteRefused');
    expect(stage.says('packages', 'Delivered')).to.contain('Repository rule violations found');
    expect(stage.loop.faults).to.deep.equal([]);
  });

  it('close their pull request where nothing is left to be changed, and that is no wish of a person', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    const { number } = stage.pull.issue;
    await stage.loop.edit('rules.yaml', undefined, 'acme');
    await stage.loop.until(() => stage.open === undefined, 'it is closed');
    await stage.loop.settle();
    expect(stage.home.pulls.get(number)?.issue.body).to.contain('nothing is left to be changed');
    await stage.loop.edit('rules.yaml', rule('packages'), 'acme');
    await becomes(stage.loop, { kind, name: 'packages', type: 'Delivered' }, /^False Proposed/);
    expect(stage.pull.issue.number).to.equal(2);
  });

  it('are told to the journal before the first write and after the last one', async () => {
    await begin();
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    await stage.loop.stop();
    const folders = await policyFolders([join(stage.loop.state, '.journal')], { namespace: undefined, name: 'acme' });
    const { records } = await readRecords(folders);
    const kinds = records.map((record) => record.kind).filter((each) => each.startsWith('SharedFile'));
    expect(kinds).to.deep.equal(['SharedFileIntended', 'SharedFileEnded']);
    await stage.loop.start();
  });
});
