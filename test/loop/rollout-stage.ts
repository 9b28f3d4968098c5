/** A policy with a rollout over a folder, in virtual time: what lies on the disk, what GitHub has, and who pushes. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Rollout, RolloutStatus } from '../../pkg/api/index.js';
import { candidateName } from '../../pkg/rollout/index.js';
import { town } from '../builders.js';
import type { Organization, Repository } from '../fakes/github/index.js';
import { plus1 } from '../integration/cli.js';
import { inputOf } from './input.js';
import { HOUR, Loop, type LoopOptions } from './loop.js';

export const RULE = { type: 'required_signatures' };

/** Short stages, so that a story has few passes. */
export const QUICK = {
  stages: [
    { percent: 20, enforcement: 'Evaluate', soak: '2h' },
    { percent: 50, enforcement: 'Active', soak: '2h' },
    { percent: 100, enforcement: 'Active', soak: '2h' },
  ],
  analysis: { minPushes: 2, maxFailedPushes: 1, maxFailingRepositories: '50%', interval: '1h' },
  approval: 'None',
};

export const rolloutText = (spec: object = {}, name = 'signed'): string =>
  stringify({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Rollout',
    metadata: { name },
    spec: {
      ...{ policyRef: { name: 'acme' }, reason: 'Sign what is released', owner: 'security', rules: [RULE] },
      ...QUICK,
      ...spec,
    },
  });

/** What of a state folder is in an API server where there is a cluster. */
const SHARED = new Set(['.kinds', '.approvals']);

type Candidate = ReturnType<Organization['ruleset']>;

export class RolloutStage {
  readonly loop: Loop;
  readonly acme: Organization;
  /** The main ruleset as it was when the story began, or as its owner left it: everything of it. */
  #main: string;
  #rules: string;
  /** The story has repositories enter or leave the main ruleset: then all else of it stays. */
  isMembershipFree = false;

  private constructor(loop: Loop, acme: Organization) {
    this.loop = loop;
    this.acme = acme;
    this.#main = this.main;
    this.#rules = this.#rulesNow;
  }

  /** Ten governed repositories, on GitHub Enterprise, and one that is no production. */
  static async open(options: Partial<LoopOptions> & { members?: number } = {}): Promise<RolloutStage> {
    const { members = 10, ...more } = options;
    const acme = town({ members });
    acme.plan = 'enterprise';
    acme.createRepository({ name: 'sandbox-api' });
    const loop = await Loop.open({ organizations: [acme], ...more });
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '24h', quickInterval: '0s' } }));
    return new RolloutStage(loop, acme);
  }

  /** Throws where the rollout touched the main ruleset, in whatever story. */
  async close(): Promise<void> {
    await this.loop.close();
    if (this.#rulesNow !== this.#rules) throw new Error('the rules of the main ruleset changed');
    if (!this.isMembershipFree && !this.isMainUntouched) throw new Error('the bytes of the main ruleset changed');
  }

  /** As its owner edits it by hand. */
  ownerEdits(change: Parameters<Candidate['edit']>[0]): void {
    this.acme.ruleset('plus1_enforcement').edit(change);
    this.#main = this.main;
    this.#rules = this.#rulesNow;
  }

  get #rulesNow(): string {
    const { rules, bypassActors, enforcement, conditions } = this.acme.ruleset('plus1_enforcement');
    return JSON.stringify([rules, bypassActors, enforcement, conditions.ref_name]);
  }

  /** All that GitHub has of the main ruleset, as text. */
  get main(): string {
    const { state, history } = this.acme.ruleset('plus1_enforcement');
    return JSON.stringify([state, history]);
  }

  /** True where nobody ever wrote to it. */
  get isMainUntouched(): boolean {
    return this.main === this.#main;
  }

  /** Another replica takes over: it has the statuses, as an API server would, and a volume of its own without journal, memory and evidence. */
  async failOver(): Promise<void> {
    await this.loop.stop();
    for (const name of readdirSync(this.loop.state))
      if (name.startsWith('.') && !SHARED.has(name)) rmSync(join(this.loop.state, name), { recursive: true });
    await this.loop.start();
  }

  object(name = 'signed'): Rollout | undefined {
    return inputOf<Rollout>(this.loop, 'Plus1Rollout', name);
  }

  get status(): RolloutStatus {
    return this.object()?.status ?? {};
  }

  /** `True Running`, as one word; empty where there is no such condition. */
  is(type: string): string {
    const found = this.status.conditions?.find((condition) => condition.type === type);
    return found === undefined ? '' : `${found.status} ${found.reason}`;
  }

  says(type: string): string {
    return this.status.conditions?.find((condition) => condition.type === type)?.message ?? '';
  }

  get candidate(): Candidate | undefined {
    const name = candidateName(this.object()?.metadata.uid ?? '');
    return this.acme.rulesets.find((ruleset) => ruleset.name === name);
  }

  get members(): number[] {
    return this.candidate?.members ?? [];
  }

  /** So many pushes to the default branches of members, one after the other. */
  push(count: number, push: Parameters<Repository['push']>[0] = {}): void {
    const { members } = this;
    for (let n = 0; n < count; n += 1) this.acme.get(members[n % members.length] ?? 0).push(push);
  }

  /** Lets three looks go by, the length of a stage, with pushes that keep to the rules. */
  async goodStage(): Promise<void> {
    await this.loop.pass(0.5 * HOUR);
    this.push(2);
    await this.loop.pass(2 * HOUR);
  }

  /** As `plus1 approve` leaves it beside the state. */
  async approve(planHash: string, approver: string): Promise<void> {
    const args = [
      'approve',
      'acme',
      '--plan',
      planHash,
      '--reason',
      'Seen and agreed',
      '--approver',
      approver,
      '--yes',
    ];
    const { code, stderr } = await plus1([...args, '--state', this.loop.state], {
      clock: () => this.loop.clock.now(),
    });
    if (code !== 0) throw new Error(stderr);
  }

  /** What became of the approvals. */
  async approvalStates(): Promise<string[]> {
    const { stdout } = await plus1(['get', 'approvals', '-o', 'json', '--state', this.loop.state]);
    const { items } = JSON.parse(stdout) as { items: { status?: { state?: string } }[] };
    return items.map(({ status }) => status?.state ?? '');
  }

  /** As with the policy touched: a pass now. */
  look(): Promise<void> {
    return this.loop.lookNow();
  }

  /** Requests for rule suites so far: lists, and single suites. */
  get suiteRequests(): { lists: number; opened: number } {
    const of = (operation: string): number =>
      this.loop.github.requests.filter((request) => request.operation === operation).length;
    return { lists: of('repos/get-org-rule-suites'), opened: of('repos/get-org-rule-suite') };
  }
}
