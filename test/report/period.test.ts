/** Reports of days and weeks: every figure of them follows by hand from the story that the records tell. */
import { expect } from 'chai';
import { FINDING_STATUSES } from '../../pkg/api/index.js';
import { policyFolders } from '../../pkg/journal/index.js';
import {
  dailyHTML,
  dailyMarkdown,
  dailyReport,
  dayPeriod,
  monthPeriod,
  readHistory,
  repositoriesCSV,
  sampleOf,
  weeklyHTML,
  weeklyReport,
  weekPeriod,
  type DailyReport,
  type History,
  type Period,
} from '../../pkg/report/index.js';
import { createHash } from 'node:crypto';
import { POLICY, type Stage } from '../journal/stage.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { month, productionOn } from './story.js';

after(removeTemporaryFolders);

describe('reports from the journal', () => {
  let stage: Stage;
  before(async () => (stage = await month()));

  async function history(period: Period | undefined): Promise<History> {
    const folders = await policyFolders([stage.root], { name: 'acme' });
    const found = period && (await readHistory(folders, period));
    if (found === undefined) throw new Error('no record of that time');
    return found;
  }
  const daily = async (date: string): Promise<DailyReport> => dailyReport(await history(dayPeriod(date)));

  describe('of a day', () => {
    it('have the keys, the order and the types of the specification, and then ours', async () => {
      const report = await daily('2026-11-02');
      expect(Object.keys(report)).to.deep.equal([
        ...['timestamp', 'organization', 'ruleset_name', 'compliance_status', 'analysis_summary', 'changes_applied'],
        ...['period', 'exempted', 'exposure', 'held', 'passes', 'population'],
      ]);
      expect(report.timestamp).to.equal('2026-11-02T04:00:30Z');
      expect(Object.entries(report.compliance_status ?? {})).to.deep.equal([
        ['total_repositories', 5],
        ['production_repositories', 3],
        ['governed_repositories', 3],
        ['ungoverned_repositories', 0],
        ['compliance_percentage', 100],
      ]);
      expect(Object.keys(report.analysis_summary ?? {})).to.deep.equal([...FINDING_STATUSES]);
      expect(Object.entries(report.changes_applied)).to.deep.equal([
        ['repositories_added', 1],
        ['repositories_removed', 0],
        ['total_modifications', 1],
      ]);
      expect(report.period).to.deep.equal({ since: '2026-11-02T00:00:00Z', until: '2026-11-03T00:00:00Z' });
      expect(report.passes).to.deep.equal({
        full: { Succeeded: 1, Failed: 0, Held: 0, Incomplete: 0, Observed: 0 },
        quick: { Succeeded: 0, Failed: 0, Held: 0, Incomplete: 0, Observed: 0 },
      });
      expect(Object.keys(report.population)).to.deep.equal([
        ...['api_host', 'organization_id', 'credential', 'listed', 'total_count', 'unobserved', 'query_sha256'],
        ...['tool_version', 'policy_generation', 'journal', 'checkpoint', 'gaps'],
      ]);
      expect(report.population).to.include({ api_host: 'api.github.com', listed: 5, total_count: 5 });
      expect(Object.keys(report.population.journal)).to.deep.equal(['chain', 'first', 'last']);
      expect(report.population.checkpoint).to.match(/^plus1\.dev\/platform\/acme/);
    });

    it('count exposure to the second, on each of the days that it lies in', async () => {
      expect((await daily('2026-11-02')).exposure).to.deep.equal({
        repositories: 1,
        total_seconds: 5,
        longest_seconds: 5,
      });
      expect((await daily('2026-11-03')).exposure).to.deep.equal({
        repositories: 1,
        total_seconds: 8,
        longest_seconds: 8,
      });
      expect((await daily('2026-11-15')).exposure).to.deep.equal({
        repositories: 1,
        total_seconds: 14_400,
        longest_seconds: 14_400,
      });
      expect((await daily('2026-11-16')).exposure).to.deep.equal({
        repositories: 1,
        total_seconds: 7_200,
        longest_seconds: 7_200,
      });
      expect((await daily('2026-11-17')).exposure).to.deep.equal({
        repositories: 0,
        total_seconds: 0,
        longest_seconds: 0,
      });
    });

    it('tell one hold, from its first plan to the first that had nothing to hold', async () => {
      const since = '2026-11-04T04:00:00.000Z';
      const [fourth, fifth, sixth, seventh] = await Promise.all(
        ['04', '05', '06', '07'].map((day) => daily(`2026-11-${day}`)),
      );
      expect(fourth?.held).to.have.length(1);
      expect(fourth?.held[0]).to.include({ since, until: null, reason: 'TooManyLeaving', count: 2, ended: 'open' });
      expect(fifth?.held[0]).to.include({ since, until: null, count: 2, ended: 'open' });
      expect(sixth?.held).to.have.length(1);
      expect(sixth?.held[0]).to.include({ since, until: null, count: 1, ended: 'open' });
      expect(seventh?.held[0]).to.include({ since, until: '2026-11-07T04:00:00.000Z', ended: 'withdrawn' });
      expect((await daily('2026-11-08')).held).to.deep.equal([]);
      expect(sixth?.changes_applied).to.deep.equal({
        repositories_added: 0,
        repositories_removed: 1,
        total_modifications: 1,
      });
    });

    it('without a complete pass say nothing of compliance, and show the gap', async () => {
      const report = await daily('2026-11-20');
      expect([report.compliance_status, report.analysis_summary]).to.deep.equal([null, null]);
      expect(report.timestamp).to.equal('2026-11-20T04:00:00Z');
      expect(report.passes.full).to.include({ Succeeded: 0, Incomplete: 1 });
      expect(report.population.gaps).to.deep.equal([
        { since: '2026-11-20T00:00:00.000Z', until: '2026-11-21T00:00:00.000Z', reason: 'NoCompletePass' },
      ]);
    });

    it('know nothing of a day without any record', async () => {
      const folders = await policyFolders([stage.root], { name: 'acme' });
      for (const date of ['2026-11-10', '2026-10-31', '2026-12-24'])
        expect(await readHistory(folders, dayPeriod(date) as Period), date).to.equal(undefined);
    });

    it('that no later pass has summed up yet say so', async () => {
      const report = await daily('2026-12-01');
      expect(report.compliance_status).to.equal(null);
      expect(report.population.gaps.map(({ reason }) => reason)).to.deep.equal(['NotSummed']);
    });

    it('count exemptions', async () => {
      expect((await daily('2026-11-19')).exempted).to.equal(0);
      expect((await daily('2026-11-22')).exempted).to.equal(1);
    });

    it('are the same bytes again later, when the journal has grown', async () => {
      const day = dayPeriod('2026-11-15');
      const make = async (): Promise<string[]> => {
        const found = await history(day);
        return [JSON.stringify(dailyReport(found)), dailyHTML(found), dailyMarkdown(found), repositoriesCSV(found)];
      };
      const first = await make();
      const more = await stage.open();
      stage.nowMs += 86_400_000;
      await more.writer.append(
        [{ kind: 'SecurityEvent', data: { event: 'DataAnomaly', message: 'later' } }],
        { pass: null, policy: POLICY },
        new AbortController().signal,
      );
      expect(await make()).to.deep.equal(first);
    });
  });

  describe('of a week', () => {
    it('have a series of seven days with nulls where nothing is known, and a summary', async () => {
      const [week, before] = await Promise.all([history(weekPeriod('2026-W46')), history(weekPeriod('2026-W45'))]);
      const report = weeklyReport(week, before);
      const { series, summary } = report.repository_growth;
      expect(series.map(({ date, value }) => [date.slice(8), value])).to.deep.equal([
        ...[
          ['09', 2],
          ['10', null],
          ['11', null],
          ['12', 2],
          ['13', 2],
          ['14', 2],
          ['15', 2],
        ],
      ]);
      expect(summary).to.deep.equal({ first: 2, last: 2, change: 0, previous_week: productionOn(8) });
      expect(report.compliance_drift.series.map(({ value }) => value)).to.deep.include({
        entered: 0,
        left: 0,
        drift: 0,
        exposure_seconds: 14_400,
      });
      expect(report.compliance_drift.summary.previous_week).to.deep.equal({
        entered: 2,
        left: 1,
        drift: 1,
        exposure_seconds: 13,
      });
      expect(Object.keys(report.schema_compliance.series[0]?.value ?? {})).to.deep.equal([...FINDING_STATUSES]);
      expect(report.error_patterns.summary.last).to.deep.equal({ 'lifecycle-missing': 1 });
      expect(report.success_rate).to.deep.equal({ succeeded: 5, total: 5, percentage: 100, objective: 99.5 });
      expect(report.performance).to.deep.equal({
        pass_seconds: { mean: 12, max: 12, previous_week: 12 },
        requests: { total: 150, per_pass: 30, previous_week: 210 },
        slower_percent: 0,
      });
      expect(report.population.gaps).to.deep.equal([
        { since: '2026-11-09T04:00:30.000Z', until: '2026-11-12T04:00:30.000Z', reason: 'NoPass' },
      ]);
      expect(weeklyHTML(week, before)).to.contain('not known');
    });
  });

  describe('as pages, tables and Markdown', () => {
    it('keep what others wrote harmless', async () => {
      const week = await history(weekPeriod('2026-W47'));
      const day = await history(dayPeriod('2026-11-16'));
      for (const page of [dailyHTML(day), weeklyHTML(week, undefined)]) {
        expect(page).to.not.match(/<img|<script|\p{Cf}|javascript:/iu);
        // Nothing is fetched from anywhere.
        expect(page)
          .to.not.match(/<[^>]*\s(?:src|href|srcset|data)\s*=/i)
          .and.not.match(/@import|url\((?!#)/i);
      }
      expect(dailyHTML(day)).to.contain('=cmd()\\u202e&lt;img src=x onerror=alert(1)&gt;\\u001b[31m');
      expect(repositoriesCSV(day)).to.contain(`\r\n'=cmd()\\u202e<img src=x onerror=alert(1)>\\u001b[31m,4,`);
      expect(dailyMarkdown(day)).to.not.match(/<img|\p{Cf}|(?!\n)\p{Cc}/u);
    });

    it('have one row a repository in CSV, as the day left it', async () => {
      const rows = repositoriesCSV(await history(dayPeriod('2026-11-16'))).split('\r\n');
      expect(rows[0]).to.equal('repository,id,status,status_since,member,governed,ungoverned_since');
      expect(rows.filter((row) => row !== '')).to.have.length(6);
      expect(rows).to.include('ledger,2,valid_production,2026-11-16T04:00:00.000Z,yes,yes,');
      expect(rows).to.include('sandbox,5,missing_lifecycle,2026-10-01T00:00:00.000Z,no,,');
      const before = repositoriesCSV(await history(dayPeriod('2026-11-15'))).split('\r\n');
      expect(before.find((row) => row.includes(',4,'))).to.match(
        /,valid_production,[^,]+,no,no,2026-11-15T20:00:00\.000Z$/,
      );
    });
  });

  describe('as a sample', () => {
    it('are drawn again by anybody who has the population and the seed', async () => {
      const found = await history(monthPeriod('2026-11'));
      const all = sampleOf(found, { sampled: 'changes', seed: '7', size: 1_000 });
      expect(all.population_size).to.equal(found.changes.length);
      const order = [...all.rows].sort((a, b) => {
        const hash = ({ key }: { key: string }): string => createHash('sha256').update(`7\n${key}`).digest('hex');
        return hash(a) < hash(b) ? -1 : 1;
      });
      expect(sampleOf(found, { sampled: 'changes', seed: '7', size: 2 }).rows).to.deep.equal(order.slice(0, 2));
      expect(sampleOf(found, { sampled: 'days', seed: '7', size: 100 }).rows).to.have.length(30);
      expect(sampleOf(found, { sampled: 'repositories', seed: '7', size: 100 }).rows).to.have.length(5);
    });
  });
});
