/** Kind: two writers who undo each other. Whatever the other one wants, nobody leaves time after time, and the contest comes to an end. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { LiveRuleset, PolicyStatus } from '../../../pkg/api/index.js';
import { silentLog } from '../../../pkg/base/index.js';
import { NO_RECORD, statusPublisher, type PassOutcome } from '../../../pkg/reconciler/index.js';
import { runPass } from '../../../pkg/reconciler/pass/pass.js';
import { VirtualClock } from '../../fakes/clock.js';
import { HOUR, specOf } from '../../governance/builders.js';
import { runsOf } from '../../sample.js';
import {
  ACME,
  observedOf,
  policyOf,
  readerOf,
  NO_ISOLATION,
  NO_SHARED_FILE,
  NO_OWNED,
  rulesetOf,
  timeOf,
} from '../ports.js';

const ALL = [1, 2, 3, 4, 5, 6, 7, 8];
const MINUTE = 60_000;
/** Of the guards: as short as it may be. */
const SPEC = specOf({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%', window: '1h' } });

/** One ruleset in memory, with passes that remember. */
class Arena {
  readonly production = new Set([1, 2, 3]);
  members = new Set([1, 2, 3, 4]);
  status: PolicyStatus = {};
  /** How often each left by our hand. */
  readonly left = new Map<number, number>();
  readonly time = timeOf();
  #known: string | undefined;
  #changes = 0;

  change(members: Iterable<number>): void {
    this.members = new Set(members);
    this.#changes += 1;
  }

  #live(): LiveRuleset {
    return rulesetOf([...this.members], { updatedAt: new Date(this.#changes * 1_000).toISOString() });
  }

  async pass(): Promise<PassOutcome> {
    this.time.nowMs += 10 * MINUTE;
    const seen = ALL.map((id) => observedOf(id, this.production.has(id) ? 'valid_production' : 'valid_non_production'));
    const reader = {
      ...readerOf([], {
        preflight: [{ ...ACME, repositoryCount: ALL.length }],
        inventory: () => ({ repositories: seen, totalCount: ALL.length, listed: true }),
        readFiles: ({ repositories }) =>
          seen.filter(({ repository: { id } }) => repositories.some((each) => each.id === id)),
        time: this.time,
      }),
      findRuleset: async () => this.#live(),
      readRuleset: async () => this.#live(),
    };
    const writer = {
      owned: NO_OWNED,
      isolation: NO_ISOLATION,
      sharedFile: NO_SHARED_FILE,
      inTurn: <T>(work: () => Promise<T>) => work(),
      sitOut: async () => undefined,
      writeMembers: async (_organization: string, live: LiveRuleset, members: readonly number[]) => {
        for (const id of live.members) if (!members.includes(id)) this.left.set(id, (this.left.get(id) ?? 0) + 1);
        this.change(members);
        return { state: 'answered' as const, ruleset: this.#live() };
      },
    };
    const keepStatus = async (status: PolicyStatus): Promise<void> => {
      this.status = JSON.parse(JSON.stringify(status)) as PolicyStatus;
    };
    const known = {
      load: async () => (this.#known === undefined ? undefined : JSON.parse(this.#known)),
      save: async (all: unknown) => void (this.#known = JSON.stringify(all)),
    };
    const record = { ...NO_RECORD, keepStatus, known };
    return runPass(
      { policy: policyOf(SPEC), status: this.status, reconcileID: 'test' },
      {
        ...{ reader, writer, record, timers: new VirtualClock(), log: silentLog },
        publishers: [statusPublisher({ record, log: silentLog })],
      },
      new AbortController().signal,
    );
  }
}

interface Game {
  /** The other side always puts these back, and always takes those out. */
  putsBack: boolean;
  takesOut: boolean;
  /** In which passes something else comes into production, so that there is a write in any case. */
  comes: number[];
  passes: number;
}

const game = fc.record({
  putsBack: fc.boolean(),
  takesOut: fc.boolean(),
  comes: fc.uniqueArray(fc.nat(20), { maxLength: 4 }),
  passes: fc.integer({ min: 5, max: 24 }),
});

/** 4 is to leave; 2 is in production, and the other side does not want it. */
async function play({ putsBack, takesOut, comes, passes }: Game, arena: Arena): Promise<void> {
  for (let pass = 0; pass < passes; pass += 1) {
    if (comes.includes(pass)) arena.production.add(5 + comes.indexOf(pass));
    const outcome = await arena.pass();
    expect(outcome.error).to.equal(undefined);
    expect([...arena.members], 'production is back each time').to.include.members([...arena.production]);
    const wanted = new Set(arena.members);
    if (putsBack) wanted.add(4);
    if (takesOut) wanted.delete(2);
    if (wanted.size !== arena.members.size || [...wanted].some((id) => !arena.members.has(id))) arena.change(wanted);
  }
}

describe('A contest', () => {
  it('lets nobody leave but three times, and once more in each window, and comes to an end', async () => {
    await fc.assert(
      fc.asyncProperty(game, async (input) => {
        const arena = new Arena();
        await play(input, arena);
        const windows = Math.floor((input.passes * 10 * MINUTE) / HOUR);
        expect(arena.left.get(4) ?? 0).to.be.at.most(input.putsBack ? 3 + windows : 1);
        // The other side has stopped: what it left is put right when the time of the contest is over, at the latest.
        for (let pass = 0; pass < 9; pass += 1) await arena.pass();
        expect([...arena.members].sort()).to.deep.equal([...arena.production].sort());
        expect([arena.status.ruleset?.undone, arena.status.hold]).to.deep.equal([0, undefined]);
        expect(arena.status.ruleset).to.not.have.property('contestedUntil');
      }),
      runsOf(200, 25),
    );
  });

  it('about who was put back holds for a window, also through passes that write, and is a contest again at once', async () => {
    const arena = new Arena();
    const held: boolean[] = [];
    for (let pass = 0; pass < 18; pass += 1) {
      if (pass === 6) arena.production.add(5);
      await arena.pass();
      held.push(arena.status.hold?.reason === 'Contested');
      arena.change([...arena.members, 4]);
    }
    // Three times it leaves, and then once in seven passes.
    expect(held.map((is) => (is ? 'h' : '-')).join('')).to.equal('---hhhhhh-hhhhhh-h');
    expect(arena.left.get(4)).to.equal(5);
  });

  it('ends at once where nobody is to leave any more: it is in production again, or somebody took it out', async () => {
    for (const agree of [
      (arena: Arena) => void arena.production.add(4),
      (arena: Arena) => arena.change([...arena.members].filter((id) => id !== 4)),
    ]) {
      const arena = new Arena();
      await play({ putsBack: true, takesOut: false, comes: [], passes: 6 }, arena);
      expect(arena.status.hold?.reason).to.equal('Contested');
      agree(arena);
      await arena.pass();
      await arena.pass();
      expect([arena.status.ruleset?.undone, arena.status.hold]).to.deep.equal([0, undefined]);
    }
  });
});
