/** The certification of a month: the same bytes each time, with the records that its figures follow from. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { policyFolders } from '../../pkg/journal/index.js';
import { monthPeriod, parseFramework, writeCertification, type Period } from '../../pkg/report/index.js';
import type { Certification } from '../../pkg/report/certification/certification.js';
import { CONTEXT, event, signal, type Stage } from '../journal/stage.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { month } from './story.js';

after(removeTemporaryFolders);

const FRAMEWORKS = ['fedramp', 'hipaa', 'hitrust', 'soc2'].flatMap((name) =>
  parseFramework(readFileSync(`pkg/report/frameworks/${name}.yaml`, 'utf8'), name),
);

/** The files below a folder, by their path. */
function contents(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

describe('the certification of a month', () => {
  let stage: Stage;
  let folder: string;
  let certification: Certification;

  async function write(output: string, root = stage.root, name = '2026-11'): Promise<boolean> {
    mkdirSync(output, { recursive: true });
    const folders = await policyFolders([root], { name: 'acme' });
    const period = monthPeriod(name) as Period;
    return (await writeCertification({ folders, period, frameworks: FRAMEWORKS, output })) !== undefined;
  }

  before(async () => {
    stage = await month();
    folder = join(temporaryFolder(), 'certification');
    expect(await write(folder)).to.equal(true);
    certification = JSON.parse(readFileSync(join(folder, 'certification.json'), 'utf8')) as Certification;
  });

  it('is a folder of these files', () => {
    expect(readdirSync(folder).sort()).to.deep.equal([
      ...['VERIFY.md', 'certification.html', 'certification.json', 'changes.csv', 'checkpoint', 'exemptions.csv'],
      ...[
        'exposure.csv',
        'findings.csv',
        'journal',
        'manifest.json',
        'oscal-assessment-results.json',
        'population.csv',
      ],
    ]);
    expect(Object.keys(certification)).to.deep.equal([
      ...['statement', 'governance_coverage', 'process_effectiveness', 'risk_assessment', 'remediation_status'],
      ...['controls', 'population'],
    ]);
  });

  it('is the same bytes when it is written again', async () => {
    const again = join(temporaryFolder(), 'again');
    await write(again);
    expect(contents(again)).to.deep.equal(contents(folder));
  });

  it('encloses the records that its figures follow from: from the folder alone the same one is made', async () => {
    const again = join(temporaryFolder(), 'again');
    await write(again, join(folder, 'journal'));
    expect(contents(again)).to.deep.equal(contents(folder));
    const [, records = ''] = [...contents(folder)].findLast(([path]) => path.endsWith('.jsonl')) ?? [];
    expect(String(records)).to.include('"date":"2026-11-30"');
  });

  it('is the same bytes when the journal has grown since', async () => {
    const grown = await month();
    const before = join(temporaryFolder(), 'before');
    await write(before, grown.root);
    const writer = await grown.writer();
    for (const time of [
      '2026-12-01T05:00:00Z',
      '2026-12-01T06:00:00Z',
      '2026-12-02T05:00:00Z',
      '2026-12-03T05:00:00Z',
    ]) {
      grown.nowMs = Date.parse(time);
      await writer.append([event(time)], CONTEXT, signal);
      await writer.checkpoint(signal);
      const again = join(temporaryFolder(), 'again');
      await write(again, grown.root);
      expect(contents(again), time).to.deep.equal(contents(before));
    }
  });

  it('says what happened, to the second and the row', () => {
    const { governance_coverage: coverage, process_effectiveness: process, risk_assessment: risk } = certification;
    expect(coverage.days).to.have.length(30);
    expect(coverage.days[9]).to.deep.equal({
      date: '2026-11-10',
      ...{ production: null, governed: null, exempted: null, exposure_seconds: null, most_ungoverned: null },
      ...{ members: null, unknown_seconds: 86_400 },
    });
    expect(coverage.days[14]).to.include({ date: '2026-11-15', production: 2, exposure_seconds: 14_400 });
    expect(coverage.days[14]).to.include({ most_ungoverned: 1, members: 2, unknown_seconds: 0 });
    // A day whose last pass saw everything, and of which twenty hours are not known all the same.
    expect(coverage.days[8]).to.include({ production: 2, unknown_seconds: 71_970 });
    expect(coverage.unknown_seconds).to.equal(4 * 3_600 + (3 + 2) * 86_400);
    expect(coverage.exposure).to.deep.equal({
      repositories: 3,
      total_seconds: 5 + 8 + 21_600,
      longest_seconds: 21_600,
    });
    expect(coverage.below_full.map(({ since, until, ungoverned }) => [since, until, ungoverned])).to.deep.equal([
      ['2026-11-02T04:00:00.000Z', '2026-11-02T04:00:05.000Z', 1],
      ['2026-11-03T04:00:00.000Z', '2026-11-03T04:00:08.000Z', 1],
      ['2026-11-15T20:00:00.000Z', '2026-11-16T02:00:00.000Z', 1],
    ]);
    expect(process.writes).to.deep.equal({ proved: 4, unproved: 0, refused: 1 });
    expect(process.drift).to.deep.equal({ seen: 1, repaired: 1, repair_seconds: { median: 8, max: 8 } });
    expect(process.approvals).to.deep.equal({ given: 1, rejected: 0, used: 1, emergency: 0 });
    expect(
      process.holds.map(({ ended, ended_by, approvers, count }) => [ended, ended_by, approvers, count]),
    ).to.deep.equal([['withdrawn', 'plan', ['bob'], 1]]);
    expect(risk.exposures.map(({ name, cause, ended }) => [name.slice(0, 5), cause, ended])).to.deep.equal([
      ['audit', 'NewInProduction', 'governed'],
      ['payme', 'RemovedByOthers', 'governed'],
      ['=cmd(', 'WriteFailed', 'governed'],
    ]);
    expect(
      risk.exposures.map(({ looked_before, unseen_seconds, failures, error }) => [
        ...[looked_before, unseen_seconds, failures, error],
      ]),
    ).to.deep.equal([
      ['2026-11-01T04:00:30.000Z', 86_370, 0, null],
      ['2026-11-02T04:00:30.000Z', 86_370, 0, null],
      ['2026-11-15T04:00:30.000Z', 57_570, 1, 'PLUS1_WRITE_REFUSED: 422'],
    ]);
    expect(risk.gaps.map(({ since, until, reason }) => [since, until, reason])).to.deep.equal([
      ['2026-11-01T00:00:00.000Z', '2026-11-01T04:00:00.000Z', 'BeforeJournal'],
      ['2026-11-09T04:00:30.000Z', '2026-11-12T04:00:30.000Z', 'NoPass'],
      ['2026-11-19T04:00:30.000Z', '2026-11-21T04:00:30.000Z', 'NoCompletePass'],
    ]);
    expect(risk.journal).to.deep.equal({ whole: true, faults: [] });
    expect(risk.exemptions.map(({ repository, owner }) => [repository, owner])).to.deep.equal([['ledger', 'cto']]);
    expect(certification.remediation_status).to.deep.include({ opened: 2, closed: 2, open: 1 });
  });

  it('answers who approved the removal of a repository', () => {
    const rows = readFileSync(join(folder, 'changes.csv'), 'utf8').split('\r\n');
    const left = rows.filter((row) => row.includes(',leave,ledger,'));
    expect(left).to.have.length(1);
    expect(left[0]).to.match(
      /^2026-11-06T04:00:03\.000Z,leave,ledger,2,missing_lifecycle,.*,alice,17,sha256:[0-9a-f]+,bob,yes,proved,/,
    );
  });

  it('contributes to controls, and never says that one is met', () => {
    expect(certification.controls.map(({ statement }) => statement)).to.satisfy((all: string[]) =>
      all.every((each) => each === 'contributes to'),
    );
    const hitrust = certification.controls.filter(({ framework }) => framework.startsWith('HITRUST'));
    expect(hitrust.map(({ id, reported_as }) => `${reported_as.slice(0, 7)} ${id}`)).to.include('CC.6.1: 10.k');
    const page = readFileSync(join(folder, 'certification.html'), 'utf8');
    for (const text of [page, JSON.stringify(certification)])
      expect(text).to.not.match(/\bcertified\b|compliant with|satisfies/i);
  });

  it('judges no control in OSCAL, closes no gap, and names what was observed behind each risk', () => {
    interface Item {
      uuid: string;
      title: string;
      status: string;
      'related-observations'?: { 'observation-uuid': string }[];
    }
    const file = JSON.parse(readFileSync(join(folder, 'oscal-assessment-results.json'), 'utf8')) as {
      'assessment-results': { results: { observations: Item[]; risks: Item[] }[] };
    };
    const [result] = file['assessment-results'].results;
    expect(result).to.not.have.property('findings');
    expect(result?.risks.map(({ title, status }) => `${title}: ${status}`)).to.deep.equal([
      ...['Ungoverned: closed', 'Ungoverned: closed', 'Ungoverned: closed', 'Exempted: open'],
      ...['Not known: open', 'Not known: open', 'Not known: open'],
    ]);
    for (const risk of result?.risks ?? []) {
      const [of] = risk['related-observations'] ?? [];
      const title = result?.observations.find(({ uuid }) => uuid === of?.['observation-uuid'])?.title;
      expect(title, risk.title).to.equal(
        { Ungoverned: 'Exposure', Exempted: 'Exemption', 'Not known': 'Gap' }[risk.title],
      );
    }
  });

  it('says on its page what it does not know, and who did not approve', () => {
    const page = readFileSync(join(folder, 'certification.html'), 'utf8')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    for (const sentence of [
      'Of 3 times, 124 h, 17.2 % of 720 h, coverage is not known',
      'For 3 times in it, 124 h in all, coverage is not known',
      'the write failed: once, PLUS1_WRITE_REFUSED: 422',
      'up to 15 h 59 min the look before: 2026-11-15 04:00:30',
      'between 2026-11-02 04:00:30 and 2026-11-03 04:00:00',
      'somebody else: not known here',
      'a part approved by bob; the rest ended by itself',
      'May bypass it not known',
    ])
      expect(page).to.include(sentence);
    expect(page).to.not.match(/exempted: exempted/);
  });

  it('is not written of a month without a record', async () => {
    expect(await write(join(temporaryFolder(), 'none'), stage.root, '2026-09')).to.equal(false);
  });

  it('keeps what others wrote harmless in every file', () => {
    for (const [path, bytes] of contents(folder)) {
      const text = bytes.toString();
      if (path.startsWith('journal/')) continue;
      expect(text, path).to.not.match(/[\p{Cf}]|(?![\r\n])\p{Cc}/u);
      if (path.endsWith('.html') || path === 'oscal-assessment-results.json')
        expect(text, path).to.not.match(/<img|<script/i);
      if (path.endsWith('.csv')) expect(text, path).to.not.match(/(?:^|\r\n|,)=/);
    }
  });
});
