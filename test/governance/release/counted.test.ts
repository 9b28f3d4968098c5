/** What guards count already, and what they do not count at all: writes of unknown outcome, and transfers. */
import { expect } from 'chai';
import {
  release,
  type Change,
  type Changes,
  type GuardSettings,
  type Released,
  type ReleaseTerms,
} from '../../../pkg/governance/release/index.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const SETTINGS: GuardSettings = { minMembers: 1, maxLeaving: '25%', window: '24h', approval: { required: 1 } };

const changes = (from: number, to: number): Change[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index, status: 'retired' }));
const idsOf = (items: readonly Change[]): number[] => items.map(({ id }) => id);

function decide(plan: Partial<Changes<Change>>, terms: Partial<ReleaseTerms> = {}): Released<Change> {
  const whole = { members: 0, enter: [], leave: [], transferred: [], ...plan };
  return release(whole, { settings: SETTINGS, now: NOW, ...terms });
}

describe('release: what a write of unknown outcome counts already', () => {
  const START = { startTime: new Date(NOW - 1_000).toISOString(), members: 10, entered: 2 };
  const terms = { settings: { ...SETTINGS, maxEntering: 2 }, entryWindow: START };

  it('enters once more, and is not counted again; others wait', () => {
    const decided = decide({ members: 10, enter: changes(1, 4) }, { ...terms, entriesCounted: new Set([2, 4]) });
    expect(idsOf(decided.entered)).to.deep.equal([2, 4]);
    expect(decided.isEntryHeld).to.equal(true);
    expect(decided.entryWindow).to.deep.equal(START);
  });

  it('enters once, also where there is room for all', () => {
    const settings = { ...SETTINGS, maxEntering: 9 };
    const decided = decide(
      { members: 10, enter: changes(1, 4) },
      { ...terms, settings, entriesCounted: new Set([2, 4]) },
    );
    expect(idsOf(decided.entered)).to.deep.equal([2, 4, 1, 3]);
    expect(decided.entryWindow).to.deep.equal({ ...START, entered: 4 });
  });

  it('is counted as any other once its window is over', () => {
    const entryWindow = { ...START, startTime: new Date(NOW - 86_400_000).toISOString() };
    const decided = decide(
      { members: 10, enter: changes(1, 4) },
      { ...terms, entryWindow, entriesCounted: new Set([4]) },
    );
    expect(idsOf(decided.entered)).to.deep.equal([1, 2]);
    expect(decided.entryWindow).to.include({ members: 10, entered: 2 });
  });

  it('leaves no window of entries where nothing limits them', () => {
    const decided = decide({ members: 10, enter: changes(1, 4) });
    expect(decided).to.not.have.any.keys('entryWindow', 'hold', 'window', 'openWindow');
    expect(decided.isEntryHeld).to.equal(false);
  });
});

describe('release: transfers', () => {
  it('are held where they alone would leave nobody, and pass where one enters in their place', () => {
    const plan = { members: 2, transferred: changes(1, 2) };
    expect(decide(plan)).to.deep.include({
      left: [],
      hold: { reason: 'TooFewMembers', message: '2 repositories would leave and 0 stay; guards.minMembers is 1' },
    });
    expect(idsOf(decide({ ...plan, enter: changes(9, 9) }).left)).to.deep.equal([1, 2]);
    expect(decide({ members: 0 }).left).to.deep.equal([]);
  });

  it('leave as many for others to leave as they leave behind', () => {
    const settings = { ...SETTINGS, minMembers: 3, maxLeaving: '100%' };
    const plan = { members: 6, transferred: changes(1, 2), enter: changes(9, 9) };
    expect(idsOf(decide({ ...plan, leave: changes(3, 4) }, { settings }).left)).to.deep.equal([3, 4, 1, 2]);
    const held = decide({ ...plan, leave: changes(3, 5) }, { settings });
    expect(idsOf(held.left)).to.deep.equal([1, 2]);
    expect(held.hold?.message).to.equal('5 repositories would leave and 2 stay; guards.minMembers is 3');
  });
});
