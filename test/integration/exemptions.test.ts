/** Exemptions against a simulator: both effects, over filter, archive and file; their end, a rename, and what is told of them. */
import { expect } from 'chai';
import type { Exemption } from '../../pkg/api/index.js';
import { complianceReport, outcomeText } from '../../pkg/report/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('Exemptions', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  const inDays = (days: number): string => new Date(scene.clock.now() + days * DAY_MS).toISOString();
  const exemption = (repository: string, effect: Exemption['effect'], input: Partial<Exemption> = {}): Exemption => ({
    ...{ repository, effect, reason: 'Retired in the first quarter', owner: 'team-x', expiresAt: inDays(100) },
    ...input,
  });
  const readyOf = (outcome: PassOutcome): string =>
    outcome.status.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';

  it('Govern wins over filter, archive and file, at once', async () => {
    scene = await Scene.open(town({ members: 1, others: 2, archived: 1 }));
    const spec: SpecInput = {
      repositories: { exclude: ['other-002'] },
      exemptions: ['other-001', 'other-002', 'archived-001'].map((name) => exemption(name, 'Govern')),
    };
    const outcome = await scene.pass(spec);
    expect(memberNames(scene.organization)).to.deep.equal(['archived-001', 'member-001', 'other-001', 'other-002']);
    const report = complianceReport(outcome);
    expect(report?.exempted).to.equal(3);
    expect(report?.compliance_status).to.include({ total_repositories: 4, production_repositories: 1 });
    expect(report?.analysis_summary).to.include({
      valid_production: 1,
      valid_non_production: 1,
      excluded: 1,
      archived_skipped: 1,
    });
    const archived = report?.repositories.find(({ name }) => name === 'archived-001');
    expect(archived).to.include({ status: 'archived_skipped', exempted: true, governed: true });
    expect(report?.repositories.find(({ name }) => name === 'member-001')).not.to.have.property('exempted');
    expect(outcome.status.compliance).to.include({ summary: '1/1', total: 4, exempted: 3 });
    expect(outcome.status.exemptions).to.deep.equal({ active: 3, expiring: 0, expired: 0 });
    expect((await scene.pass(spec)).acted?.written, 'a pass over a converged organization writes nothing').to.equal(
      false,
    );
  });

  it('Release lets a member leave after its own grace period, though its file says production in every pass', async () => {
    scene = await Scene.open(town({ members: 8 }));
    const spec: SpecInput = { exemptions: [exemption('member-003', 'Release')] };
    say(scene.organization.get('member-003'), 'production');
    const first = await scene.pass(spec);
    expect([first.status.leaving?.map(({ name, reason }) => [name, reason])]).to.deep.equal([
      [['member-003', 'exempted']],
    ]);
    expect(readyOf(first)).to.match(
      /1 member is not in production, or exempted, and stays for now: 1 in its grace period/,
    );
    for (let hour = 0; hour < 23; hour += 6) {
      scene.clock.pass(6 * HOUR_MS - 1_000);
      say(scene.organization.get('member-003'), 'production');
      expect((await scene.pass(spec)).status.lastPass?.left).to.equal(0);
    }
    scene.clock.pass(HOUR_MS);
    expect((await scene.pass(spec)).status.lastPass?.left).to.equal(1);
    expect(memberNames(scene.organization)).not.to.include('member-003');
    expect((await scene.pass(spec)).acted?.written).to.equal(false);
    // What left by an exemption is remembered: a cache that holds it is read as a whole again.
    expect(JSON.parse(scene.known ?? '{}').left[0]).to.include({ name: 'member-003', status: 'exempted' });
    expect((await scene.pass(spec)).productionBefore).to.equal(7);
  });

  it('end by themselves: who was released enters again, who was governed starts to leave', async () => {
    scene = await Scene.open(town({ members: 3, others: 1 }));
    const spec: SpecInput = {
      exit: { gracePeriod: '1h' },
      exemptions: [
        exemption('member-001', 'Release', { expiresAt: inDays(2) }),
        exemption('other-001', 'Govern', { expiresAt: inDays(2) }),
      ],
    };
    await scene.pass(spec);
    scene.clock.pass(HOUR_MS);
    await scene.pass({ ...spec, guards: { maxLeaving: 1 } });
    expect(memberNames(scene.organization)).to.deep.equal(['member-002', 'member-003', 'other-001']);
    scene.clock.pass(2 * DAY_MS);
    const ended = await scene.pass(spec);
    expect(memberNames(scene.organization)).to.deep.equal([...names('member', 3), 'other-001']);
    expect(ended.status.leaving?.map(({ name, reason }) => [name, reason])).to.deep.equal([
      ['other-001', 'valid_non_production'],
    ]);
    expect(ended.status.exemptions).to.deep.equal({ active: 0, expiring: 0, expired: 2 });
    expect(outcomeText(ended, { color: false })).to.match(
      /^Warning: spec\.exemptions\[1\]: the exemption of "other-001" ended .* and does nothing; set a later expiresAt, or remove it\.$/m,
    );
  });

  it('follow a rename by id, and by name are about the repository that has the name', async () => {
    scene = await Scene.open(town({ members: 2, others: 2 }));
    const { organization } = scene;
    const [first, second] = ['other-001', 'other-002'].map((name) => organization.get(name));
    const spec: SpecInput = {
      exemptions: [
        exemption('other-001', 'Govern', { repositoryID: first?.id ?? 0 }),
        exemption('other-002', 'Govern'),
      ],
    };
    await scene.pass(spec);
    first?.rename('renamed-001');
    second?.rename('renamed-002');
    const after = await scene.pass(spec);
    expect(after.status.leaving?.map(({ name }) => name)).to.deep.equal(['renamed-002']);
    expect(memberNames(organization)).to.include('renamed-001');
    const report = complianceReport(after);
    expect(report?.findings?.map(({ code, severity, file }) => [code, severity, file])).to.deep.equal([
      ['exemption-unmatched', 'warning', 'spec.exemptions[1]'],
    ]);
    expect(report?.findings?.[0]?.found).to.match(/"other-002", which no repository of the organization has/);
    expect(outcomeText(after, { color: false })).to.match(
      /Warning: spec\.exemptions\[1\]: found an exemption of "other-002"/,
    );
    expect(after.status.exemptions).to.deep.equal({ active: 2, expiring: 0, expired: 0 });
    expect([after.result, after.error]).to.deep.equal(['Succeeded', undefined]);
  });

  it('that would let more leave than guards.maxLeaving are held', async () => {
    scene = await Scene.open(town({ members: 8 }));
    const spec: SpecInput = {
      exit: { gracePeriod: '0s' },
      exemptions: names('member', 3).map((name) => exemption(name, 'Release')),
    };
    const held = await scene.pass(spec);
    expect([held.result, held.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooManyLeaving']);
    expect(memberNames(scene.organization)).to.have.length(8);
    expect(complianceReport(held)?.plan.leave.map(({ status }) => status)).to.deep.equal(Array(3).fill('exempted'));
  });

  it('are told of once as they come to their end, once when they end, and again when they are extended', async () => {
    scene = await Scene.open(town({ members: 2, others: 1 }));
    const expiresAt = inDays(20);
    const spec = (end = expiresAt): SpecInput => ({
      exemptions: [exemption('other-001', 'Govern', { expiresAt: end })],
    });
    const told = async (input = spec()): Promise<string[]> => {
      const previous = scene.status;
      const outcome = await scene.pass(input);
      return eventsOf(outcome, previous)
        .map(({ reason }) => reason)
        .filter((reason) => reason.startsWith('Exemption'));
    };
    expect(await told()).to.deep.equal([]);
    scene.clock.pass(7 * DAY_MS);
    expect(await told()).to.deep.equal(['ExemptionExpiring']);
    scene.known = undefined;
    expect(await told(), 'by a pod that has no cache').to.deep.equal([]);
    expect(scene.status.exemptions).to.deep.equal({ active: 1, expiring: 1, expired: 0 });
    expect(await told()).to.deep.equal([]);
    expect(await told(spec(inDays(3))), 'another end is told of as well').to.deep.equal(['ExemptionExpiring']);
    scene.clock.pass(14 * DAY_MS);
    expect(await told()).to.deep.equal(['ExemptionExpired']);
    expect(await told()).to.deep.equal([]);
    expect(await told({})).to.deep.equal([]);
    expect(scene.status).not.to.have.property('exemptions');
  });
});
