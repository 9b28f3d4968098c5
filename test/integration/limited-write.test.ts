/** A limit that meets the write: GitHub did not take it, so it is waited for, looked at again, and only then sent again. */
import { expect } from 'chai';
import { memberNames, town } from '../builders.js';
import type { Fault } from '../fakes/github/index.js';
import { Scene } from './passes.js';

describe('A write that meets a limit', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, promoted: 1 }));
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

  it('ends the pass with the time to try again where the wait is long, and leaves no mark of an act', async () => {
    limitTheWrite({ kind: 'secondary', status: 403, retryAfter: 600 });
    const outcome = await scene.pass();
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_RATE_LIMITED']);
    expect(outcome.error?.retryAt).to.be.a('number');
    expect(scene.status.pendingWrite).to.equal(undefined);
    expect(scene.github.counts().writes).to.equal(1);
  });
});
