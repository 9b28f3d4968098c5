/** Rollouts whose process ends, and whose writes are lost, in every stage: the main ruleset stays as it is, and nobody leaves within a stage. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { HOUR } from './loop.js';
import { RolloutStage, rolloutText } from './rollout-stage.js';

const WRITES = new Set(['repos/create-org-ruleset', 'repos/update-org-ruleset', 'repos/delete-org-ruleset']);

describe('The loop over a folder: a rollout in trouble', () => {
  let stage: RolloutStage;
  beforeEach(async () => {
    stage = await RolloutStage.open();
    stage.loop.put('rollout.yaml', rolloutText());
  });
  afterEach(() => stage.close());

  const NEXT = { 'a process ended': () => stage.loop.restart(), 'another replica takes over': () => stage.failOver() };
  for (const [where, next] of Object.entries(NEXT)) {
    it(`goes on where ${where}, in every stage, and lists nothing twice`, async () => {
      await stage.loop.start();
      let members: number[] = [];
      for (const number of [1, 2, 3]) {
        await next();
        expect(stage.status.stage).to.equal(number);
        expect(stage.members).to.include.members(members);
        members = stage.members;
        await stage.goodStage();
      }
      expect(stage.status.end).to.equal('Completed');
      await next();
      expect([stage.status.end, stage.members.length]).to.deep.equal(['Completed', 10]);
      expect(stage.acme.rulesets.filter(({ name }) => name.startsWith('plus1-rollout-'))).to.have.length(1);
      expect(stage.loop.events('StageBegan'), 'each is told once').to.have.length(3);
    });

    it(`keeps what waits for an approval, what is paused and what was rolled back where ${where}`, async () => {
      const edit = (spec: object): Promise<void> => stage.loop.edit('rollout.yaml', rolloutText(spec), 'acme');
      stage.loop.put('rollout.yaml', rolloutText({ approval: 'FirstActive' }));
      await stage.loop.start();
      await stage.goodStage();
      const held = stage.status.hold?.planHash;
      await next();
      expect([stage.status.stage, stage.is('Held'), stage.status.hold?.planHash]).to.deep.equal([
        ...[1, 'True ApprovalRequired', held],
      ]);
      await stage.approve(held ?? '', 'ann');
      await stage.look();
      expect(stage.candidate?.enforcement).to.equal('active');
      await edit({ approval: 'FirstActive', paused: true });
      await next();
      await stage.goodStage();
      expect([stage.status.stage, stage.is('Paused')]).to.deep.equal([2, 'True Paused']);
      stage.push(6, { breaks: ['required_signatures'] });
      await stage.loop.pass(HOUR);
      expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['disabled', 'RolledBack']);
      await next();
      await stage.goodStage();
      expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['disabled', 'RolledBack']);
      expect(stage.loop.events('RolledBack'), 'told once').to.have.length(1);
    });
  }

  for (const kind of ['put-applied-500', 'status'] as const)
    it(`takes each write as it turns out to be where its answer is lost (${kind})`, async () => {
      const { faults } = stage.loop.github;
      const lose = (): unknown =>
        faults.when(
          ({ operation }) => WRITES.has(operation ?? ''),
          kind === 'status' ? { kind, status: 502 } : { kind },
          1,
        );
      lose();
      await stage.loop.start();
      for (let n = 0; n < 3 && stage.candidate === undefined; n += 1) await stage.look();
      await stage.look();
      expect(stage.acme.rulesets.filter(({ name }) => name.startsWith('plus1-rollout-'))).to.have.length(1);
      expect(stage.status.stage).to.equal(1);
      let members = stage.members;
      for (const number of [2, 3]) {
        lose();
        await stage.goodStage();
        await stage.look();
        expect(stage.status.stage).to.equal(number);
        expect(stage.members).to.include.members(members);
        members = stage.members;
      }
      lose();
      stage.push(8, { breaks: ['required_signatures'] });
      await stage.loop.pass(HOUR);
      await stage.look();
      expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['disabled', 'RolledBack']);
    });

  it('keeps its rules in force where abort is taken back while the pass that would end them looks at GitHub', async () => {
    await stage.loop.start();
    await stage.goodStage();
    expect(stage.candidate?.enforcement).to.equal('active');
    let hasFired = false;
    stage.loop.github.beforeRequest(async ({ kind }) => {
      if (hasFired || kind !== 'graphql') return;
      hasFired = true;
      stage.loop.put('rollout.yaml', rolloutText());
      // The folder is watched in real time.
      await pause(500);
    });
    stage.loop.put('rollout.yaml', rolloutText({ abort: true }));
    await stage.loop.until(() => hasFired, 'the pass looks');
    await stage.loop.settle();
    await stage.loop.pass(HOUR);
    expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['active', undefined]);
  });

  it('rolls back in the pass that sees the failure, though the policy was changed meanwhile', async () => {
    await stage.loop.start();
    await stage.goodStage();
    stage.push(5, { breaks: ['required_signatures'] });
    const text = stage.loop.policy('acme', { schedule: { interval: '12h' }, guards: { maxLeaving: 0 } });
    await stage.loop.edit('acme.yaml', text, 'acme');
    await stage.loop.pass(HOUR);
    expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['disabled', 'RolledBack']);
  });

  it('keeps its rules in force where what was kept of it is lost', async () => {
    await stage.loop.start();
    for (let n = 0; n < 3; n += 1) await stage.goodStage();
    expect([stage.status.end, stage.candidate?.enforcement, stage.members.length]).to.deep.equal([
      ...['Completed', 'active', 10],
    ]);
    await stage.loop.stop();
    const path = join(stage.loop.state, '.kinds', 'Plus1Rollout', 'default', 'signed.json');
    writeFileSync(path, JSON.stringify({ ...stage.object(), status: {} }));
    await stage.loop.start();
    await stage.loop.pass(HOUR);
    expect([stage.is('Progressing'), stage.candidate?.enforcement, stage.members.length]).to.deep.equal([
      ...['False CandidateChanged', 'active', 10],
    ]);
  });

  it('keeps them in force in EnterOnly, where it is to begin again, and begins again once that mode ends', async () => {
    const first = ['sandbox-api'];
    await stage.loop.start();
    await stage.goodStage();
    await stage.loop.edit('rollout.yaml', rolloutText({ first }), 'acme');
    stage.push(6, { breaks: ['required_signatures'] });
    await stage.loop.pass(HOUR);
    const seen = (): unknown => [stage.candidate?.enforcement, stage.members.length, stage.status.end];
    expect(seen()).to.deep.equal(['active', 1, 'RolledBack']);
    const policy = (mode: string): Promise<void> =>
      stage.loop.edit(
        'acme.yaml',
        stage.loop.policy('acme', { schedule: { interval: '24h', quickInterval: '0s' }, mode }),
        'acme',
      );
    await policy('EnterOnly');
    for (const paused of [true, false]) await stage.loop.edit('rollout.yaml', rolloutText({ first, paused }), 'acme');
    expect(seen()).to.deep.equal(['active', 1, 'RolledBack']);
    await policy('Enforce');
    expect([stage.candidate?.enforcement, stage.status.stage, stage.status.end]).to.deep.equal([
      'evaluate',
      1,
      undefined,
    ]);
  });

  it('says nothing where rule suites cannot be listed, and promotes nothing', async () => {
    await stage.loop.start();
    stage.loop.github.faults.when(
      ({ operation }) => operation === 'repos/get-org-rule-suites',
      { kind: 'status', status: 503 },
      Infinity,
    );
    stage.push(4);
    await stage.loop.pass(4 * HOUR);
    expect([stage.status.stage, stage.status.end]).to.deep.equal([1, undefined]);
    expect(stage.is('Ready')).to.match(/^False /);
  });

  it('takes suites that come late for what they are', async () => {
    stage.loop.github.world.behaviour.ruleSuiteLagMs = 1.75 * HOUR;
    await stage.loop.start();
    await stage.loop.pass(HOUR / 2);
    stage.push(2);
    await stage.loop.pass(1.6 * HOUR);
    expect([stage.status.stage, stage.is('Healthy')]).to.deep.equal([1, 'Unknown Inconclusive']);
    await stage.loop.pass(HOUR);
    expect(stage.status.stage).to.equal(2);
  });
});
