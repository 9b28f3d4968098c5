import { expect } from 'chai';
import { deletions, looksOf, namespaceChecks } from '../../cmd/plus1/cluster-parts.js';
import type { PolicyRecord, PolicyKey } from '../../pkg/policies/index.js';

describe('The looks of a process that may stand by', () => {
  const keys = [1, 2].map((each): PolicyKey => ({ namespace: 'team', name: `p${each}` }));
  const home = { list: () => keys.map((key) => ({ key }) as PolicyRecord) };
  const [first] = keys as [PolicyKey, ...PolicyKey[]];

  it('come to nothing while another leads, and are made up for when it leads', () => {
    const looked: string[] = [];
    const lease = { isHeld: false };
    const { look, lookAtAll } = looksOf(home, lease, ({ name }) => looked.push(name));
    look(first);
    look({ namespace: 'team', name: 'gone' });
    lookAtAll();
    expect(looked).to.deep.equal([]);
    lease.isHeld = true;
    lookAtAll();
    look(first);
    expect(looked).to.deep.equal(['p1', 'p2', 'p1']);
  });

  it('come at once where there is no lease', () => {
    const looked: string[] = [];
    looksOf(home, undefined, ({ name }) => looked.push(name)).look(first);
    expect(looked).to.deep.equal(['p1']);
  });
});

describe('The deletion of a policy', () => {
  const held: PolicyRecord = {
    key: { namespace: 'team', name: 'acme' },
    faults: [],
    generation: 1,
    createdMs: 0,
    uid: 'u',
    status: {},
  };

  it('is logged by the replica that leads, or by the only one, at info', () => {
    for (const { lease, lines } of [
      { lease: undefined, lines: 1 },
      { lease: { isHeld: true }, lines: 1 },
      { lease: { isHeld: false }, lines: 0 },
    ]) {
      const logged: [string, unknown][] = [];
      deletions({ info: (msg, fields) => logged.push([msg, fields?.['policy']]) }, lease)(held);
      expect(logged).to.deep.equal(Array.from({ length: lines }, () => ['Policy deleted', 'team/acme']));
    }
  });
});

describe('The readiness of a process on a cluster', () => {
  const others = { healthz: {}, readyz: { 'first-pass': () => ({ ok: true, message: 'all' }) } };

  it('names the namespaces that were not read yet, and why', () => {
    const home = { synced: false, unread: ['closed (PLUS1_CLUSTER_FORBIDDEN)', 'slow'] };
    const { readyz } = namespaceChecks(others, home);
    expect(Object.keys(readyz)).to.have.members(['first-pass', 'policies']);
    expect(readyz['policies']?.()).to.deep.equal({
      ok: false,
      message: 'not read yet: closed (PLUS1_CLUSTER_FORBIDDEN), slow',
    });
  });

  it('is there once all of them were', () => {
    const { readyz } = namespaceChecks(others, { synced: true, unread: [] });
    expect(readyz['policies']?.()).to.deep.equal({ ok: true, message: 'they were read' });
  });
});
