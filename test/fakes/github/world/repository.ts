/**
 * One repository: settings, branches, commits, files. Settings are read-only properties and change through methods, so
 * that listings know when to sort again.
 * Hazard: a commit keeps the files it was made with; the head of the default branch is what a scan sees.
 */
import { RepositoryActions, type RunSpec, type Started } from './actions.js';
import type { RepositoryAction, RepositoryActivity } from './activity.js';
import { Issues } from './issues.js';
import { RepositorySecurity } from './security.js';
import { nodeID } from './node-id.js';
import { Pulls } from './pulls.js';
import type { Files, GitFile, FileMode } from './git.js';
import { sha1 } from './git.js';
import type { Organization } from './organization.js';
import type { Push, RuleSuite } from './rule-suites.js';

export type Visibility = 'public' | 'private' | 'internal';

export interface Author {
  name: string;
  /** Absent: the e-mail address belongs to no account, so GraphQL answers `user: null`. */
  login?: string;
}

export interface Commit {
  readonly typeName: 'Commit';
  readonly repository: Repository;
  readonly oid: string;
  readonly author: Author;
  readonly date: number;
  readonly message: string;
  readonly files: Files;
  /** Absent of the first one of a branch without a past. */
  readonly parent?: Commit;
  /** Of a merge: the commit whose history it brings in. */
  readonly mergeParent?: Commit;
  /** Number of the merged pull request that brought it. */
  readonly pullRequest?: number;
}

export interface RepositorySettings {
  visibility: Visibility;
  description: string | null;
  isArchived: boolean;
  isDisabled: boolean;
  isFork: boolean;
  isTemplate: boolean;
  isLocked: boolean;
  hasIssues: boolean;
}

export type FileSpec = string | Buffer | { content: string | Buffer; mode?: FileMode };

export interface RepositorySpec extends Partial<RepositorySettings> {
  id?: number;
  name: string;
  defaultBranch?: string;
  createdAt?: number;
  author?: Author;
  /** Absent: a README. `isEmpty` makes a repository without any commit. */
  files?: Record<string, FileSpec>;
  isEmpty?: boolean;
  /** What a scan should say about it; set by seeds for tests to compare with. */
  expected?: string;
}

interface NewCommit {
  message: string;
  branch: string;
  author?: Author;
  date?: number;
  pullRequest?: number;
  /** Default: made of what it is. */
  oid?: string;
}

/** What a push to a branch that does not exist yet begins at. */
const NO_COMMIT = '0'.repeat(40);

const toFile = (spec: FileSpec): GitFile =>
  typeof spec === 'string' || Buffer.isBuffer(spec)
    ? { content: spec, mode: '100644' }
    : { content: spec.content, mode: spec.mode ?? '100644' };

function settingsOf(spec: RepositorySpec): RepositorySettings {
  const { visibility = 'private', description = null, hasIssues = true } = spec;
  const { isArchived = false, isDisabled = false, isFork = false, isTemplate = false, isLocked = false } = spec;
  return { visibility, description, isArchived, isDisabled, isFork, isTemplate, isLocked, hasIssues };
}

/** Of the last change, and of the last push; null where there was none. */
export interface RepositoryTimes {
  updatedAt: number;
  pushedAt: number | null;
}

/** What GitHub calls a change of settings. */
function actionsOf(before: RepositorySettings, after: RepositorySettings): RepositoryAction[] {
  const actions: RepositoryAction[] = [];
  if (before.isArchived !== after.isArchived) actions.push(after.isArchived ? 'archived' : 'unarchived');
  if (before.visibility !== after.visibility) actions.push(after.visibility === 'public' ? 'publicized' : 'privatized');
  return actions.length > 0 ? actions : ['edited'];
}

/** More changes than come within a lag. */
const MOST_MOMENTS = 16;

export class Repository {
  readonly typeName = 'Repository';
  readonly id: number;
  readonly nodeID: string;
  readonly createdAt: number;
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, Commit>();
  readonly tags = new Map<string, Commit>();
  readonly actions: RepositoryActions;
  readonly issues: Issues;
  /** Classic protection, and code scanning. */
  readonly security = new RepositorySecurity();
  readonly pulls: Pulls;
  /** Trees that were made by themselves, by their oid. */
  readonly trees = new Map<string, Files>();
  /** Labels that issues may have. */
  readonly labels = new Set<string>();
  /** What a scan should say about it, where a seed knows. */
  expected: string | undefined;
  #organization: Organization;
  #name: string;
  #defaultBranch: string;
  #settings: RepositorySettings;
  #updatedAt: number;
  #pushedAt: number;
  #revision = 0;
  /** The last changes, for lists that lag. */
  #moments: { at: number; times: RepositoryTimes }[] = [];

  /** Use `organization.createRepository`. */
  constructor(organization: Organization, spec: RepositorySpec & { id: number; createdAt: number }) {
    this.#organization = organization;
    this.id = spec.id;
    this.issues = new Issues(spec.id, () => this.#organization.now());
    this.pulls = new Pulls(this);
    this.nodeID = nodeID('R', String(spec.id));
    this.actions = new RepositoryActions(spec.id);
    this.#name = spec.name;
    this.createdAt = this.#updatedAt = this.#pushedAt = spec.createdAt;
    this.#defaultBranch = spec.defaultBranch ?? 'main';
    this.expected = spec.expected;
    this.#settings = settingsOf(spec);
    if (spec.isEmpty) return;
    const files = Object.entries(spec.files ?? { 'README.md': `# ${spec.name}\n` });
    this.#add(new Map(files.map(([path, file]) => [path, toFile(file)])), {
      message: 'Initial commit',
      branch: this.#defaultBranch,
      ...(spec.author ? { author: spec.author } : {}),
    });
  }

  get organization(): Organization {
    return this.#organization;
  }
  get name(): string {
    return this.#name;
  }
  get fullName(): string {
    return `${this.#organization.login}/${this.#name}`;
  }
  get visibility(): Visibility {
    return this.#settings.visibility;
  }
  get description(): string | null {
    return this.#settings.description;
  }
  get isArchived(): boolean {
    return this.#settings.isArchived;
  }
  get isDisabled(): boolean {
    return this.#settings.isDisabled;
  }
  get isFork(): boolean {
    return this.#settings.isFork;
  }
  get isTemplate(): boolean {
    return this.#settings.isTemplate;
  }
  get isLocked(): boolean {
    return this.#settings.isLocked;
  }
  get hasIssues(): boolean {
    return this.#settings.hasIssues;
  }
  get isEmpty(): boolean {
    return this.branches.size === 0;
  }
  get updatedAt(): number {
    return this.#updatedAt;
  }
  get pushedAt(): number | null {
    return this.isEmpty ? null : this.#pushedAt;
  }
  /** The times as a copy shows them that is as it was then; undefined where it does not have the repository yet. */
  timesAsOf(ms: number): RepositoryTimes | undefined {
    const known = this.#moments.filter(({ at }) => at <= ms).at(-1)?.times;
    if (known !== undefined || this.createdAt > ms) return known;
    return { updatedAt: this.createdAt, pushedAt: this.isEmpty ? null : this.createdAt };
  }
  get defaultBranch(): string {
    return this.#defaultBranch;
  }
  /** Head of the default branch; undefined where the repository is empty or its HEAD points nowhere. */
  get head(): Commit | undefined {
    return this.branches.get(this.#defaultBranch);
  }
  /** Files at the head of the default branch. */
  get files(): Files {
    return this.head?.files ?? new Map<string, GitFile>();
  }
  /** Moves with every change: rendered answers are kept by it. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes settings as an owner would on the settings page. */
  set(settings: Partial<RepositorySettings>): this {
    const before = { ...this.#settings };
    this.#changeSettings(settings);
    for (const action of actionsOf(before, this.#settings)) this.#tell(action);
    return this;
  }
  archive(isArchived = true): this {
    return this.set({ isArchived });
  }
  /** As GitHub staff do (terms of service, billing): it stays listed, its content is blocked. */
  disable(isDisabled = true): this {
    return this.set({ isDisabled });
  }
  rename(name: string): this {
    const from = this.#name;
    this.#organization.renameRepository(this, name);
    this.#name = name;
    this.#changeSettings({});
    return this.#tell('renamed', { changes: { repository: { name: { from } } } });
  }
  delete(): void {
    this.#organization.deleteRepository(this);
    this.#tell('deleted');
  }
  /** The id and the node id stay; the old address redirects. */
  transferTo(owner: Organization): this {
    const from = this.#organization;
    from.deleteRepository(this, { movedTo: owner });
    this.#organization = owner;
    owner.adopt(this);
    this.#changeSettings({});
    // The new owner alone hears of it: nothing announces that a repository left.
    return this.#tell('transferred', { from });
  }
  /** `create: false` leaves HEAD pointing at a branch that does not exist. */
  setDefaultBranch(name: string, { create = true }: { create?: boolean } = {}): this {
    const head = this.head;
    if (create && head && !this.branches.has(name)) this.branches.set(name, head);
    const from = this.#defaultBranch;
    this.#defaultBranch = name;
    this.#changeSettings({});
    return this.#tell('edited', { changes: { default_branch: { from } } });
  }

  /** Adds one commit that writes (or with null deletes) one file, and moves the branch to it. */
  commit(path: string, file: FileSpec | null, author?: Author, branch = this.#defaultBranch): Commit {
    return this.#change(path, file, { branch, ...(author ? { author } : {}) });
  }

  /** The same, brought to the default branch by a merged pull request of that number. */
  mergePullRequest(pullRequest: number, path: string, file: FileSpec | null, author?: Author): Commit {
    return this.#change(path, file, { branch: this.#defaultBranch, pullRequest, ...(author ? { author } : {}) });
  }

  /** Starts a workflow, where the switch of Actions lets it. */
  startWorkflow(spec: RunSpec): Started {
    return this.actions.start(spec, { now: this.#organization.now(), isArchived: this.isArchived });
  }

  /**
   * Somebody pushes, and the rules judge it. One that an active rule refuses changes nothing; the others move the branch to another commit.
   * Undefined where no rule is aimed at the branch.
   */
  push(push: Push = {}): RuleSuite | undefined {
    const branch = push.branch ?? this.#defaultBranch;
    const before = this.branches.get(branch)?.oid ?? NO_COMMIT;
    const after = sha1(`push ${this.id} ${this.commits.size} ${this.#organization.ruleSuites.length} ${branch}`);
    const suite = this.#organization.noteSuite(this, push, { before, after });
    if (suite?.result !== 'fail') {
      const files = this.branches.get(branch)?.files ?? this.files;
      this.#add(files, { message: 'Push', branch, date: this.#organization.now(), oid: after });
    }
    return suite;
  }

  /** Moves or makes a branch. The commit need not have been on one before. */
  setBranch(branch: string, commit: Commit): Commit {
    const before = this.branches.get(branch);
    this.commits.set(commit.oid, commit);
    this.branches.set(branch, commit);
    this.#pushedAt = this.#updatedAt = this.#organization.now();
    this.#touch();
    this.#organization.tell({ event: 'push', repository: this, branch, commit, before });
    return commit;
  }

  /** Somebody deletes a branch, which closes the pull requests that it is the head of. */
  deleteBranch(branch: string): void {
    this.branches.delete(branch);
    this.pulls.closeOf(branch);
    this.#touch();
  }

  #change(
    path: string,
    file: FileSpec | null,
    about: { branch: string; author?: Author; pullRequest?: number },
  ): Commit {
    const { branch } = about;
    const files = new Map(this.branches.get(branch)?.files ?? this.files);
    if (file === null) files.delete(path);
    else files.set(path, toFile(file));
    const before = this.branches.get(branch)?.oid ?? NO_COMMIT;
    const commit = this.#add(files, {
      message: `${file === null ? 'Delete' : 'Update'} ${path}`,
      ...about,
      date: this.#organization.now(),
    });
    this.#organization.noteSuite(this, { branch }, { before, after: commit.oid });
    return commit;
  }

  #add(files: Files, { message, branch, author, date, pullRequest, ...given }: NewCommit): Commit {
    const before = this.branches.get(branch);
    const parent = before ?? this.head;
    const at = date ?? this.createdAt;
    const oid = given.oid ?? sha1(`commit ${this.id} ${this.commits.size} ${branch} ${message}`);
    const commit: Commit = {
      typeName: 'Commit',
      repository: this,
      oid,
      author: author ?? { name: 'Ada Example', login: 'ada' },
      date: at,
      message,
      files,
      ...(parent ? { parent } : {}),
      ...(pullRequest === undefined ? {} : { pullRequest }),
    };
    this.commits.set(oid, commit);
    this.branches.set(branch, commit);
    this.#pushedAt = this.#updatedAt = at;
    this.#touch();
    this.#organization.tell({ event: 'push', repository: this, branch, commit, before });
    return commit;
  }

  #changeSettings(settings: Partial<RepositorySettings>): void {
    Object.assign(this.#settings, settings);
    this.#updatedAt = this.#organization.now();
    this.#touch();
  }

  #tell(action: RepositoryAction, more: Omit<RepositoryActivity, 'event' | 'action' | 'repository'> = {}): this {
    this.#organization.tell({ event: 'repository', action, repository: this, ...more });
    return this;
  }

  #touch(): this {
    this.#revision += 1;
    const { updatedAt, pushedAt } = this;
    if (this.#moments.length >= MOST_MOMENTS) this.#moments.shift();
    // What a seed lays down was always there.
    if (this.#revision > 1) this.#moments.push({ at: this.#organization.now(), times: { updatedAt, pushedAt } });
    this.#organization.touch();
    return this;
  }
}
