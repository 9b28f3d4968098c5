/** `plus1 rollback` and `plus1 release`, with passes of `sync` between them: what a person does in a folder. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { WholeRecord } from '../../pkg/journal/index.js';
import { entity, kept, memberNames, names, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder, type Ran } from '../integration/cli.js';

const REASON = 'The lifecycles were rewritten by a script';

describe('plus1 rollback', function () {
  this.timeout(60_000);
  let github: GitHubSimulator;
  let organization: Organization;
  let state: string;
  let policy: string;

  beforeEach(async () => {
    organization = town({ members: 8, others: 2 });
    github = await startGitHub({ organizations: [organization] });
    state = temporaryFolder();
    policy = join(temporaryFolder(), 'acme.yaml');
    write({});
    expect((await sync()).code).to.equal(0);
  });
  afterEach(async () => {
    expect(github.contractViolations).to.deep.equal([]);
    await github.close();
  });

  function write(spec: Record<string, unknown>): void {
    writeFileSync(
      policy,
      JSON.stringify({
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'platform' } },
        spec: {
          ...{ organization: 'acme', github: {}, exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } },
          ...spec,
        },
      }),
    );
  }
  const sync = (...args: string[]): Promise<Ran> =>
    plus1(['sync', '-f', policy, '--state', state, ...args], { github });
  const rollback = (...args: string[]): Promise<Ran> => plus1(['rollback', 'platform/acme', '--state', state, ...args]);
  const release = (): Promise<Ran> => plus1(['release', 'acme', '--state', state]);
  const requests = (): string[] => {
    const folder = join(state, '.rollback', 'platform', 'acme');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const status = (): PolicyStatus =>
    (JSON.parse(readFileSync(join(state, 'platform', 'acme.json'), 'utf8')) as { status: PolicyStatus }).status;
  async function records(...kinds: string[]): Promise<WholeRecord[]> {
    const only = kinds.flatMap((kind) => ['--kind', kind]);
    const { stdout } = await plus1(['journal', 'show', 'acme', '--state', state, '-o', 'json', ...only]);
    return (JSON.parse(stdout) as { items: WholeRecord[] }).items;
  }
  async function expectWhole(): Promise<void> {
    const { code, stdout } = await plus1(['journal', 'verify', join(state, '.journal')]);
    expect(code, stdout).to.equal(0);
  }
  /** The last record of the journal by its number. */
  const last = async (): Promise<string> => `${(await records()).at(-1)?.seq ?? 0}`;
  async function massDemotion(): Promise<string> {
    const before = await last();
    for (const name of names('member', 4)) say(organization.get(name), 'deprecated');
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(names('member', 8).slice(4));
    return before;
  }

  it('brings back whom a mass demotion took out; they stay until it is released', async () => {
    const to = await massDemotion();
    const asked = await rollback('--to', to, '--reason', REASON, '--yes');
    expect([asked.code, asked.stderr]).to.deep.equal([0, '']);
    expect(asked.stdout).to.match(
      /^platform\/acme after record \d+ of platform\/acme\.\w{8}\/\w+\.\w{8} \(.*\): 8 members\n/,
    );
    expect(asked.stdout).to.include('  + member-001  comes back\n');
    expect(memberNames(organization), 'a request writes nothing').to.have.length(4);

    const carried = await sync();
    expect([carried.code, carried.stderr], 'the run that carries it out').to.deep.equal([0, '']);
    expect(carried.stdout).to.match(/\nRolled back to record \d+ of /);
    expect(memberNames(organization)).to.deep.equal(names('member', 8));
    expect(status()).to.include({ lastHandledRollbackTo: to });
    expect(status().hold).to.include({ reason: 'RolledBack', count: 0 });
    expect(requests()).to.deep.equal([]);
    const [record] = await records('RolledBack');
    expect(record?.data).to.deep.include({ kept: [], missing: [], request: to, reason: REASON });
    expect(record?.data['to']).to.include({ sequence: Number(to) });

    expect((await sync()).code, 'held').to.equal(3);
    expect(status().hold).to.include({ reason: 'RolledBack', count: 4 });
    expect(memberNames(organization)).to.deep.equal(names('member', 8));
    expect(await records('RolledBack'), 'carried out once').to.have.length(1);

    const released = await release();
    expect([released.code, released.stdout]).to.deep.equal([
      0,
      'platform/acme: the next pass releases it: who is not in production leaves after the grace period, within the guards\n',
    ]);
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(names('member', 8).slice(4));
    expect(status()).not.to.have.any.keys('lastHandledRollbackTo', 'hold');
    expect(requests()).to.deep.equal([]);
    await expectWhole();
    expect((await rollback('--to', to, '--yes')).code, 'the same record may be asked for again').to.equal(0);
    expect((await sync()).code).to.equal(0);
    expect(await records('RolledBack')).to.have.length(2);
  });

  it('keeps who is in production now, waives the grace period of the others alone, and lists who is gone', async () => {
    const to = await last();
    say(organization.get('other-001'), 'production');
    say(organization.get('other-002'), 'production');
    await sync();
    say(organization.get('other-002'), 'deprecated');
    organization.get('member-008').delete();
    write({ exit: { gracePeriod: '24h' } });
    await rollback('--to', to, '--yes');
    const { code, stdout } = await sync('--output', join(state, 'report.json'));
    expect(code).to.equal(0);
    expect(stdout).to.include('= other-001  is not in the record, and stays\n');
    expect(memberNames(organization)).to.include('other-001').and.not.to.include('other-002');
    const report = JSON.parse(readFileSync(join(state, 'report.json'), 'utf8')) as {
      rollback: { applied: boolean; kept: object[]; missing: object[] };
    };
    const { id } = organization.get('other-001');
    expect(report.rollback).to.deep.include({ applied: true, kept: [{ id, name: 'other-001' }] });
    expect((await records('RolledBack'))[0]?.data).to.deep.include({ kept: [id] });
    await expectWhole();
  });

  it('is held by the guards like any plan, goes on when people approve it, and covers nothing else', async () => {
    const to = await last();
    for (const name of ['other-001', 'other-002']) say(organization.get(name), 'production');
    await sync();
    for (const name of ['other-001', 'other-002']) say(organization.get(name), 'deprecated');
    write({ exit: { gracePeriod: '24h' }, guards: { maxLeaving: 1 } });
    await rollback('--to', to, '--yes');
    expect((await sync()).code).to.equal(3);
    expect(status().hold).to.include({ reason: 'RolledBack', count: 2 });
    expect(status()).not.to.have.property('lastHandledRollbackTo');
    expect(requests(), 'it goes on').to.have.length(1);
    await plus1(['approve', 'acme', '--reason', REASON, '--approver', 'ann', '--yes', '--state', state]);
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(names('member', 8));
    expect(status().hold).to.include({ reason: 'RolledBack', approvals: 0 });
    await expectWhole();
  });

  it('lets those leave whom an approval covers, and goes on', async () => {
    const to = await massDemotion();
    await rollback('--to', to, '--yes');
    await sync();
    const nobody = await plus1(['approve', 'acme', '--reason', REASON, '--yes', '--state', state]);
    expect([nobody.code, nobody.stderr]).to.deep.equal([
      1,
      'PLUS1_NOT_HELD: nobody of platform/acme would leave; it is held since a rollback. Fix: end the hold with plus1 release.\n',
    ]);
    await sync();
    await plus1(['approve', 'acme', '--reason', REASON, '--approver', 'ann', '--yes', '--state', state]);
    expect((await sync()).code, 'the hold goes on').to.equal(3);
    expect(memberNames(organization)).to.deep.equal(names('member', 8).slice(4));
    expect(status().hold).to.include({ reason: 'RolledBack', count: 0 });
    say(organization.get('member-005'), 'deprecated');
    expect((await sync()).code).to.equal(3);
    expect(memberNames(organization)).to.include('member-005');
  });

  it('shows the difference with --dry-run, and leaves no request; plan shows a request that waits', async () => {
    const to = await massDemotion();
    const before = readdirSync(state, { recursive: true }).length;
    const shown = await rollback('--to', to, '--dry-run');
    expect([shown.code, shown.stdout.split('\n').filter((line) => line.startsWith('  + '))]).to.deep.equal([
      0,
      names('member', 4).map((name) => `  + ${name}  comes back`),
    ]);
    expect(readdirSync(state, { recursive: true })).to.have.length(before);
    await rollback('--to', to, '--yes');
    const planned = await plus1(['plan', '-f', policy, '--state', state], { github });
    expect([planned.code, planned.stderr]).to.deep.equal([0, '']);
    expect(planned.stdout).to.include('Plan: 4 to enter, 0 to leave').and.to.include('Would roll back to record');
    expect(requests()).to.have.length(1);
  });

  const unfinished = [
    { why: 'the listing is short of a row', guards: { maxLeaving: '100%' }, isShort: true },
    { why: 'one may enter a day', guards: { maxLeaving: '100%', maxEntering: 1 }, isShort: false },
  ];
  for (const { why, guards, isShort } of unfinished)
    it(`waives the grace period in its first pass alone where it goes on: ${why}`, async () => {
      const to = await last();
      for (const name of names('member', isShort ? 0 : 3)) say(organization.get(name), 'deprecated');
      for (const name of ['other-001', 'other-002']) say(organization.get(name), 'production');
      await sync();
      say(organization.get('other-001'), 'deprecated');
      write({ exit: { gracePeriod: '24h' }, guards });
      const short = { kind: 'graphql-partial', target: 'node', index: 5 } as const;
      if (isShort) github.faults.when(({ operation }) => operation === 'list', short, Infinity);
      await rollback('--to', to, '--yes');
      await sync();
      expect(memberNames(organization), 'in the first pass').to.include('other-002').and.not.to.include('other-001');
      expect(status()).not.to.have.property('lastHandledRollbackTo');
      expect(status().hold).to.include({ reason: 'RolledBack' });

      say(organization.get('other-002'), 'deprecated');
      for (let run = 1; run <= 2; run += 1) await sync();
      expect(memberNames(organization), 'in later ones').to.include('other-002');
      expect(status().hold?.repositories).to.include('other-002');
      await plus1(['approve', 'acme', '--reason', REASON, '--approver', 'ann', '--yes', '--state', state]);
      await sync();
      expect(memberNames(organization), 'by an approval').not.to.include('other-002');
      await expectWhole();
    });

  it('reads twice in its pass what speaks against a member, also what an earlier pass remembers', async () => {
    write({ exit: { gracePeriod: '24h' } });
    const to = await last();
    const lie = (): unknown =>
      github.faults.next('files', { kind: 'wrong-file', repository: 'other-001', content: entity('deprecated') });
    say(organization.get('other-001'), 'production');
    lie();
    await sync();
    kept(organization).setMembers([...kept(organization).members, organization.get('other-001').id]);
    await rollback('--to', to, '--yes');
    lie();
    await sync();
    expect(memberNames(organization)).to.include('other-001');
  });

  it('that waits is taken back by release, and a policy that is not rolled back has nothing to release', async () => {
    const none = await release();
    expect([none.code, none.stderr.split('\n').length]).to.deep.equal([1, 2]);
    expect(none.stderr).to.match(/^PLUS1_NOT_HELD: platform\/acme is not rolled back/);
    const to = await massDemotion();
    await rollback('--to', to, '--yes');
    expect((await release()).stdout).to.equal('platform/acme: the rollback that waited is taken back\n');
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.have.length(4);
    expect(requests()).to.deep.equal([]);
  });

  it('that is taken back while its pass reads sends nothing', async () => {
    const to = await massDemotion();
    await rollback('--to', to, '--yes');
    const edit = (): void => {
      const folder = join(state, '.rollback', 'platform', 'acme');
      const release = { v: 1, kind: 'release', time: new Date().toISOString() };
      writeFileSync(join(folder, '999999999999999-0123abcd.json'), JSON.stringify(release));
    };
    github.faults.when(({ operation }) => operation === 'list', { kind: 'ruleset-changed', edit });
    const { code, stderr } = await sync();
    expect([code, github.faults.fired.length]).to.deep.equal([1, 1]);
    expect(stderr).to.match(/^PLUS1_INTERRUPTED: the rollback to \d+ was taken back during the pass; nothing more is/);
    expect(memberNames(organization)).to.have.length(4);
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.have.length(4);
    expect(status()).not.to.have.any.keys('lastHandledRollbackTo', 'hold');
  });

  it('is refused where the policy is rolled back to that already, until it is released', async () => {
    const to = await massDemotion();
    await rollback('--to', to, '--yes');
    await sync();
    const again = await rollback('--to', to, '--yes');
    expect([again.code, again.stderr]).to.deep.equal([
      1,
      'PLUS1_NOT_HELD: platform/acme is rolled back to it already. Fix: release it first, with plus1 release; the pass after that can roll it back again.\n',
    ]);
    await release();
    expect((await rollback('--to', to, '--yes')).stderr).to.match(/waits for the pass that releases it/);
  });

  it('to a time restores the membership of that time', async () => {
    const record = (await records()).at(-1);
    const to = record?.time ?? '';
    await massDemotion();
    expect((await rollback('--to', to, '--yes')).code).to.equal(0);
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.deep.equal(names('member', 8));
    expect(status()).to.include({ lastHandledRollbackTo: to });
  });

  it('in mode Observe waits for another mode, and says so', async () => {
    const to = await massDemotion();
    write({ mode: 'Observe' });
    await sync();
    expect((await rollback('--to', to, '--yes')).stdout).to.match(/only observes, and the first pass in another mode/);
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.have.length(4);
    write({});
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.have.length(8);
  });

  const refusals: { reason: string; args: string[]; code: number; says: RegExp }[] = [
    { reason: 'without a terminal and --yes', args: ['--to', '1'], code: 2, says: /no terminal to ask at/ },
    { reason: 'without --to', args: ['--yes'], code: 2, says: /required option '--to/ },
    {
      reason: 'an unknown record',
      args: ['--to', '999', '--yes'],
      code: 2,
      says: /^PLUS1_RECORD_UNKNOWN: --to: there is no record 999. Fix: name one from 1 to \d+, or a time from .* on; plus1 journal show has them\.$/m,
    },
    {
      reason: 'a time before the journal',
      args: ['--to', '2001-01-01', '--yes'],
      code: 2,
      says: /--to: the journal has no record of 2001-01-01T00:00:00\.000Z or before/,
    },
    { reason: 'neither a record nor a time', args: ['--to', 'yesterday', '--yes'], code: 2, says: /found "yesterday"/ },
    {
      reason: 'a writer whose chain is not here',
      args: ['--to', '1', '--writer', 'plus1-7', '--yes'],
      code: 2,
      says: /no chain of the writer plus1-7 is on this disk/,
    },
    {
      reason: 'a writer beside a time',
      args: ['--to', '2001-01-01', '--writer', 'plus1-7', '--yes'],
      code: 2,
      says: /--writer: only together with the number/,
    },
    {
      reason: 'a reason that is too long',
      args: ['--to', '1', '--reason', 'x'.repeat(1_025), '--yes'],
      code: 2,
      says: /1025/,
    },
  ];
  it('is refused in one line, and leaves no request', async () => {
    for (const { reason, args, code, says } of refusals) {
      const ran = await rollback(...args);
      expect([ran.code, ran.stderr.trimEnd().split('\n').length], `${reason}: ${ran.stderr}`).to.deep.equal([code, 1]);
      expect(ran.stderr, reason).to.match(says);
    }
    expect((await plus1(['rollback', 'other', '--to', '1', '--yes', '--state', state])).stderr).to.match(
      /PLUS1_NOT_KNOWN/,
    );
    expect(requests()).to.deep.equal([]);
  });

  it('that nobody can carry out ends the run with 2, and nothing is written', async () => {
    const to = await massDemotion();
    await rollback('--to', to, '--yes');
    rmSync(join(state, '.journal'), { recursive: true });
    say(organization.get('other-001'), 'production');
    const { length } = github.requests;
    const { code, stderr } = await sync();
    expect(code, stderr).to.equal(2);
    expect(stderr).to.match(/^PLUS1_RECORD_UNKNOWN: rollback: there is no journal of the policy/m);
    expect(github.requests).to.have.length(length);
    expect(status().conditions?.find(({ type }) => type === 'Ready')).to.include({
      status: 'False',
      reason: 'InvalidSpec',
    });
  });

  it('does not believe a journal that was changed', async () => {
    const to = await massDemotion();
    const [first] = await records();
    const segment = join(state, '.journal', first?.chain ?? '', '00000001.jsonl');
    writeFileSync(segment, readFileSync(segment, 'utf8').replace('"name":"other-001"', '"name":"other-009"'));
    const { code, stderr } = await rollback('--to', to, '--yes');
    expect([code, requests()]).to.deep.equal([1, []]);
    expect(stderr).to.match(/^PLUS1_JOURNAL_DAMAGED: --to: the chain .* is not whole \(line-changed: /);
  });

  it('passes over a file that is no request', async () => {
    const folder = join(state, '.rollback', 'platform', 'acme');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '000000000000001-0a0b0c0d.json'), '{"kind":"rollback"}');
    expect((await sync()).code).to.equal(0);
    expect(status()).not.to.have.property('hold');
  });
});
