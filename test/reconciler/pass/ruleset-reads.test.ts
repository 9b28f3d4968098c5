/** Which reads of the ruleset count, as a table. With a server: test/integration/lagging-ruleset.test.ts. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { LiveRuleset } from '../../../pkg/api/index.js';
import type { NewestRuleset } from '../../../pkg/reconciler/memory/verdict-cache-shape.js';
import { RulesetReads } from '../../../pkg/reconciler/pass/ruleset-reads.js';
import { NOW } from '../../governance/builders.js';
import { idList, readerOf, rulesetOf, timeOf } from '../ports.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** `3:1+2`: the members 1 and 2, dated the third day before now; `-:1+2` has no date. */
function rulesetAs(text: string): LiveRuleset {
  const [day = '', members = ''] = text.split(':');
  const ids = members.split('+').map(Number);
  return rulesetOf(ids, day === '-' ? {} : { updatedAt: new Date(NOW - (9 - Number(day)) * DAY_MS).toISOString() });
}

interface Case {
  reason: string;
  /** What GitHub answers, in its order. */
  answers: string[];
  /** The members that each read of the pass is believed to show. */
  believed: string[];
  /** The last read is never believed. */
  fails?: RegExp;
  /** Of an earlier pass: the day, and how long ago it was seen. */
  remembered?: { day: number; agoMs: number };
}

const CASES: readonly Case[] = [
  { reason: 'reads that agree cost one request each', answers: ['1:1+2', '1:1+2'], believed: ['1+2', '1+2'] },
  {
    reason: 'a change that is dated later counts at once',
    answers: ['1:1+2', '2:1', '3:7'],
    believed: ['1+2', '1', '7'],
  },
  { reason: 'an older one is asked for again', answers: ['2:1+2', '1:1', '2:1+2'], believed: ['1+2', '1+2'] },
  {
    reason: 'older ones that agree with each other stay older',
    answers: ['2:1+2', '1:1', '1:1', '1:1', '1:1'],
    believed: ['1+2'],
    fails: /cannot read the ruleset plus1_enforcement of acme: each answer shows it as it was at .*nothing was written/,
  },
  {
    reason: 'the same date and other members: two in a row that agree count, where a server dates nothing',
    answers: ['-:1+2', '-:1', '-:1', '-:1'],
    believed: ['1+2', '1', '1'],
  },
  {
    reason: 'the same date and other members: one that stands alone does not',
    answers: ['1:1+2', '1:1', '1:1+2'],
    believed: ['1+2', '1+2'],
  },
  {
    reason: 'the same date, and no two in a row agree',
    answers: ['1:1+2', '1:1', '1:2', '1:3', '1:4'],
    believed: ['1+2'],
    fails: /the answers differ/,
  },
  {
    reason: 'an older one between two that agree: they are not in a row',
    answers: ['2:1+2', '2:1', '1:1', '2:1', '2:1'],
    believed: ['1+2', '1'],
  },
  {
    reason: 'older than what an earlier pass saw within the hour',
    remembered: { day: 2, agoMs: HOUR_MS - 1 },
    answers: ['1:1', '2:1+2'],
    believed: ['1+2'],
  },
  {
    reason: 'older than what an earlier pass saw an hour ago: the server was restored',
    remembered: { day: 2, agoMs: HOUR_MS },
    answers: ['1:1', '1:1'],
    believed: ['1', '1'],
  },
  {
    reason: 'seen in a future that the clock no longer knows: it holds for an hour, not for ever',
    remembered: { day: 2, agoMs: -HOUR_MS },
    answers: ['1:1'],
    believed: ['1'],
  },
];

const signal = new AbortController().signal;

function readsOf(
  answers: readonly LiveRuleset[],
  memory: { newestRuleset: NewestRuleset | undefined },
): { reads: RulesetReads; order: string[]; script: LiveRuleset[] } {
  const order: string[] = [];
  const script = [...answers];
  const reads = new RulesetReads({ reader: readerOf(order, { readRuleset: script, time: timeOf() }), memory });
  return { reads, order, script };
}

const read = (reads: RulesetReads): Promise<LiveRuleset> => reads.read('acme', 77, signal, { essential: false });

describe('Reads of the ruleset', () => {
  for (const { reason, answers, believed, fails, remembered } of CASES) {
    it(reason, async () => {
      const updatedMs = NOW - (9 - (remembered?.day ?? 0)) * DAY_MS;
      const known = remembered && { id: 77, updatedMs, seenMs: NOW - remembered.agoMs };
      const { reads, script } = readsOf(answers.map(rulesetAs), { newestRuleset: known });
      for (const members of believed) expect(idList((await read(reads)).members)).to.equal(members);
      if (fails !== undefined) {
        const failure: unknown = await read(reads).catch((thrown: unknown) => thrown);
        expect(failure).to.include({ code: 'PLUS1_GITHUB_LAGS', class: 'transient' });
        expect((failure as Error).message).to.match(fails);
      }
      expect(script, 'answers that nobody asked for').to.deep.equal([]);
    });
  }

  it('wait longer each time before they are asked for again', async () => {
    const { reads, order } = readsOf(['2:1+2', '1:1', '1:1', '1:1', '1:1'].map(rulesetAs), {
      newestRuleset: undefined,
    });
    await read(reads);
    await read(reads).catch(() => undefined);
    expect(order.slice(1)).to.deep.equal(['read', 'pause 0', 'read', 'pause 1', 'read', 'pause 2', 'read']);
  });

  it('are held against the answer that proved a write', async () => {
    const { reads } = readsOf(['1:1', '1:1', '3:1+2'].map(rulesetAs), { newestRuleset: undefined });
    await read(reads);
    reads.saw(rulesetAs('3:1+2'));
    expect(idList((await read(reads)).members)).to.equal('1+2');
  });

  it('tell the next pass the newest date, and when it was seen', async () => {
    const memory: { newestRuleset: NewestRuleset | undefined } = { newestRuleset: undefined };
    await read(readsOf([rulesetAs('2:1+2')], memory).reads);
    expect(memory.newestRuleset).to.deep.equal({ id: 77, updatedMs: NOW - 7 * DAY_MS, seenMs: NOW });
    await read(readsOf(['1:1', '2:1+2'].map(rulesetAs), memory).reads);
    expect(memory.newestRuleset?.updatedMs).to.equal(NOW - 7 * DAY_MS);
  });

  it('of one pass never go back in time, whatever copies answer', async () => {
    const answer = fc.record({ day: fc.integer({ min: 0, max: 3 }), member: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (answers) => {
        const { reads } = readsOf(
          answers.map(({ day, member }) => rulesetAs(`${day}:${member}`)),
          { newestRuleset: undefined },
        );
        let last = '';
        for (;;) {
          const next = await read(reads).catch(() => undefined);
          if (next === undefined) return;
          expect((next.updatedAt ?? '') >= last).to.equal(true);
          last = next.updatedAt ?? '';
        }
      }),
    );
  });
});
