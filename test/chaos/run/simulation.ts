/** One run: an organization, a policy, a disk, GitHub, and one process after the other that runs the controller over them. */
import { stringify } from 'yaml';
import { GitHubSimulator, type Organization, type Repository, type Ruleset } from '../../fakes/github/index.js';
import { RULESET } from '../../builders.js';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import { Mounts, ROOT } from '../disk/mounts.js';
import { standIn } from '../disk/stand-in.js';
import { Volume } from '../disk/volume.js';
import { Chronicle, type Truth } from '../model/chronicle.js';
import type { Spec } from '../model/spec.js';
import { Random } from '../random.js';
import { randomOrganization, textOf } from '../world/organization.js';
import { randomSpec } from '../world/policy.js';
import { Hooks } from './hooks.js';
import { Lives } from './lives.js';
import { GITHUB } from './network.js';
import { countTurns } from './rest.js';
import { Timeline } from './timeline.js';
import { Weather } from './weather.js';

export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
export const POLICY = 'acme';
const FILE = 'acme.yaml';
const DAY = 86_400_000;
/** The first of the days on which a run begins. No run goes on into another month. */
const FIRST_DAY = Date.UTC(2026, 10, 2);
const DAYS = 20;

export class Simulation {
  readonly timeline: Timeline;
  readonly mounts = new Mounts();
  readonly state: Volume;
  readonly policies: Volume;
  readonly organization: Organization;
  readonly github: GitHubSimulator;
  readonly chronicle = new Chronicle();
  readonly weather: Weather;
  readonly lives: Lives;
  readonly hooks: Hooks;
  readonly counts = new Map<string, number>();
  readonly trace: string[] = [];
  readonly isTraced: boolean;
  spec: Spec;
  isCalm = false;
  rest: () => Promise<void> = async () => undefined;
  readonly #changed = new Map<number, number>();

  constructor(seed: number, { isTraced = false }: { isTraced?: boolean } = {}) {
    this.isTraced = isTraced;
    const random = new Random(seed, 'world');
    this.timeline = new Timeline(FIRST_DAY + random.below(DAYS) * DAY + random.below(DAY));
    const { now } = this.timeline;
    this.state = new Volume(now, (bytes, path) => this.#requireNoSecret(Buffer.from(bytes).toString(), path));
    this.policies = new Volume(now);
    this.organization = randomOrganization(random);
    this.spec = randomSpec(random);
    this.github = new GitHubSimulator({ organizations: [this.organization], clock: now, url: GITHUB });
    this.github.world.behaviour.unknownIDs = random.pick(['keep', 'refuse']);
    this.github.world.behaviour.idOrder = random.pick(['sent', 'sorted', 'reversed']);
    this.weather = new Weather(this.github, new Random(seed, 'weather'), {
      passOf: () => this.lives.witness.passNumber,
      nowMs: () => this.timeline.elapsedMs,
    });
    this.lives = new Lives(this, new Random(seed, 'lives'));
    this.hooks = new Hooks(this, new Random(seed, 'hooks'));
    if (this.hooks.areOn) this.spec.github.webhook = { secretRef: { name: 'hook' } };
    this.mounts.add('person', { volumes: { state: this.state, policies: this.policies }, gate: () => undefined });
  }

  /** Lets the product run on this simulation's files and turns while `work` does. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const turns = countTurns();
    const giveBack = standIn(
      this.mounts,
      () => this.lives.identity,
      (what) => this.chronicle.wrong.push(`simulator: ${what} has no stand-in`),
    );
    this.rest = turns.rest;
    try {
      return await work();
    } finally {
      this.lives.end();
      await turns.rest();
      giveBack();
      turns.end();
    }
  }

  /** Lets time pass. */
  async pass(ms: number, isOver?: () => boolean): Promise<void> {
    await this.timeline.until(this.timeline.elapsedMs + ms, this.rest, isOver);
  }

  get ruleset(): Ruleset {
    return this.organization.ruleset(RULESET);
  }

  /** The status as it lies on the disk. */
  get status(): PolicyStatus {
    try {
      const node = this.state.node(`default/${POLICY}.json`);
      return node.kind === 'file' ? ((JSON.parse(node.data.toString()) as { status?: PolicyStatus }).status ?? {}) : {};
    } catch {
      return {};
    }
  }

  /** Writes the policy's file; undefined takes it away, a text is written as it is. */
  putPolicy(spec: Spec | string | undefined): void {
    const at = this.timeline.now();
    this.chronicle.versions.push({ at, spec: typeof spec === 'object' ? spec : undefined });
    if (typeof spec === 'object') this.spec = spec;
    if (spec === undefined) {
      if (this.policies.has(FILE)) this.policies.remove(FILE);
    } else {
      const file = this.policies.create(FILE, { exclusive: false });
      const object = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: POLICY }, spec };
      this.policies.truncate(file, 0, FILE);
      this.policies.write(file, Buffer.from(typeof spec === 'string' ? spec : stringify(object)), 0, FILE);
    }
    this.mounts.tell(`policies/${FILE}`);
  }

  /** Touches it: "look now". */
  touchPolicy(): void {
    if (!this.policies.has(FILE)) return;
    this.policies.touch(this.policies.node(FILE));
    this.mounts.tell(`policies/${FILE}`);
  }

  /** What an action will do after a while, unless all has come to its end by then. */
  later(ms: number, run: () => void): void {
    this.timeline.after(ms, () => {
      if (!this.isCalm) run();
    });
  }

  /** An owner did something to it. */
  changed({ id }: { id: number }): void {
    this.#changed.set(id, this.timeline.now());
  }

  truth(): Truth[] {
    return this.organization.repositories.map((repository) => this.truthOf(repository));
  }

  truthOf(repository: Repository): Truth {
    const { id, name, isArchived, isDisabled, isFork } = repository;
    const changedAt = this.#changed.get(id) ?? 0;
    return { row: { id, name, isArchived, isDisabled, isFork }, text: textOf(repository), changedAt };
  }

  readonly count = (what: string): void => {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  };

  readonly note = (text: string): void => {
    if (this.isTraced) this.trace.push(`${new Date(this.timeline.now()).toISOString()} ${text}`);
  };

  readonly line = (text: string): void => {
    this.#requireNoSecret(text, 'the log');
    if (this.isTraced) this.trace.push(`${new Date(this.timeline.now()).toISOString()}   log ${text.trim()}`);
  };

  #requireNoSecret(text: string, where: string): void {
    if (text.includes(TOKEN)) this.chronicle.wrong.push(`secrets: the token stands in ${where}`);
  }

  /** The mount of a path that a process sees. */
  static path(mount: string, below: string): string {
    return `${ROOT}/${mount}/${below}`;
  }
}
