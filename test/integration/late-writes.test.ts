/**
 * Random games of writes without an answer, of writes that are applied minutes later, and of processes that die in a write: while one
 * may still come, the status names it in `pendingWrite` and in the message of `Ready`.
 */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, PATH, PRODUCTION, say, town } from '../builders.js';
import { sampleOf } from '../sample.js';
import { Scene, type SpecInput } from './passes.js';

const PASSES = 8;
/** GitHub applies a write within ten minutes after it was sent, or never. */
const APPLIED_WITHIN_MS = 600_000;
const SPEC: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
const SOMEBODY = { id: 1001, type: 'User' } as const;
const GAMES = Array.from({ length: 60 }, (_, index) => index + 1);

const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

/** Numbers below 1 that a seed repeats. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) / 0x800000;
  };
}

class Game {
  readonly scene: Scene;
  readonly log: string[] = [];
  readonly #random: () => number;
  /** Writes that GitHub may still apply. */
  #late: { at: number; ids: number[] }[] = [];
  #death: AbortController | undefined;
  #newcomers = 0;

  constructor(scene: Scene, seed: number) {
    this.scene = scene;
    this.#random = randomOf(seed);
    let isLost = false;
    scene.github.beforeRequest((request) => {
      if (!isPut(request)) return;
      const ids = [
        ...(request.body as { conditions: { repository_id: { repository_ids: number[] } } }).conditions.repository_id
          .repository_ids,
      ];
      const fate = this.#pick(['answered', 'answered', 'lost', 'lost', 'lost', 'applied without an answer']);
      const dies = this.#death !== undefined && this.#random() < 0.6;
      this.log.push(`PUT ${fate}${dies ? ', killed' : ''}`);
      isLost = fate !== 'answered';
      if (fate === 'applied without an answer') kept(scene.organization).setMembers(ids, SOMEBODY);
      else if (isLost || dies) this.#late.push({ at: scene.clock.now(), ids });
      if (!dies) return;
      this.#death?.abort(new Error('killed'));
      return new Promise<never>(() => undefined);
    });
    scene.github.faults.when((request) => isPut(request) && isLost, { kind: 'status', status: 502 }, Infinity);
  }

  /** One pass, what others do meanwhile, and some time. */
  async round(): Promise<void> {
    const { scene } = this;
    const death = this.#random() < 0.25 ? new AbortController() : undefined;
    this.#death = death;
    const keep = async (status: PolicyStatus): Promise<undefined> => {
      death?.signal.throwIfAborted();
      scene.kept = JSON.stringify(status);
      return undefined;
    };
    const { result } = await scene.pass(SPEC, { ...(death && { signal: death.signal }), dependencies: { keep } });
    this.log.push(`pass ${result}`);
    this.#late = this.#late.filter(({ at }) => scene.clock.now() - at < APPLIED_WITHIN_MS);
    if (death?.signal.aborted !== true) this.#check();
    this.#applySome();
    scene.clock.pass(this.#pick([20_000, 60_000, 200_000, 400_000, 700_000]));
    this.#applySome();
    const one = this.#pick(scene.organization.repositories);
    if (this.#random() < 0.7) say(one, this.#pick(['production', 'deprecated']));
    if (this.#random() < 0.2)
      scene.organization.createRepository({ name: `new-${(this.#newcomers += 1)}`, files: { [PATH]: PRODUCTION } });
  }

  #check(): void {
    const { conditions, pendingWrite } = this.scene.status;
    if (this.#late.length === 0) return;
    expect(pendingWrite, 'a write that may still be applied is not settled').to.not.equal(undefined);
    const ready = conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') expect(ready.message).to.match(/nobody leaves until an earlier write is settled/);
  }

  #applySome(): void {
    for (const write of this.#late) {
      if (this.scene.clock.now() - write.at >= APPLIED_WITHIN_MS || this.#random() > 0.3) continue;
      this.#late = this.#late.filter((other) => other !== write);
      kept(this.scene.organization).setMembers(write.ids, SOMEBODY);
      this.log.push('one applied late');
    }
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}

describe('Writes that GitHub applies late or never, in random games', () => {
  for (const seed of sampleOf(GAMES, 6, 'late writes')) {
    it(`are named by the status for as long as they may come: game ${seed}`, async () => {
      const scene = await Scene.open(town({ members: 10, demoted: 1, promoted: 1, others: 2 }));
      const game = new Game(scene, seed);
      try {
        for (let round = 1; round <= PASSES; round += 1) await game.round();
      } catch (thrown) {
        throw new Error(`${(thrown as Error).message}\n${game.log.join('\n')}`, { cause: thrown });
      } finally {
        await scene.close();
      }
    });
  }
});
