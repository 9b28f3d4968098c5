/** Before the PUT: what keeps a write from being sent, and when it is planned again. With a server: test/integration/uncertain-writes.test.ts. */
import { answered, BEFORE, before, after, READY, ready, superseded, testAll, AFTER, type Case } from './table.js';
import { fault, rulesetOf } from '../../ports.js';

const CASES: readonly Case[] = [
  {
    reason: 'a converged organization: nothing is asked, kept or sent',
    members: [1, 2, 4],
    order: [],
    ends: { live: '1+2+4' },
  },
  {
    reason: 'the answer is what was sent: that is the proof, and no further read is paid for',
    reads: [before],
    github: { puts: [answered()] },
    order: READY,
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'who only leaves goes no further than the floor of the budget: neither its read nor its PUT is essential',
    members: [1, 2, 3, 4],
    reads: [rulesetOf([1, 2, 3, 4])],
    github: { puts: [answered()] },
    order: ['may write', 'intent 1+2+4', 'read', 'may write', 'PUT 1+2+4'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },

  {
    reason: 'the policy may not write any more: not even an intent is kept',
    home: { assertMayWrite: [fault('PLUS1_POLICY_CONFLICT')] },
    order: ['may write'],
    ends: { error: 'PLUS1_POLICY_CONFLICT', live: '1+2+3' },
  },
  {
    reason: 'the intent cannot be kept: a crash after the PUT would forget who left, so nothing is sent',
    home: { keepIntent: [fault('PLUS1_STATE_UNWRITABLE')] },
    order: ['may write', 'intent 1+2+4'],
    ends: { error: 'PLUS1_STATE_UNWRITABLE', live: '1+2+3' },
  },
  {
    reason: 'the policy went, and with it what keeps the intent',
    home: { keepIntent: [false] },
    order: ['may write', 'intent 1+2+4'],
    ends: { error: 'PLUS1_INTERRUPTED', message: /nothing more is written/, live: '1+2+3' },
  },
  {
    reason: 'the read before the PUT fails: nothing was sent, so nothing is pending',
    reads: [fault('PLUS1_GITHUB_UNAVAILABLE')],
    order: ['may write', 'intent 1+2+4', 'essential read'],
    ends: { error: 'PLUS1_GITHUB_UNAVAILABLE', live: '1+2+3' },
  },
  {
    reason: 'something of ours throws: it is a fault of the program, and not of the pass that calls it',
    reads: [new TypeError('x is not a function')],
    order: ['may write', 'intent 1+2+4', 'essential read'],
    ends: { error: 'PLUS1_INTERNAL', message: /x is not a function/, live: '1+2+3' },
  },
  {
    reason: 'the ruleset was renamed: the policy does not name this one, so it is not written',
    reads: [rulesetOf(BEFORE, { name: 'others' })],
    order: ['may write', 'intent 1+2+4', 'essential read'],
    ends: { error: 'PLUS1_RULESET_NOT_FOUND', message: /was renamed to "others"/, live: '1+2+3' },
  },
  {
    reason: 'the policy changed while the intent was kept: it is asked again, and nothing is sent',
    reads: [before],
    home: { assertMayWrite: [undefined, fault('PLUS1_INTERRUPTED')] },
    order: READY.slice(0, 4),
    ends: { error: 'PLUS1_INTERRUPTED', live: '1+2+3' },
  },

  {
    reason: 'somebody changed the members: planned again on what is there, with an intent of its own',
    reads: [rulesetOf([1, 3]), rulesetOf([1, 3])],
    github: { puts: [answered()] },
    order: ['may write', 'intent 1+2+4', 'essential read', ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'somebody switched it off: a change that is not of the members is a change too',
    reads: [rulesetOf(BEFORE, { enforcement: 'disabled' }), rulesetOf(BEFORE, { enforcement: 'disabled' })],
    github: { puts: [answered(rulesetOf(AFTER, { enforcement: 'disabled' }))] },
    order: ['may write', 'intent 1+2+4', 'essential read', ...superseded('1+2+4'), ...READY.slice(2)],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'somebody did just that: nothing is left to be written, and the intent is taken back',
    reads: [after],
    order: ['may write', 'intent 1+2+4', 'essential read', 'superseded 1+2+4'],
    ends: { live: '1+2+4' },
  },
  {
    reason: 'somebody did just that, and the intent cannot be taken back: a record of it would stay open',
    reads: [after],
    home: { superseded: [fault('PLUS1_STATE_UNWRITABLE')] },
    order: ['may write', 'intent 1+2+4', 'essential read', 'superseded 1+2+4'],
    ends: { error: 'PLUS1_STATE_UNWRITABLE', live: '1+2+3' },
  },
  {
    reason: 'an intent cannot be taken back for the next one: nothing is sent',
    reads: [rulesetOf([1, 3])],
    home: { superseded: [fault('PLUS1_STATE_UNWRITABLE')] },
    order: ['may write', 'intent 1+2+4', 'essential read', 'may write', 'superseded 1+2+4'],
    ends: { error: 'PLUS1_STATE_UNWRITABLE', live: '1+2+3' },
  },
  {
    reason: 'somebody writes without end: after three looks it is sent all the same, or nobody would ever enter',
    reads: [rulesetOf([1, 3]), rulesetOf([2, 3]), rulesetOf([1, 3])],
    github: { puts: [answered()] },
    order: [
      'may write',
      'intent 1+2+4',
      'essential read',
      ...[...superseded('1+2+4'), 'essential read'],
      ...[...superseded('1+2+4'), 'essential read'],
      ...[...superseded('1+2+4'), 'may write', 'essential PUT 1+2+4'],
    ],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'somebody writes without end, and by then nobody may leave: it is read and planned once more',
    reads: [rulesetOf([1, 3]), rulesetOf([2, 3]), rulesetOf([1, 3]), rulesetOf([2, 3])],
    doubts: [undefined, undefined, undefined, 'stays for a doubt'],
    github: { puts: [answered(rulesetOf([1, 2, 3, 4]))] },
    order: [
      'may write',
      'intent 1+2+4',
      'essential read',
      ...[...superseded('1+2+4'), 'essential read'],
      ...[...superseded('1+2+4'), 'essential read'],
      ...[...superseded('1+2+4'), 'essential read'],
      ...['may write', 'superseded 1+2+4', 'intent 1+2+3+4', 'may write', 'essential PUT 1+2+3+4'],
    ],
    ends: { written: true, live: '1+2+3+4', stays: 'stays for a doubt' },
  },
];

const DOUBTS: readonly Case[] = [
  {
    reason: 'the evidence is in doubt: who enters enters, and nobody leaves',
    reads: [before, before],
    doubts: ['stays for a doubt'],
    github: { puts: [answered(rulesetOf([1, 2, 3, 4]))] },
    order: [
      ...['may write', 'intent 1+2+4', 'essential read', 'may write', 'superseded 1+2+4'],
      ...ready('1+2+3+4').slice(1),
    ],
    ends: { written: true, live: '1+2+3+4', stays: 'stays for a doubt' },
  },
  {
    reason: 'the evidence is in doubt, and nobody enters: nothing is sent, and the reason is told',
    members: [1, 2, 3, 4],
    reads: [rulesetOf([1, 2, 3, 4])],
    doubts: ['stays for a doubt'],
    order: ['may write', 'intent 1+2+4', 'read', 'superseded 1+2+4'],
    ends: { live: '1+2+3+4', stays: 'stays for a doubt' },
  },
  {
    reason: 'nobody leaves: then no doubt matters, and none is asked for',
    members: [1, 2],
    reads: [rulesetOf([1, 2])],
    doubts: ['stays for a doubt'],
    github: { puts: [answered()] },
    order: READY,
    ends: { written: true, live: '1+2+4' },
  },
];

describe('Act, before the PUT', () => testAll(CASES));

describe('Act, where it is in doubt whether somebody may leave', () => testAll(DOUBTS));
