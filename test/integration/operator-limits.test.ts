/** A policy that allows more than the operator does gets no pass: nothing is written for it, and its status says why. */
import { expect } from 'chai';
import { kept, memberNames, names, say, town } from '../builders.js';
import { startGitHub } from '../fakes/github/index.js';
import { plus1, temporaryFolder } from './cli.js';
import { Scene } from './passes.js';

const HOUR_MS = 3_600_000;
const NO_GRACE = { exit: { gracePeriod: '0s' } };

describe("The operator's limits on a pass", () => {
  let scene: Scene | undefined;
  afterEach(() => scene?.close());

  it('stop a policy with a count beyond the percentage of this membership: nothing enters, nothing leaves', async () => {
    scene = await Scene.open(town({ members: 8, demoted: 1, promoted: 1 }));
    const { organization } = scene;
    const before = memberNames(organization);
    const spec = { ...NO_GRACE, guards: { maxLeaving: 4 } };
    const limits = { maxLeaving: '25%' };
    const stopped = await scene.pass(spec, { dependencies: { limits } });
    expect([stopped.result, stopped.error?.code]).to.deep.equal(['Failed', 'PLUS1_LIMIT_EXCEEDED']);
    expect(memberNames(organization)).to.deep.equal(before);
    const stalled = scene.status.conditions?.find(({ type }) => type === 'Stalled');
    expect(stalled).to.include({ status: 'True', reason: 'LimitExceeded' });
    expect(stalled?.message).to.match(/spec\.guards\.maxLeaving: found 4, at most 25% .*\(4 and 3 of 9 members\)/);
    const allowed = await scene.pass({ ...NO_GRACE, guards: { maxLeaving: 3 } }, { dependencies: { limits } });
    expect([allowed.result, allowed.status.lastPass?.left]).to.deep.equal(['Succeeded', 1]);
  });

  it('measure a count with the membership of the window that runs, not with what is left of it', async () => {
    scene = await Scene.open(town({ members: 8 }));
    const { organization } = scene;
    const spec = { ...NO_GRACE, guards: { maxLeaving: 2 } };
    const dependencies = { limits: { maxLeaving: '25%' } };
    for (const name of names('member', 2)) say(organization.get(name), 'deprecated');
    expect((await scene.pass(spec, { dependencies })).status.lastPass?.left).to.equal(2);
    const three = { ...NO_GRACE, guards: { maxLeaving: 3, window: '48h' } };
    expect((await scene.pass(three, { dependencies: { limits: { maxLeaving: '37%' } } })).result).to.equal('Succeeded');
    // 37 % of the 8 at its start are 3, and of the 5 that remain after another leave 2.
    say(organization.get('member-003'), 'deprecated');
    expect(
      (await scene.pass(three, { dependencies: { limits: { maxLeaving: '37%' } } })).status.lastPass?.left,
    ).to.equal(1);
    expect((await scene.pass(three, { dependencies: { limits: { maxLeaving: '37%' } } })).result).to.equal('Succeeded');
    scene.clock.pass(48 * 3_600_000);
    const later = await scene.pass(three, { dependencies: { limits: { maxLeaving: '37%' } } });
    expect(later.error?.code).to.equal('PLUS1_LIMIT_EXCEEDED');
  });

  /** Four members of forty, of which one is to leave; its write gets no answer, so that a window of four members is counted. */
  async function windowOfFour(): Promise<Scene> {
    const opened = await Scene.open(town({ members: 40, others: 3 }));
    const { organization } = opened;
    kept(organization).setMembers(names('member', 4).map((name) => organization.get(name).id));
    for (const name of names('member', 40).slice(4)) say(organization.get(name), 'deprecated');
    say(organization.get('member-001'), 'deprecated');
    return opened;
  }
  const HALF = { ...NO_GRACE, guards: { maxLeaving: '50%' } };
  const TWO = { dependencies: { limits: { maxLeaving: 2 } } };

  it('measure a percentage with the membership of now where nobody left in the window that was counted', async () => {
    scene = await windowOfFour();
    const { organization, github } = scene;
    let isSent = false;
    github.beforeRequest(({ method }) => void (isSent ||= method === 'PUT'));
    github.faults.when(({ method }) => method === 'PUT', { kind: 'status', status: 502 }, Infinity);
    github.faults.when(
      ({ operation }) => isSent && operation === 'repos/get-org-ruleset',
      { kind: 'status', status: 502 },
      Infinity,
    );
    await scene.pass(HALF, TWO);
    expect(scene.status.window).to.include({ members: 4, left: 1 });
    github.reset();
    scene.clock.pass(HOUR_MS);
    const all = names('member', 40);
    kept(organization).setMembers(all.map((name) => organization.get(name).id));
    for (const name of all.slice(16)) say(organization.get(name), 'production');
    for (const name of all.slice(0, 16)) say(organization.get(name), 'deprecated');
    const stopped = await scene.pass(HALF, TWO);
    expect(stopped.error?.code).to.equal('PLUS1_LIMIT_EXCEEDED');
    expect(memberNames(organization)).to.have.length(40);
  });

  it('let nobody leave where the ruleset grew while the pass ran, so that its percentage is too many now', async () => {
    scene = await windowOfFour();
    const { organization, github } = scene;
    const all = names('member', 40).map((name) => organization.get(name).id);
    let reads = 0;
    github.beforeRequest(({ operation }) => {
      if (operation === 'repos/get-org-ruleset' && (reads += 1) === 2) kept(organization).setMembers(all);
    });
    await scene.pass(HALF, TWO);
    expect(reads).to.be.at.least(2);
    expect(memberNames(organization)).to.include('member-001').and.have.length(40);
  });

  for (const { flag, says } of [
    { flag: ['--limit-max-leaving', '10%'], says: /maxLeaving: found 25%, at most 10%/ },
    { flag: ['--limit-min-grace-period', '48h'], says: /gracePeriod: found 0s, at least 48h/ },
    { flag: ['--limit-min-approvals', '2'], says: /approval\.required: found 1, at least 2/ },
  ]) {
    it(`end a sync with 1 before GitHub is asked: ${flag.join(' ')}`, async () => {
      const github = await startGitHub({ organizations: [town({ members: 2 })] });
      try {
        const ran = await plus1(['sync', '--org', 'acme', ...flag], { github });
        expect(ran.code).to.equal(1);
        expect(ran.stderr)
          .to.match(/^PLUS1_LIMIT_EXCEEDED: /)
          .and.match(says);
        expect(github.counts().requests).to.equal(0);
      } finally {
        await github.close();
      }
    });
  }

  for (const [flag, value] of [
    ['--limit-max-leaving', '101%'],
    ['--limit-max-leaving', 'many'],
    ['--limit-min-grace-period', '1d'],
    ['--limit-min-approvals', '0'],
    ['--limit-min-approvals', '11'],
  ] as const) {
    it(`are refused as flags where they mean nothing: ${flag} ${value}`, async () => {
      const ran = await plus1(['sync', '--org', 'acme', '--state', temporaryFolder(), flag, value]);
      expect([ran.code, ran.stderr.includes('allowed:')]).to.deep.equal([2, true]);
    });
  }
});
