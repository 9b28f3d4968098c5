/** What a PUT proves: by its answer, by a read after it, and where GitHub did not take it. With a server: test/integration/{uncertain-writes,uncertain-writes-late,limited-write}.test.ts. */
import { expect } from 'chai';
import { at, NOW } from '../../../governance/builders.js';
import {
  after,
  answered,
  before,
  AFTER,
  NO_TRACE,
  noTrace,
  play,
  READY,
  superseded,
  testAll,
  unknown,
  type Case,
} from './table.js';
import { fault, rulesetOf, type Answer } from '../../ports.js';

const ANSWERED: readonly Case[] = [
  {
    reason: 'a 200 whose ruleset is another, and a read that shows the write: GitHub holds it',
    reads: [before, after],
    github: { puts: [answered(before)] },
    order: [...READY, 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'a 200 whose ruleset has another enforcement: no proof, so it is read',
    reads: [before, after],
    github: { puts: [answered(rulesetOf(AFTER, { enforcement: 'disabled' }))] },
    order: [...READY, 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'a 200 that changed nothing: an error, and never sent again in this pass, but it may still be applied',
    reads: [before, before],
    github: { puts: [answered(before)] },
    order: [...READY, 'essential read'],
    ends: {
      ...{ error: 'PLUS1_WRITE_UNPROVED', message: /does not hold what was sent/ },
      ...{ pending: true, intended: true, live: '1+2+3', left: [3] },
    },
  },
  {
    reason: 'a 200 that is no proof, and a read that fails: nobody knows what became of it',
    reads: [before, fault('PLUS1_GITHUB_UNAVAILABLE')],
    github: { puts: [answered(before)] },
    order: [...READY, 'essential read'],
    ends: { error: 'PLUS1_GITHUB_UNAVAILABLE', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
];

const UNKNOWN: readonly Case[] = [
  {
    reason: 'no answer, and a read that shows the write: proved, and not sent again',
    reads: [before, after],
    github: { puts: [unknown] },
    order: [...READY, 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'no answer, and a read that fails: never sent again before a read',
    reads: [before, fault('PLUS1_GITHUB_UNAVAILABLE')],
    github: { puts: [unknown] },
    order: [...READY, 'essential read'],
    ends: { error: 'PLUS1_GITHUB_UNAVAILABLE', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
  {
    reason: 'no answer, and a ruleset that was renamed meanwhile',
    reads: [before, rulesetOf(AFTER, { name: 'others' })],
    github: { puts: [unknown] },
    order: [...READY, 'essential read'],
    ends: { error: 'PLUS1_RULESET_NOT_FOUND', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
  {
    reason: 'no answer, and a read without the write: sent again after a look, and the first stays counted',
    reads: [before, before, before],
    github: { puts: [unknown, answered()] },
    order: [...READY, 'essential read', ...READY],
    ends: { written: true, intended: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'the first PUT shows before the second is sent: it was applied late, and the second is taken back',
    reads: [before, before, after],
    github: { puts: [unknown] },
    order: [...READY, 'essential read', ...READY.slice(0, 3), 'superseded 1+2+4'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'the first PUT shows, and the second intent cannot be taken back: an error, and the first may show',
    reads: [before, before, after],
    github: { puts: [unknown] },
    home: { superseded: [fault('PLUS1_STATE_UNWRITABLE')] },
    order: [...READY, 'essential read', ...READY.slice(0, 3), 'superseded 1+2+4'],
    ends: { error: 'PLUS1_STATE_UNWRITABLE', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
  {
    reason: 'nothing is left to be written after a PUT without an answer: it may still be applied, so it is pending',
    reads: [before, before, rulesetOf([1, 2, 3, 4])],
    doubts: [undefined, 'stays for a doubt'],
    github: { puts: [unknown] },
    order: [...READY, 'essential read', ...READY.slice(0, 3), 'superseded 1+2+4'],
    ends: { pending: true, intended: true, live: '1+2+3+4', stays: 'stays for a doubt' },
  },
  {
    reason: 'three PUTs without an answer: the pass gives up, says whose fault it is, and is pending',
    reads: [before, before, before, before, before, before],
    github: { puts: [unknown, unknown, unknown] },
    order: [...READY, 'essential read', ...READY, 'essential read', ...READY, 'essential read'],
    ends: {
      ...{ error: 'PLUS1_WRITE_UNPROVED', message: /did not apply it, 3 times: HTTP 502/ },
      ...{ pending: true, intended: true, live: '1+2+3', left: [3] },
    },
  },
  {
    reason: 'the pass is stopped while the PUT is on its way: it may have been applied, whatever the writer throws',
    reads: [before],
    stopsAtPut: fault('PLUS1_TIMEOUT'),
    github: { puts: [fault('PLUS1_GITHUB_UNAVAILABLE')] },
    order: READY,
    ends: { error: 'PLUS1_TIMEOUT', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
];

const NOT_TAKEN: readonly Case[] = [
  {
    reason: 'the writer throws: GitHub positively did not take it, so nothing is pending',
    reads: [before],
    github: { puts: [fault('PLUS1_PERMISSION_MISSING')] },
    order: READY,
    ends: { error: 'PLUS1_PERMISSION_MISSING', live: '1+2+3', left: [3] },
  },
  {
    reason: 'a short limit is waited for; the ruleset may change meanwhile, so it is looked at again',
    reads: [before, ...noTrace(), before],
    github: { puts: [fault('PLUS1_RATE_LIMITED'), answered()] },
    order: [...READY, 'sit out', ...NO_TRACE, ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'a short limit, and a read that shows the write: it was applied all the same, and who left is counted',
    reads: [before, after],
    github: { puts: [fault('PLUS1_RATE_LIMITED')] },
    order: [...READY, 'sit out', 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'a short limit, a copy that lags, and a read that shows the write: who left is counted',
    reads: [before, before, before, after],
    github: { puts: [fault('PLUS1_RATE_LIMITED')] },
    order: [...READY, 'sit out', 'essential read', 'pause 0', 'essential read', 'pause 1', 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'a short limit, and a read in which who was to leave is gone, and somebody else is there: it stays open',
    reads: [before, rulesetOf([1, 2, 4, 5])],
    doubts: [undefined, 'stays for a doubt'],
    decide: (first) => ({ ...first, changes: false }),
    github: { puts: [fault('PLUS1_RATE_LIMITED')] },
    order: [...READY, 'sit out', 'essential read'],
    ends: { pending: true, intended: true, live: '1+2+4+5', left: [3] },
  },
  {
    reason: 'a short limit, and a read that shows a part of it: who is gone by it stays counted, and the rest is sent',
    reads: [before, rulesetOf([1, 2]), rulesetOf([1, 2])],
    github: { puts: [fault('PLUS1_RATE_LIMITED'), answered()] },
    order: [...READY, 'sit out', 'essential read', ...READY],
    ends: { written: true, intended: true, live: '1+2+4', left: [] },
  },
  {
    reason: 'a short limit, and what was counted of who enters shows: it stays counted',
    ...{ members: [1, 2], spec: { guards: { maxEntering: 1 } } },
    reads: [rulesetOf([1, 2]), rulesetOf([1, 2, 4, 5])],
    decide: (first) => ({ ...first, changes: false }),
    github: { puts: [fault('PLUS1_RATE_LIMITED')] },
    order: [...READY, 'sit out', 'essential read'],
    ends: { pending: true, intended: true, live: '1+2+4+5' },
  },
  {
    reason: 'a short limit, and nobody is counted: nothing is read for it',
    members: [1, 2],
    reads: [rulesetOf([1, 2]), rulesetOf([1, 2])],
    github: { puts: [fault('PLUS1_RATE_LIMITED'), answered()] },
    order: [...READY, 'sit out', ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4' },
  },
  {
    reason: 'a token that GitHub let go meanwhile: once nothing shows of the write, it is sent again with another one',
    reads: [before, ...noTrace(), before],
    github: {
      puts: [{ state: 'refused', why: '401', named: new Set(), error: fault('PLUS1_GITHUB_LAGS') }, answered()],
    },
    order: [...READY, ...NO_TRACE, ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'too late, and no request left: the next round begins with what is there',
    reads: [before, before],
    github: { puts: [{ state: 'late', why: 'too late' }, answered()] },
    order: [...READY, ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'too late, but a request left before: it is looked for, and who left is counted',
    reads: [before, after],
    github: { puts: [{ state: 'late', why: 'too late' }], hasLeft: true },
    order: [...READY, 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'the writer throws after a request left: it may be applied, whatever went wrong',
    reads: [before, before],
    github: { puts: [fault('PLUS1_GITHUB_UNAVAILABLE')], hasLeft: true },
    order: [...READY, 'essential read'],
    ends: { error: 'PLUS1_GITHUB_UNAVAILABLE', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
  {
    reason:
      'a long limit ends the pass with the time to try again; nothing reads the ruleset after it, so who would leave stays counted',
    reads: [before],
    github: { puts: [fault('PLUS1_RATE_LIMITED')], sitOut: [fault('PLUS1_RATE_LIMITED', 'an hour')] },
    order: [...READY, 'sit out'],
    ends: { error: 'PLUS1_RATE_LIMITED', message: /an hour/, pending: true, intended: true, live: '1+2+3', left: [3] },
  },
  {
    reason: 'a limit at each of three tries: the pass gives up, and nothing is pending',
    reads: [before, ...noTrace(), before, ...noTrace(), before, ...noTrace()],
    github: { puts: [fault('PLUS1_RATE_LIMITED'), fault('PLUS1_RATE_LIMITED'), fault('PLUS1_RATE_LIMITED')] },
    order: [
      ...[...READY, 'sit out', ...NO_TRACE],
      ...[...superseded('1+2+4'), ...READY.slice(2), 'sit out', ...NO_TRACE],
      ...[...superseded('1+2+4'), ...READY.slice(2), 'sit out', ...NO_TRACE],
    ],
    ends: { error: 'PLUS1_WRITE_UNPROVED', message: /3 times: so/, live: '1+2+3', left: [3] },
  },
  {
    reason: 'a limit after a PUT without an answer: the first goes on to be counted, and is pending',
    reads: [before, before, before],
    github: {
      ...{ puts: [unknown, fault('PLUS1_RATE_LIMITED')] as Answer<typeof unknown>[] },
      sitOut: [fault('PLUS1_RATE_LIMITED')],
    },
    order: [...READY, 'essential read', ...READY, 'sit out'],
    ends: { error: 'PLUS1_RATE_LIMITED', pending: true, intended: true, live: '1+2+3', left: [3] },
  },
];

describe('Act, after a PUT', () => {
  describe('that GitHub answered', () => testAll(ANSWERED));

  describe('whose outcome is unknown', () => {
    testAll(UNKNOWN);

    it('counts who would leave by a PUT without an answer once, however often it is sent', async () => {
      const given = UNKNOWN.find(({ reason }) => reason.startsWith('three PUTs'));
      if (given === undefined) throw new Error('no such case');
      const { acted } = await play({
        ...given,
        status: { window: { startTime: at(NOW - 1_000), members: 50, left: 2 } },
      });
      expect(acted.intended?.window?.left).to.equal(3);
      expect(acted.intended?.leaving?.map(({ id }) => id)).to.deep.equal([3]);
    });
  });

  describe('that GitHub did not take', () => testAll(NOT_TAKEN));
});
