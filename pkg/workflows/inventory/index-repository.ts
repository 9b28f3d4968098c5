/** What is kept of the workflow files of one repository: the status of each job, and everything that is used, by line. No text of a file. */
import type { UnreadableWhy } from '../../catalog/index.js';
import { holdsHardenRunner, judgeUnreadable, judgeWorkflow, localActions } from '../judge.js';
import { localPath } from '../job/judge-job.js';
import type { JobStatus } from '../../api/index.js';
import type { JudgedFile, JudgeOptions, WorkflowKind } from '../types.js';

/** A file of the head commit, or why it was not read. */
export type WorkflowFile = { path: string } & ({ content: string } | { why: UnreadableWhy | 'unobserved' });

export interface IndexedUse {
  /** As `uses` has it, without the reference. */
  name: string;
  ref: string;
  line: number;
  job: string;
}

export interface IndexedJob {
  name: string;
  status: JobStatus;
  /** It only calls another workflow. */
  calls?: true;
  /** Entries of its list as the agent reads them; absent where it has none. */
  endpoints?: string[];
}

export interface IndexedFile {
  path: string;
  kind: WorkflowKind;
  /** Of a workflow: each job. */
  jobs: IndexedJob[];
  uses: IndexedUse[];
  /** Set where it could not be read or judged. */
  unknown?: string;
}

export interface IndexedRepository {
  id: number;
  name: string;
  /** The head commit that it was read at. */
  head: string;
  /** What its workflow files and actions are, by git: as long as it is the same, so are they. */
  tree: string;
  files: IndexedFile[];
}

const FOLDER = '.github/workflows/';
const DEFINITION = /(?:^|\/)action\.ya?ml$/;

/** Where `uses: ./…` names a local action: the folder of its definition. */
const folderOf = (path: string): string => localPath(`./${path.replace(/\/?action\.ya?ml$/, '')}`) || '.';

/** Judges the files of one repository together: local actions count for the jobs that use them. */
export function indexFiles(files: readonly WorkflowFile[], options: JudgeOptions): IndexedFile[] {
  const steps = indexing(files, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same in steps, a file each: a repository may have hundreds, and others wait for their turn between two of them. */
export function* indexing(
  files: readonly WorkflowFile[],
  options: JudgeOptions,
): Generator<undefined, IndexedFile[], undefined> {
  const actions = files.filter(({ path }) => DEFINITION.test(path) && !path.startsWith(FOLDER));
  const localHardened = yield* hardened(actions, options);
  const indexed: IndexedFile[] = [];
  for (const file of files) {
    yield;
    indexed.push(detached(indexFile(file, { ...options, localHardened })));
  }
  const known = new Set(actions.map(({ path }) => folderOf(path)));
  return [...indexed.filter(isKept), ...unread(indexed, known)];
}

/** Made of texts of its own: a part of the text of a file keeps the whole of it in memory, and there may be 100,000 files. */
const detached = (file: IndexedFile): IndexedFile => JSON.parse(JSON.stringify(file)) as IndexedFile;

/** An action that is no composite one uses nothing. */
const isKept = ({ path, kind, unknown }: IndexedFile): boolean =>
  path.startsWith(FOLDER) || kind === 'composite' || unknown !== undefined;

function indexFile(file: WorkflowFile, options: JudgeOptions): IndexedFile {
  const { path } = file;
  if ('why' in file && file.why === 'unobserved')
    return { path, kind: 'broken', jobs: [], uses: [], unknown: 'GitHub did not show it' };
  const judged = 'content' in file ? judgeWorkflow(file.content, options) : judgeUnreadable(file.why as UnreadableWhy);
  const unknown = unknownBecause(path, judged);
  return {
    path,
    kind: judged.kind,
    jobs: judged.kind === 'workflow' ? judged.jobs.map(jobOf) : [],
    uses: judged.jobs.flatMap(({ name: job, actions }) =>
      actions.map(({ name, ref, line }) => ({ name, ref, line, job })),
    ),
    ...(unknown !== undefined && { unknown }),
  };
}

/** The definition of an action that runs on Node or Docker is no workflow, and nothing is wrong with it. */
function unknownBecause(path: string, { kind, jobs }: JudgedFile): string | undefined {
  const fault = kind === 'broken' ? jobs[0]?.findings[0] : undefined;
  const isOther = fault?.code === 'workflow-shape' && DEFINITION.test(path) && !path.startsWith(FOLDER);
  return fault === undefined || isOther ? undefined : `${fault.code}: found ${fault.found}`;
}

const jobOf = ({ name, status, policy, agentEndpoints }: JudgedFile['jobs'][number]): IndexedJob => ({
  name,
  status,
  ...(agentEndpoints.length > 0 && { endpoints: agentEndpoints }),
  ...(status === 'delegated' && policy === null && { calls: true as const }),
});

function* hardened(
  actions: readonly WorkflowFile[],
  options: JudgeOptions,
): Generator<undefined, Set<string>, undefined> {
  const found = new Set<string>();
  const usedBy = new Map<string, string[]>();
  for (const file of actions) {
    if (!('content' in file)) continue;
    yield;
    const folder = folderOf(file.path);
    if (holdsHardenRunner(file.content)) found.add(folder);
    for (const used of localActions(judgeWorkflow(file.content, options)))
      usedBy.set(used, [...(usedBy.get(used) ?? []), folder]);
  }
  for (const folder of found) for (const user of usedBy.get(folder) ?? []) found.add(user);
  return found;
}

/** Local actions whose definitions lie where nobody looked: what they use is not known. */
function unread(indexed: readonly IndexedFile[], known: ReadonlySet<string>): IndexedFile[] {
  const uses = indexed.flatMap((file) => file.uses.map(({ name }) => localPath(name)));
  const missing = new Set(uses.filter((path) => path !== '' && !/\.ya?ml$/.test(path) && !known.has(path)));
  return [...missing].map((path) => ({
    path: path.slice(2),
    kind: 'broken',
    jobs: [],
    uses: [],
    unknown: 'a local action outside of .github/actions, which is not read',
  }));
}
