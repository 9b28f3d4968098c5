/** What people are told of egress rules: a review that is due, and a name that does not resolve, each open as long as it is so. */
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { EgressRuleStatus, NotificationStatus } from '../../pkg/api/index.js';
import { EgressHandler } from '../../pkg/reconciler/index.js';
import type { Resolution } from '../../pkg/workflows/index.js';
import { town } from '../builders.js';
import { plus1 } from '../integration/cli.js';
import { inputOf } from './input.js';
import { DAY, Loop, MINUTE } from './loop.js';

const rule = stringify({
  ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1EgressRule', metadata: { name: 'packages' } },
  spec: {
    ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' },
    ...{ endpoints: ['packages.example.com:443'], reviewEvery: '168h' },
  },
});

describe('Notifications of egress rules, in virtual time', () => {
  const answers = new Map<string, Resolution>();
  let loop: Loop;

  beforeEach(async () => {
    answers.clear();
    const resolve = async (name: string): Promise<Resolution> => answers.get(name) ?? 'resolves';
    const handlers = [new EgressHandler({ resolve, emergencyLimitMs: DAY })];
    loop = await Loop.open({ organizations: [town({ members: 1 })], handlers });
    loop.secret('hook', { url: 'http://127.0.0.1:1/x', signingKey: 'c2lnbmluZw==' });
    const notifications = [{ name: 'hook', type: 'Webhook', secretRef: { name: 'hook' }, minSeverity: 'Info' }];
    loop.put('acme.yaml', loop.policy('acme', { notifications, schedule: { interval: '24h' } }));
    loop.put('rule.yaml', rule);
    await loop.start();
  });
  afterEach(() => loop.close());

  const open = (): string[] => {
    const [channel] = loop.status('acme').notifications ?? ([] as NotificationStatus[]);
    return (channel?.open ?? []).map(({ event }) => event);
  };
  const approve = async (kind: 'Normal' | 'Review'): Promise<void> => {
    const { status } = inputOf<{ status: EgressRuleStatus }>(loop, 'Plus1EgressRule', 'packages') ?? { status: {} };
    const plan = ['--plan', status.digest ?? '', '--kind', kind, '--approver', 'ann', '--yes'];
    const args = ['approve', 'acme', '--reason', 'Looked at with the owner', ...plan, '--state', loop.state];
    const ran = await plus1(args, { clock: () => loop.clock.now() });
    expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
    await loop.lookNow();
  };

  it('are open while a name does not resolve, and over when it does again', async () => {
    expect(open()).to.deep.equal([]);
    answers.set('packages.example.com', 'dead');
    await loop.pass(DAY + MINUTE);
    expect(open()).to.deep.equal(['EgressNameUnresolvable']);
    answers.clear();
    await loop.pass(DAY);
    expect(open()).to.deep.equal([]);
  });

  it('are open while a review is due, and over once it is recorded', async () => {
    await approve('Normal');
    expect(open()).to.deep.equal([]);
    await loop.pass(8 * DAY);
    expect(open()).to.deep.equal(['EgressReviewDue']);
    await approve('Review');
    expect(open()).to.deep.equal([]);
  });
});
