/** `plus1 approve` and `plus1 get approvals`, with passes of `sync` between them: what a person does in a folder. */
import { expect } from 'chai';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plus1Approval } from '../../pkg/api/index.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { plus1, temporaryFolder, type Ran } from '../integration/cli.js';

const REASON = 'Retired with the old platform';

describe('plus1 approve', () => {
  let github: GitHubSimulator;
  let organization: Organization;
  let state: string;
  let policy: string;

  beforeEach(async () => {
    organization = town({ members: 10 });
    github = await startGitHub({ organizations: [organization] });
    state = temporaryFolder();
    policy = join(temporaryFolder(), 'acme.yaml');
    write({});
  });
  afterEach(() => github.close());

  function write(approval: Record<string, unknown>): void {
    writeFileSync(
      policy,
      JSON.stringify({
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'platform' } },
        spec: { organization: 'acme', github: {}, exit: { gracePeriod: '0s' }, guards: { approval } },
      }),
    );
  }
  const sync = (): Promise<Ran> => plus1(['sync', '-f', policy, '--state', state], { github });
  const approve = (...args: string[]): Promise<Ran> =>
    plus1(['approve', 'platform/acme', '--reason', REASON, '--state', state, ...args]);
  const approvals = async (): Promise<Plus1Approval[]> => {
    const ran = await plus1(['get', 'approvals', 'acme', '-o', 'json', '--state', state]);
    return (JSON.parse(ran.stdout) as { items: Plus1Approval[] }).items;
  };
  const folder = (): string => join(state, '.approvals', 'platform', 'acme');
  const holdOf = (): { planHash: string; approvals: number; count: number } => {
    const stored = JSON.parse(readFileSync(join(state, 'platform', 'acme.json'), 'utf8')) as {
      status: { hold: { planHash: string; approvals: number; count: number } };
    };
    return stored.status.hold;
  };
  async function hold(...demoted: string[]): Promise<void> {
    for (const name of demoted) say(organization.get(name), 'deprecated');
    expect((await sync()).code).to.equal(3);
  }

  it('releases a held plan with the approvals of two people, and each is used', async () => {
    write({ required: 2 });
    await hold(...names('member', 4));
    const first = await approve('--approver', 'ann', '--yes');
    expect([first.code, first.stderr]).to.deep.equal([0, '']);
    expect(first.stdout).to.include(
      `Held plan of platform/acme: ${holdOf().planHash}\n4 repositories:\n  member-001\n`,
    );
    expect((await sync()).code, 'one is not enough').to.equal(3);
    expect([holdOf().approvals, (await approvals()).map(({ status }) => status?.state)]).to.deep.equal([
      1,
      ['Counted'],
    ]);
    await approve('--approver', 'bob', '--yes');
    expect((await sync()).code).to.equal(0);
    expect(memberNames(organization)).to.have.length(6);
    const [ann, bob] = await approvals();
    expect([ann?.spec.approver, ann?.status?.state, bob?.status?.state]).to.deep.equal(['ann', 'Used', 'Used']);
    expect(ann).to.deep.include({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' });
    expect(ann?.spec).to.deep.include({ policyRef: { name: 'acme' }, groups: [], kind: 'Normal', reason: REASON });
    const columns = await plus1(['get', 'approvals', '--state', state]);
    expect(columns.stdout).to.match(
      /^NAME +POLICY +KIND +APPROVER +STATE +AGE\nacme-\w+ +platform\/acme +Normal +ann +Used /,
    );
  });

  it('counts the groups that are given, and not those of others', async () => {
    write({ groups: ['security'] });
    await hold(...names('member', 4));
    await approve('--approver', 'ann', '--group', 'sales', '--yes');
    expect((await sync()).code).to.equal(3);
    await approve('--approver', 'bob', '--group', 'sales', '--group', 'security', '--yes');
    expect((await sync()).code).to.equal(0);
  });

  it('covers what it showed: one more in the plan stays held alone, and --plan names the plan before', async () => {
    await hold(...names('member', 4));
    const { planHash: before } = holdOf();
    await hold('member-005');
    const shown = await approve('--approver', 'ann', '--plan', before, '--yes');
    expect(shown.stdout).to.include(`${before}\n4 repositories:\n`);
    await sync();
    // One alone is within a quarter.
    expect(memberNames(organization)).to.have.length(5);
    expect((await approvals()).map(({ status }) => status?.state)).to.deep.equal(['Used']);
  });

  it('does not count once its file is deleted', async () => {
    await hold(...names('member', 4));
    await approve('--approver', 'ann', '--yes');
    rmSync(join(folder(), readdirSync(folder())[0] ?? ''));
    expect((await sync()).code).to.equal(3);
    expect(await approvals()).to.deep.equal([]);
  });

  it('takes the login name where none is given', async () => {
    await hold(...names('member', 4));
    expect((await approve('--yes')).code).to.equal(0);
    expect((await approvals())[0]?.spec.approver).to.match(/./);
  });

  const refusals: { reason: string; args: string[]; code: number; says: RegExp }[] = [
    { reason: 'without a terminal and --yes', args: [], code: 2, says: /no terminal to ask at/ },
    {
      reason: 'a reason of a word',
      args: ['--reason', 'because', '--yes'],
      code: 2,
      says: /--reason: found 7 characters, allowed: 8 to 1024/,
    },
    {
      reason: 'a reason of blanks',
      args: ['--reason', ' '.repeat(20), '--yes'],
      code: 2,
      says: /--reason: found 0 characters/,
    },
    {
      reason: 'a hash that is none',
      args: ['--plan', 'sha256:abc', '--yes'],
      code: 2,
      says: /--plan: found "sha256:abc"/,
    },
    {
      reason: 'a hash of no held plan',
      args: ['--plan', `sha256:${'0'.repeat(64)}`, '--yes'],
      code: 1,
      says: /no plan with the hash sha256:0+ is held; the one that is held now is sha256:/,
    },
    {
      reason: 'a kind that is none',
      args: ['--kind', 'Urgent', '--yes'],
      code: 2,
      says: /Allowed choices are Normal, Emergency/,
    },
    {
      reason: 'more groups than an object takes',
      args: [...Array.from({ length: 17 }, (_, at) => ['--group', `g${at}`]).flat(), '--yes'],
      code: 2,
      says: /groups: allowed: at most 16/,
    },
  ];
  for (const { reason, args, code, says } of refusals) {
    it(`refuses ${reason}, in one line, and leaves nothing`, async () => {
      await hold(...names('member', 4));
      const ran = await approve(...args);
      expect([ran.code, ran.stderr.trim().split('\n').length]).to.deep.equal([code, 1]);
      expect(ran.stderr).to.match(says);
      expect(await approvals()).to.deep.equal([]);
    });
  }

  it('has nothing to approve where nothing is held, and knows no other policy', async () => {
    await sync();
    const nothing = await approve('--yes');
    expect([nothing.code, nothing.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /^PLUS1_NOT_HELD: nothing of platform\/acme is held/.test(text),
    );
    const other = await plus1(['approve', 'other', '--reason', REASON, '--yes', '--state', state]);
    expect([other.code, other.stderr.startsWith('PLUS1_NOT_KNOWN')]).to.deep.equal([1, true]);
  });

  it('is not fooled by files that are no approvals of this policy', async () => {
    await hold(...names('member', 4));
    await approve('--approver', 'ann', '--yes');
    const [file = ''] = readdirSync(folder());
    const text = readFileSync(join(folder(), file), 'utf8');
    rmSync(join(folder(), file));
    const other = JSON.parse(text) as Plus1Approval;
    // The same one under another name, one of another policy, one that is cut, and one that is a folder.
    writeFileSync(join(folder(), 'copy.json'), text);
    writeFileSync(join(folder(), file), text.replace('"name": "acme"\n', '"name": "beta"\n'));
    writeFileSync(join(folder(), 'torn.json'), text.slice(0, 100));
    writeFileSync(join(folder(), 'short.json'), JSON.stringify({ ...other, spec: { ...other.spec, reason: 'x' } }));
    mkdirSync(join(folder(), 'folder.json'));
    const told = await plus1(['get', 'approvals', '--state', state]);
    expect(told.stderr.match(/is no approval/g)).to.have.length(5);
    expect((await sync()).code).to.equal(3);
  });
});

describe('The journal of approvals', () => {
  it('names the hold, each approval, what it released, and exemptions as they begin and end', async () => {
    const organization = town({ members: 10 });
    const github = await startGitHub({ organizations: [organization] });
    try {
      const [state, file] = [temporaryFolder(), join(temporaryFolder(), 'acme.yaml')];
      const exemption = {
        ...{ repository: 'member-010', effect: 'Govern', reason: 'Kept for the audit', owner: 'team-x' },
        expiresAt: '2100-01-01T00:00:00Z',
      };
      const write = (exemptions: object[]): void =>
        writeFileSync(
          file,
          JSON.stringify({
            ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } },
            spec: { organization: 'acme', github: {}, exit: { gracePeriod: '0s' }, exemptions },
          }),
        );
      const sync = (): Promise<Ran> => plus1(['sync', '-f', file, '--state', state], { github });
      const records = async (kind: string): Promise<{ data: Record<string, unknown> }[]> => {
        const ran = await plus1(['journal', 'show', 'acme', '--state', state, '-o', 'json', '--kind', kind]);
        return (JSON.parse(ran.stdout) as { items: { data: Record<string, unknown> }[] }).items;
      };
      write([exemption]);
      for (const name of names('member', 4)) say(organization.get(name), 'deprecated');
      await sync();
      await plus1(['approve', 'acme', '--reason', REASON, '--approver', 'ann', '--yes', '--state', state]);
      write([]);
      await sync();
      const [held] = await records('PlanHeld');
      expect(held?.data['leave']).to.have.length(4);
      const [given, ...more] = await records('ApprovalGiven');
      expect(more).to.deep.equal([]);
      expect(given?.data).to.include({
        approver: 'ann',
        kind: 'Normal',
        verified: false,
        planHash: held?.data['planHash'],
      });
      const [released] = await records('PlanReleased');
      expect(released?.data['leave']).to.deep.equal(held?.data['leave']);
      expect((released?.data['approvals'] as { approver: string }[]).map(({ approver }) => approver)).to.deep.equal([
        'ann',
      ]);
      expect((await records('ExemptionStarted')).map(({ data }) => data['repository'])).to.deep.equal(['member-010']);
      expect((await records('ExemptionEnded')).map(({ data }) => data['repository'])).to.deep.equal(['member-010']);
      const verified = await plus1(['journal', 'verify', join(state, '.journal')]);
      expect(verified.code, verified.stdout).to.equal(0);
      await sync();
      expect(await records('ExemptionStarted'), 'a pass in which nothing changed writes nothing').to.have.length(1);
    } finally {
      await github.close();
    }
  });

  it('names no end of an exemption by a clock that is a year ahead', async () => {
    const github = await startGitHub({ organizations: [town({ members: 3 })] });
    try {
      const [state, file] = [temporaryFolder(), join(temporaryFolder(), 'acme.yaml')];
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      const exemption = { repository: 'member-003', effect: 'Release', reason: 'Kept for the audit', owner: 'team-x' };
      const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
      const spec = { organization: 'acme', github: {}, exemptions: [{ ...exemption, expiresAt }] };
      writeFileSync(file, JSON.stringify({ ...policy, spec }));
      const sync = (aheadMs: number): Promise<Ran> =>
        plus1(['sync', '-f', file, '--state', state], { github, clock: () => Date.now() + aheadMs });
      const kinds = async (): Promise<string[]> => {
        const ran = await plus1(['journal', 'show', 'acme', '--state', state, '-o', 'json']);
        const { items } = JSON.parse(ran.stdout) as { items: { kind: string }[] };
        return items.map(({ kind }) => kind).filter((kind) => kind.startsWith('Exemption'));
      };
      await sync(0);
      expect(await kinds()).to.deep.equal(['ExemptionStarted']);
      await sync(365 * 86_400_000);
      expect(await kinds()).to.deep.equal(['ExemptionStarted']);
    } finally {
      await github.close();
    }
  });
});
