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
      const about = scene.github.requests.filter(({ operation }) => operation !== 'rules');
      const last = about.slice(-3).map(({ method, isWrite }) => (isWrite ? 'write' : method));
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
        const ages: number[] = [];
        github.beforeRequest(async ({ isWrite }) => {
          if (isWrite) ages.push(scene.clock.now() - Date.parse(scene.status.pendingWrite?.startTime ?? ''));
        });
        const outcome = await scene.pass(spec, { github: { maxWaitMs: 3_600_000 } });
        expect(outcome.result).to.equal('Succeeded');
        expect(Math.max(...ages), 'from its intent a write is counted').to.be.at.most(60_000);
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

  it('is not sent at all where it comes too late after its intent, whatever it waited for', async () => {
    const github = scene.connect();
    const { signal } = new AbortController();
    const live = await github.reader.findRuleset('acme', 'plus1_enforcement', signal);
    const late = { sendByMs: github.reader.time.now() - 1 };
    const outcome = await github.writer.writeMembers('acme', live, [...live.members].slice(1), signal, late);
    expect(outcome.state).to.equal('late');
    expect(scene.github.requests.filter(({ isWrite }) => isWrite)).to.deep.equal([]);
    await github.close();
  });

  it('ends the pass with the time to try again where the wait is long, and leaves no mark of an act', async () => {
    limitTheWrite({ kind: 'secondary', status: 403, retryAfter: 600 });
    const outcome = await scene.pass();
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_RATE_LIMITED']);
    expect(outcome.error?.retryAt).to.be.a('number');
    expect(scene.status.pendingWrite).to.equal(undefined);
    expect(scene.github.counts().writes).to.equal(1);
  });
});
