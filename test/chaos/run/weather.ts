/** What is wrong between the controller and GitHub just now, and with its next write. Actions set it, and `calm` ends it. */
import { faultApplies, type Fault, type GitHubSimulator, type LoggedRequest } from '../../fakes/github/index.js';
import type { Random } from '../random.js';
import type { Fate, Sent } from './network.js';

/** When a process dies: at its n-th call to a file from now, at its n-th request, or around its next write. */
export type Kill =
  { at: 'file' | 'request'; n: number } | { at: 'put'; when: 'unsent' | 'applied' | 'answered'; n: number };

export class Weather {
  kill: (Kill & { isPowerCut: boolean }) | undefined;
  /** Of the next writes, one each; those after them are served. */
  fates: Fate[] = [];
  /** Refusals repeat the credential. */
  isEchoing = false;
  latency: readonly [number, number] = [20, 300];
  /** GitHub told a text that is not in the repository. */
  hasLied = false;
  /** Times that each kind of fault hit a request. */
  readonly hits = new Map<string, number>();
  readonly #github: GitHubSimulator;
  readonly #random: Random;
  #storms: { untilMs: number; share: number; faults: readonly Fault[] }[] = [];
  #armed: Fault[] = [];
  /** GitHub lies at most once in a pass: of two lies about one file that agree nobody could tell that they are none. */
  #liedIn: number | undefined;
  #passOf: () => number;
  #nowMs: () => number;

  constructor(
    github: GitHubSimulator,
    random: Random,
    { passOf, nowMs }: { passOf: () => number; nowMs: () => number },
  ) {
    this.#github = github;
    this.#random = random;
    this.#passOf = passOf;
    this.#nowMs = nowMs;
    github.beforeRequest((request) => this.#arrive(request));
  }

  /** At the next requests that they can hit. */
  arm(...faults: Fault[]): void {
    this.#armed.push(...faults);
  }

  storm(ms: number, share: number, faults: readonly Fault[]): void {
    this.#storms.push({ untilMs: this.#nowMs() + ms, share, faults });
  }

  calm(): void {
    this.kill = undefined;
    this.fates = [];
    this.isEchoing = false;
    this.latency = [20, 300];
    this.#storms = [];
    this.#armed = [];
    this.#github.faults.clear();
  }

  readonly latencyMs = (): number => this.#random.between(...this.latency);

  readonly fateOf = ({ method }: Sent): Fate => (method === 'PUT' ? this.fates.shift() : undefined) ?? 'served';

  #arrive(request: LoggedRequest): void {
    const fault = this.#faultFor(request);
    if (fault === undefined) return;
    this.hits.set(fault.kind, (this.hits.get(fault.kind) ?? 0) + 1);
    this.#github.faults.when((each) => each === request, fault);
  }

  #faultFor(request: LoggedRequest): Fault | undefined {
    const at = this.#armed.findIndex((fault) => this.#mayHit(fault, request));
    if (at >= 0 && this.#random.chance(0.5)) return this.#taken(this.#armed.splice(at, 1)[0]);
    const storm = this.#storms.find(({ untilMs }) => this.#nowMs() < untilMs);
    if (storm === undefined || !this.#random.chance(storm.share)) return undefined;
    const fault = this.#random.pick(storm.faults);
    return this.#mayHit(fault, request) ? this.#taken(fault) : undefined;
  }

  #mayHit(fault: Fault, request: LoggedRequest): boolean {
    if (fault.kind === 'wrong-file' && this.#liedIn === this.#passOf()) return false;
    return faultApplies(fault, request);
  }

  #taken(fault: Fault | undefined): Fault | undefined {
    if (fault?.kind === 'wrong-file') {
      this.#liedIn = this.#passOf();
      this.hasLied ||= fault.content !== undefined;
    }
    return fault;
  }
}
