import { expect } from 'chai';
import { silentLog } from '../../pkg/base/index.js';
import { hasCode } from '../../pkg/errors/index.js';
import { Lease } from '../../pkg/kube/index.js';
import type { LeaseObject } from '../../pkg/kube/lease-record.js';
import { VirtualClock } from '../fakes/clock.js';
import { FakeAPI, refusal, type Asked, type Reply } from './support/fake-api.js';
import { passUntil, settle, until } from './support/until.js';

const WRITE_MS = 15_000;

/** One lease, with the conflicts of a real server. */
class Leases {
  record: LeaseObject | undefined;
  fault: (asked: Asked) => Reply | undefined = () => undefined;
  #version = 1;

  answer = (asked: Asked): Reply => this.fault(asked) ?? this.#serve(asked);

  #serve({ method, body }: Asked): Reply {
    if (method === 'GET') return this.record === undefined ? refusal(404, 'NotFound') : { body: this.record };
    const sent = body as unknown as LeaseObject;
    const isFresh = method === 'POST' ? this.record === undefined : this.#isCurrent(sent);
    if (!isFresh) return refusal(409, 'Conflict');
    if (sent.spec?.leaseDurationSeconds === 0) return refusal(422, 'Invalid');
    this.record = {
      ...sent,
      metadata: { ...sent.metadata, uid: 'lease', resourceVersion: String((this.#version += 1)) },
    };
    return { body: this.record };
  }

  #isCurrent({ metadata }: LeaseObject): boolean {
    return metadata.resourceVersion === this.record?.metadata.resourceVersion;
  }

  get holder(): string | undefined {
    return this.record?.spec?.holderIdentity;
  }
}

/** One process that wants the lease, with a clock of its own. */
class Candidate {
  readonly clock = new VirtualClock();
  readonly stop = new AbortController();
  readonly leading: boolean[] = [];
  readonly lease: Lease;
  lost: unknown;
  ended = false;
  /** Calls without an answer yet. */
  #open = 0;

  constructor(api: FakeAPI, identity: string) {
    const connection = api.connection();
    this.lease = new Lease({
      connection: {
        call: async (...call) => {
          this.#open += 1;
          return connection.call(...call).finally(() => (this.#open -= 1));
        },
      },
      namespace: 'plus1-system',
      name: 'plus1-controller',
      identity,
      clock: this.clock,
      random: () => 0,
      log: silentLog,
      onLeading: (is) => this.leading.push(is),
    });
  }

  run(): this {
    this.lease
      .acquire(this.stop.signal)
      .then(() => (this.stop.signal.aborted ? undefined : this.lease.hold(this.stop.signal)))
      .catch((error: unknown) => (this.lost = error))
      .finally(() => (this.ended = true));
    return this;
  }

  async took(): Promise<this> {
    await passUntil(this.clock, () => this.lease.isHeld, { what: 'the lease' });
    return this;
  }

  /** Lets so much time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      await this.clock.advance(500);
      // No time passes while a call is under way: on a busy machine it would be a long one.
      do {
        await until(() => this.#open === 0, 'the answers');
        await this.clock.advance(0);
      } while (this.#open > 0);
    }
  }
}

describe('Lease', () => {
  let api: FakeAPI;
  let leases: Leases;
  let candidates: Candidate[] = [];
  beforeEach(async () => {
    leases = new Leases();
    candidates = [];
    api = await FakeAPI.start(leases.answer);
  });
  afterEach(async () => {
    for (const { stop } of candidates) stop.abort();
    await until(() => candidates.every(({ ended }) => ended), 'the candidates');
    await api.close();
  });
  const candidate = (identity: string): Candidate => {
    const made = new Candidate(api, identity).run();
    candidates.push(made);
    return made;
  };

  it('is created by the replica that comes first, and renewed every five seconds', async () => {
    const leader = await candidate('a').took();
    expect(leases.record?.spec).to.include({ holderIdentity: 'a', leaseDurationSeconds: 45, leaseTransitions: 0 });
    expect(leases.record?.spec?.renewTime).to.match(/\.\d{6}Z$/);
    await leader.pass(20_000);
    expect(api.asked.filter(({ method }) => method === 'PUT')).to.have.length(4);
    expect(leader.leading).to.deep.equal([true]);
  });

  it('belongs to one of many that come at the same moment', async () => {
    const many = Array.from({ length: 8 }, (_, index) => candidate(`c-${index}`));
    await until(() => many.some(({ lease }) => lease.isHeld), 'the lease');
    await settle();
    expect(many.filter(({ lease }) => lease.isHeld)).to.have.length(1);
  });

  it('is not taken while it is renewed, however long', async () => {
    const leader = await candidate('a').took();
    const follower = candidate('b');
    // In short steps: the clocks are two, and that of the follower must not run ahead where the machine is busy with the leader.
    for (let passed = 0; passed < 180_000; passed += 5_000) {
      await Promise.all([leader.pass(5_000), follower.pass(5_000)]);
      expect(leases.holder).to.equal('a');
    }
    expect(follower.lease.isHeld).to.equal(false);
  });

  it('is taken 45 s after the record last changed, by the own clock, whatever the record says of times', async () => {
    leases.record = {
      metadata: { name: 'plus1-controller', namespace: 'plus1-system', uid: 'lease', resourceVersion: '1' },
      spec: {
        holderIdentity: 'dead',
        leaseDurationSeconds: 45,
        renewTime: '2001-01-01T00:00:00.000000Z',
        leaseTransitions: 6,
      },
    };
    const follower = candidate('b');
    await follower.pass(44_000);
    expect(leases.holder).to.equal('dead');
    await follower.pass(8_000);
    expect(leases.record?.spec).to.include({ holderIdentity: 'b', leaseTransitions: 7 });
  });

  it('waits as long as a holder of another version counts on', async () => {
    leases.record = {
      metadata: { name: 'plus1-controller', namespace: 'plus1-system', uid: 'lease', resourceVersion: '1' },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 90 },
    };
    const follower = candidate('b');
    await follower.pass(85_000);
    expect(leases.holder).to.equal('other');
  });

  it('is given back at the end, and taken by the next at its next look', async () => {
    const leader = await candidate('a').took();
    const follower = candidate('b');
    await follower.pass(5_000);
    leader.stop.abort();
    await until(() => leader.ended, 'the end');
    expect(leases.record?.spec).to.include({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(leader.leading).to.deep.equal([true, false]);
    await follower.pass(6_000);
    expect(leases.holder).to.equal('b');
  });

  it('lasts for a write until 30 s after it was last renewed', async () => {
    const leader = await candidate('a').took();
    leases.fault = () => refusal(503, 'ServiceUnavailable');
    await leader.pass(29_000);
    expect(leader.lease.holdsFor(WRITE_MS)).to.equal(true);
    await leader.clock.advance(1_000);
    expect(leader.lease.holdsFor(WRITE_MS)).to.equal(false);
  });

  it('is lost after 30 s without a renewal, before another can have it', async () => {
    const leader = await candidate('a').took();
    leases.fault = () => refusal(503, 'ServiceUnavailable');
    await leader.pass(40_000);
    expect(hasCode(leader.lost, 'PLUS1_LEASE_LOST')).to.equal(true);
    expect(leader.lease.holdsFor(0)).to.equal(false);
    expect(leader.leading).to.deep.equal([true, false]);
  });

  it('is lost at once where another holds it', async () => {
    const leader = await candidate('a').took();
    leases.record = {
      ...leases.record!,
      metadata: { ...leases.record!.metadata, resourceVersion: '99' },
      spec: { ...leases.record!.spec, holderIdentity: 'thief' },
    };
    await leader.pass(6_000);
    expect(hasCode(leader.lost, 'PLUS1_LEASE_LOST')).to.equal(true);
    expect(leases.holder).to.equal('thief');
  });

  it('survives a renewal whose answer was lost', async () => {
    const leader = await candidate('a').took();
    leases.fault = (asked) => {
      if (asked.method !== 'PUT') return undefined;
      leases.fault = () => undefined;
      leases.answer(asked);
      return { status: 504, body: 'gateway timeout' };
    };
    await leader.pass(60_000);
    expect(leader.lost).to.equal(undefined);
    expect(leases.holder).to.equal('a');
  });

  it('is taken by a claim whose answer was lost, without another 45 s', async () => {
    leases.fault = (asked) => {
      if (asked.method !== 'POST') return undefined;
      leases.fault = () => undefined;
      leases.answer(asked);
      return { status: 504, body: 'gateway timeout' };
    };
    const follower = candidate('b');
    await follower.pass(12_000);
    expect(follower.lease.isHeld).to.equal(true);
  });

  it('stays with its holder where somebody deletes it', async () => {
    const leader = await candidate('a').took();
    const follower = candidate('b');
    await follower.pass(6_000);
    leases.record = undefined;
    await follower.pass(12_000);
    expect(follower.lease.isHeld, 'the holder counts on it').to.equal(false);
    await leader.pass(6_000);
    expect([leases.holder, leader.lost]).to.deep.equal(['a', undefined]);
    leases.record = undefined;
    await follower.pass(60_000);
    expect(leases.holder, 'its time is over').to.equal('b');
  });

  it('is not taken up again by a process that stood still past its end', async () => {
    const leader = await candidate('a').took();
    const before = api.asked.length;
    // Everything that was due meanwhile comes at once, and nothing of it may be a renewal.
    await leader.clock.advance(60_000);
    await until(() => leader.ended, 'the end');
    expect(hasCode(leader.lost, 'PLUS1_LEASE_LOST')).to.equal(true);
    expect(leader.lease.holdsFor(0)).to.equal(false);
    expect(api.asked.length - before).to.be.at.most(1);
  });

  it('lasts for no write after its machine was suspended past its end (a clock that stands still meanwhile)', async () => {
    const leader = await candidate('a').took();
    leader.clock.suspend(60_000);
    expect(leader.lease.holdsFor(WRITE_MS)).to.equal(false);
    expect(leader.lease.holdsFor(0)).to.equal(false);
    await leader.pass(6_000);
    expect(hasCode(leader.lost, 'PLUS1_LEASE_LOST')).to.equal(true);
    expect(leader.leading).to.deep.equal([true, false]);
  });

  it('lasts where its machine was suspended for a moment', async () => {
    const leader = await candidate('a').took();
    leader.clock.suspend(10_000);
    expect(leader.lease.holdsFor(WRITE_MS)).to.equal(true);
    await leader.pass(6_000);
    expect([leases.holder, leader.lost]).to.deep.equal(['a', undefined]);
  });

  it('is not taken from a holder that renews it, by a follower whose machine was suspended', async () => {
    const leader = await candidate('a').took();
    const follower = candidate('b');
    await follower.pass(6_000);
    await leader.pass(6_000);
    follower.clock.suspend(600_000);
    await follower.pass(6_000);
    expect([leases.holder, follower.lease.isHeld]).to.deep.equal(['a', false]);
  });

  it('is neither taken nor given back by one that is told to stop while it waits', async () => {
    await candidate('a').took();
    const follower = candidate('b');
    await follower.pass(5_000);
    follower.stop.abort();
    await until(() => follower.ended, 'the end');
    expect(leases.holder).to.equal('a');
    expect(follower.leading).to.deep.equal([]);
  });
});
