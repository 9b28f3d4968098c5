/** On what the candidate of a rollout is deleted. Kind: a membership that this pass did not read, or that may still change. */
import { expect } from 'chai';
import { mainDoubt } from '../../../pkg/reconciler/rollouts/main-doubt.js';

type Pass = Parameters<typeof mainDoubt>[0];

/** As far as the question looks at it. */
function passOf({ targeting = 'RepositoryID', isQuick = false, pendingSince = '' }): Pass {
  const live = { id: 1, members: new Set([1, 2]), targeting };
  return {
    acted: { live, written: false, pending: false, decision: { toLeave: [] } },
    seen: { skewed: false, findings: [{ id: 1 }, { id: 2 }], ...(isQuick && { isQuick }) },
    request: { status: pendingSince === '' ? {} : { pendingWrite: { planHash: 'x', startTime: pendingSince } } },
    startMs: Date.parse('2026-03-01T12:00:00Z'),
  } as unknown as Pass;
}

describe('What may be wrong with the members of the main ruleset', () => {
  it('is nothing where a pass read them and no write is open', () => {
    expect(mainDoubt(passOf({}))).to.equal(undefined);
    expect(mainDoubt(passOf({ isQuick: true })), 'a 304 tells of ids').to.equal(undefined);
    expect(mainDoubt(passOf({ targeting: 'CustomProperty' }))).to.equal(undefined);
    expect(mainDoubt(passOf({ pendingSince: '2026-03-01T11:00:00Z' })), 'settled by time').to.equal(undefined);
  });

  it('is a write that may still be applied', () => {
    const doubt = mainDoubt(
      passOf({ pendingSince: '2026-03-01T11:50:00Z', isQuick: true, targeting: 'CustomProperty' }),
    );
    expect(doubt?.why).to.match(/may still change until 2026-03-01T12:11/);
    expect(doubt?.isUnread, 'the count of passes begins again').to.equal(undefined);
  });

  it('is a quick pass that did not read who has the property', () => {
    const doubt = mainDoubt(passOf({ isQuick: true, targeting: 'CustomProperty' }));
    expect(doubt?.why).to.match(/a full one does/);
    expect(doubt?.isUnread).to.equal(true);
  });

  it('is a quick pass in which one of the candidate is not listed: it looks up nobody', () => {
    const quick = passOf({ isQuick: true });
    expect(mainDoubt(quick, [1, 2])).to.equal(undefined);
    expect(mainDoubt(quick, [1, 3])?.isUnread).to.equal(true);
    expect(mainDoubt(passOf({}), [1, 3]), 'a full one does').to.equal(undefined);
  });
});
