/** A policy of a cluster as the loop knows it: what its annotations ask for, and what of a change calls for a look. */
import { expect } from 'chai';
import type { KubeObject } from '../../../pkg/kube/index.js';
import { heldPolicy, isNews } from '../../../pkg/policies/cluster/object.js';

const object = (annotations?: Record<string, string>, status: Record<string, unknown> = {}): KubeObject =>
  ({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: {
      name: 'acme',
      namespace: 'platform',
      uid: 'u-1',
      generation: 3,
      resourceVersion: '7',
      ...(annotations && { annotations }),
    },
    spec: { organization: 'acme', github: { credentials: { secretRef: { name: 'acme' } } } },
    status,
  }) as unknown as KubeObject;

const TO = 'plus1.dev/rollback-to';

describe('A rollback by annotation', () => {
  it('is what the annotations say, with the reason where there is one', () => {
    expect(heldPolicy(object())).not.to.have.property('rollback');
    expect(heldPolicy(object({ [TO]: '912@plus1-0' })).rollback).to.deep.equal({ to: '912@plus1-0' });
    const reason = 'A filter was mistyped';
    expect(heldPolicy(object({ [TO]: '912', 'plus1.dev/rollback-reason': reason })).rollback).to.deep.equal({
      to: '912',
      reason,
    });
    expect(heldPolicy(object({ 'plus1.dev/rollback-reason': reason })), 'a reason alone').not.to.have.property(
      'rollback',
    );
  });

  it('calls for a look when it comes, changes or goes, and not when its status does', () => {
    const [none, one, other] = [object(), object({ [TO]: '912' }), object({ [TO]: '913' })].map(heldPolicy);
    const echoed = heldPolicy(object({ [TO]: '912' }, { lastHandledRollbackTo: '912' }));
    const pairs = [
      [none, one, true],
      [one, other, true],
      [one, none, true],
      [one, echoed, false],
    ] as const;
    for (const [before, now, isOne] of pairs) expect(before && now && isNews(before, now)).to.equal(isOne);
  });
});
