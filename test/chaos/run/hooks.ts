/** Webhooks of a run, in some of the seeds: deliveries that come late, twice or never, and forgeries beside them. */
import type { DeliveryRequest } from '../../fakes/github/index.js';
import { HOUR, MINUTE } from '../actions/action.js';
import type { Random } from '../random.js';
import type { Simulation } from './simulation.js';

const SHARE = 0.4;
const LOST = 0.2;
const TWICE = 0.1;
const LONGEST_MS = 12 * HOUR;

export class Hooks {
  /** Whether this run has any: a draw of its own, so that the others stay what they were. */
  readonly areOn: boolean;
  /** Forgeries that reached a process. */
  forgeries = 0;
  readonly #sim: Simulation;
  readonly #random: Random;
  /** GitHub sends nothing. */
  #isDown = false;

  constructor(sim: Simulation, random: Random) {
    this.#sim = sim;
    this.#random = random;
    this.areOn = random.chance(SHARE);
  }

  start(): void {
    if (!this.areOn) return;
    const { github, organization } = this.#sim;
    github.webhooks.send = async (request) => this.#send(request);
    github.webhooks.add({ url: 'https://plus1.example/webhooks/github', secret: 'a secret', of: organization });
    this.#forgeLater();
    this.#failLater();
  }

  async #send(request: DeliveryRequest): Promise<number> {
    const random = this.#random;
    const isLost = this.#isDown || random.chance(LOST);
    if (isLost && !this.#sim.isCalm) {
      this.#sim.count('webhook-lost');
      return 0;
    }
    this.#arriveLater(request);
    if (random.chance(TWICE)) this.#arriveLater(request);
    return 202;
  }

  /** Some within a second, some half a minute late, so that they overtake each other. */
  #arriveLater(request: DeliveryRequest): void {
    const ms = this.#random.chance(0.8) ? this.#random.between(50, 1_000) : this.#random.between(1_000, 30_000);
    this.#sim.timeline.after(ms, () => {
      const running = this.#sim.lives.latest;
      running?.life.run(() => running.process.receive(request));
      this.#sim.count('webhook');
    });
  }

  /** A stranger sends some, now and then many. */
  #forgeLater(): void {
    this.#sim.later(this.#random.between(1, 90) * MINUTE, () => {
      const running = this.#sim.lives.latest;
      const number = this.#random.pick([1, 5, 60]);
      running?.life.run(() => {
        for (let n = 0; n < number; n += 1) running.process.receiveForgery();
      });
      this.forgeries += number;
      this.#sim.count('webhook-forged');
      if (this.#sim.timeline.elapsedMs < LONGEST_MS) this.#forgeLater();
    });
  }

  /** GitHub sends nothing for a while. */
  #failLater(): void {
    this.#sim.later(this.#random.between(10, 300) * MINUTE, () => {
      this.#isDown = true;
      this.#sim.later(this.#random.between(5, 120) * MINUTE, () => {
        this.#isDown = false;
        this.#failLater();
      });
    });
  }
}
