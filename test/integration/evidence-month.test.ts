/**
 * The month of the demo. What the certification says of it is held against what the simulator of GitHub was seen to be, and never against the journal.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { policyFolders } from '../../pkg/journal/index.js';
import { monthPeriod, parseFramework, writeCertification, type Period } from '../../pkg/report/index.js';
import type { Certification } from '../../pkg/report/certification/certification.js';
import { readRulesetHistory } from '../../pkg/github/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import { kept, PATH, RULESET, town } from '../builders.js';
import type { Repository } from '../fakes/github/index.js';
import { followPage } from '../report/bare-shell.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { MONTH_NAME, MONTH_START, playMonth, type MonthCast } from '../demo/evidence/month.js';
import { Scene } from './passes.js';

after(removeTemporaryFolders);

const MONTH = monthPeriod(MONTH_NAME) as Period;
const CAST: MonthCast = {
  newcomers: ['other-001', 'other-002', 'other-003'],
  leavers: ['member-002', 'member-003', 'member-004'],
  ...{ exempted: 'promoted-001', fresh: 'fresh' },
};

/** By the content of its file, as the simulator has it. */
const saysProduction = ({ files }: Repository): boolean =>
  String(files.get(PATH)?.content ?? '').includes('lifecycle: production');

/** What the simulator was, as somebody saw who looked at it before and after each pass. */
interface Truth {
  /** By date, as the last pass of the day left it; `most`: ungoverned at one time after a pass of that day. */
  days: Map<string, { production: number; governed: number; members: number; most: number }>;
  /** Repositories that entered and left by passes, and by other hands. */
  own: { entered: number; left: number };
  others: number;
  /** Seconds for which a pass had seen a repository in production and the ruleset did not target it. */
  exposure: Map<number, number>;
  /** Since when a pass saw that a repository declares production, or does not. */
  declared: Map<number, { word: string; sinceMs: number }>;
  /** When passes looked. */
  looks: number[];
}

class Observer {
  readonly truth: Truth = {
    days: new Map(),
    own: { entered: 0, left: 0 },
    others: 0,
    exposure: new Map(),
    declared: new Map(),
    looks: [],
  };
  readonly #scene: Scene;
  #members: ReadonlySet<number>;
  readonly #exposed = new Map<number, number>();
  exempted: ReadonlySet<string> = new Set();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#members = this.#live();
  }

  #live(): Set<number> {
    return new Set(kept(this.#scene.organization).members);
  }

  #production(): Set<number> {
    const own = this.#scene.organization.repositories.filter(
      (repository) => saysProduction(repository) && !this.exempted.has(repository.name),
    );
    return new Set(own.map(({ id }) => id));
  }

  beforePass(): void {
    const now = this.#live();
    this.truth.others += [...now].filter((id) => !this.#members.has(id)).length;
    this.truth.others += [...this.#members].filter((id) => !now.has(id)).length;
    this.#members = now;
  }

  /** `atMs`: when the pass looked. */
  afterPass(atMs: number): void {
    const before = this.#members;
    this.truth.looks.push(atMs);
    this.#members = this.#live();
    this.truth.own.entered += [...this.#members].filter((id) => !before.has(id)).length;
    this.truth.own.left += [...before].filter((id) => !this.#members.has(id)).length;
    const production = this.#production();
    const exposed = [...production].filter((id) => !this.#members.has(id));
    for (const id of exposed) if (!this.#exposed.has(id)) this.#exposed.set(id, atMs);
    for (const [id, sinceMs] of this.#exposed)
      if (!exposed.includes(id)) {
        this.truth.exposure.set(id, (this.truth.exposure.get(id) ?? 0) + (atMs - sinceMs) / 1_000);
        this.#exposed.delete(id);
      }
    const governed = [...production].filter((id) => this.#members.has(id)).length;
    const date = new Date(atMs).toISOString().slice(0, 10);
    const most = Math.max(exposed.length, this.truth.days.get(date)?.most ?? 0);
    this.truth.days.set(date, { production: production.size, governed, members: this.#members.size, most });
    for (const repository of this.#scene.organization.repositories) {
      const { id } = repository;
      const word = saysProduction(repository) ? 'yes' : 'no';
      if (this.truth.declared.get(id)?.word !== word) this.truth.declared.set(id, { word, sinceMs: atMs });
    }
  }
}

describe('the certification of a month that was played', () => {
  let certification: Certification;
  let truth: Truth;
  let rows: string[];
  let versions: string[];
  let output: string;

  before(async () => {
    const scene = await Scene.open(town({ members: 6, promoted: 2, others: 4 }), MONTH_START);
    try {
      const observer = new Observer(scene);
      const roots = await playMonth(scene, CAST, {
        exempted: (names) => void (observer.exempted = new Set(names)),
        beforePass: () => observer.beforePass(),
        afterPass: (atMs) => observer.afterPass(atMs),
      });
      truth = observer.truth;
      const folders = await policyFolders(roots, { name: 'acme' });
      output = join(temporaryFolder(), 'month');
      mkdirSync(output);
      const frameworks = parseFramework(readFileSync('pkg/report/frameworks/soc2.yaml', 'utf8'), 'soc2');
      const { apiURL } = scene.github;
      const list = await readRulesetHistory({
        ...{ apiURL, token: 'ghp_reader', organization: 'acme', ruleset: RULESET },
        ...{ clock: systemClock, signal: new AbortController().signal },
      });
      versions = list.map(({ time }) => time);
      const compare = async () => ({ list, sinceMs: MONTH_START });
      await writeCertification({ folders, period: MONTH, frameworks, output, versions: compare });
      certification = JSON.parse(readFileSync(join(output, 'certification.json'), 'utf8')) as Certification;
      rows = readFileSync(join(output, 'changes.csv'), 'utf8').split('\r\n').slice(1, -1);
    } finally {
      await scene.close();
    }
  });

  it('counts production and governed repositories of every day as they were, and says of no other day that it knows', () => {
    const days = certification.governance_coverage.days.map(({ date, production, governed }) => [
      date,
      production,
      governed,
    ]);
    const unknown = ['2026-10-11', '2026-10-18'];
    expect(days).to.deep.equal(
      days.map(([date]) => {
        const of = unknown.includes(String(date)) ? undefined : truth.days.get(String(date));
        return [date, of?.production ?? null, of?.governed ?? null];
      }),
    );
  });

  it('encloses the records from which all of it follows, those that sum up the last day too', async () => {
    const enclosed = join(output, 'journal');
    const again = join(temporaryFolder(), 'again');
    mkdirSync(again);
    const folders = await policyFolders([enclosed], { name: 'acme' });
    const frameworks = parseFramework(readFileSync('pkg/report/frameworks/soc2.yaml', 'utf8'), 'soc2');
    await writeCertification({ folders, period: MONTH, frameworks, output: again });
    const made = JSON.parse(readFileSync(join(again, 'certification.json'), 'utf8')) as Certification;
    const { reconciliation } = certification.risk_assessment;
    expect({ ...made, risk_assessment: { ...made.risk_assessment, reconciliation } }).to.deep.equal(certification);
    for (const file of ['population.csv', 'changes.csv', 'findings.csv', 'exposure.csv', 'exemptions.csv'])
      expect(readFileSync(join(again, file), 'utf8'), file).to.equal(readFileSync(join(output, file), 'utf8'));
    const records = folders.flatMap(({ path }) =>
      readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.jsonl'))
        .map((file) => readFileSync(join(path, file), 'utf8')),
    );
    const known = certification.governance_coverage.days.filter(({ production }) => production !== null);
    for (const { date } of known) expect(records.join(''), date).to.include(`"date":"${date}"`);
  });

  it('is checked by its own page, chain by chain and link by link', () => {
    const { lines } = followPage(output);
    expect(lines.filter((line) => line.startsWith('signature of'))).to.have.length(2);
    expect(lines.filter((line) => /^records and tree: OK, .* none unsigned$/.test(line))).to.have.length(2);
    // The second replica follows the first, the first follows the second, and the month after follows the month.
    expect(lines).to.include('links: OK, 3 are of records that are here, 0 of records that are not in this folder');
    expect(lines.at(-1)).to.match(/^RESULT: OK, if /);
  });

  it('counts exposure to the second', () => {
    const { exposure } = certification.governance_coverage;
    const seconds = [...truth.exposure.values()].filter((each) => each > 0);
    expect(exposure.total_seconds).to.be.closeTo(
      seconds.reduce((a, b) => a + b, 0),
      1,
    );
    expect(exposure.longest_seconds).to.be.closeTo(Math.max(...seconds), 1);
    expect(seconds).to.deep.equal([12 * 3_600]);
  });

  it('counts what was ungoverned at one time of each day, the members, and how long nothing is known', () => {
    const { days, unknown_seconds: unknown } = certification.governance_coverage;
    for (const { date, most_ungoverned: most, members } of days.filter(({ production }) => production !== null))
      expect([date, most, members]).to.deep.equal([date, truth.days.get(date)?.most, truth.days.get(date)?.members]);
    // Two times without a look of the replica that summed up: from the last one before to the first one after.
    const lookBefore = (ms: number): number => Math.max(...truth.looks.filter((look) => look < ms));
    const outage = Date.parse('2026-10-12T12:00:00Z') - lookBefore(Date.parse('2026-10-12T12:00:00Z'));
    const failover = Date.parse('2026-10-19T00:00:00Z') - lookBefore(Date.parse('2026-10-18T00:00:00Z'));
    expect(unknown).to.be.closeTo((outage + failover) / 1_000, 1);
    const parts = days.filter(({ unknown_seconds: seconds }) => seconds > 0);
    expect(parts.map(({ date, unknown_seconds: seconds }) => [date.slice(8), seconds / 3_600])).to.deep.equal([
      ...[
        ['10', 6],
        ['11', 24],
        ['12', 12],
        ['17', 6],
        ['18', 24],
      ],
    ]);
  });

  it('says how long nobody had looked before each exposure was found', () => {
    const { exposures } = certification.risk_assessment;
    expect(exposures.length).to.be.greaterThan(4);
    for (const { since, looked_before: before, unseen_seconds: seconds } of exposures) {
      const atMs = Date.parse(since);
      // Looks of the other replica were never summed up: they count for nothing.
      const known = truth.looks.filter((ms) => ms < atMs && !new Date(ms).toISOString().startsWith('2026-10-18'));
      expect(before, since).to.equal(new Date(Math.max(...known)).toISOString());
      expect(seconds, since).to.equal((atMs - Math.max(...known)) / 1_000);
    }
    expect(exposures.map(({ failures }) => failures).filter((count) => count > 0)).to.deep.equal([2]);
  });

  it('knows since when a repository declares what it declares, whichever replica led', () => {
    const rows = readFileSync(join(output, 'population.csv'), 'utf8').split('\r\n').slice(1, -1);
    for (const row of rows) {
      const [, id = '', , since = ''] = row.split(',');
      expect(since, row).to.equal(new Date(truth.declared.get(Number(id))?.sinceMs ?? 0).toISOString());
    }
  });

  it('tells what people decided: the guards that they changed, the approval and that nobody could prove it, the rollback', () => {
    const { policy_changes: changes, approvals_told: approvals, rollbacks } = certification.process_effectiveness;
    const told = changes.flatMap(({ time, changes: settings }) =>
      settings.map(({ setting, before, after }) => [time.slice(0, 13), setting, before, after]),
    );
    expect(told.slice(0, 2)).to.deep.equal([
      ['2026-10-08T06', 'guards.maxLeaving', '"100%"', '1'],
      ['2026-10-10T12', 'guards.maxLeaving', '1', '"100%"'],
    ]);
    expect(told.slice(2).map(([time, setting]) => [time, setting])).to.deep.equal([['2026-10-20T06', 'exemptions']]);
    expect(approvals.map(({ approver, verified, is_rejected }) => [approver, verified, is_rejected])).to.deep.equal([
      ['alice@example.com', false, false],
    ]);
    expect(rollbacks.map(({ to, reason }) => [to.time, reason])).to.deep.equal([
      ['2026-10-07T00:00:00.000Z', 'the services are needed for one more week'],
    ]);
    expect(certification.process_effectiveness.settings['guards.maxLeaving']).to.equal('"100%"');
    expect(certification.risk_assessment.ruleset).to.deep.include({ enforcement: 'active', name: RULESET });
  });

  it('has a row for every change, by Plus1 and by others, and no other', () => {
    const of = (action: string, proved: string): number =>
      rows.filter((row) => row.includes(`,${action},`) && new RegExp(`,${proved},[a-z]+,[^,]*,\\d+$`).test(row)).length;
    const seen = rows.filter((row) => /,no,seen,[^,]*,\d+$/.test(row)).length;
    expect([of('enter', 'yes'), of('leave', 'yes'), seen]).to.deep.equal([
      truth.own.entered,
      truth.own.left,
      truth.others,
    ]);
    expect(certification.process_effectiveness.drift).to.include({ seen: truth.others, repaired: truth.others });
    expect(certification.process_effectiveness.writes.refused).to.equal(2);
  });

  it('tells of the hold, the exemption and the outage', () => {
    const { holds } = certification.process_effectiveness;
    expect(
      holds.map(({ since, until, reason, ended_by }) => [since.slice(0, 13), until?.slice(0, 13), reason, ended_by]),
    ).to.deep.equal([
      ['2026-10-08T06', '2026-10-09T18', 'TooManyLeaving', 'approval'],
      ['2026-10-27T06', '2026-10-29T06', 'RolledBack', 'request'],
    ]);
    const { exemptions, gaps, journal } = certification.risk_assessment;
    expect(exemptions.map(({ repository, owner }) => [repository, owner])).to.deep.equal([['promoted-001', 'cto']]);
    expect(gaps.map(({ since, until, reason }) => [since.slice(0, 13), until.slice(0, 13), reason])).to.deep.equal([
      ['2026-10-10T18', '2026-10-12T12', 'NoPass'],
      // The other replica led for this day alone, and never came to sum it up.
      ['2026-10-17T18', '2026-10-19T00', 'NotSummed'],
    ]);
    expect(journal).to.deep.equal({ whole: true, faults: [] });
    expect(certification.population.journal.others?.length ?? 0).to.equal(1);
  });

  it('names who approved the removal, and what the approval was for', () => {
    const { approvals, holds } = certification.process_effectiveness;
    expect(approvals).to.deep.equal({ given: 1, rejected: 0, used: 1, emergency: 0 });
    expect(holds[0]).to.include({ ended: 'released', count: 3 });
    expect(holds[0]?.approvers).to.deep.equal(['alice@example.com']);
    const left = rows.filter((row) => /^2026-10-09T18[^,]*,leave,member-00[234],/.test(row));
    expect(left).to.have.length(3);
    for (const row of left) expect(row).to.include('alice@example.com');
  });

  it('tells of the rollback and of who entered by it', () => {
    const restored = rows.filter((row) => row.includes('restored by the rollback'));
    // The author of the last commit of the file asked for no rollback.
    expect(restored.map((row) => row.split('restored by the rollback')[1]?.slice(0, 4))).to.satisfy((ends: string[]) =>
      ends.every((end) => end === ',,,,'),
    );
    const back = restored.map((row) => row.split(',')[2]);
    expect(back).to.deep.equal(['member-003', 'member-004', 'promoted-001']);
  });

  it('agrees with the history that GitHub has of the ruleset', () => {
    const { reconciliation } = certification.risk_assessment;
    const within = versions.filter((time) => time >= MONTH.since && time < MONTH.until);
    expect(reconciliation).to.deep.equal({
      ...{ since: MONTH.since, versions: within.length, without_record: [], without_version: [] },
    });
    expect(within.length).to.be.greaterThan(5);
  });
});
