/** What the handler of rollouts says of a pass that saw nothing: what is known of each stands. */
import { expect } from 'chai';
import type { Rollout, RolloutStatus } from '../../../pkg/api/index.js';
import { RolloutHandler, type InputPass } from '../../../pkg/reconciler/index.js';
import { firstOf } from '../../../pkg/reconciler/rollouts/first.js';
import { specOf, UID } from '../../rollout/builders.js';

describe('The handler of rollouts', () => {
  const rollout = (name: string, status: RolloutStatus): Rollout => ({
    kind: 'Plus1Rollout',
    metadata: {
      name,
      namespace: 'default',
      uid: `${UID}${name}`,
      generation: 1,
      creationTimestamp: '2026-06-01T00:00:00Z',
    },
    spec: specOf(),
    status,
  });
  const handled = (...objects: Rollout[]): ReturnType<RolloutHandler['handle']> => {
    const pass = { objects, broken: [], nowMs: 0, isSkewed: false } as unknown as InputPass<
      Rollout['spec'],
      RolloutStatus
    >;
    return new RolloutHandler().handle(pass, new AbortController().signal);
  };

  it('keeps telling of one that was rolled back, and of no other', async () => {
    const why = {
      ...({ type: 'RolledBack', status: 'True', reason: 'Failed', message: '4 pushes failed' } as const),
      ...{ observedGeneration: 1, lastTransitionTime: '2026-06-01T00:00:00Z' },
    };
    const failed = rollout('signed', { stage: 2, end: 'RolledBack', conditions: [why] });
    const aborted = rollout('other', { stage: 1, end: 'Aborted', conditions: [{ ...why, reason: 'Aborted' }] });
    expect((await handled(failed, aborted)).notices).to.deep.equal([
      ['RolloutFailed', { message: 'signed: 4 pushes failed', since: '2026-06-01T00:00:00.000Z' }],
    ]);
    expect((await handled(aborted)).notices).to.deep.equal([['RolloutFailed', undefined]]);
  });

  it('judges none without a sight of GitHub: statuses stay as they are', async () => {
    expect((await handled(rollout('signed', { stage: 2 }))).statuses).to.deep.equal([]);
  });
});

describe('The test environment of a rollout', () => {
  it('is found by name once: a rename, or a list that is short, takes nobody out', () => {
    const found = [{ id: 7, name: 'Sandbox-API' }];
    const first = firstOf(['sandbox-api', 'no-such'], found);
    expect(first).to.deep.equal([{ id: 7, name: 'sandbox-api' }]);
    expect(firstOf(['sandbox-api'], [], first)).to.deep.equal(first);
    expect(firstOf(['other'], [{ id: 8, name: 'other' }], first)).to.deep.equal([{ id: 8, name: 'other' }]);
  });
});
