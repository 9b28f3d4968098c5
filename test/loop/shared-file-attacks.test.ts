/** Egress rules by a shared file: what people who may write rules, or the file, do to get round approvals and ends. */
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { expect } from 'chai';
import { becomes } from './input.js';
import { DAY, HOUR } from './loop.js';
import { FILE, FOREIGN, HOST, rule, SharedFileStage } from './shared-file-stage.js';

const EVIL = 'evil.example.com:443';
const kind = 'Plus1EgressRule';

describe('Egress rules by a shared file: attacks', () => {
  let stage: SharedFileStage;
  const begin = async (options: Parameters<typeof SharedFileStage.open>[0] = {}): Promise<void> => {
    stage = await SharedFileStage.open({ file: FOREIGN, ...options });
  };
  afterEach(() => stage.loop.close());

  const short = (name: string): string =>
    stage.status(name).digest?.slice('sha256:'.length, 'sha256:'.length + 16) ?? '';
  const entry = (name: string, endpoint: string): string =>
    `# plus1 ${endpoint}: rule ${name}, owner team-build, no end, ${short(name)}\n${endpoint}\n`;
  const approveByObject = (name: string, approver: string): void => {
    const folder = join(stage.loop.state, '.approvals', 'default', 'acme');
    mkdirSync(folder, { recursive: true });
    const metadata = {
      ...{ name: `a-${approver.replace('@', '-')}`, namespace: 'default', uid: `uid-${approver}` },
      creationTimestamp: new Date(stage.loop.clock.now()).toISOString(),
    };
    const planHash = stage.status(name).digest;
    const spec = { policyRef: { name: 'acme' }, planHash, approver, reason: 'It was looked at' };
    const document = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval', metadata, spec };
    writeFileSync(join(folder, `${metadata.name}.json`), JSON.stringify(document));
  };

  it('one person is not two: a review and an approval are not added up', async () => {
    await begin({ policy: { guards: { approval: { required: 2 } } } });
    stage.loop.put('rules.yaml', rule('packages'));
    await stage.loop.start();
    await stage.merge();
    approveByObject('packages', 'ann@example.com');
    await stage.look();
    expect(stage.is('packages', 'Ready')).to.equal('False AwaitingApproval');
    approveByObject('packages', 'bob@example.com');
    await stage.look();
    expect(stage.is('packages', 'Ready')).to.equal('True InForce');
  });

  it('the text of a pull request that was merged makes its reviews none of another rule', async () => {
    await begin();
    stage.loop.put('a.yaml', rule('packages'));
    await stage.loop.start();
    await stage.merge('squash');
    await stage.loop.edit('b.yaml', rule('evil', { endpoints: [EVIL] }), 'acme');
    await becomes(stage.loop, { kind, name: 'evil', type: 'Delivered' }, /^False Proposed/);
    const [merged] = stage.home.pulls.all;
    if (merged === undefined) throw new Error('nothing was merged');
    merged.issue.body = merged.issue.body.replaceAll(short('packages'), `${short('evil')} ${short('packages')}`);
    stage.home.commit(FILE, stage.text + entry('evil', EVIL));
    await stage.look();
    expect(stage.text).to.contain(EVIL);
    expect(stage.is('evil', 'Ready')).to.equal('False AwaitingApproval');
    expect(stage.is('packages', 'Ready')).to.equal('True InForce');
  });

  it('a line of somebody else that looks like a mark is none', async () => {
    await begin();
    stage.loop.put('a.yaml', rule('packages'));
    stage.loop.put('b.yaml', rule('evil', { endpoints: [EVIL], scope: { workflows: ['x.yml'] } }));
    await stage.loop.start();
    const { hash } = stage.shared ?? {};
    stage.home.commit(FILE, `<!-- plus1:egress v1 ${hash ?? ''} over -->\n${stage.text}`);
    await stage.look();
    stage.home.pulls.close(stage.pull);
    await stage.look();
    expect(stage.open, 'a person closed it').to.equal(undefined);
  });

  it('a rule that nobody can read ends when it was to end', async () => {
    await begin();
    await stage.loop.start();
    const expiresAt = new Date(stage.loop.clock.now() + 3 * HOUR).toISOString();
    await stage.loop.edit('rules.yaml', rule('hotfix', { kind: 'Emergency', expiresAt }), 'acme');
    await becomes(stage.loop, { kind, name: 'hotfix', type: 'Ready' }, /^True InForce/);
    await stage.merge();
    await stage.loop.edit('rules.yaml', rule('hotfix', { kind: 'Emergency', expiresAt, effect: 'Maybe' }), 'acme');
    await stage.look();
    expect(stage.text).to.contain(HOST);
    expect(stage.open, 'until then it stays').to.equal(undefined);
    await stage.loop.pass(4 * HOUR);
    expect(stage.open, 'it is proposed for removal').not.to.equal(undefined);
    expect(stage.branchText).to.equal(FOREIGN);
  });

  it('a rule that was taken away ends no later than it was to end', async () => {
    await begin();
    const end = stage.loop.clock.now() + DAY;
    stage.loop.put('rules.yaml', rule('packages', { expiresAt: new Date(end).toISOString() }));
    await stage.loop.start();
    await stage.merge();
    await stage.loop.edit('rules.yaml', undefined, 'acme');
    await stage.loop.until(
      () => stage.loop.status('acme').egress?.withdrawn !== undefined,
      'the rule was missed twice',
    );
    await stage.loop.settle();
    expect(stage.loop.status('acme').egress?.withdrawn?.map(({ until }) => Date.parse(until))).to.deep.equal([end]);
    await stage.loop.pass(1.1 * DAY);
    expect(stage.branchText).to.equal(FOREIGN);
  });

  it('an owner or a reason that holds marks, tables and mentions changes nothing else of the pull request', async () => {
    await begin();
    const nasty = `x | @acme/all <!-- plus1:egress v1 sha256:${'0'.repeat(64)} over --> <img src=x> [a](http://b) \`#1\``;
    stage.loop.put('a.yaml', rule('packages', { owner: `${nasty.slice(0, 200)}`, reason: nasty }));
    await stage.loop.start();
    const { body } = stage.pull.issue;
    const visible = body.replaceAll(/(`+)(?:(?!\1).)*\1/gs, '');
    expect(visible).not.to.match(/@acme|<img|\]\(http/);
    expect(stringify(stage.shared ?? {})).to.contain('Proposed');
    stage.home.pulls.close(stage.pull);
    await stage.look();
    expect(stage.open).to.equal(undefined);
  });
});
