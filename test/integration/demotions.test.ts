/** A member that is no longer in production: told of in the pass that sees it first, with who started it, and until it left. */
import { expect } from 'chai';
import { complianceReport, outcomeText } from '../../pkg/report/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import type { Reason } from '../../pkg/catalog/index.js';
import { names, PATH, RETIRED, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const EVE = { name: 'Eve Example', login: 'eve' };
const ELSE = { name: 'Somebody Else', login: 'else' };

describe('A demotion', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 16, others: 1 }));
  });
  afterEach(() => scene.close());

  async function pass(spec: SpecInput = {}, asksOrigins = true): Promise<{ outcome: PassOutcome; demoted: string[] }> {
    const previous = scene.status;
    const outcome = await scene.pass(spec, asksOrigins ? { dependencies: { record: { asksOrigins: true } } } : {});
    const events = eventsOf(outcome, previous).filter(({ reason }) => reason === 'RepositoryDemoted');
    expect(events.every(({ type }) => type === 'Warning')).to.equal(true);
    return { outcome, demoted: events.map(({ message }) => message) };
  }
  const findingsOf = (outcome: PassOutcome): [string, Reason][] =>
    (complianceReport(outcome)?.repositories ?? []).flatMap(({ name, reasons }) =>
      reasons.filter(({ code }) => code === 'repository-demoted').map((reason): [string, Reason] => [name, reason]),
    );
  const warningOf = (outcome: PassOutcome): string | undefined =>
    /Warning: no longer in production: (.*)\.$/m.exec(outcomeText(outcome, { color: false }))?.[1];

  it('is told of at once by an event and a finding, with commit, author and pull request of what started it', async () => {
    const repository = scene.organization.get('member-002');
    const { oid } = repository.mergePullRequest(41, PATH, RETIRED, EVE);
    repository.commit('README.md', 'later', ELSE);
    const by = `commit ${oid.slice(0, 7)} by eve, pull request 41`;
    const { outcome, demoted } = await pass();
    expect(demoted).to.deep.equal([`No longer in production, leaving after the grace period: member-002 (${by})`]);
    const [clock] = outcome.status.leaving ?? [];
    expect([clock?.commit, clock?.author]).to.deep.equal([oid, 'eve']);
    expect(findingsOf(outcome)).to.deep.equal([
      [
        'member-002',
        {
          ...{ severity: 'warning', code: 'repository-demoted', file: PATH, line: 6, column: 14 },
          found: `lifecycle deprecated of a governed repository since ${clock?.since}, by ${by}`,
          expected: 'production, for as long as the ruleset governs it',
          fix: `if this is wrong, declare production again before ${clock?.dueTime}; it leaves after that`,
        },
      ],
    ]);
    expect(warningOf(outcome)).to.equal(`member-002 (${by})`);

    scene.clock.pass(HOUR_MS);
    const later = await pass();
    expect([later.demoted, warningOf(later.outcome)], 'the event comes once, the finding stays').to.deep.equal([
      [],
      `member-002 (${by})`,
    ]);
    say(repository, 'production');
    const restored = await pass();
    expect([findingsOf(restored.outcome), warningOf(restored.outcome)]).to.deep.equal([[], undefined]);
  });

  it('names the head commit where nobody asks GitHub for the history, and is a finding of a dry run too', async () => {
    const repository = scene.organization.get('member-002');
    const { oid } = repository.commit(PATH, null, EVE);
    const { outcome, demoted } = await pass({}, false);
    expect(demoted).to.deep.equal([
      `No longer in production, leaving after the grace period: member-002 (commit ${oid.slice(0, 7)} by eve)`,
    ]);
    expect(findingsOf(outcome)[0]?.[1]).to.include({ file: PATH, line: 1 });
    expect(findingsOf(outcome)[0]?.[1].found).to.match(/^missing_file of a governed repository since .*, by commit/);
    const plan = await pass({ mode: 'Observe' }, false);
    expect(findingsOf(plan.outcome)).to.have.length(1);
  });

  it('is told of without a grace period as well, once: as it leaves, and as a finding while it is held', async () => {
    const spec: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 1 } };
    for (const name of names('member', 2)) scene.organization.get(name).commit(PATH, RETIRED, EVE);
    const held = await pass(spec);
    expect([held.outcome.result, held.demoted, findingsOf(held.outcome).length]).to.deep.equal(['Held', [], 2]);
    expect(findingsOf(held.outcome)[0]?.[1].fix).to.equal('if this is wrong, declare production again');
    say(scene.organization.get('member-001'), 'production');
    const left = await pass(spec);
    expect(left.demoted).to.have.length(1);
    expect(left.demoted[0]).to.match(/^No longer in production, left at once: member-002 \(commit \w{7} by eve\)$/);
    expect(warningOf(left.outcome)).to.match(/^member-002 /);
    expect(findingsOf((await pass(spec)).outcome)).to.deep.equal([]);
  });

  it('of many names ten, and says how many more there are', async () => {
    for (const name of names('member', 12)) scene.organization.get(name).commit(PATH, RETIRED, EVE);
    const { outcome, demoted } = await pass();
    expect(demoted[0]?.match(/member-\d+/g)).to.deep.equal(names('member', 10));
    expect([demoted[0]?.endsWith(' and 2 more'), warningOf(outcome)?.endsWith(' and 2 more')]).to.deep.equal([
      true,
      true,
    ]);
    expect(findingsOf(outcome)).to.have.length(12);
  });

  it('is none of what is archived away from production by an exemption, nor of what leaves after its grace period', async () => {
    const expiresAt = new Date(scene.clock.now() + 100 * 24 * HOUR_MS).toISOString();
    const released = { repository: 'member-003', effect: 'Release' as const, reason: 'Retired soon', owner: 'x' };
    const spec: SpecInput = { exemptions: [{ ...released, expiresAt }] };
    say(scene.organization.get('member-002'), 'deprecated');
    const first = await pass(spec);
    expect(first.demoted).to.have.length(2);
    expect(first.demoted[1]).to.equal(
      'Released by an exemption of the policy, leaving after the grace period: member-003',
    );
    expect(findingsOf(first.outcome).map(([name]) => name)).to.deep.equal(['member-002']);
    scene.clock.pass(25 * HOUR_MS);
    const last = await pass(spec);
    expect(last.outcome.status.lastPass?.left).to.equal(2);
    expect([last.demoted, findingsOf(last.outcome)]).to.deep.equal([[], []]);
  });
});
