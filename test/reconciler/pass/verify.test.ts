/**
 * Verify, as a table: what speaks against members is asked again, and what comes of each answer. With a server:
 * test/integration/{evidence,contradictions,contradicted-rows}.test.ts.
 */
import { expect } from 'chai';
import type { Verdict } from '../../../pkg/catalog/index.js';
import { observedOf, timeOf, type ReaderScript } from '../ports.js';
import { fails, production, row, run, testAll, type Case, type Observed } from './verify-table.js';

/** As the listing tells it of 3: nobody asked for its files. */
const archived: Observed = { repository: row({ isArchived: true }) };

const again =
  (status: Verdict['status'], input: Partial<Observed> = {}): NonNullable<ReaderScript['readFiles']> =>
  ({ repositories }) =>
    repositories.map(({ id }) => observedOf(id, status, input));
const CONFIRM: readonly Case[] = [
  {
    reason: 'nothing speaks against a member: nothing is asked',
    repositories: [production],
    members: [1],
    totalCount: 1,
  },
  {
    reason: 'a second answer agrees: its exit clock may start',
    script: { readFiles: again('valid_non_production') },
    order: ['read files 3'],
    ends: { status: 'valid_non_production', confirmed: true },
  },
  {
    reason: 'a second answer differs: it counts, and protects',
    script: { readFiles: again('valid_production') },
    order: ['read files 3'],
    ends: { status: 'valid_production' },
  },
  {
    reason: 'a second answer is of another commit: a copy that lags agrees with itself, so the next pass decides',
    script: { readFiles: again('valid_non_production', { commit: 'another' }) },
    order: ['read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'a second answer does not speak of it: one answer is not two',
    script: { readFiles: () => [] },
    order: ['read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'a limit ends the asking, not the pass: it is unobserved, and stays',
    script: { readFiles: fails('PLUS1_RATE_LIMITED') },
    order: ['read files 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'any other error ends the pass',
    script: { readFiles: fails('PLUS1_GITHUB_UNAVAILABLE') },
    order: ['read files 3'],
    error: 'PLUS1_GITHUB_UNAVAILABLE',
  },
];

const ROWS: readonly Case[] = [
  {
    reason: 'archived, and a second answer agrees',
    repositories: [production, archived],
    script: { readRows: () => [row({ isArchived: true })] },
    order: ['read rows 3'],
    ends: { status: 'archived_skipped', confirmed: true },
  },
  {
    reason: 'archived, and a second answer clears it: its files decide, and were read once',
    repositories: [production, archived],
    script: { readRows: () => [row({})], readFiles: again('valid_non_production') },
    order: ['read rows 3', 'read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'archived, and a second answer does not speak of it: unobserved',
    repositories: [production, archived],
    script: { readRows: () => [] },
    order: ['read rows 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'archived, and a second answer has something else against it: neither counts in this pass',
    repositories: [production, archived],
    spec: { repositories: { exclude: ['old-*'] } },
    script: { readRows: () => [row({ name: 'old-3' })] },
    order: ['read rows 3'],
    ends: { status: 'excluded' },
  },
  {
    reason: 'archived, and a limit meets the second question: unobserved',
    repositories: [production, archived],
    script: { readRows: fails('PLUS1_RATE_LIMITED') },
    order: ['read rows 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'archived, and any other error meets the second question',
    repositories: [production, archived],
    script: { readRows: fails('PLUS1_GITHUB_UNAVAILABLE') },
    order: ['read rows 3'],
    error: 'PLUS1_GITHUB_UNAVAILABLE',
  },
];

const left = { id: 77, enforcement: 'Active', members: 2, membersHash: `sha256:${'0'.repeat(64)}`, undone: 0 } as const;
const quiet = { repositories: [production], members: [1], totalCount: 1 };

const OTHERS: readonly Case[] = [
  {
    ...quiet,
    reason: 'the membership is another than the last pass left, and nobody knows how it left it',
    status: { ruleset: left },
    ends: { drift: { added: [], removed: [] } },
  },
  {
    ...quiet,
    reason: 'a policy that only observes left nothing, so that no difference is drift',
    spec: { mode: 'Observe' },
    status: { ruleset: left },
  },
  {
    ...quiet,
    reason: 'the clock is 5 minutes and a moment from that of GitHub: no grace period can be measured',
    script: { time: timeOf({ deviationMs: 300_001 }) },
    ends: { skewed: true },
  },
  {
    ...quiet,
    reason: 'no answer told the time: what was not checked is not trusted',
    script: { time: timeOf({ deviationMs: undefined }) },
    ends: { skewed: true },
  },
];

describe('Verify', () => {
  describe('asks again for files that speak against a member', () => testAll(CONFIRM));
  describe('asks again for what the listing says against a member', () => testAll(ROWS));
  describe('tells what else was seen', () => testAll(OTHERS));

  it('keeps neither of two verdicts on one commit that differ: one of them is wrong', async () => {
    for (const status of ['valid_production', 'valid_non_production'] as const) {
      const { verdicts, saved } = await run({ reason: '', script: { readFiles: again(status) } });
      await verdicts.keep({ whole: true, remembered: {} }, new AbortController().signal);
      expect(saved.map(({ id, verdict }) => [id, verdict?.status])).to.deep.equal([
        [3, status === 'valid_production' ? undefined : status],
      ]);
    }
  });
});
