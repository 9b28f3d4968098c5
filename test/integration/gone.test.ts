/** Members that no listing contains: transferred, they leave at once; gone by two proofs, after an hour; not proved, they stay. */
import { expect } from 'chai';
import { tokenCredential } from '../../pkg/github/index.js';
import { Organization, startGitHub, type LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { plus1, temporaryFolder } from './cli.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { Scene } from './passes.js';
import { tampering } from './tampering-github.js';

const HOUR = 3_600_000;

interface Listing {
  data: { organization: { repositories: { totalCount: number; nodes: { id: string; name: string }[] } } };
}

interface Owners {
  data: { nodes: { owner: object }[] };
}

const OWNERS = 'nodes';

const isLookUp = ({ path }: LoggedRequest): boolean => path.startsWith('/repositories/');

describe('A member that is not listed', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, promoted: 1 }));
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  /** GitHub counts more than it shows to this token. */
  const seeLess = (): void => {
    scene.organization.countOverride = { total_private_repos: scene.organization.repositories.length + 5 };
  };
  const rest = [...names('member', 6).slice(1), 'promoted-001'];

  /** Moves the clock to that many ms after the time that the only exit clock is due. */
  const untilDue = (ms: number): void =>
    scene.clock.pass(Date.parse(scene.status.leaving?.[0]?.dueTime ?? '') + ms - scene.clock.now());
  /** A grace period that is over at once must not shorten the hour. */
  const NO_GRACE = { exit: { gracePeriod: '0s' } };

  it('leaves with the second proof, an hour after the first, and counts in the window', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    const first = await scene.pass(NO_GRACE);
    expect([first.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', [`#${id}`, ...rest]]);
    expect(
      scene.status.leaving?.map(({ name, reason, since, dueTime }) => [
        ...[name, reason],
        Date.parse(dueTime) - Date.parse(since),
      ]),
    ).to.deep.equal([[`repository ${id}`, 'gone', HOUR]]);
    untilDue(-1);
    await scene.pass(NO_GRACE);
    expect(memberNames(scene.organization), 'a millisecond early').to.deep.equal([`#${id}`, ...rest]);
    untilDue(0);
    const last = await scene.pass(NO_GRACE);
    expect([last.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest]);
    expect(last.acted?.decision.plan.leave.map(({ status }) => status)).to.deep.equal(['gone']);
    expect([scene.status.window?.left, scene.status.leaving]).to.deep.equal([1, []]);
  });

  it('does not leave on proofs that are minutes apart, where the first pass took more than an hour', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    let isSlow = true;
    scene.github.beforeRequest(({ operation }) => {
      if (operation !== 'list' || !isSlow) return;
      scene.clock.pass(61 * 60_000);
      isSlow = false;
    });
    await scene.pass(NO_GRACE);
    scene.clock.pass(60_000);
    await scene.pass(NO_GRACE);
    expect(memberNames(scene.organization)).to.include(`#${id}`);
    untilDue(0);
    await scene.pass(NO_GRACE);
    expect(memberNames(scene.organization)).to.deep.equal(rest);
  });

  it('is called by its name in the plan and in its clock, where a pass has seen it before', async () => {
    await scene.pass();
    scene.organization.get('member-001').delete();
    const outcome = await scene.pass();
    expect(outcome.acted?.decision.plan.retain.map(({ name }) => name)).to.deep.equal(['member-001']);
    expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(['member-001']);
    await scene.pass();
    expect(
      scene.status.leaving?.map(({ name }) => name),
      'no pass sees it any more',
    ).to.deep.equal(['member-001']);
  });

  it('is called by its name also where no clock carries it: not proved, waiting for its turn, of unknown fate', async () => {
    await scene.pass();
    seeLess();
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    scene.organization.get('member-002').delete();
    const nameOf = ({ acted }: PassOutcome): string | undefined =>
      acted?.decision.plan.retain.find((item) => item.id === id)?.name;
    expect(nameOf(await scene.pass()), 'missed for the first time').to.equal('member-001');
    const others = Array.from({ length: 150 }, (_, index) => index + 1);
    kept(scene.organization).setMembers([...kept(scene.organization).members, ...others]);
    const waiting = await scene.pass();
    expect(waiting.acted?.decision.plan.retain.filter(({ name }) => /^member-00[12]$/.test(name))).to.have.length(2);
    expect(waiting.acted?.decision.plan.retain.find((item) => item.id === id)?.reason).to.match(/waits for its turn/);
    kept(scene.organization).setMembers(kept(scene.organization).members.filter((each) => each > 150));
    scene.github.faults.when(({ path }) => path === `/repositories/${id}`, { kind: 'status', status: 502 }, Infinity);
    const unknown = await scene.pass({ catalog: { paths: ['entity.datadog.yaml', 'other.yaml'] } });
    expect([unknown.result, nameOf(unknown)]).to.deep.equal(['Incomplete', 'member-001']);
    expect(unknown.status.conditions?.find(({ type }) => type === 'Ready')?.message).to.match(/: member-001$/);
  });

  it('stays without a memory, however often it is proved', async () => {
    scene.organization.get('member-001').delete();
    for (const _ of [1, 2, 3]) {
      scene.kept = undefined;
      await scene.pass(NO_GRACE);
      scene.clock.pass(2 * HOUR);
    }
    expect(memberNames(scene.organization)).to.have.length(7);
  });

  it('is asked about again after the listing, and only where a member is missing', async () => {
    await scene.pass();
    const converged = scene.github.requests.length;
    await scene.pass();
    const usual = scene.github.requests.slice(converged).map(({ operation }) => operation);
    expect(usual.filter((operation) => operation === 'orgs/get')).to.have.length(1);
    scene.organization.get('member-001').delete();
    const before = scene.github.requests.length;
    await scene.pass();
    const asked = scene.github.requests.slice(before).map(({ operation }) => operation);
    expect(asked.filter((operation) => operation === 'orgs/get')).to.have.length(2);
    expect(asked.lastIndexOf('orgs/get')).to.be.greaterThan(asked.lastIndexOf('list'));
  });

  it('stays where it is seen again in between: the hour starts with the next proof', async () => {
    const elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
    const { id } = scene.organization.get('member-001');
    // A token that sees this organization and no other: to it, a repository that went to another one is a 404.
    scene.github.world.tokens.add('github_pat_acme', {
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { metadata: 'read', contents: 'read', organization_administration: 'write' },
    });
    const github = { credential: tokenCredential('github_pat_acme', 'the token') };
    const pass = (): Promise<unknown> => scene.pass({}, { github });
    scene.organization.get('member-001').transferTo(elsewhere);
    await pass();
    expect(scene.status.leaving?.map(({ reason }) => reason)).to.deep.equal(['gone']);
    elsewhere.get('member-001').transferTo(scene.organization);
    scene.clock.pass(HOUR);
    await pass();
    expect(scene.status.leaving).to.deep.equal([]);
    scene.organization.get('member-001').transferTo(elsewhere);
    await pass();
    untilDue(-1);
    await pass();
    expect(kept(scene.organization).members).to.include(id);
    untilDue(0);
    await pass();
    expect(kept(scene.organization).members).to.not.include(id);
  });

  for (const [title, word] of Object.entries({ 'in production': 'production', 'out of production': 'deprecated' })) {
    it(`is not gone where it is seen again ${title}, also in a pass with a wrong clock: that needs no time`, async () => {
      const elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
      scene.github.world.tokens.add('github_pat_acme', {
        kind: 'fine-grained',
        organization: 'acme',
        permissions: { metadata: 'read', contents: 'read', organization_administration: 'write' },
      });
      const credential = tokenCredential('github_pat_acme', 'the token');
      const pass = (offsetMs = 0): Promise<PassOutcome> =>
        scene.pass({}, { github: { credential, clock: () => scene.clock.now() + offsetMs } });
      scene.organization.get('member-001').transferTo(elsewhere);
      await pass();
      expect(scene.status.leaving?.map(({ reason }) => reason)).to.deep.equal(['gone']);
      elsewhere.get('member-001').transferTo(scene.organization);
      say(scene.organization.get('member-001'), word);
      scene.clock.pass(HOUR);
      expect((await pass(24 * HOUR)).seen?.skewed).to.equal(true);
      expect(scene.status.leaving).to.deep.equal([]);
      scene.organization.get('member-001').transferTo(elsewhere);
      await pass();
      untilDue(-1);
      const outcome = await pass();
      expect(outcome.acted?.decision.toLeave, 'the hour starts with the next proof').to.deep.equal([]);
    });
  }

  it('stays while a pass an hour later proves nothing, and leaves with the next that does', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    await scene.pass();
    scene.clock.pass(2 * HOUR);
    seeLess();
    const unproved = await scene.pass();
    expect([unproved.result, unproved.seen?.credential.visibility]).to.deep.equal(['Succeeded', 'Partial']);
    scene.organization.countOverride = {};
    scene.github.faults.when(isLookUp, { kind: 'status', status: 502 }, Infinity);
    expect((await scene.pass()).result).to.equal('Incomplete');
    expect(memberNames(scene.organization)).to.include(`#${id}`);
    expect(scene.status.leaving?.map(({ since }) => since)).to.deep.equal(['2026-11-22T10:00:00Z']);
    scene.github.reset();
    await scene.pass();
    expect(memberNames(scene.organization)).to.deep.equal(rest);
  });

  it('stays, and the pass is incomplete, where GitHub did not say what the credential may see', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    await scene.pass();
    scene.clock.pass(HOUR);
    let asked = 0;
    const isSecond = ({ operation }: LoggedRequest): boolean => operation === 'orgs/get' && (asked += 1) > 1;
    scene.github.faults.when(isSecond, { kind: 'status', status: 502 }, Infinity);
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Incomplete', [`#${id}`, ...rest]]);
  });

  it('is held by a guard, and leaves when the guard lets it', async () => {
    for (const name of ['member-001', 'member-002', 'member-003']) scene.organization.get(name).delete();
    await scene.pass();
    scene.clock.pass(HOUR);
    const held = await scene.pass({ guards: { maxLeaving: 2 } });
    expect([held.result, held.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooManyLeaving']);
    expect(scene.status.hold).to.include({ count: 3 });
    expect(memberNames(scene.organization)).to.have.length(7);
    await scene.pass({ guards: { maxLeaving: 3 } });
    expect([scene.status.window?.left, memberNames(scene.organization)]).to.deep.equal([3, rest.slice(2)]);
  });

  it('is no reason for a hold before its second proof', async () => {
    for (const name of ['member-001', 'member-002']) scene.organization.get(name).delete();
    expect((await scene.pass({ guards: { maxLeaving: 0 } })).result).to.equal('Succeeded');
  });

  it('stays where the token may simply not see it', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    seeLess();
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', [`#${id}`, ...rest]]);
    expect(outcome.acted?.decision.plan.retain).to.have.length(1);
  });

  it('leaves at once where it was transferred, which is asked for in two ways, by id and for all in one question', async () => {
    const elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
    for (const name of ['member-001', 'member-002']) scene.organization.get(name).transferTo(elsewhere);
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest.slice(1)]);
    const asked = scene.github.requests.map(({ operation, path }) =>
      path.startsWith('/repositories/') ? 'id' : operation,
    );
    expect(asked.filter((each) => each === 'id' || each === OWNERS)).to.deep.equal(['id', 'id', OWNERS]);
  });

  it('stays where it was transferred while the organization counts more than the token sees: it may be one of those', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').transferTo(scene.github.world.add(new Organization({ login: 'elsewhere' })));
    seeLess();
    const outcome = await scene.pass();
    expect([outcome.result, kept(scene.organization).members.includes(id)]).to.deep.equal(['Succeeded', true]);
    expect(outcome.acted?.decision.plan.retain.map(({ status, reason }) => [status, reason])).to.deep.equal([
      [
        'unobserved',
        'said to be transferred to elsewhere, which proves nothing while the organization has more repositories than are listed; stays until it is observed',
      ],
    ]);
  });

  for (const { lying, isSecondWrong } of [
    { lying: 1, isSecondWrong: false },
    { lying: 5, isSecondWrong: false },
    { lying: 5, isSecondWrong: true },
  ]) {
    it(`stays where ${lying} of 6 are missing from the listing and each look-up names another owner (${isSecondWrong ? 'by both answers' : 'by one answer'})`, async () => {
      const away = new Set(scene.organization.repositories.slice(0, lying).map(({ nodeID }) => nodeID));
      const proxy = await tampering(scene.github, async ({ path, body, forward }) => {
        const answer = await forward();
        const query = JSON.stringify(body ?? '');
        if (query.includes('ownerAffiliations')) {
          const { repositories } = (answer.body as Listing).data.organization;
          repositories.nodes = repositories.nodes.filter(({ id }) => !away.has(id));
          repositories.totalCount -= lying;
        }
        const other = { id: 4711, login: 'elsewhere' };
        if (/^\/repositories\/\d+$/.test(path)) (answer.body as { owner: object }).owner = other;
        if (isSecondWrong && query.includes('... on User'))
          for (const node of (answer.body as Owners).data.nodes) node.owner = { login: 'elsewhere', databaseId: 4711 };
        return answer;
      });
      try {
        const outcome = await scene.pass({ exit: { gracePeriod: '0s' } }, { github: { apiURL: proxy.url } });
        expect(memberNames(scene.organization)).to.include.members(names('member', 6));
        expect(outcome.acted?.decision.toLeave).to.deep.equal([]);
      } finally {
        await proxy.close();
      }
    });
  }

  it('stays where GitHub shows another id for the login of the organization, so that every owner would be another', async () => {
    const proxy = await tampering(scene.github, async ({ path, body, forward }) => {
      const answer = await forward();
      if (/^\/orgs\/acme(\?|$)/.test(path)) (answer.body as { id: number }).id += 1;
      if (JSON.stringify(body ?? '').includes('ownerAffiliations')) {
        const { repositories } = (answer.body as Listing).data.organization;
        repositories.nodes = repositories.nodes.filter(({ name }) => name !== 'member-001');
        repositories.totalCount -= 1;
      }
      return answer;
    });
    try {
      const outcome = await scene.pass({}, { github: { apiURL: proxy.url } });
      expect(memberNames(scene.organization)).to.include('member-001');
      expect(outcome.seen?.absent.map(({ fate }) => fate)).to.deep.equal(['unknown']);
    } finally {
      await proxy.close();
    }
  });

  it('waits for its turn where there are very many, and all have theirs over the passes', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => 9_000_000 + index);
    kept(scene.organization).setMembers([...kept(scene.organization).members, ...ids]);
    seeLess();
    const asked: number[] = [];
    scene.github.on('request', ({ path }) => {
      const id = /^\/repositories\/(\d+)$/.exec(path)?.[1];
      if (id !== undefined) asked.push(Number(id));
    });
    for (const waiting of [130, 130, 130]) {
      const outcome = await scene.pass();
      expect([outcome.result, outcome.seen?.waiting]).to.deep.equal(['Succeeded', waiting]);
      const untold = outcome.acted?.decision.plan.retain.filter(({ reason }) => reason.includes('waits for its turn'));
      expect(untold).to.have.length(waiting);
      expect(untold?.every(({ status }) => status === 'unobserved')).to.equal(true);
    }
    expect(asked).to.have.length(300);
    expect(new Set(asked).size).to.equal(230);
    expect(memberNames(scene.organization)).to.have.length(237);
  });

  it('leaves though a guard holds everything else, where it was transferred', async () => {
    const elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
    for (const name of ['member-001', 'member-002', 'member-003']) scene.organization.get(name).transferTo(elsewhere);
    const outcome = await scene.pass({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: 0 } });
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest.slice(2)]);
    expect(outcome.acted?.decision.plan.gone.map(({ status, reason }) => [status, reason])[0]).to.deep.equal([
      'gone',
      'transferred to elsewhere',
    ]);
  });

  it('stays, all of them, where that would empty the set: gone', async () => {
    scene.organization.get('promoted-001').delete();
    for (const name of names('member', 6)) scene.organization.get(name).delete();
    expect((await scene.pass()).result).to.equal('Succeeded');
    scene.clock.pass(HOUR);
    const outcome = await scene.pass({ guards: { maxLeaving: '100%' } });
    expect([outcome.result, outcome.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooFewMembers']);
    expect(scene.github.counts().writes).to.equal(0);
  });

  it('stays, all of them, where that would empty the set: transferred', async () => {
    const elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
    scene.organization.get('promoted-001').delete();
    for (const name of names('member', 6)) scene.organization.get(name).transferTo(elsewhere);
    const outcome = await scene.pass();
    expect([outcome.result, outcome.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooFewMembers']);
    expect(scene.github.counts().writes).to.equal(0);
  });

  it('stays where GitHub did not say what became of it, and the pass is incomplete', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    scene.github.faults.when(({ path }) => path === `/repositories/${id}`, { kind: 'status', status: 502 }, Infinity);
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Incomplete', [`#${id}`, ...rest]]);
  });

  it('stays where the listing was short, and is not even looked up', async () => {
    scene.github.faults.when(({ operation }) => operation === 'list', { kind: 'short-page' }, Infinity);
    const outcome = await scene.pass();
    expect(outcome.result).to.equal('Incomplete');
    expect(memberNames(scene.organization)).to.include.members(names('member', 6));
    expect(scene.github.requests.filter(({ path }) => path.startsWith('/repositories/'))).to.deep.equal([]);
  });

  it('that was only hidden is not dropped by a refusal that has another cause', async () => {
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'forbidden' }, Infinity);
    const outcome = await scene.pass();
    expect([outcome.error?.code, memberNames(scene.organization).length]).to.deep.equal([
      'PLUS1_PERMISSION_MISSING',
      6,
    ]);
    expect(scene.github.counts().writes).to.equal(1);
  });
});

describe('A repository that was renamed', () => {
  it('stays, since it is targeted by its id', async () => {
    const organization = town({ members: 3 });
    const github = await startGitHub({ organizations: [organization] });
    const args = ['sync', '--org', 'acme', '--state', temporaryFolder()];
    try {
      await plus1(args, { github });
      organization.get('member-002').rename('renamed');
      const ran = await plus1(args, { github });
      expect([ran.code, github.counts().writes], ran.stderr).to.deep.equal([0, 0]);
      expect(memberNames(organization)).to.deep.equal(['member-001', 'member-003', 'renamed']);
    } finally {
      await github.close();
    }
  });
});
