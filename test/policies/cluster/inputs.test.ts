/** Objects of a cluster that are inputs of passes: what calls for a look, and how their status is written. */
import { expect } from 'chai';
import type { KubeObject } from '../../../pkg/kube/kube-object.js';
import type { Reply } from '../../kube/support/fake-api.js';
import { settle, until } from '../../kube/support/until.js';
import { HomeStage, KEY } from './support/home-stage.js';
import { policy, rule } from './support/objects.js';

const STATUS = {
  observedGeneration: 1,
  conditions: [
    {
      ...({ type: 'Ready', status: 'True', reason: 'Seen', message: 'it was seen', observedGeneration: 1 } as const),
      lastTransitionTime: '2026-11-22T10:00:00.000Z',
    },
  ],
};
const OF = { kind: 'Plus1EgressRule', namespace: 'team-a', name: 'build', uid: 'uid-team-a-build' };

describe('Inputs of passes in a cluster', () => {
  let stage: HomeStage;
  const start = async (rules: KubeObject[]): Promise<void> => {
    stage = await HomeStage.run([policy(), policy({ name: 'beta' })], [], { rules });
    stage.keys.length = 0;
  };
  afterEach(() => stage.end());

  const of = (name: string): object => ({ policyRef: { name } });
  const news: { reason: string; type?: string; next: KubeObject; told: string[] }[] = [
    { reason: 'it appears', type: 'ADDED', next: rule({ name: 'other', version: 11 }), told: ['team-a/acme'] },
    { reason: 'it is deleted', type: 'DELETED', next: rule({ version: 11 }), told: ['team-a/acme'] },
    { reason: 'it waits for a finalizer', next: rule({ version: 11, deletionTimestamp: 'x' }), told: ['team-a/acme'] },
    { reason: 'its spec changed', next: rule({ version: 11, generation: 2 }), told: ['team-a/acme'] },
    {
      reason: 'it names another policy now, of both of them',
      next: rule({ version: 11, generation: 2, spec: of('beta') }),
      told: ['team-a/acme', 'team-a/beta'],
    },
    { reason: 'another has its name', next: rule({ version: 11, uid: 'x' }), told: ['team-a/acme', 'team-a/acme'] },
    { reason: 'its status alone changed', next: rule({ version: 11, status: STATUS }), told: [] },
    {
      reason: 'nobody has such a policy',
      type: 'ADDED',
      next: rule({ name: 'x', version: 11, spec: of('y') }),
      told: [],
    },
    {
      reason: 'its namespace has no such policy',
      type: 'ADDED',
      next: rule({ namespace: 'team-b', version: 11 }),
      told: [],
    },
  ];
  for (const { reason, type = 'MODIFIED', next, told } of news) {
    it(`${told.length > 0 ? 'call' : 'do not call'} for a look at the policy: ${reason}`, async () => {
      await start([rule()]);
      stage.tellRule(type, next);
      if (told.length > 0) await until(() => stage.keys.length >= told.length, 'the key');
      await settle();
      expect(stage.keys).to.deep.equal(told);
    });
  }

  it('are listed by the policy that they name, with their defaults, and apart those that cannot be read', async () => {
    await start([rule(), rule({ name: 'a', spec: of('beta') }), rule({ name: 'b', spec: { endpoints: ['x'] } })]);
    const { objects, broken } = await stage.home.inputs.list(KEY, stage.stop.signal);
    expect(objects.map(({ metadata, spec }) => [metadata.uid, metadata.generation, spec])).to.deep.equal([
      [
        'uid-team-a-build',
        1,
        {
          ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' },
          ...{ endpoints: ['packages.example.com:443'], effect: 'Allow', kind: 'Normal', reviewEvery: '2160h' },
          scope: { repositories: { include: ['*'], exclude: [] }, workflows: [] },
        },
      ],
    ]);
    expect(broken.map(({ metadata, faults }) => [metadata.name, faults.length])).to.deep.equal([['b', 1]]);
  });

  it('are apart where a word of their status is not known, and say their generation only while they can be read', async () => {
    const odd = { ...STATUS, conditions: [{ ...STATUS.conditions[0], status: 'Perhaps' }] };
    await start([rule({ status: odd }), rule({ name: 'a', generation: 3, status: { ...STATUS, ofLater: 1 } })]);
    const { objects, broken } = await stage.home.inputs.list(KEY, stage.stop.signal);
    expect(objects.map(({ metadata }) => metadata.name)).to.deep.equal(['a']);
    expect(broken.map(({ metadata, status, isPastUnread }) => [metadata.uid, status, isPastUnread])).to.deep.equal([
      [OF.uid, {}, true],
    ]);
    expect(broken[0]?.faults[0]).to.match(/^its field status\.conditions\.0\.status is none that this version knows/);
    const a = { ...OF, name: 'a', uid: 'uid-team-a-a' };
    const generations = [OF, a, { ...a, uid: 'another' }, { ...a, name: 'b' }];
    expect(generations.map((of) => stage.home.inputs.generationOf(of))).to.deep.equal([
      ...[undefined, 3, undefined, undefined],
    ]);
  });

  it('have a status of the same manager, in one entry, and only where it is another', async () => {
    await start([rule()]);
    stage.answer = ({ body }): Reply => ({ body: rule({ version: 20, status: body['status'] as object }) });
    await stage.home.inputs.list(KEY, stage.stop.signal);
    const keep = (uid: string): Promise<boolean> =>
      stage.home.inputs.setStatus({ ...OF, uid }, STATUS, stage.stop.signal);
    expect(await keep('another')).to.equal(false);
    expect(stage.patches).to.deep.equal([]);
    expect(await keep(OF.uid)).to.equal(true);
    await keep(OF.uid);
    const [patch, ...more] = stage.patches;
    expect(more).to.deep.equal([]);
    expect(patch?.path).to.equal('/apis/plus1.dev/v1alpha1/namespaces/team-a/plus1egressrules/build/status');
    expect(Object.fromEntries(patch!.query)).to.deep.equal({ fieldManager: 'plus1-controller', force: 'true' });
    expect(patch?.body).to.deep.equal({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1EgressRule' },
      metadata: { name: 'build', resourceVersion: '10' },
      status: STATUS,
    });
  });

  it('have events of their own', async () => {
    await start([rule()]);
    stage.home.inputs.record(OF, { type: 'Normal', reason: 'Seen', action: 'Look', message: 'it was seen' });
    expect(stage.events.map(([regarding]) => regarding)).to.deep.equal([{ apiVersion: 'plus1.dev/v1alpha1', ...OF }]);
  });
});
