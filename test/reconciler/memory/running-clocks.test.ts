/** Which exit clocks an observation ended before any plan was made. */
import { expect } from 'chai';
import type { Exemption, FindingStatus, PolicySpec } from '../../../pkg/api/index.js';
import type { KnownRepository } from '../../../pkg/reconciler/memory/verdict-cache-shape.js';
import { runningClocks } from '../../../pkg/reconciler/memory/running-clocks.js';

const SINCE_MS = Date.parse('2026-11-22T10:00:00Z');
const CATALOG: Pick<PolicySpec['catalog'], 'onInvalid' | 'onMissing'> = { onInvalid: 'Retain', onMissing: 'Release' };

interface Case {
  it: string;
  clock?: 'valid_non_production' | 'gone' | 'exempted';
  /** The effect of an exemption in force that names it. */
  exempted?: Exemption['effect'];
  before?: { status: FindingStatus; readMs: number; seenMs?: number };
  learned?: FindingStatus;
  listed?: boolean;
  onInvalid?: PolicySpec['catalog']['onInvalid'];
  runs: boolean;
}

const CASES: Case[] = [
  { it: 'nothing was seen', runs: true },
  { it: 'production in this pass', learned: 'valid_production', runs: false },
  { it: 'the same reason in this pass', learned: 'valid_non_production', runs: true },
  { it: 'nothing known in this pass', learned: 'unobserved', listed: true, runs: true },
  { it: 'a broken file where that keeps a member', learned: 'invalid_yaml', runs: true },
  { it: 'a broken file where that makes a member', learned: 'invalid_yaml', onInvalid: 'Govern', runs: false },
  { it: 'listed in this pass', listed: true, runs: true },
  { it: 'production before the clock', before: { status: 'valid_production', readMs: -1 }, runs: true },
  { it: 'production after the clock began', before: { status: 'valid_production', readMs: 1 }, runs: false },
  { it: 'a known commit seen later', before: { status: 'valid_production', readMs: -1, seenMs: 1 }, runs: false },
  { it: 'another reason after the clock began', before: { status: 'missing_file', readMs: 1 }, runs: true },
  { it: 'gone, and nothing was seen', clock: 'gone', runs: true },
  { it: 'gone, and listed in this pass', clock: 'gone', listed: true, runs: false },
  { it: 'gone, and seen before', clock: 'gone', before: { status: 'valid_production', readMs: -1 }, runs: true },
  { it: 'a file, and the policy governs it', learned: 'valid_non_production', exempted: 'Govern', runs: false },
  { it: 'a file, governed but not seen', exempted: 'Govern', runs: true },
  {
    it: 'an exemption that is in force',
    clock: 'exempted',
    learned: 'valid_production',
    exempted: 'Release',
    runs: true,
  },
  { it: 'an exemption that is none now', clock: 'exempted', learned: 'valid_production', runs: false },
  { it: 'an exemption that is none now, listed', clock: 'exempted', listed: true, runs: false },
  { it: 'an exemption that is none now, not seen', clock: 'exempted', runs: true },
  { it: 'an exemption of the other effect', clock: 'exempted', listed: true, exempted: 'Govern', runs: false },
  { it: 'gone, and seen later', clock: 'gone', before: { status: 'missing_file', readMs: -2, seenMs: 1 }, runs: false },
];

describe('Clocks that run on', () => {
  for (const {
    it: name,
    clock = 'valid_non_production',
    before,
    learned,
    listed,
    onInvalid,
    exempted,
    runs,
  } of CASES) {
    it(`${runs ? 'goes on' : 'ends'}: ${name}`, () => {
      const since = new Date(SINCE_MS).toISOString();
      const known = (status: FindingStatus, readMs: number, seenMs?: number): [number, KnownRepository][] => [
        [7, { id: 7, name: 'one', status, readMs, ...(seenMs === undefined ? {} : { seenMs }) }],
      ];
      const sights = {
        before: new Map(
          before && known(before.status, SINCE_MS + before.readMs, before.seenMs && SINCE_MS + before.seenMs),
        ),
        learned: new Map(learned && known(learned, SINCE_MS)),
        listed: new Set(listed === true ? [7] : []),
      };
      const catalog = { ...CATALOG, onInvalid: onInvalid ?? 'Retain' } as PolicySpec['catalog'];
      const exemption = {
        repository: 'one',
        reason: 'told',
        owner: 'x',
        expiresAt: new Date(SINCE_MS + 10).toISOString(),
      };
      const exemptions = exempted === undefined ? [] : [{ ...exemption, effect: exempted }];
      const now = { earlierMs: SINCE_MS + 1, laterMs: SINCE_MS + 2 };
      const clocks = [{ id: 7, name: 'one', reason: clock, since, dueTime: since }];
      const running = runningClocks(clocks, sights, { catalog, exemptions }, now);
      expect(running).to.have.length(runs ? 1 : 0);
    });
  }
});
