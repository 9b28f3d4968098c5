/** `helm rollback`: this version goes on with the state and the journal that a newer one left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { membersAt, policyFolders, readRecords, verify, type Head, type WholeRecord } from '../../pkg/journal/index.js';
import { kept, memberNames, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { kstatusFaults } from '../kstatus.js';
import { NAMESPACE, Stage, SYSTEM } from './kube-stage.js';
import { newerChart, newerFiles, newerRecords } from './newer-version.js';

const FAR = '2100-01-01T00:00:00.000Z';

describe('a rollback to an older version', function () {
  this.timeout(240_000);
  // Each step follows from the one before it.
  this.bail(true);
  const acme: Organization = town({ login: 'acme', members: 3, demoted: 1, others: 3 });
  const chart = newerChart();
  let stage: Stage;
  /** Where the newer version left the chain. */
  let left: Head;

  before(async () => {
    stage = await Stage.start([acme]);
    stage.run();
    await stage.apply(stage.policy('acme'));
    await stage.converged('acme');
  });
  after(async () => {
    chart.remove();
    await stage?.end();
  });

  const root = (): string => join(stage.state, '.journal');
  const records = async (): Promise<WholeRecord[]> =>
    (await readRecords(await policyFolders([root()], { namespace: NAMESPACE, name: 'acme' }))).records;

  it('begins with a newer one, which leaves fields, records and files that this one does not know', async () => {
    await stage.stopAll();
    await stage.cluster.helm('upgrade', 'plus1', chart.folder, '--namespace', SYSTEM, '--reuse-values');
    const { metadata, status } = await stage.read('acme');
    const identity = { namespace: NAMESPACE, name: 'acme', uid: metadata.uid };
    left = await newerRecords(root(), { ...identity, organization: 'acme', ruleset: 'plus1_enforcement' }, status);
    newerFiles(stage.state);
    const journal = { chain: left.chain, sequence: left.sequence, headHash: left.hash, future: 'x' };
    const applied = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: NAMESPACE } },
      status: { ...status, journal, future: 'x' },
    };
    const owner = ['--server-side', '--subresource=status', '--field-manager=plus1-controller', '--force-conflicts'];
    await stage.cluster.kubectl('apply', ...owner, '-f', '-', { stdin: JSON.stringify(applied) });
    expect((await stage.read('acme')).status).to.deep.include({ future: 'x', journal });
  });

  it('goes on with its clocks and its chain, and enters what is in production', async () => {
    const { status: before } = await stage.read('acme');
    await stage.cluster.helm('rollback', 'plus1', '1', '--namespace', SYSTEM);
    stage.run();
    say(acme.get('other-001'), 'production');
    const object = await stage.pass('acme');
    expect(kstatusFaults(object)).to.deep.equal([]);
    const { status } = object;
    expect(status.conditions?.find(({ type }) => type === 'Ready')).to.include({ status: 'True', reason: 'Converged' });
    expect(memberNames(acme)).to.include.members(['other-001', 'demoted-001']);
    expect(status.leaving, 'the exit clock runs on').to.deep.equal(before.leaving);
    expect(status).to.not.have.property('future');
    expect(status.journal?.chain).to.equal(left.chain);
    expect(status.journal?.sequence).to.be.greaterThan(left.sequence);
    expect(readFileSync(join(stage.state, '.future', 'index.json'), 'utf8')).to.equal('{"v":1}');
  });

  it('keeps what the newer one recorded, in a journal that is whole and equals the ruleset', async () => {
    const all = await records();
    expect(all.map(({ kind }) => kind)).to.include.members(['FutureKind', 'SecurityEvent']);
    expect(all.filter(({ kind }) => kind === 'ChainStarted')).to.have.length(1);
    const at = membersAt(FAR, all);
    const members = at.ok ? at.members.map(({ id }) => id) : [];
    expect(members).to.deep.equal([...kept(acme).members].sort((a, b) => a - b));
    const { status } = await stage.read('acme');
    const { chain = '', sequence = 0, headHash: hash = '' } = status.journal ?? {};
    const heads = [{ chain, sequence, hash, from: 'the status' }];
    const verdict = await verify({ folders: [root()], keys: [], checkpoints: [], heads });
    expect(verdict.chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
  });
});
