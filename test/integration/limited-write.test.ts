/** A limit that meets the write: GitHub did not take it, so it is waited for, looked at again, and only then sent again. */
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import type { Fault, LoggedRequest } from '../fakes/github/index.js';
import { Scene } from './passes.js';

describe('A write that meets a limit', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, promoted: 1, others: 1 }));
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const limitTheWrite = (fault: Fault): void => {
    scene.github.faults.when(({ isWrite }) => isWrite, fault, 1);
  };

  const LIMITS: Fault[] = [
    { kind: 'secondary', status: 403, retryAfter: 2 },
    { kind: 'secondary', status: 429, retryAfter: 2 },
    { kind: 'primary', status: 403, resetInS: 2 },
  ];
  for (const fault of LIMITS) {
    it(`is sent again after a short wait, and a look (${JSON.stringify(fault)})`, async () => {
      limitTheWrite(fault);
      const outcome = await scene.pass();
      expect(outcome.error?.message).to.equal(undefined);
      expect([outcome.result, memberNames(scene.organization)[6]]).to.deep.equal(['Succeeded', 'promoted-001']);
      const last = scene.github.requests.slice(-3).map(({ method, isWrite }) => (isWrite ? 'write' : method));
      expect(last, 'never twice without a read between').to.deep.equal(['write', 'GET', 'write']);
    });
  }

  for (const { at, what } of [
    { at: 'the PUT', what: ({ isWrite }: LoggedRequest) => isWrite },
    { at: 'the read before it', what: ({ operation }: LoggedRequest) => operation === 'repos/get-org-ruleset' },
  ]) {
    for (const { minutes, leaves } of [
      { minutes: 8, leaves: true },
      { minutes: 11, leaves: false },
    ]) {
      it(`lets ${leaves ? 'who was to leave' : 'nobody'} leave after a wait of ${minutes} minutes at ${at}, and who enters enter`, async () => {
        const { organization, github } = scene;
        const spec = { exit: { gracePeriod: '0s' } };
        await scene.pass(spec);
        say(organization.get('member-001'), 'deprecated');
        say(organization.get('other-001'), 'production');
        let seen = 0;
        // The ruleset is read once to plan on, and once more just before the PUT.
        const isLimited = (request: LoggedRequest): boolean => what(request) && (request.isWrite || (seen += 1) === 2);
        github.faults.when(isLimited, { kind: 'secondary', status: 403, retryAfter: minutes * 60 }, 1);
        const outcome = await scene.pass(spec, { github: { maxWaitMs: 3_600_000 } });
        expect(outcome.result).to.equal('Succeeded');
        expect(memberNames(organization)).to.include('other-001');
        expect(memberNames(organization).includes('member-001'), 'still a member').to.equal(!leaves);
        const [kept] = outcome.acted?.decision.plan.retain ?? [];
        if (!leaves)
          expect(kept?.reason).to.match(/more than 10 minutes passed between what speaks against it and the write/);
        await scene.pass(spec);
        expect(memberNames(organization)).to.not.include('member-001');
        expect(scene.status.window?.left).to.equal(1);
      });
    }
  }

  it('ends the pass with the time to try again where the wait is long, and leaves no mark of an act', async () => {
    limitTheWrite({ kind: 'secondary', status: 403, retryAfter: 600 });
    const outcome = await scene.pass();
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_RATE_LIMITED']);
    expect(outcome.error?.retryAt).to.be.a('number');
    expect(scene.status.pendingWrite).to.equal(undefined);
    expect(scene.github.counts().writes).to.equal(1);
  });
});
