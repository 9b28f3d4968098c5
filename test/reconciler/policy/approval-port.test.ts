import { expect } from 'chai';
import type { ApprovalStatus } from '../../../pkg/api/index.js';
import type { ApprovalVerdict } from '../../../pkg/governance/index.js';
import type { ApprovalHome } from '../../../pkg/policies/index.js';
import { approvalPort } from '../../../pkg/reconciler/index.js';

const KEY = { namespace: 'team-a', name: 'acme' };
const SIGNAL = new AbortController().signal;

const verdict = (name: string, message = ''): ApprovalVerdict => ({
  approval: {
    ...{ name, uid: name, approver: 'ann', groups: [], kind: 'Normal', reason: 'Checked with the owners' },
    ...{ planHash: 'x', time: '2026-11-22T09:00:00Z', verified: true },
  },
  state: 'Rejected',
  message,
});

describe('Approvals as a pass keeps them', () => {
  const kept = new Map<string, ApprovalStatus>();
  const home: ApprovalHome = {
    areClaims: true,
    list: async () => [],
    setStatus: async (_key, { name }, status) => {
      if (name === 'broken') throw new Error('no');
      kept.set(name, status);
    },
  };
  beforeEach(() => kept.clear());

  it('are kept each by itself: one that cannot be keeps no other away, and is told', async () => {
    const port = approvalPort(home, KEY);
    const fault = await port
      .keep(
        ['a', 'broken', 'b'].map((name) => verdict(name)),
        SIGNAL,
      )
      .catch((error: unknown) => error);
    expect(fault).to.deep.include({ message: 'no' });
    expect([...kept.keys()]).to.deep.equal(['a', 'b']);
  });

  it('have a message that the schema takes, however long the names of groups are', async () => {
    await approvalPort(home, KEY).keep([verdict('a', 'ä'.repeat(3_000))], SIGNAL);
    expect([...(kept.get('a')?.message ?? '')]).to.have.length(1_024);
  });

  it('are claims where their home says so', () => {
    expect(approvalPort(home, KEY).areClaims).to.equal(true);
  });
});
