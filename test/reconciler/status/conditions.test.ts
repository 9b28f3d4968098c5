import { expect } from 'chai';
import type { Condition, PolicyStatus } from '../../../pkg/api/index.js';
import { CATALOGUE, errorLine, Plus1Error, type ErrorCode } from '../../../pkg/errors/index.js';
import { withTimes } from '../../../pkg/reconciler/status/condition-draft.js';
import { failed } from '../../../pkg/reconciler/status/ready.js';
import { idleStatus } from '../../../pkg/reconciler/status/idle-status.js';
import { kstatusFaults } from '../../kstatus.js';

const T0 = Date.UTC(2026, 10, 22, 10);
const HOUR = 3_600_000;

describe('Conditions', () => {
  for (const code of Object.keys(CATALOGUE) as ErrorCode[]) {
    it(`of a policy stopped by ${code} keep the contract`, () => {
      const error = new Plus1Error(code, 'what happened\nwas bad');
      const status = idleStatus({}, 1, { kind: 'stopped', error }, T0);
      expect(kstatusFaults({ metadata: { generation: 1 }, status })).to.deep.equal([]);
      expect(status.observedGeneration).to.equal(1);
    });
  }

  it('say of a known wait what it is for, and not how much is left nor until when', () => {
    const error = new Plus1Error(
      'PLUS1_RATE_LIMITED',
      '12 of 5000 requests are left: try again at 2026-11-22T11:00:00Z',
      {
        retryAt: T0 + HOUR,
      },
    );
    for (const { message } of failed(error))
      expect(message).to.equal(
        `PLUS1_RATE_LIMITED: ${CATALOGUE.PLUS1_RATE_LIMITED.meaning} Fix: wait until status.nextPassTime`,
      );
  });

  it('say what to do, as the line of a command does', () => {
    const error = new Plus1Error('PLUS1_RULESET_NOT_FOUND', 'acme has no ruleset plus1_enforcement');
    for (const { message } of failed(error)) expect(`${message}.`).to.equal(errorLine(error));
  });

  for (const { character, reason } of [
    { character: 'x', reason: 'of one unit each' },
    { character: '🚀', reason: 'of two units each, which are never halved' },
  ]) {
    it(`hold no message that an API server refuses: characters ${reason}`, () => {
      for (const length of [32_700, 32_768, 40_000]) {
        const error = new Plus1Error('PLUS1_POLICY_INVALID', `x${character.repeat(length)}`);
        const { conditions = [] } = idleStatus({}, 1, { kind: 'stopped', error }, T0);
        for (const { message } of conditions) {
          expect([...message].length).to.be.at.most(32_768);
          expect(Buffer.from(message, 'utf8').toString('utf8')).to.equal(message);
        }
        const [ready] = conditions.filter(({ type }) => type === 'Ready');
        expect(ready?.message.endsWith('…')).to.equal(length > 32_700);
      }
    });
  }

  it('move their time with the status, and only with it', () => {
    const at = (ms: number, status: Condition['status'], previous: Condition[] = []): Condition[] =>
      withTimes(
        [{ type: 'Ready', status, reason: status === 'True' ? 'Converged' : 'Incomplete', message: 'x' }],
        previous,
        1,
        new Date(ms).toISOString(),
      );
    const first = at(T0, 'True');
    const same = at(T0 + HOUR, 'True', first);
    expect(same[0]?.lastTransitionTime).to.equal(first[0]?.lastTransitionTime);
    const turned = at(T0 + HOUR, 'False', same);
    expect(turned[0]?.lastTransitionTime).to.equal(new Date(T0 + HOUR).toISOString());
  });

  it('of a policy that begins keep what was seen of compliance, and a hold', () => {
    const hold = {
      planHash: 'x',
      reason: 'TooManyLeaving' as const,
      since: '',
      count: 1,
      repositories: [],
      approvals: 0,
    };
    const times = { observedGeneration: 1, lastTransitionTime: new Date(T0).toISOString() };
    const previous: PolicyStatus = {
      lastSyncTime: new Date(T0).toISOString(),
      hold,
      conditions: [
        { type: 'Ready', status: 'False', reason: 'Held', message: 'held', ...times },
        { type: 'Compliant', status: 'True', reason: 'AllGoverned', message: 'all', ...times },
        { type: 'Held', status: 'True', reason: 'TooManyLeaving', message: 'held', ...times },
      ],
    };
    const status = idleStatus(previous, 2, { kind: 'beginning' }, T0 + HOUR);
    expect(status.conditions?.map(({ type, status: is }) => `${type} ${is}`)).to.deep.equal([
      'Reconciling True',
      'Ready Unknown',
      'Compliant True',
      'Held True',
    ]);
    expect(kstatusFaults({ metadata: { generation: 2 }, status }, previous)).to.deep.equal([]);
    expect(status).to.not.have.property('observedGeneration');
  });

  it('of a suspended policy have no time of a next pass, and the same words every time', () => {
    const first = idleStatus({ nextPassTime: new Date(T0).toISOString() }, 1, { kind: 'suspended' }, T0);
    expect(first).to.not.have.property('nextPassTime');
    expect(idleStatus(first, 1, { kind: 'suspended' }, T0 + HOUR)).to.deep.equal(first);
  });
});

describe('The kstatus contract', () => {
  const times = { observedGeneration: 1, lastTransitionTime: '2026-11-22T10:00:00Z' };
  const ready: Condition = { type: 'Ready', status: 'True', reason: 'Converged', message: 'fine', ...times };
  const compliant: Condition = { type: 'Compliant', status: 'True', reason: 'AllGoverned', message: 'fine', ...times };
  const stalled: Condition = { type: 'Stalled', status: 'True', reason: 'Conflict', message: 'x', ...times };
  const wrong: { reason: string; conditions: Condition[] }[] = [
    { reason: 'Ready is missing', conditions: [compliant] },
    { reason: 'Compliant is missing', conditions: [ready] },
    { reason: 'the order', conditions: [compliant, ready] },
    { reason: 'abnormal while False', conditions: [{ ...stalled, status: 'False' }, ready, compliant] },
    { reason: 'Ready beside Stalled', conditions: [stalled, ready, compliant] },
    { reason: 'an unknown reason', conditions: [{ ...ready, reason: 'AllGoverned' }, compliant] },
    { reason: 'a generation ahead', conditions: [{ ...ready, observedGeneration: 2 }, compliant] },
    { reason: 'a line break', conditions: [{ ...ready, message: 'a\nb' }, compliant] },
    { reason: 'a secret', conditions: [{ ...ready, message: 'ghp_abcdef' }, compliant] },
    { reason: 'a time', conditions: [{ ...ready, message: 'until 2026-11-22T10:00:00Z' }, compliant] },
    { reason: 'a counter of time', conditions: [{ ...ready, message: 'since 5 minutes ago' }, compliant] },
    { reason: 'a hold that nothing holds', conditions: [{ ...ready, status: 'False', reason: 'Held' }, compliant] },
    { reason: 'twice', conditions: [ready, ready, compliant] },
  ];
  for (const { reason, conditions } of wrong) {
    it(`finds a fault: ${reason}`, () => {
      expect(kstatusFaults({ metadata: { generation: 1 }, status: { conditions } })).to.not.deep.equal([]);
    });
  }

  it('finds a time that moved without the status, and none in what is right', () => {
    const status = { conditions: [ready, compliant] };
    expect(kstatusFaults({ metadata: { generation: 1 }, status }, status)).to.deep.equal([]);
    const moved = { conditions: [{ ...ready, lastTransitionTime: '2026-11-22T11:00:00Z' }, compliant] };
    expect(kstatusFaults({ metadata: { generation: 1 }, status: moved }, status)).to.have.length(1);
  });
});
