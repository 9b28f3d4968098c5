import { expect } from 'chai';
import type { KubeObject } from '../../../pkg/kube/kube-object.js';
import { refusal, type Reply } from '../../kube/support/fake-api.js';
import { settle, until } from '../../kube/support/until.js';
import { HomeStage, KEY } from './support/home-stage.js';
import { approval, HASH, policy } from './support/objects.js';

describe('Approvals of a cluster', () => {
  let stage: HomeStage;
  const start = async (approvals: KubeObject[], areApprovalsVerified = false): Promise<void> => {
    stage = await HomeStage.run([policy()], [], { approvals, areApprovalsVerified });
    stage.keys.length = 0;
  };
  afterEach(() => stage.end());

  const list = async (): Promise<(string | undefined)[]> =>
    (await stage.home.approvals.list(KEY, stage.stop.signal)).map(({ object }) => object.metadata.name);

  const news: { reason: string; type?: string; next: KubeObject; told: string[] }[] = [
    { reason: 'it appears', type: 'ADDED', next: approval({ name: 'acme-2', version: 11 }), told: ['team-a/acme'] },
    { reason: 'it is deleted', type: 'DELETED', next: approval({ version: 11 }), told: ['team-a/acme'] },
    {
      reason: 'it waits for a finalizer',
      next: approval({ version: 11, deletionTimestamp: 'x' }),
      told: ['team-a/acme'],
    },
    {
      reason: 'another has its name',
      next: approval({ version: 11, uid: 'other' }),
      told: ['team-a/acme', 'team-a/acme'],
    },
    {
      reason: 'its status alone changed',
      next: approval({ version: 11, status: { state: 'Counted', message: '' } }),
      told: [],
    },
    {
      reason: 'it names a policy that is not there',
      type: 'ADDED',
      next: approval({ name: 'acme-2', version: 11, spec: { policyRef: { name: 'nobody' } } }),
      told: [],
    },
    {
      reason: 'its namespace has no such policy',
      type: 'ADDED',
      next: approval({ namespace: 'team-b', version: 11 }),
      told: [],
    },
    {
      reason: 'it is none of this version',
      type: 'ADDED',
      next: approval({ name: 'x', version: 11, spec: { kind: 'Postponed' } }),
      told: [],
    },
  ];
  for (const { reason, type = 'MODIFIED', next, told } of news) {
    it(`${told.length > 0 ? 'call' : 'do not call'} for a look at the policy: ${reason}`, async () => {
      await start([approval()]);
      stage.tellApproval(type, next);
      if (told.length > 0) await until(() => stage.keys.length >= told.length, 'the key');
      await settle();
      expect(stage.keys).to.deep.equal(told);
    });
  }

  for (const { verified } of [{ verified: true }, { verified: false }]) {
    it(`are ${verified ? 'proved with' : 'claims without'} the admission policy`, async () => {
      await start([approval({ spec: { groups: ['security'] } })], verified);
      const [found] = await stage.home.approvals.list(KEY, stage.stop.signal);
      expect(found).to.deep.include({ verified, isClaim: !verified });
      expect(found?.object.spec).to.deep.equal({
        ...{ policyRef: { name: 'acme' }, planHash: HASH, approver: 'ann', groups: ['security'], kind: 'Normal' },
        reason: 'Checked with the owners',
      });
      expect(found?.object.metadata.creationTimestamp).to.equal('2026-11-22T09:00:00Z');
    });
  }

  it('do not count once they were withdrawn, though the copy still has them', async () => {
    await start([approval(), approval({ name: 'acme-2' })]);
    stage.approvals = [approval()];
    expect(await list()).to.deep.equal(['acme-1']);
    expect(stage.keys, 'and the policy is looked at').to.deep.equal(['team-a/acme']);
  });

  it('are asked for again one by one, and only those that may still count', async () => {
    const of = (state: string): KubeObject => approval({ name: state.toLowerCase(), status: { state, message: '' } });
    await start([approval(), ...['Counted', 'Used', 'Expired', 'Rejected'].map(of)]);
    stage.api.asked.length = 0;
    expect(await list()).to.have.members(['acme-1', 'counted', 'used', 'expired', 'rejected']);
    const asked = stage.api.asked.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(asked.sort()).to.deep.equal(['GET acme-1', 'GET counted']);
  });

  it('count for nothing where the server refuses to show them, and the pass goes on', async () => {
    await start([approval()]);
    stage.refusal = refusal(400, 'BadRequest');
    expect(await list()).to.deep.equal([]);
    stage.refusal = undefined;
    expect(await list()).to.deep.equal(['acme-1']);
  });

  it('are told what became of them by the same manager, in one entry', async () => {
    await start([approval()]);
    stage.answer = ({ body }): Reply => ({ body: approval({ version: 20, status: body['status'] as object }) });
    await list();
    const status = { state: 'Counted', message: '' } as const;
    const keep = (uid: string): Promise<void> =>
      stage.home.approvals.setStatus(KEY, { name: 'acme-1', uid }, status, stage.stop.signal);
    await keep('another');
    expect(stage.patches).to.deep.equal([]);
    await keep('uid-team-a-acme-1');
    await keep('uid-team-a-acme-1');
    const [patch, ...more] = stage.patches;
    expect(more, 'what is so already is not written').to.deep.equal([]);
    expect(patch?.path).to.equal('/apis/plus1.dev/v1alpha1/namespaces/team-a/plus1approvals/acme-1/status');
    expect(Object.fromEntries(patch!.query)).to.deep.equal({ fieldManager: 'plus1-controller', force: 'true' });
    expect(patch?.body).to.deep.equal({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      metadata: { name: 'acme-1', resourceVersion: '10' },
      status,
    });
  });

  it('that somebody else judged since the pass read them are left as they are', async () => {
    await start([approval()]);
    await list();
    stage.tellApproval('MODIFIED', approval({ version: 12, status: { state: 'Used', message: '' } }));
    await settle();
    const kept = await stage.home.approvals
      .setStatus(
        KEY,
        { name: 'acme-1', uid: 'uid-team-a-acme-1' },
        { state: 'Counted', message: '' },
        stage.stop.signal,
      )
      .catch((error: unknown) => error);
    expect(kept).to.deep.include({ code: 'PLUS1_STATUS_CONFLICT' });
    expect(stage.patches).to.deep.equal([]);
  });
});
