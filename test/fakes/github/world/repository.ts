/**
 * One repository: settings, branches, commits, files. Settings are read-only properties and change through methods, so
 * that listings know when to sort again.
 * Hazard: a commit keeps the files it was made with; the head of the default branch is what a scan sees.
 */
import { nodeID } from './node-id.js';
import type { Files, GitFile, FileMode } from './git.js';
import { sha1 } from './git.js';
import type { Organization } from './organization.js';

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
}

const toFile = (spec: FileSpec): GitFile =>
  typeof spec === 'string' || Buffer.isBuffer(spec)
    ? { content: spec, mode: '100644' }
    : { content: spec.content, mode: spec.mode ?? '100644' };

export class Repository {
  readonly typeName = 'Repository';
  readonly id: number;
  readonly nodeID: string;
  readonly createdAt: number;
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, Commit>();
  /** What a scan should say about it, where a seed knows. */
  expected: string | undefined;
  #organization: Organization;
  #name: string;
  #defaultBranch: string;
  #settings: RepositorySettings;
  #updatedAt: number;
  #pushedAt: number;
  #revision = 0;

  /** Use `organization.createRepository`. */
  constructor(organization: Organization, spec: RepositorySpec & { id: number; createdAt: number }) {
    this.#organization = organization;
    this.id = spec.id;
    this.nodeID = nodeID('R', String(spec.id));
    this.#name = spec.name;
    this.createdAt = this.#updatedAt = this.#pushedAt = spec.createdAt;
    this.#defaultBranch = spec.defaultBranch ?? 'main';
    this.expected = spec.expected;
    this.#settings = {
      visibility: spec.visibility ?? 'private',
      description: spec.description ?? null,
      isArchived: spec.isArchived ?? false,
      isDisabled: spec.isDisabled ?? false,
      isFork: spec.isFork ?? false,
      isTemplate: spec.isTemplate ?? false,
      isLocked: spec.isLocked ?? false,
    };
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
  get isEmpty(): boolean {
    return this.branches.size === 0;
  }
  get updatedAt(): number {
    return this.#updatedAt;
  }
  get pushedAt(): number | null {
    return this.isEmpty ? null : this.#pushedAt;
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
    Object.assign(this.#settings, settings);
    this.#updatedAt = this.#organization.now();
    return this.#touch();
  }
  archive(isArchived = true): this {
    return this.set({ isArchived });
  }
  /** As GitHub staff do (terms of service, billing): it stays listed, its content is blocked. */
  disable(isDisabled = true): this {
    return this.set({ isDisabled });
  }
  rename(name: string): this {
    this.#organization.renameRepository(this, name);
    this.#name = name;
    return this.set({});
  }
  delete(): void {
    this.#organization.deleteRepository(this);
  }
  /** The id and the node id stay; the old address redirects. */
  transferTo(owner: Organization): this {
    this.#organization.deleteRepository(this, { movedTo: owner });
    this.#organization = owner;
    owner.adopt(this);
    return this.set({});
  }
  /** `create: false` leaves HEAD pointing at a branch that does not exist. */
  setDefaultBranch(name: string, { create = true }: { create?: boolean } = {}): this {
    const head = this.head;
    if (create && head && !this.branches.has(name)) this.branches.set(name, head);
    this.#defaultBranch = name;
    return this.set({});
  }

  /** Adds one commit that writes (or with null deletes) one file, and moves the branch to it. */
  commit(path: string, file: FileSpec | null, author?: Author, branch = this.#defaultBranch): Commit {
    return this.#change(path, file, { branch, ...(author ? { author } : {}) });
  }

  /** The same, brought to the default branch by a merged pull request of that number. */
  mergePullRequest(pullRequest: number, path: string, file: FileSpec | null, author?: Author): Commit {
    return this.#change(path, file, { branch: this.#defaultBranch, pullRequest, ...(author ? { author } : {}) });
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
    return this.#add(files, {
      message: `${file === null ? 'Delete' : 'Update'} ${path}`,
      ...about,
      date: this.#organization.now(),
    });
  }

  #add(files: Files, { message, branch, author, date, pullRequest }: NewCommit): Commit {
    const parent = this.branches.get(branch) ?? this.head;
    const at = date ?? this.createdAt;
    const oid = sha1(`commit ${this.id} ${this.commits.size} ${branch} ${message}`);
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
    return commit;
  }

  #touch(): this {
    this.#revision += 1;
    this.#organization.touch();
    return this;
  }
}
