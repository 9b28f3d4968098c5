/**
 * A small runner of a job: `run` lines in bash as GitHub's runner starts it, the actions that our workflow uses in their place as
 * steps of this process. Caches and artifacts are folders that outlive a run.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { evaluate, fill, type Context } from './expression.js';

export const WORKFLOW = fileURLToPath(new URL('../../deploy/github-actions/plus1-enforcement.yml', import.meta.url));

interface Step {
  name: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
  'working-directory'?: string;
}

export interface Job {
  env: Record<string, string>;
  steps: Step[];
  strategy: { matrix: { organization: string } };
  concurrency: { group: string; 'cancel-in-progress': boolean };
  permissions: Record<string, string>;
}

/** The workflow's one job. */
export const job = (): Job => (parse(readFileSync(WORKFLOW, 'utf8')) as { jobs: { enforce: Job } }).jobs.enforce;

export interface JobSetup {
  /** Empty at first; the checkout and the files of the run lie in it. */
  workspace: string;
  /** Holds a folder for each key. */
  caches: string;
  context: Context & { github: Context };
  /** Of the machine. */
  env: Record<string, string | undefined>;
  /** What the checkout of Plus1 puts in place. */
  checkOut: (folder: string) => void;
}

export interface JobResult {
  failed: boolean;
  /** Of all steps. */
  output: string;
  summary: string;
  /** Files of each artifact, by name, and the days it is kept. */
  artifacts: Map<string, { files: Map<string, string>; days: number }>;
  /** Names of the steps that ran. */
  ran: string[];
}

interface Run {
  setup: JobSetup;
  result: JobResult;
  env: Record<string, string>;
  steps: Record<string, { outputs: Record<string, string> }>;
}

/** Runs the job to its end, as the runner does: after a failure only the steps that ask for it. */
export async function runJob(setup: JobSetup): Promise<JobResult> {
  const { env, steps } = job();
  const result: JobResult = { failed: false, output: '', summary: '', artifacts: new Map(), ran: [] };
  const run: Run = { setup, result, env: {}, steps: {} };
  const contextOf = (): Context => ({
    ...setup.context,
    env: run.env,
    steps: run.steps,
    always: () => true,
    failure: () => result.failed,
  });
  run.env = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value, contextOf())]));
  for (const step of steps) {
    const condition = step.if ?? 'true';
    const isAsked = /\b(?:always|failure)\(\)/.test(condition) || !result.failed;
    if (!isAsked || evaluate(condition, contextOf()) !== true) continue;
    result.ran.push(step.name);
    const ok = step.uses === undefined ? await runLines(step, run, contextOf()) : use(step, run, contextOf());
    if (!ok) result.failed = true;
  }
  return result;
}

async function runLines(step: Step, run: Run, context: Context): Promise<boolean> {
  const { workspace } = run.setup;
  const files = { GITHUB_OUTPUT: join(workspace, '.output'), GITHUB_STEP_SUMMARY: join(workspace, '.summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const script = join(workspace, '.script.sh');
  writeFileSync(script, step.run ?? '');
  const own = Object.entries(step.env ?? {}).map(([key, value]) => [key, fill(value, context)]);
  const env = { ...run.setup.env, GITHUB_WORKSPACE: workspace, ...files, ...run.env, ...Object.fromEntries(own) };
  const cwd = join(workspace, step['working-directory'] ?? '.');
  const code = await new Promise<number>((resolve, reject) => {
    const bash = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { cwd, env });
    for (const stream of [bash.stdout, bash.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (run.result.output += text));
    bash.once('error', reject);
    bash.once('close', (status) => resolve(status ?? 1));
  });
  run.result.summary += readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
  const outputs = readFileSync(files.GITHUB_OUTPUT, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  const entries = outputs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  if (step.id !== undefined) run.steps[step.id] = { outputs: Object.fromEntries(entries) };
  return code === 0;
}

type Given = Readonly<Record<string, string>>;

/** What the actions do here. One that is not in the list fails the test. */
const ACTIONS: Readonly<Record<string, (given: Given, run: Run) => void>> = {
  'actions/checkout': ({ path = '' }, { setup }) => setup.checkOut(join(setup.workspace, path)),
  'actions/setup-node': () => undefined,
  'actions/cache/restore': (given, { setup }) => restore(setup.caches, given, setup.workspace),
  'actions/cache/save': ({ path = '', key = '' }, { setup: { workspace, caches } }) =>
    cpSync(join(workspace, path), join(caches, key), { recursive: true }),
  'actions/upload-artifact': ({ name = '', path = '', 'retention-days': days }, { setup, result }) =>
    void result.artifacts.set(name, { files: filesAt(setup.workspace, path.trim().split('\n')), days: Number(days) }),
};

function use(step: Step, run: Run, context: Context): boolean {
  const given = Object.entries(step.with ?? {}).map(([key, value]) => [key, fill(String(value), context)]);
  const action = ACTIONS[/^[^@]+/.exec(step.uses ?? '')?.[0] ?? ''];
  if (action === undefined) throw new Error(`no such action here: ${step.uses}`);
  action(Object.fromEntries(given), run);
  return true;
}

/** The exact key, else the newest one that begins with a restore key. */
function restore(caches: string, given: Given, workspace: string): void {
  const keys = existsSync(caches) ? readdirSync(caches) : [];
  const prefix = (given['restore-keys'] ?? '').trim();
  const found =
    keys.find((key) => key === given['key']) ??
    keys
      .filter((key) => key.startsWith(prefix))
      .sort()
      .at(-1);
  if (found === undefined) return;
  const place = join(workspace, given['path'] ?? '');
  mkdirSync(dirname(place), { recursive: true });
  cpSync(join(caches, found), place, { recursive: true });
}

/** Files and folders, without those that are not there. */
function filesAt(workspace: string, paths: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const path of paths.map((each) => join(workspace, each.trim()))) {
    if (!existsSync(path)) continue;
    const isFolder = readdirSyncOrNone(path);
    if (isFolder === undefined) files.set(relative(dirname(path), path), readFileSync(path, 'utf8'));
    else
      for (const entry of isFolder.filter((each) => each.isFile()))
        files.set(
          relative(path, join(entry.parentPath, entry.name)),
          readFileSync(join(entry.parentPath, entry.name), 'utf8'),
        );
  }
  return files;
}

function readdirSyncOrNone(path: string): ReturnType<typeof entriesIn> | undefined {
  try {
    return entriesIn(path);
  } catch {
    return undefined;
  }
}

const entriesIn = (path: string) => readdirSync(path, { recursive: true, withFileTypes: true });
