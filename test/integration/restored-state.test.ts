/** A status that is older than what passes have seen since. Kind: an exit clock that a sight of production ended long ago runs on. */
import { expect } from 'chai';
import { memberNames, PATH, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const GOVERNED = {
  ...{ repository: 'member-001', effect: 'Govern' as const, reason: 'Kept in for the audit', owner: 'team-x' },
  expiresAt: '2027-03-01T00:00:00Z',
};

describe('A status that is put back from a copy', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6 }));
    await scene.pass();
  });
  afterEach(() => scene.close());

  const at = async (hours: number, lifecycle: string): Promise<void> => {
    scene.clock.pass(hours * HOUR_MS);
    say(scene.organization.get('member-001'), lifecycle);
    await scene.pass();
  };
  const isMember = (): boolean => memberNames(scene.organization).includes('member-001');

  it('brings back no exit clock that a sight of production ended', async () => {
    await at(1, 'deprecated');
    const copy = scene.kept;
    await at(10, 'production');
    expect(scene.status.leaving).to.deep.equal([]);
    await at(10, 'deprecated');
    scene.kept = copy;
    scene.clock.pass(5 * HOUR_MS);
    await scene.pass();
    expect(isMember(), 'five hours after it was demoted').to.equal(true);
    scene.clock.pass(23 * HOUR_MS);
    await scene.pass();
    expect(isMember(), 'the grace period begins again').to.equal(true);
    scene.clock.pass(HOUR_MS);
    await scene.pass();
    expect(isMember()).to.equal(false);
  });

  it('brings back no exit clock that a sight of production ended while the policy named another ruleset', async () => {
    await at(1, 'deprecated');
    const copy = scene.kept;
    scene.clock.pass(10 * HOUR_MS);
    say(scene.organization.get('member-001'), 'production');
    await scene.pass({ ruleset: { name: 'somebody_elses' } });
    scene.kept = copy;
    await at(15, 'deprecated');
    expect(isMember(), 'the grace period begins again').to.equal(true);
    expect(scene.status.leaving).to.have.length(1);
  });

  for (const [what, catalog] of [
    ['lifecycles', { productionLifecycles: ['production', 'live'] }],
    ['paths', { paths: ['entity.datadog.yaml', 'service.datadog.yaml'] }],
  ] as [string, SpecInput['catalog'] & object][])
    it(`brings back no exit clock that a sight of production ended, where the ${what} of the policy changed since`, async () => {
      await at(1, 'deprecated');
      const copy = scene.kept;
      await at(12, 'production');
      scene.kept = copy;
      scene.clock.pass(12.1 * HOUR_MS);
      say(scene.organization.get('member-001'), 'deprecated');
      await scene.pass({ catalog });
      expect(isMember(), 'a moment after it was demoted').to.equal(true);
    });

  for (const [what, ending, after] of [
    ['catalog.onInvalid Govern', { catalog: { onInvalid: 'Govern' } }, { catalog: { onInvalid: 'Release' } }],
    ['an exemption that governs', { exemptions: [GOVERNED] }, {}],
  ] as [string, SpecInput, SpecInput][])
    it(`brings back no exit clock that ${what} ended, though the policy says that no more`, async () => {
      await at(1, 'deprecated');
      const copy = scene.kept;
      scene.clock.pass(12 * HOUR_MS);
      if (ending.exemptions === undefined) scene.organization.get('member-001').commit(PATH, 'kind: [');
      await scene.pass(ending);
      expect(scene.status.leaving).to.deep.equal([]);
      scene.kept = copy;
      scene.clock.pass(12.1 * HOUR_MS);
      say(scene.organization.get('member-001'), 'deprecated');
      await scene.pass(after);
      expect(isMember(), 'a moment after it was demoted').to.equal(true);
    });

  it('brings back no exit clock that a sight of production ended, where a whole list lacked the repository since', async () => {
    await at(1, 'deprecated');
    const copy = scene.kept;
    await at(6, 'production');
    scene.clock.pass(HOUR_MS);
    const one = scene.organization.get('member-001');
    one.delete();
    await scene.pass();
    expect(scene.status.leaving?.[0]?.reason).to.equal('gone');
    scene.organization.adopt(one);
    scene.kept = copy;
    await at(17.1, 'deprecated');
    expect(isMember(), 'a moment after it was demoted').to.equal(true);
  });

  it('begins a grace period once where a clock that was ahead saw production before', async () => {
    const ahead = (): number => scene.clock.now() + HOUR_MS;
    await at(1, 'deprecated');
    scene.clock.pass(HOUR_MS);
    say(scene.organization.get('member-001'), 'production');
    await scene.pass({}, { dependencies: { clock: ahead } });
    await at(0.2, 'deprecated');
    const [clock] = scene.status.leaving ?? [];
    expect(clock?.name).to.equal('member-001');
    scene.clock.pass(2 * HOUR_MS);
    await scene.pass();
    expect(scene.status.leaving?.[0]?.since).to.equal(clock?.since);
  });
});
