/** Quick passes: what they cost where nothing changed, what they find, and what they leave to full passes. */
import { expect } from 'chai';
import { kept, memberNames, names, PATH, PRODUCTION, RETIRED, say, town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { sizeOf } from '../sample.js';
import { HOUR, Loop, MINUTE } from './loop.js';

/** How long GitHub cannot serve a repository: a day, or some hours of one. */
const HOURS = sizeOf(24, 2);

/** Of which the time until they are governed is measured, by the clock of the loop. */
const PUSHES = sizeOf(200, 12);

/** From one quick pass of a minute to the next: the loop may let a wait last 5 % longer, and no pass shall be late by that. */
const BETWEEN_MS = MINUTE / 1.05;

const QUICK = { schedule: { interval: '1h', quickInterval: '1m' } };

describe('A quick pass', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 3, others: 2 });
    loop = await Loop.open({ organizations: [acme] });
  });
  afterEach(() => loop.close());

  const start = async (spec: object = {}): Promise<void> => {
    loop.put('acme.yaml', loop.policy('acme', { ...QUICK, ...spec }));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
    loop.github.requests.length = 0;
  };
  const operations = (): string[] => loop.github.requests.map(({ operation }) => operation);
  const answers = (): string[] =>
    loop.github.requests.map(({ operation, status }: LoggedRequest) => `${operation} ${status}`);
  const quickly = (result = 'succeeded'): Promise<number | undefined> =>
    loop.metric('plus1_passes_total', { kind: 'quick', result });
  const fully = (): Promise<number | undefined> =>
    loop.metric('plus1_passes_total', { kind: 'full', result: 'succeeded' });

  it('sends three conditional reads where nothing changed, and writes nothing', async () => {
    await start();
    const before = [loop.object('acme'), loop.lines.length, loop.cache('acme')];
    await loop.pass(5 * MINUTE);
    expect(new Set(answers())).to.deep.equal(new Set(['repos/list-for-org 304', 'repos/get-org-ruleset 304']));
    const count = (await quickly()) ?? 0;
    expect(count).to.be.within(4, 6);
    expect(operations()).to.have.length(3 * count);
    expect(loop.github.counts().points).to.equal(0);
    expect(loop.github.requests.every(({ points }) => points === 0)).to.equal(true);
    expect([loop.object('acme'), loop.lines.length, loop.cache('acme')]).to.deep.equal(before);
    expect(await fully()).to.equal(1);
  });

  it('lets one enter that was promoted, and names itself in the status', async () => {
    await start();
    const { lastSyncTime } = loop.status('acme');
    say(acme.get('other-001'), 'production');
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.deep.equal([...names('member', 3), 'other-001']);
    expect(operations()).not.to.include('list');
    expect(loop.status('acme').lastPass).to.include({ type: 'Quick', result: 'Succeeded', entered: 1 });
    expect(loop.status('acme').lastSyncTime).to.equal(lastSyncTime);
    expect(loop.status('acme').compliance?.summary).to.equal('4/4');
    expect(await quickly()).to.equal(1);
  });

  it('lets one enter that is new', async () => {
    await start();
    acme.createRepository({ name: 'new-001', files: { [PATH]: PRODUCTION }, createdAt: loop.clock.now() });
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.include('new-001');
    expect(loop.status('acme').compliance?.total).to.equal(6);
  });

  it('starts an exit clock, and lets the member leave when it is over', async () => {
    await start({ exit: { gracePeriod: '10m' } });
    say(acme.get('member-001'), 'deprecated');
    await loop.pass(1.1 * MINUTE);
    expect(loop.status('acme').leaving?.map(({ name }) => name)).to.deep.equal(['member-001']);
    expect(loop.events('RepositoryDemoted')).to.have.length(1);
    await loop.pass(8 * MINUTE);
    expect(memberNames(acme)).to.include('member-001');
    loop.github.requests.length = 0;
    await loop.pass(3 * MINUTE);
    expect(memberNames(acme)).to.deep.equal(['member-002', 'member-003']);
    expect(loop.status('acme').lastPass?.type).to.equal('Quick');
    expect(operations().filter((each) => each === 'files')).to.have.length.at.least(1);
    expect(await fully()).to.equal(1);
  });

  it('clears the clock of one that declares production again', async () => {
    await start({ exit: { gracePeriod: '30m' } });
    say(acme.get('member-001'), 'deprecated');
    await loop.pass(1.1 * MINUTE);
    say(acme.get('member-001'), 'production');
    await loop.pass(1.1 * MINUTE);
    expect(loop.status('acme').leaving).to.deep.equal([]);
    await loop.pass(40 * MINUTE);
    expect(memberNames(acme)).to.deep.equal(names('member', 3));
  });

  it('repairs what somebody changed by hand', async () => {
    await start();
    kept(acme).setMembers([acme.get('member-001').id]);
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.deep.equal(names('member', 3));
    expect(loop.events('DriftRepaired')).to.have.length(1);
  });

  it('finds who was archived, and reads twice what speaks against it', async () => {
    await start({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } });
    acme.get('member-003').archive();
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.deep.equal(names('member', 2));
    expect(operations().filter((each) => each === 'nodes')).to.have.length.at.least(2);
  });

  for (const [title, leave] of Object.entries({
    'was deleted': (one: Organization): void => one.get('member-001').delete(),
    'went to another organization': (one: Organization): void =>
      void one.get('member-001').transferTo(loop.github.world.add({ login: 'beta' })),
  })) {
    it(`lets nobody leave who ${title}: that is for a full pass to prove`, async () => {
      await start();
      leave(acme);
      say(acme.get('other-001'), 'production');
      await loop.pass(3 * MINUTE);
      expect(kept(acme).members).to.have.length(4);
      expect(loop.status('acme').leaving).to.deep.equal([]);
      expect(loop.ready('acme')).to.equal('True Converged');
    });
  }

  it('puts nobody back who is in the organization no more', async () => {
    await start();
    const gone = acme.get('member-001');
    gone.delete();
    // GitHub takes the id out of the ruleset by itself.
    kept(acme).setMembers(kept(acme).members.filter((id) => id !== gone.id));
    await loop.pass(3 * MINUTE);
    expect(memberNames(acme)).to.deep.equal(['member-002', 'member-003']);
    expect(loop.github.requests.filter(({ isWrite }) => isWrite)).to.deep.equal([]);
    expect(loop.events('DriftRepaired')).to.deep.equal([]);
  });

  it('leaves it to a full pass to list everything, at the interval and when a person asks', async () => {
    await start();
    await loop.pass(1.1 * HOUR);
    expect(await fully()).to.equal(2);
    await loop.touch('acme.yaml', 'acme');
    expect(await fully()).to.equal(3);
    expect(loop.status('acme').lastPass?.type).to.equal('Full');
  });

  it('says when the next full pass is due', async () => {
    await start();
    const due = Date.parse(loop.status('acme').nextPassTime ?? '');
    say(acme.get('other-001'), 'production');
    await loop.pass(1.1 * MINUTE);
    expect(Date.parse(loop.status('acme').nextPassTime ?? '')).to.be.closeTo(due, 1_000);
  });

  it('that failed is tried again as a quick one', async () => {
    await start();
    say(acme.get('other-001'), 'production');
    loop.github.faults.when(({ operation }) => operation === 'nodes', { kind: 'status', status: 502 }, 4);
    loop.github.faults.when(({ operation }) => operation === 'repos/list-for-org', { kind: 'status', status: 502 }, 4);
    await loop.pass(3 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect(await fully()).to.equal(1);
  });

  it('asks again for one that was not observed, and full passes stay at their interval', async function () {
    // Sixty passes an hour take three seconds of processor time, of which a busy machine gives a part.
    this.timeout(120_000 + HOURS * 30_000);
    say(acme.get('other-001'), 'production');
    const dead = acme.get('other-001').nodeID;
    const isAsked = ({ body }: LoggedRequest): boolean => JSON.stringify(body ?? '').includes(dead);
    loop.github.faults.when(
      (request) => request.operation === 'files' && isAsked(request),
      { kind: 'status', status: 502 },
      Infinity,
    );
    loop.put('acme.yaml', loop.policy('acme', QUICK));
    await loop.start();
    expect(loop.ready('acme')).to.equal('False Incomplete');
    await loop.pass(HOURS * HOUR);
    const passes = await loop.metric('plus1_passes_total', { kind: 'full', result: 'incomplete' });
    expect(passes).to.be.within(HOURS - 1, HOURS + 3);
    loop.github.faults.clear();
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('does not begin before a full pass had the whole list', async () => {
    loop.github.faults.when(({ operation }) => operation === 'list', { kind: 'short-page' }, 8);
    loop.put('acme.yaml', loop.policy('acme', QUICK));
    await loop.start();
    expect(await quickly()).to.equal(0);
    expect(loop.ready('acme')).to.equal('False Incomplete');
    await loop.pass(2 * MINUTE);
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(await fully()).to.equal(1);
  });

  it('gives way to a full one where the ruleset has another name by now', async () => {
    await start();
    kept(acme).edit({ name: 'another' });
    await loop.pass(1.1 * MINUTE);
    expect(loop.ready('acme')).to.equal('False RulesetNotFound');
    expect(loop.status('acme').lastPass?.type).to.equal('Full');
  });

  it('gives way to a full one where its memory is another one, and waits for the interval then', async () => {
    await start();
    loop.forgetKnown('acme');
    say(acme.get('other-001'), 'production');
    await loop.pass(1.1 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect([await fully(), await quickly()]).to.deep.equal([2, 0]);
    await loop.pass(30 * MINUTE);
    expect([await fully(), await quickly()]).to.deep.equal([2, 0]);
    await loop.pass(40 * MINUTE);
    expect(await fully()).to.equal(3);
    expect(await quickly()).to.be.at.least(1);
  });

  it('runs where nothing is said of it, and not beside cron', async () => {
    loop.put('acme.yaml', loop.policy('acme', { schedule: { quickInterval: undefined } }));
    await loop.start();
    await loop.pass(5 * MINUTE);
    expect(await quickly()).to.be.within(4, 6);
    await loop.edit('acme.yaml', loop.policy('acme', { schedule: { cron: '0 * * * *' } }), 'acme');
    const before = await quickly();
    await loop.pass(30 * MINUTE);
    expect(await quickly()).to.equal(before);
  });

  it('governs a push within the quick interval, in half of it by the median', async function () {
    this.timeout(120_000 + PUSHES * 2_000);
    await start({ schedule: { interval: '12h', quickInterval: '1m' } });
    const waits: number[] = [];
    for (let push = 0; push < PUSHES; push += 1) {
      // Spread evenly between two passes.
      await loop.pass(BETWEEN_MS * (2 + (push + 0.5) / PUSHES));
      const one = acme.createRepository({ name: `push-${push}`, files: { [PATH]: RETIRED }, createdAt: 0 });
      say(one, 'production');
      const from = loop.clock.now();
      await loop.passUntil(() => kept(acme).members.includes(one.id), 70_000);
      waits.push(loop.clock.now() - from);
    }
    waits.sort((a, b) => a - b);
    expect(waits.at(-1), 'the longest').to.be.at.most(65_000);
    expect(waits[Math.floor(waits.length / 2)], 'the median').to.be.at.most(32_500);
  });

  it('finds what a list shows late, below what is newer', async () => {
    loop.github.world.behaviour.listLagMs = 90_000;
    await start();
    say(acme.get('other-001'), 'production');
    await loop.pass(20_000);
    loop.github.world.behaviour.listLagMs = 10_000;
    say(acme.get('other-002'), 'production');
    await loop.pass(1.2 * MINUTE);
    loop.github.world.behaviour.listLagMs = 90_000;
    await loop.pass(3 * MINUTE);
    expect(memberNames(acme)).to.include.members(['other-001', 'other-002']);
    expect(await fully()).to.equal(1);
  });

  it('counts in the summary of the day', async () => {
    await start();
    await loop.pass(5 * MINUTE);
    say(acme.get('other-001'), 'production');
    await loop.pass(2 * MINUTE);
    const days = loop.dayCounters('acme');
    expect(days.passes['full']).to.deep.equal({ Succeeded: 1 });
    expect(days.passes['quick']?.['Succeeded']).to.be.within(5, 7);
    expect(days.longestGapSeconds).to.be.below(70);
  });
});
