/** A loop whose policy delivers egress rules by a shared file, and what tests say and ask about it. */
import { parse, stringify } from 'yaml';
import type { EgressRuleStatus, PolicyStatus } from '../../pkg/api/index.js';
import { EgressHandler } from '../../pkg/reconciler/index.js';
import { town } from '../builders.js';
import type { LoggedRequest, Organization, Pull, Repository } from '../fakes/github/index.js';
import { inputOf } from './input.js';
import { DAY, Loop } from './loop.js';

export const KIND = 'Plus1EgressRule';
export const FILE = '.github/harden-runner/allow_list.txt';
export const BRANCH = 'plus1/egress';
export const HOST = 'packages.example.com:443';
export const FOREIGN = '# kept by hand\ngithub.com:443\n';

const PERSON = { login: 'ann', type: 'User' } as const;

/** A rule as a document. */
export const rule = (name: string, spec: object = {}): string =>
  stringify({
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: KIND, metadata: { name } },
    spec: {
      ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build', endpoints: [HOST] },
      ...spec,
    },
  });

export interface StageOptions {
  /** Of the file on the default branch; absent: there is none. */
  file?: string;
  policy?: object;
  token?: string;
}

export class SharedFileStage {
  readonly loop: Loop;
  readonly acme: Organization;
  readonly home: Repository;

  private constructor(loop: Loop, acme: Organization, home: Repository) {
    this.loop = loop;
    this.acme = acme;
    this.home = home;
  }

  static async open({ file, policy = {}, token }: StageOptions = {}): Promise<SharedFileStage> {
    const acme = town({ members: 1 });
    const files = { 'README.md': '# acme\n', ...(file !== undefined && { [FILE]: file }) };
    const home = acme.createRepository({ name: '.github', files });
    const handlers = [new EgressHandler({ resolve: async () => 'resolves', emergencyLimitMs: DAY })];
    const environment = token === undefined ? {} : { environment: { token } };
    const loop = await Loop.open({ organizations: [acme], handlers, ...environment });
    const spec = { egress: { delivery: 'SharedFile' }, schedule: { interval: '1h' }, ...policy };
    loop.put('acme.yaml', loop.policy('acme', spec));
    return new SharedFileStage(loop, acme, home);
  }

  /** A look now. */
  look(): Promise<void> {
    return this.loop.lookNow();
  }

  get text(): string {
    return String(this.home.files.get(FILE)?.content ?? '');
  }

  get branchText(): string {
    return String(this.home.branches.get(BRANCH)?.files.get(FILE)?.content ?? '');
  }

  /** The one that is open. Throws where there are more. */
  get open(): Pull | undefined {
    const { open } = this.home.pulls;
    if (open.length > 1) throw new Error(`${open.length} pull requests are open`);
    return open[0];
  }

  /** The one that is open. Throws where there is none. */
  get pull(): Pull {
    const { open } = this;
    if (open === undefined) throw new Error(`no pull request is open: ${JSON.stringify(this.shared)}`);
    return open;
  }

  status(name: string): EgressRuleStatus {
    return inputOf<{ status: EgressRuleStatus }>(this.loop, KIND, name)?.status ?? {};
  }

  /** `True InForce` */
  is(name: string, type: string): string {
    const found = this.status(name).conditions?.find((each) => each.type === type);
    return found === undefined ? 'absent' : `${found.status} ${found.reason}`;
  }

  says(name: string, type: string): string {
    return this.status(name).conditions?.find((each) => each.type === type)?.message ?? '';
  }

  get shared(): NonNullable<NonNullable<PolicyStatus['egress']>['sharedFile']> | undefined {
    return this.loop.status('acme').egress?.sharedFile;
  }

  approve(login = 'ann'): void {
    this.home.pulls.review(this.pull, { author: { login, type: 'User' } });
  }

  /** Reviewed and merged, and looked at. */
  async merge(how: 'merge' | 'squash' = 'merge'): Promise<void> {
    this.approve();
    this.home.pulls.merge(this.pull, { how, by: PERSON });
    await this.look();
  }

  /** What was written to that repository, in order. */
  get writes(): LoggedRequest[] {
    return this.loop.github.requests.filter(({ isWrite, path }) => isWrite && path.startsWith('/repos/'));
  }

  /** Paths that all trees which were sent write to. */
  get writtenPaths(): string[] {
    const trees = this.writes.filter(({ operation }) => operation === 'git/create-tree');
    return trees.flatMap(({ body }) => (body as { tree: { path: string }[] }).tree.map(({ path }) => path));
  }

  /** Endpoints of a text, without comments. */
  static endpoints(text: string): string[] {
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  static parse(text: string): unknown {
    return parse(text);
  }
}
