/** What becomes of an issue, over random stories: an owner's will counts, and nothing is done twice. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  decide,
  isToOpen,
  looked,
  seen,
  SNOOZE_MS,
  wantOf,
  type IssueMemory,
  type LiveIssue,
  type Want,
} from '../../pkg/issues/index.js';
import { runsOf } from '../sample.js';

const SCOPE = { organizationID: 1, ruleset: 'plus1_enforcement' };
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);

type Status = 'invalid_yaml' | 'missing_lifecycle' | 'valid_production' | 'unobserved' | 'archived_skipped';

const want = (status: Status): Want =>
  wantOf(
    {
      ...{ repositoryID: 7, url: 'https://github.com/acme/x', status, reasons: [] },
      ...{ paths: ['entity.datadog.yaml'], productionLifecycles: ['production'], effect: 'Retain' as const },
    },
    { scope: SCOPE, statuses: new Set(['invalid_yaml', 'missing_lifecycle']) },
  );

interface Played {
  memory: IssueMemory;
  live: LiveIssue;
  writes: string[];
}

/** One look at an issue that is known, as a pass does it. */
function look({ memory, live, writes }: Played, status: Status, nowMs: number, afterMs = 0): Played {
  const wanted = want(status);
  const known = looked(seen(memory, wanted, nowMs), live, nowMs);
  const step = decide(known, { want: wanted, live, status }, { nowMs, afterMs });
  if (step.do === 'nothing') return { memory: known, live, writes };
  const { hash, cause } = step;
  const { snoozedUntilMs: _snoozed, closedBy: _closedBy, isLeftOpen: _left, ...rest } = known;
  const now = step.do === 'close' ? ({ state: 'closed', closedBy: 'plus1' } as const) : ({ state: 'open' } as const);
  const marker = { cause, hash, isClosed: step.do === 'close' };
  const word = step.do === 'close' ? 'close' : step.reopen ? 'reopen' : 'write';
  return { memory: { ...rest, ...now, hash, cause }, live: { state: now.state, marker }, writes: [...writes, word] };
}

function opened(): Played {
  const wanted = want('invalid_yaml') as Extract<Want, { kind: 'open' }>;
  const { hash, cause } = wanted;
  const memory: IssueMemory = { id: 7, number: 1, state: 'open', sinceMs: NOW, hash, cause };
  return { memory, live: { state: 'open', marker: { hash, cause, isClosed: false } }, writes: [] };
}

type Act = { is: 'look'; status: Status } | { is: 'close'; reason: 'not_planned' | 'completed' } | { is: 'reopen' };

/** A person does it, where it can be done. */
function byHand(played: Played, act: Exclude<Act, { is: 'look' }>): Played {
  const state = act.is === 'close' ? 'closed' : 'open';
  if (played.live.state === state) return played;
  const { stateReason: _reason, ...rest } = played.live;
  return { ...played, live: { ...rest, state, ...(act.is === 'close' && { stateReason: act.reason }) } };
}

/** A person closed it as not planned, and a pass has seen that. */
const isRefused = ({ live, memory }: Played): boolean =>
  live.state === 'closed' && memory.closedBy === 'person' && live.stateReason === 'not_planned';

describe('What becomes of an issue', () => {
  for (const status of ['unobserved', 'archived_skipped'] as const)
    it(`is nothing where the finding is ${status}`, () => {
      expect(look(opened(), status, NOW).writes).to.deep.equal([]);
      expect(isToOpen({ id: 7, sinceMs: 0 }, want(status), { nowMs: NOW, afterMs: 0 })).to.equal(false);
    });

  it('waits as long as the policy says, and begins again after a finding that was over', () => {
    const moment = (hours: number): { nowMs: number; afterMs: number } => ({
      ...{ nowMs: NOW + hours * HOUR_MS, afterMs: 24 * HOUR_MS },
    });
    const first = seen({ id: 7 }, want('invalid_yaml'), NOW);
    expect(isToOpen(first, want('invalid_yaml'), moment(23))).to.equal(false);
    expect(isToOpen(first, want('invalid_yaml'), moment(24))).to.equal(true);
    const over = seen(first, want('valid_production'), NOW + HOUR_MS);
    const again = seen(over, want('invalid_yaml'), NOW + 2 * HOUR_MS);
    expect(isToOpen(again, want('invalid_yaml'), moment(25))).to.equal(false);
    expect(seen(first, want('unobserved'), NOW + HOUR_MS)).to.deep.equal(first);
  });

  const acts: fc.Arbitrary<Act> = fc.oneof(
    fc.record({
      is: fc.constant('look' as const),
      status: fc.constantFrom<Status>('invalid_yaml', 'missing_lifecycle', 'valid_production', 'unobserved'),
    }),
    fc.record({ is: fc.constant('close' as const), reason: fc.constantFrom('not_planned', 'completed') }),
    fc.record({ is: fc.constant('reopen' as const) }),
  );

  it('is never against the will of a person within thirty days, and a second look does nothing', () => {
    const property = fc.property(fc.array(acts, { maxLength: 12 }), (story) => {
      let played = opened();
      for (const [at, act] of story.entries()) {
        const nowMs = NOW + (at + 1) * HOUR_MS;
        const before = played;
        played = act.is === 'look' ? look(played, act.status, nowMs) : byHand(played, act);
        if (act.is !== 'look') continue;
        expect(look(played, act.status, nowMs).writes, JSON.stringify(story)).to.deep.equal(played.writes);
        if (played.writes.length > before.writes.length && isRefused(before))
          expect(played.memory.sinceMs, 'another finding than the one that was closed').to.be.greaterThan(NOW);
      }
    });
    fc.assert(property, runsOf(5_000, 300));
  });

  it('comes back once where a person closed it as not planned and nothing changed for thirty days', () => {
    let played: Played = { ...opened(), live: { ...opened().live, state: 'closed', stateReason: 'not_planned' } };
    played = look(played, 'invalid_yaml', NOW);
    played = look(played, 'missing_lifecycle', NOW + SNOOZE_MS - 1);
    expect(played.writes).to.deep.equal([]);
    played = look(played, 'missing_lifecycle', NOW + SNOOZE_MS);
    expect(played.writes).to.deep.equal(['reopen']);
  });
});
