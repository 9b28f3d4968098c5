/** Starts, stops, kills and starts again the processes of a run. */
import type { Identity } from '../disk/stand-in.js';
import type { Random } from '../random.js';
import { clockOf, Life, type Machine } from './life.js';
import { networkOf, type Sent } from './network.js';
import { Process, type Ended } from './process.js';
import type { Simulation } from './simulation.js';
import { TOKEN } from './simulation.js';
import { Witness } from './witness.js';

export interface Running {
  number: number;
  life: Life;
  machine: Machine;
  process: Process;
  /** Number of its pass; 0 before the first. */
  pass: number;
  /** The membership that it was shown last, in this pass. */
  read: number[] | undefined;
  /** Its last request. */
  before: string | undefined;
}

export class Lives {
  readonly witness: Witness;
  readonly machines: Machine[] = [
    { name: 'one', offsetMs: 0 },
    { name: 'two', offsetMs: 0 },
  ];
  /** Those that are not dead, the latest last. */
  running: Running[] = [];
  readonly #sim: Simulation;
  readonly #random: Random;
  #made = 0;
  #identity: Identity = { boot: 'none', start: '0' };
  #isEnding = false;

  constructor(sim: Simulation, random: Random) {
    this.#sim = sim;
    this.#random = random;
    this.witness = new Witness(sim);
  }

  /** Of the process that starts. */
  get identity(): Identity {
    return this.#identity;
  }

  /** How many there were. */
  get made(): number {
    return this.#made;
  }

  /** The one that was started last. */
  get latest(): Running | undefined {
    return this.running.at(-1);
  }

  start(machine: Machine = this.machines[0] as Machine): Running {
    const sim = this.#sim;
    const number = (this.#made += 1);
    const life = new Life();
    this.#identity = { boot: machine.name, start: String(number) };
    sim.mounts.add(`p${number}`, { volumes: { state: sim.state, policies: sim.policies }, gate: life.gate });
    sim.note(`p${number} starts on machine ${machine.name}`);
    const running: Running = {
      ...{ number, life, machine, pass: 0, read: undefined, before: undefined },
      process: undefined as unknown as Process,
    };
    life.onCall = () => this.#onCall(running);
    running.process = this.#process(running);
    this.running.push(running);
    void running.process.ended.then((ended) => this.#ended(running, ended));
    return running;
  }

  #process(running: Running): Process {
    const { witness } = this;
    const { github, timeline, chronicle, weather, line, hooks } = this.#sim;
    const { number, life, machine } = running;
    return new Process({
      ...{ name: `p${number}`, token: TOKEN, random: this.#random.next, clock: clockOf(timeline, machine, life) },
      areHinted: hooks.areOn,
      fetch: networkOf({
        ...{ github, timeline, life, fateOf: weather.fateOf, latencyMs: weather.latencyMs },
        onSend: (sent) => this.#onSend(running, sent),
        onServed: (exchanged, isAnswered) => {
          witness.served(exchanged);
          if (exchanged.request.method === 'PUT' && isAnswered) this.#onPutServed(running);
        },
        onAnswered: (exchanged) => witness.answered(running, exchanged),
        onStray: (url) => chronicle.wrong.push(`secrets: a request was sent to ${new URL(url).host}`),
        onBroken: (error) => chronicle.wrong.push(`simulator: ${String(error)}`),
        isEchoing: () => weather.isEchoing,
      }),
      onLine: (text) => line(`p${number} ${text}`),
      onPass: (phase, id) => (phase === 'begins' ? witness.passBegins(running, id) : witness.passEnds(running)),
    });
  }

  /** Kills it; a power cut loses what was not flushed. Another one starts after a while. */
  kill(running: Running, { isPowerCut = false }: { isPowerCut?: boolean } = {}): void {
    const sim = this.#sim;
    if (running.life.isDead) return;
    running.life.kill();
    this.witness.trouble(running);
    this.witness.died(running);
    if (isPowerCut && this.running.length === 1) sim.state.cutPower(this.#random);
    sim.note(`p${running.number} is killed${isPowerCut ? ' by a power cut' : ''}`);
    this.#gone(running);
  }

  /** Nothing starts any more. */
  end(): void {
    this.#isEnding = true;
    for (const { life } of this.running) life.kill();
    this.running = [];
  }

  #ended(running: Running, ended: Ended): void {
    if (running.life.isDead) return;
    running.life.kill();
    const { error } = ended;
    this.#sim.note(`p${running.number} has ended: ${ended.how} ${error?.message ?? ''}`);
    if (error !== undefined && !('code' in error)) this.#sim.chronicle.wrong.push(`crash: ${error.stack}`);
    this.#gone(running);
  }

  #gone(running: Running): void {
    this.running = this.running.filter((each) => each !== running);
    if (this.#isEnding || this.running.length > 0) return;
    this.#sim.timeline.after(this.#random.between(1_000, 120_000), () => {
      if (!this.#isEnding && this.running.length === 0) this.start(running.machine);
    });
  }

  #onCall(running: Running): void {
    const { weather } = this.#sim;
    const { kill } = weather;
    if (kill?.at !== 'file' || running !== this.latest || running.life.isFrozen) return;
    if ((kill.n -= 1) > 0) return;
    weather.kill = undefined;
    this.kill(running, kill);
  }

  #onSend(running: Running, sent: Sent): void {
    this.witness.sent(running, sent);
    const { weather } = this.#sim;
    const { kill } = weather;
    if (kill === undefined) return;
    const isDue = kill.at === 'put' ? kill.when === 'unsent' && sent.method === 'PUT' : isLast(kill);
    if (!isDue) return;
    weather.kill = undefined;
    this.kill(running, kill);
  }

  #onPutServed(running: Running): void {
    const { weather } = this.#sim;
    const { kill } = weather;
    if (kill?.at !== 'put' || kill.when === 'unsent') return;
    // Where it is answered, the process dies at one of the calls by which it keeps the outcome.
    weather.kill = kill.when === 'answered' ? { at: 'file', n: kill.n, isPowerCut: kill.isPowerCut } : undefined;
    if (kill.when === 'applied') this.kill(running, kill);
  }
}

const isLast = (kill: { at: 'file' | 'request'; n: number }): boolean => kill.at === 'request' && (kill.n -= 1) <= 0;
