/**
 * An approval releases what it covers once, and while it is there. Kind: what was approved is kept after the act that it released, or
 * was read long before it.
 */
import { expect } from 'chai';
import { names } from '../builders.js';
import { HeldScene } from './held-scene.js';
import type { SpecInput } from './passes.js';
import { tampering } from './tampering-github.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SPEC: SpecInput = { exit: { gracePeriod: '0s' } };
const FOUR = names('member', 4);

describe('An approval', () => {
  let held: HeldScene;
  afterEach(() => held.close());

  /** Four members are demoted and held, and somebody approved that they leave. */
  async function open(members = 10): Promise<void> {
    held = await HeldScene.open({ members });
    held.demote(...FOUR);
    await held.pass(SPEC);
    held.approve('ann');
    held.scene.clock.pass(MINUTE_MS);
  }

  /** All four come back into production, and are demoted once more. */
  async function demoteAgain(): Promise<void> {
    held.scene.clock.pass(HOUR_MS);
    held.promote(...FOUR);
    await held.pass(SPEC);
    expect(held.members).to.include.members(FOUR);
    held.demote(...FOUR);
    await held.pass(SPEC);
  }

  it('is used by a write whose process was killed right after it', async () => {
    await open();
    // Somebody else is to leave as well, so that the hold goes on.
    held.demote('member-005', 'member-006', 'member-007', 'member-008');
    await held.pass(SPEC, { isKilled: true });
    expect([held.members, held.approvals.states]).to.deep.equal([names('member', 10).slice(4), ['Used']]);
    await demoteAgain();
    expect(held.members).to.include.members(FOUR);
  });

  it('that cannot be marked as used releases nobody', async () => {
    await open();
    held.approvals.isFull = true;
    const { outcome } = await held.pass(SPEC);
    expect(outcome.acted?.written).to.equal(false);
    expect(held.members).to.have.length(10);
    held.approvals.isFull = false;
    await held.pass(SPEC);
    expect([held.members.length, held.approvals.states]).to.deep.equal([6, ['Used']]);
  });

  it('that cannot be marked as used keeps nobody out who enters', async () => {
    held = await HeldScene.open({ members: 10, promoted: 1 });
    held.demote(...FOUR);
    await held.pass(SPEC);
    held.approve('ann');
    held.scene.clock.pass(MINUTE_MS);
    held.approvals.isFull = true;
    held.promote('promoted-001');
    await held.pass(SPEC);
    expect(held.members).to.include.members([...FOUR, 'promoted-001']);
  });

  it('is used though the answer to its write tells another time', async () => {
    await open(12);
    held.demote('member-005', 'member-006', 'member-007', 'member-008');
    const proxy = await tampering(held.scene.github, async ({ method, forward }) => {
      if (method !== 'PUT') return undefined;
      return {
        ...(await forward()),
        headers: { date: new Date(held.scene.clock.now() + 10 * MINUTE_MS).toUTCString() },
      };
    });
    await held.pass(SPEC, { github: { apiURL: proxy.url } });
    await proxy.close();
    expect(held.members).to.have.length(8);
    held.scene.clock.pass(10 * MINUTE_MS);
    await demoteAgain();
    expect(held.members).to.include.members(FOUR);
    expect(held.approvals.states).to.deep.equal(['Used']);
  });

  it('is used by a write without an answer, which may be applied when it is demoted once more', async () => {
    await open();
    held.scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'reset' }, Infinity);
    await held.pass(SPEC);
    held.scene.github.faults.clear();
    expect([held.members.length, held.approvals.states]).to.deep.equal([10, ['Used']]);
    await demoteAgain();
    expect([held.members.length, held.approvals.states]).to.deep.equal([10, ['Used']]);
  });

  it('that is deleted while the intent of the write is kept releases nobody', async () => {
    await open();
    await held.pass(SPEC, {
      record: {
        keepIntent: async ({ status }) => {
          held.approvals.all.length = 0;
          return held.scene.keep(status);
        },
      },
    });
    expect(held.members).to.have.length(10);
  });

  it('that is deleted while the write waits for a limit releases nobody', async () => {
    await open();
    held.scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'secondary', status: 403, retryAfter: 60 }, 1);
    held.scene.github.beforeRequest(async ({ isWrite }) => void (isWrite && (held.approvals.all.length = 0)));
    await held.pass(SPEC);
    expect(held.members).to.have.length(10);
  });

  it('that stays there while the write waits for a limit releases whom it covers', async () => {
    await open();
    held.scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'secondary', status: 403, retryAfter: 60 }, 1);
    await held.pass(SPEC);
    expect([held.members.length, held.approvals.states]).to.deep.equal([6, ['Used']]);
  });

  it('whose hold expires while the pass lists releases nobody', async () => {
    held = await HeldScene.open({ members: 10 });
    const spec: SpecInput = { ...SPEC, guards: { approval: { timeout: '1h' } } };
    held.demote(...FOUR);
    await held.pass(spec);
    held.approve('ann');
    held.scene.clock.pass(59 * MINUTE_MS);
    let isLate = false;
    held.scene.github.beforeRequest(async ({ operation }) => {
      if (operation !== 'list' || isLate) return;
      isLate = true;
      held.scene.clock.pass(5 * MINUTE_MS);
    });
    await held.pass(spec);
    expect([held.members.length, held.approvals.states]).to.deep.equal([10, ['Expired']]);
  });
});
