/**
 * Kind: memory that is lost with the file that declared its policy. A folder that is empty for a second (another branch checked out,
 * a volume that is not mounted) looks like a deletion, and a policy that comes back must not begin with guards that counted nothing.
 */
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { plus1 } from '../integration/cli.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

const AT_ONCE = { exit: { gracePeriod: '0s' } };

describe('The loop over a folder: a policy whose file goes and comes back', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 20 });
    loop = await Loop.open({ organizations: [acme, town({ login: 'beta', members: 20 })] });
    loop.put('acme.yaml', loop.policy('acme', AT_ONCE));
    loop.put('beta.yaml', loop.policy('beta'));
    await loop.start();
  });
  afterEach(() => loop.close());

  const demote = (count: number): void => names('member', count).forEach((name) => say(acme.get(name), 'deprecated'));
  const away = (): Promise<void> => loop.edit('acme.yaml', undefined, 'acme');
  const back = (spec: object = {}): Promise<void> =>
    loop.edit('acme.yaml', loop.policy('acme', { ...AT_ONCE, ...spec }), 'acme');

  /** Four of the five that may leave within the window have left. */
  async function fourLeft(): Promise<void> {
    demote(4);
    await loop.pass(11 * MINUTE);
    expect([memberNames(acme).length, loop.status('acme').window?.left]).to.deep.equal([16, 4]);
  }

  it('keeps the window that its guards count in: no more leave than within one window', async () => {
    await fourLeft();
    const { window } = loop.status('acme');
    await away();
    demote(8);
    await back();
    expect(loop.status('acme').window).to.deep.equal(window);
    expect([loop.ready('acme'), memberNames(acme).length]).to.deep.equal(['False Held', 16]);
    expect(loop.object('acme')?.metadata).to.not.have.property('deletionTimestamp');
    expect(loop.object('acme')?.origin).to.not.have.property('keptUntil');
    // Its age and its generation are those of a policy that was made again.
    expect(loop.object('acme')?.metadata.generation).to.equal(1);
  });

  it('keeps it over several times, over a restart, and while the file is wrong', async () => {
    await fourLeft();
    demote(8);
    await away();
    await back();
    await away();
    await loop.restart();
    await loop.edit('acme.yaml', 'kind: Plus1Policy\nmetadata: {name: acme}\nspec: {mode: none}\n', 'acme');
    expect(loop.ready('acme')).to.equal('False InvalidSpec');
    await back();
    expect([loop.ready('acme'), memberNames(acme).length]).to.deep.equal(['False Held', 16]);
    expect(loop.status('acme').window).to.include({ members: 20, left: 4 });
  });

  it('keeps the mark of an open write: nobody leaves until it is settled', async () => {
    loop.github.faults.when(({ method }) => method === 'PUT', { kind: 'status', status: 502 });
    loop.github.beforeRequest(async ({ method }) => {
      if (method !== 'PUT') return;
      loop.put('acme.yaml', undefined);
      await loop.until(() => !loop.running.home.list().some(({ key }) => key.name === 'acme'), 'it went');
    });
    demote(4);
    await loop.pass(11 * MINUTE);
    loop.github.reset();
    await loop.until(() => loop.object('acme')?.metadata['deletionTimestamp'] !== undefined, 'it was marked');
    expect(loop.status('acme')).to.have.property('pendingWrite');
    demote(8);
    await back();
    await loop.until(() => loop.ready('acme') === 'True Converged', 'it began');
    await loop.settle();
    expect([memberNames(acme).length, loop.status('acme').window?.left]).to.deep.equal([20, 4]);
  });

  it('keeps no exit clock, and keeps its memory for nobody else: another ruleset of that name begins with nothing', async () => {
    await loop.edit('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '2h' } }), 'acme');
    demote(4);
    await loop.pass(3 * HOUR);
    say(acme.get('member-005'), 'deprecated');
    await loop.pass(HOUR);
    expect(loop.status('acme').leaving).to.have.length(1);
    await away();
    await loop.edit('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '2h' } }), 'acme');
    expect(loop.status('acme').leaving?.map(({ since }) => Date.parse(since))).to.deep.equal([loop.clock.now()]);
    await away();
    await loop.edit('beta.yaml', undefined, 'beta');
    await back({ organization: 'beta' });
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(loop.status('acme')).to.not.have.property('window');
  });

  it('learns nothing from a pass that began before it went: its exit clocks start again all the same', async () => {
    await loop.edit('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '2h' } }), 'acme');
    demote(1);
    await loop.lookNow();
    await loop.pass(HOUR);
    const isThere = (): boolean => loop.running.home.list().some(({ key }) => key.name === 'acme');
    let backMs = 0;
    loop.github.beforeRequest(async ({ kind, operation }) => {
      if (backMs > 0 || kind !== 'graphql' || operation === undefined) return;
      backMs = loop.clock.now();
      loop.put('acme.yaml', undefined);
      await loop.until(() => !isThere(), 'it went');
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '2h' } }));
      await loop.until(isThere, 'it is back');
    });
    await loop.lookNow();
    await loop.until(() => backMs > 0, 'the pass');
    await loop.settle();
    loop.github.reset();
    await loop.until(() => loop.status('acme').leaving?.length === 1, 'its own pass');
    expect(Date.parse(loop.status('acme').leaving?.[0]?.since ?? '')).to.be.at.least(backMs);
    await loop.pass(1.5 * HOUR);
    expect(memberNames(acme)).to.include('member-001');
  });

  it('is shown as deleted while it is away, with nothing that looks like a good state', async () => {
    await fourLeft();
    await away();
    const get = async (...args: string[]): Promise<string> =>
      (await plus1(['get', ...args, '--state', loop.state], { github: loop.github, clock: () => loop.clock.now() }))
        .stdout;
    expect(await get()).to.match(/^acme .* Deleted .*\n/m);
    expect(await get('acme', '-o', 'json'))
      .to.include('"deletionTimestamp"')
      .and.not.match(/"status": "True"|keptUntil/);
    expect(loop.running.home.list().map(({ key }) => key.name)).to.deep.equal(['beta']);
    await loop.restart();
    expect(loop.logged('Policy deleted')).to.have.length(1);
  });

  it('is gone for good once its window is over, over a restart too; one with nothing to protect at once', async () => {
    await fourLeft();
    await away();
    await loop.edit('beta.yaml', undefined, 'beta');
    expect([loop.object('acme') === undefined, loop.object('beta') === undefined]).to.deep.equal([false, true]);
    await loop.pass(23 * HOUR);
    await loop.restart();
    expect(loop.object('acme')).to.not.equal(undefined);
    await loop.pass(DAY);
    await loop.until(() => loop.object('acme') === undefined, 'its state went');
    demote(8);
    await back();
    await loop.until(() => loop.ready('acme') === 'True Converged', 'it began');
    expect(memberNames(acme)).to.have.length(12);
  });

  it('is the memory of a sync as well, which runs after it went', async () => {
    await fourLeft();
    await away();
    await loop.stop();
    demote(8);
    const ran = await plus1(['sync', '--org', 'acme', '--state', loop.state, '--grace-period', '0s'], {
      github: loop.github,
      clock: () => loop.clock.now(),
    });
    expect([ran.code, memberNames(acme).length]).to.deep.equal([3, 16]);
    expect(loop.object('acme')?.metadata).to.not.have.property('deletionTimestamp');
    loop.putState('acme', { ...loop.object('acme'), metadata: { ...loop.object('acme')?.metadata, generation: 1 } });
  });
});
