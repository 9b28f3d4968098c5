/** What becomes of deliveries whose signature is right. */
import { expect } from 'chai';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import { WebhookDeliveries, type DeliveryResult } from '../../../pkg/reconciler/index.js';
import { VirtualClock } from '../../fakes/clock.js';

const HOUR = 3_600_000;

const record = (name: string, organization?: string): PolicyRecord =>
  ({
    key: { namespace: 'default', name },
    ...(organization && { policy: { spec: { organization, github: {} } } }),
  }) as PolicyRecord;

describe('Deliveries', () => {
  let clock: VirtualClock;
  let hinted: string[];
  let deliveries: WebhookDeliveries;

  beforeEach(() => {
    clock = new VirtualClock();
    hinted = [];
    const records = [record('one', 'Acme'), record('two', 'acme'), record('other', 'beta'), record('wrong')];
    deliveries = new WebhookDeliveries({
      home: { list: () => records },
      hint: ({ name }) => void hinted.push(name),
      clock,
    });
  });

  const take = (id: string | undefined, login = 'ACME', event = 'repository'): DeliveryResult =>
    deliveries.take({ event, id, body: Buffer.from(JSON.stringify({ organization: { login } })) });

  it('are hints for each policy of their organization, whatever its case', () => {
    expect(take('a')).to.equal('accepted');
    expect(hinted).to.deep.equal(['one', 'two']);
  });

  it('are ignored where no policy has their organization, or their event says nothing', () => {
    expect([take('a', 'gamma'), take('b', 'acme', 'issues'), take('c', 'acme', undefined)]).to.deep.equal([
      'ignored',
      'ignored',
      'accepted',
    ]);
    expect(deliveries.take({ event: undefined, id: undefined, body: Buffer.from('{}') })).to.equal('ignored');
  });

  it('count once where they come again, for a day', async () => {
    expect([take('a'), take('b'), take('a')]).to.deep.equal(['accepted', 'accepted', 'duplicate']);
    await clock.advance(23 * HOUR);
    expect(take('a')).to.equal('duplicate');
    await clock.advance(HOUR);
    expect(take('a')).to.equal('accepted');
    expect(hinted).to.have.length(6);
  });

  it('are duplicates of ignored ones too', () => {
    expect([take('a', 'gamma'), take('a', 'gamma')]).to.deep.equal(['ignored', 'duplicate']);
  });

  it('are hints each where they bear no id', () => {
    expect([take(undefined), take(undefined)]).to.deep.equal(['accepted', 'accepted']);
  });

  it('are remembered up to 10,000', () => {
    take('first');
    for (let n = 0; n < 9_999; n += 1) take(String(n), 'gamma');
    expect(take('0', 'gamma')).to.equal('duplicate');
    for (let n = 0; n < 10; n += 1) take(`more ${n}`, 'gamma');
    expect(take('first')).to.equal('accepted');
    expect(take('9998', 'gamma')).to.equal('duplicate');
  });
});
