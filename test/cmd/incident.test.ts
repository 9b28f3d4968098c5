/** `plus1 incident status`, `release` and `report` from outside: what a pass kept of incidents, in each format, with its exit codes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { incidentCommand } from '../../cmd/plus1/incident.js';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { ApprovalFolder, EvidenceFolder } from '../../pkg/policies/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome, type Setup } from './command.js';
import { keepInput, type Kept } from './kept-input.js';

const NEVER = new AbortController().signal;
const NOW = Date.UTC(2025, 2, 15, 12);
const HASH = `sha256:${'a'.repeat(64)}`;
const EVIDENCE = 'default.leak.0a1b2c3d';
const SPEC = {
  ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'High', owner: 'security' },
  ...{ reason: 'A token of CI was seen in a public log', isolate: { repositories: ['pay-api', 'pay-web'] } },
};
const HOLD: NonNullable<IncidentStatus['hold']> = {
  ...{ planHash: HASH, reason: 'ReleaseApproval', since: '2025-03-15T11:00:00Z', count: 3, approvals: 0 },
  repositories: ['pay-api', 'pay-web'],
};
const STATUS: IncidentStatus = {
  ...{ observedGeneration: 1, state: 'Held' },
  conditions: [
    {
      ...{ type: 'Isolated', status: 'True', reason: 'Isolated', message: '3 repositories are isolated' },
      ...{ observedGeneration: 1, lastTransitionTime: '2025-03-15T11:00:00Z' },
    },
  ],
  timeline: {
    detected: '2025-03-15T10:00:00Z',
    due: [
      { phase: 'triage', time: '2025-03-15T10:15:00Z', missed: true },
      { phase: 'response', time: '2025-03-15T10:30:00Z', met: '2025-03-15T10:20:00Z' },
      { phase: 'review', time: '2025-03-22T10:00:00Z' },
    ],
  },
  isolated: [{ id: 7, name: 'pay-api', why: 'Named', head: 'c'.repeat(40), rulesetID: 9, actions: 'Disabled' }],
  inventory: {
    refers: [{ repository: 'pay-api', file: '.github/workflows/ci.yml', line: 3, action: 'a/b@v1', via: 'direct' }],
    ran: [],
    unknown: [{ repository: 'pay-web', what: 'runs', why: 'GitHub <refuses> | them' }],
  },
  total: { isolated: 3, refers: 1, ran: 0, unknown: 1 },
  hold: HOLD,
  checks: [{ name: 'governed', result: 'Fail', message: 'not governed: pay-\u202eapi' }],
};

describe('plus1 incident', () => {
  let state: string;
  beforeEach(() => (state = temporaryFolder()));

  const keep = (given: Partial<Kept> = {}): Promise<void> =>
    keepInput(state, { kind: 'Plus1Incident', name: 'leak', spec: SPEC, status: STATUS, ...given });
  const run = (args: string[], setup: Partial<Setup> = {}): Promise<Outcome> =>
    runCommand(incidentCommand, [...args, '--state', state], { cwd: state, nowMs: NOW, ...setup });

  it('status says so where there are none, also where there is no state folder', async () => {
    for (const folder of [state, join(state, 'nowhere')]) {
      const { code, stdout, stderr } = await runCommand(incidentCommand, ['status', '--state', folder], { cwd: state });
      expect([code, stdout, stderr]).to.deep.equal([0, 'No incident is known\n', '']);
    }
    expect(JSON.parse((await run(['status', '-o', 'json'])).stdout)).to.deep.equal({ items: [] });
  });

  it('status lists them by namespace and name, and shows one whole', async () => {
    await keep({ namespace: 'team', spec: { ...SPEC, drill: true, severity: 'Low', commander: 'grace' }, status: {} });
    await keep({ name: 'older', status: { isolated: STATUS.isolated } });
    await keep();
    const { code, stdout, stderr } = await run(['status']);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).to.deep.equal([
      ['INCIDENT', 'SEVERITY', 'STATE', 'ISOLATED', 'HELD', 'COMMANDER'],
      ['default/leak', 'High', 'Held', '3', 'ReleaseApproval'],
      ['default/older', 'High', 'Open', '1'],
      ['team/leak (drill)', 'Low', 'Open', '0', 'grace'],
      [''],
    ]);
    expect((await run(['status', 'default/leak'])).stdout).to.equal(
      [
        'default/leak: High, A token leaked',
        '  Isolated True Isolated: 3 repositories are isolated',
        '  due triage 2025-03-15T10:15:00Z, missed',
        '  due response 2025-03-15T10:30:00Z, met 2025-03-15T10:20:00Z',
        '  due review 2025-03-22T10:00:00Z',
        `  held: plus1 incident release default/leak --reason TEXT approves ${HASH}`,
        '',
      ].join('\n'),
    );
    expect((await run(['status', 'older'])).stdout).to.equal('default/older: High, A token leaked\n');
  });

  it('status -o json has the fields of the kind, with defaults, and is the same each time', async () => {
    await keep({ spec: { ...SPEC, title: 'a\u202eb\u0007' } });
    const { code, stdout } = await run(['status', 'leak', '-o', 'json']);
    expect(code).to.equal(0);
    const { items } = JSON.parse(stdout) as { items: Record<string, object>[] };
    expect(items).to.have.length(1);
    expect(Object.keys(items[0] ?? {})).to.deep.equal(['name', 'namespace', 'uid', 'spec', 'status', 'file']);
    expect(items[0]?.['spec']).to.include({ title: 'a\u202eb\u0007', closed: false, drill: false });
    expect(items[0]?.['status']).to.deep.equal(STATUS);
    expect(stdout).to.not.match(/[\p{Cf}\u2028]/u);
    expect((await run(['status', '-o', 'json'])).stdout).to.equal(stdout);
  });

  it('shows nothing of what others wrote that a terminal would act on', async () => {
    await keep({ spec: { ...SPEC, title: '\u001b[2Ja\u202eb', commander: '\u2066x\ny' } });
    for (const args of [['status'], ['status', 'leak'], ['report', 'leak'], ['report', 'leak', '--format', 'html']]) {
      const { code, stdout } = await run(args);
      expect(code).to.equal(0);
      expect(stdout.replaceAll('\n', '')).to.not.match(/[\p{Cc}\u202e\u2066\u2028]/u);
    }
  });

  it('status tells an incident that is wrong as it is kept, and does not hide the others', async () => {
    await keep();
    await keep({ name: 'broken', spec: { ...SPEC, severity: 'Bad\u202e' }, file: 'b.yaml' });
    for (const args of [['status'], ['status', '-o', 'json']]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout.includes('leak'), stdout.includes('broken')]).to.deep.equal([0, true, false]);
      expect(stderr).to.match(
        /^default\/broken is wrong, and is not shown: spec\.severity: found "Bad\\u202e"[^\n]*\n$/,
      );
    }
    for (const args of [
      ['status', 'broken'],
      ['report', 'broken'],
      ['close', 'broken'],
      ['release', 'broken', '--reason', 'Known to be over'],
    ]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(
        /^PLUS1_POLICY_INVALID: default\/broken is wrong: spec\.severity: .*Fix: correct b\.yaml\.\n$/,
      );
    }
  });

  const one: string[][] = [
    ...[['status'], ['isolate', '--repository', 'x'], ['close'], ['report']],
    ['release', '--reason', 'Known to be over', '--yes'],
  ];
  for (const [command = '', ...flags] of one)
    it(`${command} tells a name that is not known, and one of several namespaces`, async () => {
      const none = await run([command, 'no\u202ebody', ...flags]);
      expect([none.code, none.stdout]).to.deep.equal([1, '']);
      expect(none.stderr).to.match(
        /^PLUS1_NOT_KNOWN: there is no incident "no\\u202ebody" .*Fix: name the state folder .*--state\.\n$/,
      );
      await keep();
      await keep({ namespace: 'team' });
      const known = await run([command, 'team/nobody', ...flags]);
      expect(known.stderr).to.match(/PLUS1_NOT_KNOWN: .*Fix: name one of default\/leak, team\/leak\.\n$/);
      const both = await run([command, 'leak', ...flags]);
      expect([both.code, both.stdout]).to.deep.equal([2, '']);
      expect(both.stderr).to.match(
        /^PLUS1_USAGE: several namespaces have an incident leak\. Fix: name the namespace too\.\n$/,
      );
      expect((await run([command, 'team/leak', ...flags])).code).to.equal(0);
    });

  describe('release', () => {
    const REASON = ['--reason', 'References are gone'];
    const approvals = (): Promise<object[]> =>
      new ApprovalFolder({ state }).list({ namespace: 'default', name: 'acme' }, NEVER);

    it('shows what is held and checked, and leaves an approval of exactly that', async () => {
      await keep();
      const flags = [
        '--approver',
        'alice',
        '--kind',
        'Emergency',
        '--group',
        'lead',
        '--group',
        'lead',
        '--group',
        'on-call',
      ];
      const { code, stdout, stderr } = await run(['release', 'leak', ...REASON, ...flags, '--yes']);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout.split('\n').slice(0, -2)).to.deep.equal([
        `Held of default/leak, ReleaseApproval: ${HASH}`,
        '  governed: Fail, not governed: pay-\\u202eapi',
        '3 repositories:',
        '  pay-api',
        '  pay-web',
        '  and 1 more; the report has all of them',
      ]);
      expect(stdout).to.match(/\nApproved by alice as acme-[0-9a-f]{8}; the next pass counts it\n$/);
      const [given, second] = (await approvals()) as { object: { spec: object } }[];
      expect(second).to.equal(undefined);
      expect(given?.object.spec).to.deep.equal({
        ...{ policyRef: { name: 'acme' }, planHash: HASH, approver: 'alice', kind: 'Emergency' },
        ...{ groups: ['lead', 'on-call'], reason: 'References are gone' },
      });
    });

    it('releases nothing where nothing is held', async () => {
      await keep({ status: { ...STATUS, hold: undefined } });
      const { code, stdout, stderr } = await run(['release', 'leak', ...REASON, '--yes']);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^PLUS1_NOT_HELD: nothing of default\/leak is held\. Fix: ask for the release first/);
      expect(await approvals()).to.deep.equal([]);
    });

    it('asks at a terminal, and approves nothing without a Yes or without a terminal', async () => {
      await keep();
      const terminal = (answer: string): Partial<Setup> => ({
        stdin: Object.assign(Readable.from([answer]), { isTTY: true }),
      });
      for (const answer of ['n\n', '\n', 'yesterday\n']) {
        const { code, stderr } = await run(['release', 'leak', ...REASON], terminal(answer));
        expect(code).to.equal(1);
        expect(stderr).to.match(/Nothing was approved\.\n$/);
      }
      const nobody = await run(['release', 'leak', ...REASON]);
      expect(nobody.code).to.equal(2);
      expect(nobody.stderr).to.include('there is no terminal to ask at. Fix: give --yes as well');
      expect(await approvals()).to.deep.equal([]);
      expect((await run(['release', 'leak', ...REASON, '--approver', 'al'], terminal('y\n'))).code).to.equal(0);
      expect(await approvals()).to.have.length(1);
    });

    const wrong: [flags: string[], says: RegExp][] = [
      [[], /required option '--reason <text>'/],
      [['--reason', 'short'], /--reason: found 5 characters, allowed: 8 to 1024/],
      [['--reason', ' '.repeat(20)], /--reason: found 0 characters/],
      [[...REASON, '--kind', 'Review'], /--kind/],
      [[...REASON, '--group', ''], /argument is empty/],
      [[...REASON, '--approver', 'a'.repeat(1_025)], /spec\.approver/],
    ];
    for (const [flags, says] of wrong)
      it(`refuses ${flags.join(' ').slice(0, 60) || 'to do without a reason'}`, async () => {
        await keep();
        const { code, stdout, stderr } = await run(['release', 'leak', '--yes', ...flags]);
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(says);
        expect(await approvals()).to.deep.equal([]);
      });
  });

  describe('report', () => {
    const manifest = (text: string): Promise<void> =>
      new EvidenceFolder({ state }).keep(EVIDENCE, { path: 'manifest.json', text }, NEVER);
    const file = { path: 'pay-api/ci.yml', bytes: 12, sha256: 'd'.repeat(64) };

    it('has what is known, in Markdown and HTML, with the files of its manifest', async () => {
      await keep();
      await manifest(JSON.stringify({ version: 1, incident: 'x', files: [file] }));
      const { code, stdout, stderr } = await run(['report', 'leak']);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout)
        .to.match(/^# A token leaked\n/)
        .and.include('Incident leak of acme, High, as of 2025-03-15 12&#58;00&#58;00 UTC')
        .and.match(/\| pay-api\/ci\.yml \| 12 \| d{64} \|/)
        .and.include('1 of 3 are shown; the folder of the evidence has all of them.');
      expect(stdout).to.not.include('<refuses>');
      const { stdout: page } = await run(['report', 'leak', '--format', 'html']);
      expect(page)
        .to.match(/^<!doctype html>/i)
        .and.include('GitHub &lt;refuses&gt; | them')
        .and.include('class="bad-word">Fail');
      expect((await run(['report', 'leak', '--format', 'html'])).stdout, 'the same each time').to.equal(page);
    });

    it('is made without a manifest that can be read: a disk was full, or somebody changed it', async () => {
      await keep();
      for (const text of ['', '{"files": [', '[]', '{"files": {}}', '"x"'])
        for (const format of ['markdown', 'html']) {
          await manifest(text);
          const { code, stdout, stderr } = await run(['report', 'leak', '--format', format]);
          expect([code, stderr], text).to.deep.equal([0, '']);
          expect(stdout).to.include('No manifest was found.');
        }
      await manifest(JSON.stringify({ files: [null, 7, { path: 'a' }, { ...file, bytes: 'x' }, file] }));
      expect((await run(['report', 'leak'])).stdout.match(/\| d{64} \|/g)).to.have.length(1);
    });

    it('of a drill says that nothing was done', async () => {
      await keep({
        spec: { ...SPEC, drill: true },
        status: { ...STATUS, drill: true, state: 'Released', hold: undefined },
      });
      const { stdout } = await run(['report', 'leak']);
      expect(stdout)
        .to.match(/^# Drill: A token leaked\n/)
        .and.include('This is a drill: nothing was written to GitHub')
        .and.include('| State | Drill ended |')
        .and.match(/\| pay-api \| Named \| c{12} \|[^\n]*\| not touched \| 9 \|/);
    });

    it('of an incident that no pass has judged yet says so', async () => {
      await keep({ status: {} });
      const { code, stdout } = await run(['report', 'leak']);
      expect(code).to.equal(0);
      expect(stdout)
        .to.include('Nobody is isolated.')
        .and.include('No clock runs yet.')
        .and.include('| Detected | not yet |');
    });

    it('is written to a file, and tells where that is not possible', async () => {
      await keep();
      const path = join(state, 'report.md');
      writeFileSync(path, 'old');
      expect(await run(['report', 'leak', '--output', path])).to.deep.equal({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(path, 'utf8')).to.equal((await run(['report', 'leak'])).stdout);
      mkdirSync(join(state, 'folder'));
      for (const [output, says] of [
        ['nowhere/report.md', /its folder does not exist \(ENOENT\)\. Fix: create the folder/],
        ['folder', /Fix: name a file, not a folder/],
      ] as const) {
        const { code, stdout, stderr } = await run(['report', 'leak', '--output', join(state, output)]);
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr)
          .to.match(/^PLUS1_OUTPUT_UNWRITABLE: /)
          .and.to.match(says);
      }
      const empty = await run(['report', 'leak', '--output', '']);
      expect([empty.code, empty.stderr.includes('argument is empty')]).to.deep.equal([2, true]);
      expect((await run(['report', 'leak', '--format', 'pdf'])).code).to.equal(2);
    });
  });
});
