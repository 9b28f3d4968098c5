/** Members that no listing contains: proved gone, they leave at once; not proved, they stay, and keep nobody else out. */
import { expect } from 'chai';
import { Organization, startGitHub } from '../fakes/github/index.js';
import { kept, memberNames, names, town } from '../builders.js';
import { plus1, temporaryFolder } from './cli.js';
import { Scene } from './passes.js';

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

  it('leaves at once where it was deleted and the token sees everything', async () => {
    scene.organization.get('member-001').delete();
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest]);
    expect(scene.status.window?.left ?? 0, 'it counts in no guard').to.equal(0);
    expect(outcome.acted?.decision.plan.gone.map(({ reason }) => reason)).to.deep.equal(['deleted']);
  });

  it('stays where the token may simply not see it', async () => {
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    seeLess();
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', [`#${id}`, ...rest]]);
    expect(outcome.acted?.decision.plan.retain).to.have.length(1);
  });

  it('leaves at once where it was transferred, whatever the token sees', async () => {
    scene.organization.get('member-001').transferTo(scene.github.world.add(new Organization({ login: 'elsewhere' })));
    seeLess();
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest]);
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

  it('leaves though a guard holds everything else', async () => {
    for (const name of ['member-001', 'member-002', 'member-003']) scene.organization.get(name).delete();
    const outcome = await scene.pass({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: 0 } });
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest.slice(2)]);
  });

  it('stays, all of them, where that would empty the set', async () => {
    scene.organization.get('promoted-001').delete();
    for (const name of names('member', 6)) scene.organization.get(name).delete();
    const outcome = await scene.pass();
    expect([outcome.result, outcome.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooFewMembers']);
    expect(scene.github.counts().writes).to.equal(0);
  });

  it('stays where GitHub would not tell what became of it, and the pass is incomplete', async () => {
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

  it('cannot keep another from entering: a PUT refused for it is sent once more without it', async () => {
    scene.github.world.behaviour.unknownIDs = 'refuse';
    scene.organization.get('member-001').delete();
    seeLess();
    const outcome = await scene.pass();
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', rest]);
    const puts = scene.github.requests.filter(({ isWrite }) => isWrite);
    expect(puts.map(({ status }) => status)).to.deep.equal([422, 200]);
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
