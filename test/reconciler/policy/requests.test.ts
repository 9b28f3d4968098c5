/** Kind: a request for a look that is lost, or that is answered twice. */
import { expect } from 'chai';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import { LookRequests } from '../../../pkg/reconciler/policy/requests.js';

const key = { namespace: 'default', name: 'acme' };
const held = (input: Partial<PolicyRecord> = {}): PolicyRecord => ({
  ...{ key, faults: [], generation: 1, createdMs: 1, uid: 'u', status: {} },
  ...input,
});

describe('Requests for a look', () => {
  it('are none before the first look has begun, unless a person makes them', () => {
    const requests = new LookRequests();
    requests.ask(key);
    expect(requests.isAsked(held())).to.equal(false);
    requests.demand(key);
    expect(requests.isAsked(held())).to.equal(true);
  });

  it('are answered by one pass, and one that comes meanwhile by the next', () => {
    const requests = new LookRequests();
    requests.begin(key);
    requests.ask(key);
    expect([requests.take(held()), requests.take(held())]).to.deep.equal([true, false]);
    requests.ask(key);
    expect(requests.take(held())).to.equal(true);
  });

  it('by annotation last until the status echoes them', () => {
    const requests = new LookRequests();
    const reconcileAt = '2026-11-22T10:00:00Z';
    expect(requests.take(held({ reconcileAt }))).to.equal(true);
    expect(requests.take(held({ reconcileAt })), 'that pass has not ended well').to.equal(true);
    expect(requests.take(held({ reconcileAt, status: { lastHandledReconcileAt: reconcileAt } }))).to.equal(false);
  });

  it('of a policy that went are forgotten, with its first look', () => {
    const requests = new LookRequests();
    requests.begin(key);
    requests.end(key);
    requests.ask(key);
    expect(requests.hasLooked(key)).to.equal(true);
    requests.forget(key);
    expect([requests.hasLooked(key), requests.isAsked(held())]).to.deep.equal([false, false]);
    requests.ask(key);
    expect(requests.isAsked(held()), 'another of that name has had no look yet').to.equal(false);
  });
});
