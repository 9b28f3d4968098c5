/**
 * The ports of a pass in memory, for unit tests of its steps: a reader, a writer and a home that answer from a script and note
 * each call in one list. Nothing of HTTP is in them: what GitHub says in a test is a value of the room of GitHub. How the
 * steps fare with a server is shown in `test/integration`.
 */
import type { LiveRuleset, Plus1Policy, PolicySpec, PolicyStatus, Repository } from '../../pkg/api/index.js';
import type { Verdict } from '../../pkg/catalog/index.js';
import { Plus1Error, type ErrorCode } from '../../pkg/errors/index.js';
import type {
  Fate,
  FileHistory,
  FilesRequest,
  GitHubReader,
  GitHubWriter,
  Inventory,
  InventoryRequest,
  ObservedRepository,
  Organization,
  Owner,
  PassTime,
  RulesSight,
  Visibility,
  WriteOutcome,
} from '../../pkg/github/index.js';
import type { PassRecord, PassSight, WriteEnd } from '../../pkg/reconciler/index.js';
import { liveOf, NOW, repositoryOf } from '../governance/builders.js';

/** What a port answers: a value, an error that it throws, or what a function makes of the moment of the call. */
export type Answer<T> = T | Error | (() => T | Promise<T>);

export const fault = (code: ErrorCode, message = 'so'): Plus1Error => new Plus1Error(code, message);

/** The next answer of the script. One that is used up is a call that the test does not expect. */
export async function play<T>(call: string, answers: Answer<T>[] = []): Promise<T> {
  if (answers.length === 0) throw new Error(`nobody expects: ${call}`);
  const answer = answers.shift() as Answer<T>;
  if (answer instanceof Error) throw answer;
  return typeof answer === 'function' ? (answer as () => T | Promise<T>)() : answer;
}

export const idList = (ids: Iterable<number>): string => [...ids].join('+');

/** A ruleset whose `conditions` say the same as its members. */
export function rulesetOf(members: readonly number[], input: Partial<LiveRuleset> = {}): LiveRuleset {
  const conditions = {
    ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    repository_id: { repository_ids: [...members] },
  };
  return liveOf(members, { conditions, ...input });
}

/** The time of a pass, which a test may change. */
export type TestTime = { -readonly [K in keyof PassTime]: PassTime[K] } & { nowMs: number };

export function timeOf(input: Partial<TestTime> = {}): TestTime {
  return {
    nowMs: NOW,
    now() {
      return this.nowMs;
    },
    deviationMs: 0,
    isTold: true,
    ...input,
  };
}

export interface ReaderScript {
  preflight?: Answer<Organization>[];
  findRuleset?: Answer<LiveRuleset>[];
  inventory?: (request: InventoryRequest<Verdict>) => Inventory<Verdict> | Promise<Inventory<Verdict>>;
  readFiles?: (request: FilesRequest<Verdict>) => ObservedRepository<Verdict>[];
  /** What the listing tells of each when it is asked again. */
  readRows?: (repositories: readonly Repository[]) => Repository[];
  /** Id and history of those that are answered for. */
  readOrigins?: (id: number) => [[number, FileHistory]] | [];
  /** Id and sight of those that are answered for. */
  readRules?: (id: number) => [[number, RulesSight]] | [];
  readRuleset?: Answer<LiveRuleset>[];
  visibility?: Answer<Visibility>[];
  lookUp?: (id: number) => Fate;
  /** Ids and owners of those that are answered for. */
  readOwners?: Answer<[number, Owner][]>[];
  credential?: GitHubReader['credential'];
  time?: PassTime;
}

/** Notes its calls in `order`. */
export function readerOf(order: string[], script: ReaderScript): GitHubReader {
  const note = <T>(call: string, answers: Answer<T>[] | undefined): Promise<T> => {
    order.push(call);
    return play(call, answers);
  };
  return {
    owned: NO_OWNED,
    isolation: NO_ISOLATION,
    baseline: NO_BASELINE,
    sharedFile: NO_SHARED_FILE,
    preflight: () => note('preflight', script.preflight),
    findRuleset: () => note('find ruleset', script.findRuleset),
    async inventory<V>(request: InventoryRequest<V>) {
      order.push('inventory');
      if (script.inventory === undefined) throw new Error('nobody expects: inventory');
      return (await script.inventory(request as unknown as InventoryRequest<Verdict>)) as unknown as Inventory<V>;
    },
    readBranchRules: async () => {
      throw new Error('nobody expects: read branch rules');
    },
    listRuleSuites: async () => {
      throw new Error('nobody expects: list rule suites');
    },
    openRuleSuites: async () => {
      throw new Error('nobody expects: open rule suites');
    },
    markLists: async () => {
      throw new Error('nobody expects: mark lists');
    },
    readChanges: async () => {
      throw new Error('nobody expects: read changes');
    },
    readAgain: async () => {
      throw new Error('nobody expects: read again');
    },
    readRulesetUnless: async () => {
      throw new Error('nobody expects: read ruleset unless');
    },
    etagOf: () => undefined,
    async readFiles<V>(request: FilesRequest<V>) {
      // About nobody no request is sent.
      if (request.repositories.length === 0) return [];
      const call = `read files ${idList(request.repositories.map(({ id }) => id))}`;
      order.push(call);
      if (script.readFiles === undefined) throw new Error(`nobody expects: ${call}`);
      const answer = script.readFiles(request as unknown as FilesRequest<Verdict>);
      return answer as unknown as ObservedRepository<V>[];
    },
    async readRows(repositories) {
      const call = `read rows ${idList(repositories.map(({ id }) => id))}`;
      order.push(call);
      if (script.readRows === undefined) throw new Error(`nobody expects: ${call}`);
      return new Map(script.readRows(repositories).map((repository) => [repository.id, repository]));
    },
    async readOrigins({ repositories }) {
      const call = `read origins ${idList(repositories.map(({ id }) => id))}`;
      order.push(call);
      if (script.readOrigins === undefined) throw new Error(`nobody expects: ${call}`);
      return new Map(repositories.flatMap(({ id }) => script.readOrigins?.(id) ?? []));
    },
    // A pass that nobody asks about rules gets no answer about any.
    readRules: async ({ repositories }) =>
      new Map(script.readRules === undefined ? [] : repositories.flatMap(({ id }) => script.readRules?.(id) ?? [])),
    // Nor one that nobody asks about workflow files.
    readWorkflows: async () => undefined,
    readRuleset: (_organization, _id, _signal, { essential = false } = {}) =>
      note(essential ? 'essential read' : 'read', script.readRuleset),
    visibility: () => note('visibility', script.visibility),
    async lookUp(id) {
      order.push(`look up ${id}`);
      if (script.lookUp === undefined) throw new Error(`nobody expects: look up ${id}`);
      return script.lookUp(id);
    },
    async readOwners(repositories) {
      return new Map(await note(`read owners ${idList(repositories.map(({ id }) => id))}`, script.readOwners));
    },
    pause: async (repeats) => void order.push(`pause ${repeats}`),
    credential: script.credential ?? { kind: 'Token' },
    time: script.time ?? timeOf(),
  };
}

export interface WriterScript {
  puts?: Answer<WriteOutcome>[];
  /** Whether a request of each PUT left. Without it: not of one that is late, and of all errors only of a limit. */
  hasLeft?: boolean;
  /** Answers to the question whether a limit is waited for; without one it is. */
  sitOut?: Answer<void>[];
}

const unexpected = (call: string) => async (): Promise<never> => {
  throw new Error(`nobody expects: ${call}`);
};

/** Of what has nothing to do with an incident. */
export const NO_ISOLATION: GitHubReader['isolation'] & GitHubWriter['isolation'] = {
  repository: unexpected('look up a repository by its name'),
  actionsSettings: unexpected('read the Actions settings'),
  branches: unexpected('list branches'),
  runs: unexpected('list runs'),
  openRuns: unexpected('list open runs'),
  team: unexpected('look up a team'),
  rulesetHistory: unexpected('read the history of a ruleset'),
  setActions: unexpected('set the Actions settings'),
  setSelected: unexpected('set which actions may run'),
  cancelRun: unexpected('cancel a run'),
};

/** Of what has no checklist. */
export const NO_BASELINE: GitHubReader['baseline'] = {
  branches: unexpected('look at branches'),
  properties: unexpected('read custom properties'),
  scans: unexpected('read code scanning'),
};

/** Of what has no file of egress rules. */
export const NO_SHARED_FILE: GitHubReader['sharedFile'] & GitHubWriter['sharedFile'] = {
  missing: unexpected('ask what a shared file takes'),
  repository: unexpected('look up the repository of a shared file'),
  head: unexpected('read a branch'),
  text: unexpected('read a shared file'),
  compare: unexpected('compare commits'),
  pulls: unexpected('list pull requests'),
  reviews: unexpected('read reviews'),
  tree: unexpected('read a commit'),
  parent: unexpected('read a commit'),
  commit: unexpected('make a commit'),
  createBranch: unexpected('make a branch'),
  moveBranch: unexpected('move a branch'),
  openPull: unexpected('open a pull request'),
  changePull: unexpected('change a pull request'),
};

/** Of what needs no ruleset of its own. */
export const NO_OWNED: GitHubReader['owned'] & GitHubWriter['owned'] = {
  list: unexpected('list the rulesets'),
  read: unexpected('read a ruleset of its own'),
  create: unexpected('create a ruleset'),
  change: unexpected('change a ruleset of its own'),
  delete: unexpected('delete a ruleset'),
};

function mayHaveLeft(answer: Answer<WriteOutcome> | undefined): boolean {
  if (answer instanceof Plus1Error) return answer.code === 'PLUS1_RATE_LIMITED';
  return typeof answer !== 'object' || answer instanceof Error || answer.state !== 'late';
}

export function writerOf(order: string[], { puts, sitOut, hasLeft }: WriterScript): GitHubWriter {
  return {
    owned: NO_OWNED,
    isolation: NO_ISOLATION,
    sharedFile: NO_SHARED_FILE,
    inTurn: (work) => work(),
    async writeMembers(_organization, _live, members, _signal, { essential = false, assertMaySend, left } = {}) {
      await assertMaySend?.();
      const call = `${essential ? 'essential ' : ''}PUT ${idList(members)}`;
      order.push(call);
      if (hasLeft ?? mayHaveLeft(puts?.[0])) left?.();
      return play(call, puts);
    },
    async sitOut() {
      order.push('sit out');
      if (sitOut !== undefined) await play('sit out', sitOut);
    },
  };
}

export interface RecordScript {
  assertMayWrite?: Answer<undefined>[];
  keepIntent?: Answer<boolean>[];
  superseded?: Answer<undefined>[];
  keepStatus?: Answer<undefined>[];
  nextPassMs?: number;
}

/** A home that keeps all that it is given; where the script says so, it does not. */
export interface TestRecord extends PassRecord {
  statuses: PolicyStatus[];
  sights: PassSight[];
  ends: WriteEnd[];
}

export function recordOf(order: string[], script: RecordScript = {}): TestRecord {
  const statuses: PolicyStatus[] = [];
  const sights: PassSight[] = [];
  const ends: WriteEnd[] = [];
  const scripted = async <T>(call: string, answers: Answer<T>[] | undefined, usual: T): Promise<T> => {
    order.push(call);
    return answers === undefined || answers.length === 0 ? usual : play(call, answers);
  };
  return {
    ...{ statuses, sights, ends },
    assertMayWrite() {
      order.push('may write');
      const answer = script.assertMayWrite?.shift();
      if (answer instanceof Error) throw answer;
    },
    keepIntent: ({ decision }) => scripted(`intent ${idList(decision.target)}`, script.keepIntent, true),
    observed: async (sight) => void sights.push(sight),
    ended: async (_intent, end) => void ends.push(end),
    superseded: ({ decision }) => scripted(`superseded ${idList(decision.target)}`, script.superseded, undefined),
    async keepStatus(status) {
      await scripted('keep status', script.keepStatus, undefined);
      statuses.push(status);
    },
    known: undefined,
    nextPassMs: () => script.nextPassMs,
  };
}

/** One repository whose files were judged. */
export function observedOf(
  id: number,
  status: Verdict['status'],
  input: Partial<ObservedRepository<Verdict>> = {},
): ObservedRepository<Verdict> {
  const commit = `commit-${id}`;
  const isEvidence = status === 'valid_production' || status === 'valid_non_production';
  const lifecycle = status === 'valid_production' ? 'production' : 'staging';
  return {
    repository: repositoryOf({ id, nodeID: `R_${id}`, name: `svc-${id}`, headCommit: commit }),
    verdict: {
      ...{ status, lifecycles: isEvidence ? [lifecycle] : [], documents: 1, reasons: [] },
      ...(isEvidence && { evidence: { file: 'entity.datadog.yaml', line: 6, column: 14, lifecycle } }),
    },
    commit,
    author: 'ada',
    ...input,
  };
}

export const policyOf = (spec: PolicySpec): Plus1Policy => ({
  ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy' },
  ...{ metadata: { name: 'acme', namespace: 'default' }, spec },
});

export const ACME: Organization = { id: 500, login: 'acme', repositoryCount: 4 };
