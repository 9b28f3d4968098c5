/** Reads and judges all files of a run, with the local actions that they use. */
import { relative, resolve } from 'node:path';
import { hasCode, Plus1Error, toPlus1Error } from '../../../pkg/errors/index.js';
import { faultText } from '../../../pkg/base/index.js';
import { quote } from '../../../pkg/text/index.js';
import {
  holdsHardenRunner,
  judgeUnreadable,
  judgeWorkflow,
  localActions,
  type JudgedFile,
  type JudgeOptions,
} from '../../../pkg/workflows/index.js';
import type { CommandIO } from '../io.js';
import { findWorkflows, readLocalAction, readWorkflowFile, type FileContent } from './find-files.js';
import type { JudgedPath } from './requirement.js';

export interface ReadFile {
  file: string;
  root: string | undefined;
  read: FileContent;
}

/** Every file that the paths name. A path that cannot be looked at is among the faults. */
export async function readAll(
  paths: readonly string[],
  { cwd, signal }: Pick<CommandIO, 'cwd' | 'signal'>,
): Promise<{ files: ReadFile[]; faults: Plus1Error[] }> {
  const files = new Map<string, ReadFile>();
  const faults: Plus1Error[] = [];
  for (const path of paths) {
    try {
      for (const { file, root } of await findWorkflows(path, cwd)) {
        signal.throwIfAborted();
        const place = resolve(cwd, file);
        if (!files.has(place)) files.set(place, { file, root, read: await readWorkflowFile(place, signal) });
      }
    } catch (thrown) {
      if (signal.aborted) throw new Plus1Error('PLUS1_INTERRUPTED', 'told to stop', { cause: thrown });
      const text = `${quote(path)}: ${faultText(thrown)}`;
      faults.push(
        hasCode(thrown, 'PLUS1_USAGE') ? toPlus1Error(thrown) : new Plus1Error('PLUS1_FILE_UNREADABLE', text),
      );
    }
  }
  return { files: [...files.values()], faults };
}

/** More local actions than a repository has; they may use each other in a circle. */
const MAX_LOCAL_ACTIONS = 200;

/** Judges what was read. Local actions that hold harden-runner are judged as well, and come last. */
export async function judgeAll(
  files: readonly ReadFile[],
  options: JudgeOptions,
  { cwd, signal }: Pick<CommandIO, 'cwd' | 'signal'>,
): Promise<JudgedPath[]> {
  const results: JudgedPath[] = [];
  const roots = new Set(files.flatMap(({ root }) => root ?? []));
  const actions = new Map<string | undefined, Local>();
  for (const root of roots) {
    const uses = files.filter((one) => one.root === root).flatMap(({ read }) => localActions(judged(read, options)));
    actions.set(root, await readLocals(root, uses, options, signal));
  }
  for (const { file, root, read } of files) {
    const localHardened = actions.get(root)?.hardened;
    results.push({ file, ...judged(read, { ...options, ...(localHardened && { localHardened }) }) });
  }
  for (const [root, { found }] of actions)
    for (const { file, judgement } of found)
      results.push({ file: relative(cwd, resolve(root ?? cwd, file)), ...judgement });
  return results;
}

const judged = (read: FileContent, options: JudgeOptions): JudgedFile =>
  'why' in read ? judgeUnreadable(read.why) : judgeWorkflow(read.content, options);

interface Local {
  /** As `uses` names them. */
  hardened: Set<string>;
  found: { file: string; judgement: JudgedFile }[];
}

/** Those that hold the step, and those that use one of them. */
async function readLocals(
  root: string,
  uses: readonly string[],
  options: JudgeOptions,
  signal: AbortSignal,
): Promise<Local> {
  const local: Local = { hardened: new Set(), found: [] };
  const usedBy = new Map<string, string[]>();
  const seen = new Set<string>();
  const queue = [...uses];
  for (let path = queue.shift(); path !== undefined && seen.size < MAX_LOCAL_ACTIONS; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const read = await readLocalAction(root, path, signal);
    if (read === undefined) continue;
    const judgement = judgeWorkflow(read.content, options);
    if (holdsHardenRunner(read.content)) {
      local.hardened.add(path);
      local.found.push({ file: read.file, judgement });
    }
    for (const next of localActions(judgement)) {
      usedBy.set(next, [...(usedBy.get(next) ?? []), path]);
      queue.push(next);
    }
  }
  for (const path of local.hardened) for (const user of usedBy.get(path) ?? []) local.hardened.add(user);
  return local;
}
