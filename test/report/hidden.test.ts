/** What reports must neither hide nor make up: each removal, each risk, and who is governed, by what records say. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { membersHash } from '../../pkg/base/index.js';
import { policyFolders, type Entry } from '../../pkg/journal/index.js';
import {
  monthPeriod,
  readHistory,
  weekPeriod,
  weeklyReport,
  writeCertification,
  type History,
  type Period,
} from '../../pkg/report/index.js';
import { reconcile, type Reconciliation } from '../../pkg/report/certification/reconciliation.js';
import { POLICY, signal, Stage } from '../journal/stage.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { approval, exposed, held, summary, write } from './story.js';

after(removeTemporaryFolders);

const NOVEMBER = monthPeriod('2026-11') as Period;
const EXPOSED_SINCE = '2026-11-01T00:00:00.000Z';
const HASH = `sha256:${'1a'.repeat(32)}`;

/** A month with one complete pass a day; `entries` are of the pass of that day. */
async function monthWith(day: number, entries: readonly Entry[], ungoverned: [number, string][] = []): Promise<Stage> {
  const stage = new Stage();
  stage.options = { actor: 'plus1-sync/0.2.0' };
  stage.nowMs = Date.parse('2026-10-31T04:00:00.000Z');
  const since = '2026-10-01T00:00:00.000Z';
  const writer = await stage.writer({
    snapshot: () => ({
      members: ungoverned.length > 0 ? [1] : [1, 2],
      repositories: [
        [1, 'payments', 'valid_production', since],
        [2, 'ledger', 'valid_production', since],
      ],
      ...{ ungoverned, hold: null, exemptions: [] },
      spec: { organization: 'acme', mode: 'Enforce' },
      ruleset: { enforcement: 'active', bypassActors: [] },
    }),
  });
  for (let at = 1; at <= 31; at += 1) {
    const date = (number: number): string => new Date(Date.UTC(2026, 10, number)).toISOString().slice(0, 10);
    stage.nowMs = Date.parse(`${date(at)}T04:00:00.000Z`);
    const pass = `6f1c2f0e-0000-4000-8000-${String(at).padStart(12, '0')}`;
    const own = at === day ? entries : [];
    await writer.append([summary(date(at - 1), 2), ...own], { pass, policy: POLICY }, signal);
    await writer.checkpoint(signal);
  }
  return stage;
}

const historyOf = async ({ root }: Stage): Promise<History> =>
  (await readHistory(await policyFolders([root], { name: 'acme' }), NOVEMBER)) as History;

interface Results {
  observations: { uuid: string; title: string; description: string }[];
  risks?: { uuid: string; title: string; description: string; status: string }[];
}

interface Certified {
  file: (name: string) => string;
  oscal: Results;
}

async function certified(stage: Stage): Promise<Certified> {
  const output = join(temporaryFolder(), 'certification');
  mkdirSync(output);
  const folders = await policyFolders([stage.root], { name: 'acme' });
  await writeCertification({ folders, period: NOVEMBER, frameworks: [], output });
  const file = (name: string): string => readFileSync(join(output, name), 'utf8');
  const { 'assessment-results': results } = JSON.parse(file('oscal-assessment-results.json')) as {
    'assessment-results': { results: [Results] };
  };
  return { file, oscal: results.results[0] };
}

const exempted = (more: object): Entry => ({
  kind: 'ExemptionStarted',
  data: {
    ...{ repository: 'ledger', effect: 'Release', reason: 'sold to another company' },
    ...{ expiresAt: '2027-01-01T00:00:00Z', ...more },
  },
});
const emergency = (approver: string): Entry => ({
  kind: 'ApprovalGiven',
  data: { ...approval(approver), kind: 'Emergency', planHash: membersHash([1, 2]) },
});
const leaving = (): Entry[] => write({ members: new Set([1, 2]) }, [], [2]);

describe('a certification', () => {
  it('calls nobody governed whom an exemption released, whatever the case of its name', async () => {
    const { file } = await certified(await monthWith(5, [exempted({ repository: 'LEDGER' }), ...leaving()]));
    expect(file('population.csv')).to.match(/^ledger,2,valid_production,[^,]+,no,exempted,/m);
  });

  it('calls nobody governed whom the ruleset does not target', async () => {
    const { file } = await certified(await monthWith(5, leaving()));
    expect(file('population.csv')).to.match(/^ledger,2,valid_production,[^,]+,no,no,/m);
  });

  it('says that an exposure ended by an exemption, also where that goes by the id', async () => {
    const entries = [
      exempted({ repository: 'old-ledger', repositoryID: 2 }),
      exposed('ExposureEnded', 2, EXPOSED_SINCE, 86_400),
    ];
    const { file } = await certified(await monthWith(5, entries, [[2, EXPOSED_SINCE]]));
    expect(file('exposure.csv')).to.match(/^ledger,2,.*,exempted,/m);
  });

  it('names who was in a ruleset that is gone, and is not in the one that was made in its place', async () => {
    const own = { name: POLICY.ruleset, purpose: 'Template', sha256: HASH };
    const enter = [{ id: 1, name: 'payments', status: 'valid_production' }];
    const entries: Entry[] = [
      { kind: 'CreateIntended', data: { ...own, ruleset: {}, members: [1], enter } },
      { kind: 'CreateProved', data: { ...own, id: 99 } },
    ];
    const { file, oscal } = await certified(await monthWith(5, entries));
    expect(file('changes.csv')).to.match(/leave,ledger,2,.*,seen,/);
    expect(oscal.observations.map(({ description }) => description).join()).to.include('ledger (2) left the ruleset');
  });

  it('lists what of the protection of rollouts and incidents ended', async () => {
    const of = { assignment: 'candidate', target: '3f9a1c07-0000-4000-8000-000000000001' };
    const [intended] = leaving();
    const entries: Entry[] = [
      { kind: 'OwnedMissing', data: { name: 'plus1-incident-3f9a1c07', purpose: 'Incident', id: 5 } },
      {
        kind: 'IncidentReleased',
        data: { incident: { name: 'tj-actions', uid: 'u' }, repositories: [{ id: 2, name: 'ledger' }], left: [] },
      },
      { kind: 'WriteIntended', data: { ...(intended?.data as object), ...of } } as Entry,
    ];
    const { file, oscal } = await certified(await monthWith(5, entries));
    const { risk_assessment: risk } = JSON.parse(file('certification.json')) as {
      risk_assessment: { ended_elsewhere: { of: string; what: string; repositories: string[] }[] };
    };
    const rows = risk.ended_elsewhere.map(({ of: what, repositories }) => [what, ...repositories].join(' '));
    expect(rows).to.deep.equal([
      'plus1-incident-3f9a1c07',
      'incident tj-actions ledger',
      `candidate ${of.target} ledger`,
    ]);
    expect(file('certification.html')).to.include('somebody else deleted the ruleset');
    expect(oscal.risks?.filter(({ title }) => title === 'Protection that ended')).to.have.length(3);
    // Nobody left the ruleset of the policy.
    expect(file('changes.csv').trim().split('\n')).to.have.length(1);
  });
});

describe('the OSCAL results of a certification', () => {
  it('name each repository that left, and why', async () => {
    const { oscal } = await certified(await monthWith(5, leaving()));
    const removals = oscal.observations.filter(({ title }) => title === 'Removal');
    expect(removals.map(({ description }) => description)).to.deep.equal([
      'ledger (2) left the ruleset at 2026-11-05T04:00:00.000Z: it is missing_lifecycle.',
    ]);
  });

  const bypass = [{ actor_id: 666, actor_type: 'User', bypass_mode: 'always' }];
  const risks: { what: string; entries: Entry[]; title: string; says: string }[] = [
    {
      what: 'that somebody changed the ruleset itself',
      entries: [{ kind: 'RulesetChanged', data: { before: { bypassActors: [] }, after: { bypassActors: bypass } } }],
      ...{ title: 'Change of the ruleset', says: '(bypassActors)' },
    },
    {
      what: 'security events',
      entries: [{ kind: 'SecurityEvent', data: { event: 'SuspiciousActivity', message: 'undone three times' } }],
      ...{ title: 'Security event', says: 'undone three times' },
    },
  ];
  for (const { what, entries, title, says } of risks)
    it(`hide no risk: ${what}`, async () => {
      const { oscal } = await certified(await monthWith(5, entries));
      const found = oscal.risks?.find((risk) => risk.title === title);
      expect(found).to.include({ status: 'open' });
      expect(found?.description).to.include(says);
    });

  it('hide no risk: that the journal is not whole', async () => {
    const stage = await monthWith(5, []);
    const files = readdirSync(stage.root, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => path.endsWith('.jsonl'));
    for (const path of paths) writeFileSync(path, readFileSync(path, 'utf8').replace('"requests":30', '"requests":31'));
    const { oscal } = await certified(stage);
    expect(oscal.risks?.map(({ title }) => title)).to.include('Journal not whole');
  });

  it('tell of each emergency approval, and of no release by one that released nothing', async () => {
    const { oscal } = await certified(await monthWith(5, [held([1, 2]), emergency('eve'), emergency('mallory')]));
    const told = oscal.risks?.filter(({ title }) => title === 'Emergency bypass') ?? [];
    expect(told.map(({ description }) => description.split(' ')[0])).to.deep.equal(['eve', 'mallory']);
    expect(new Set(told.map(({ uuid }) => uuid))).to.have.property('size', 2);
    expect(told.map(({ description }) => description).join()).to.not.include('released');
  });
});

describe("the comparison with GitHub's history of the ruleset", () => {
  const version = (number: number, time: string, actor = 'User 666'): Parameters<typeof reconcile>[1][number] => ({
    ...{ version: number, time, actor },
  });
  const compared = async (entries: Entry[], versions: Parameters<typeof reconcile>[1]): Promise<Reconciliation> =>
    reconcile(await historyOf(await monthWith(28, entries)), versions, Date.parse('2026-06-01'));
  const drift: Entry = {
    kind: 'DriftSeen',
    data: { added: [], removed: [{ id: 1, name: 'payments' }], hashAfter: membersHash([2]) },
  };

  it('takes a change that a pass saw for those since the pass before it, and for no older ones', async () => {
    const versions = [version(9, '2026-11-03T10:00:00.000Z'), version(10, '2026-11-27T10:00:00.000Z')];
    const { without_record } = await compared([drift], versions);
    expect(without_record.map((each) => each.version)).to.deep.equal([9]);
  });

  it('takes one write for one version', async () => {
    const versions = [version(9, '2026-11-28T04:00:00.000Z', 'Integration 1'), version(10, '2026-11-28T04:01:30.000Z')];
    const { without_record, without_version } = await compared(leaving(), versions);
    expect(without_record.map((each) => each.version)).to.deep.equal([10]);
    expect(without_version).to.deep.equal([]);
  });
});

describe('a weekly report', () => {
  it('never rounds up to a week without a failed pass', async () => {
    const { root } = await monthWith(5, []);
    const week = weekPeriod('2026-W46') as Period;
    const history = (await readHistory(await policyFolders([root], { name: 'acme' }), week)) as History;
    const [day] = [...history.days.values()].slice(-1);
    Object.assign(day?.passes ?? {}, { quick: { Succeeded: 99_999, Failed: 1 } });
    expect(weeklyReport(history, undefined).success_rate.percentage).to.equal(99.99);
  });
});
