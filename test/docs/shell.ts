/**
 * Runs the blocks of one page in one shell, in their order, until the first command that fails. The script has a line for
 * each line of the page, so that the shell itself names the line. Hazard: a command in front of a pipe counts too, since
 * what fails there would else be hidden by `head`.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Block, Page } from './page.js';
import { ROOT } from './page.js';

export interface ShellOptions {
  /** Which blocks, by their info. */
  info: string;
  env: Readonly<Record<string, string>>;
  /** Folders put in front of PATH. */
  tools?: readonly string[];
  /** Files and folders of the repository that are there too. */
  links?: readonly string[];
  /** Files that are there, by name. */
  files?: Readonly<Record<string, string>>;
  timeoutMs: number;
}

/** What went wrong, a paragraph each; empty where all is well. */
export async function runPage(page: Page, options: ShellOptions): Promise<string[]> {
  const blocks = page.blocks.filter(({ info }) => info === options.info);
  const root = mkdtempSync(join(tmpdir(), 'plus1-docs-'));
  try {
    furnish(root, options);
    const script = join(root, 'script.sh');
    writeFileSync(script, scriptOf(page, blocks, root));
    const failure = await run(script, root, options);
    if (failure !== undefined) return [describe(page, blocks, failure, root)];
    return blocks.flatMap((block) => {
      // A command such as `exit` ends a page without a failure.
      if (!isBegun(block, root)) return [`${page.path}:${block.line} is never reached`];
      return unprinted(page, block, outputOf(block, root));
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const outputFile = (block: Block, root: string): string => join(root, `output-${block.line}`);
const outputOf = (block: Block, root: string): string => readFileSync(outputFile(block, root), 'utf8');
const isBegun = (block: Block, root: string): boolean => existsSync(outputFile(block, root));

function furnish(root: string, { links = [], files = {} }: ShellOptions): void {
  for (const folder of ['bin', 'home', 'work']) mkdirSync(join(root, folder));
  for (const name of ['plus1', 'kubectl-plus1']) {
    const wrapper = join(root, 'bin', name);
    writeFileSync(wrapper, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, `dist/cmd/${name}/main.js`)}" "$@"\n`);
    chmodSync(wrapper, 0o755);
  }
  for (const name of links) symlinkSync(join(ROOT, name), join(root, 'work', name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'work', name), text);
  writeFileSync(
    join(root, 'preamble.sh'),
    `unset BASH_ENV\nset -eE -o pipefail\ntrap 'echo "$LINENO" >"${root}/failed"' ERR\n`,
  );
}

/** The fence of a block becomes the command that keeps what the block prints. */
function scriptOf({ text }: Page, blocks: readonly Block[], root: string): string {
  const lines = text.split('\n').map(() => '');
  for (const block of blocks) {
    lines[block.line - 1] = `exec >"${outputFile(block, root)}" 2>&1`;
    block.text.split('\n').forEach((line, index) => (lines[block.line + index] = line));
  }
  return `${lines.join('\n')}\n`;
}

interface Failure {
  /** Undefined where the page took too long. */
  code: number | undefined;
  line: number | undefined;
}

async function run(script: string, root: string, options: ShellOptions): Promise<Failure | undefined> {
  const child = spawn('bash', [script], {
    cwd: join(root, 'work'),
    // Nothing of the user's but the path: their token and their cluster are no part of this.
    env: {
      PATH: [join(root, 'bin'), ...(options.tools ?? []), process.env['PATH']].join(delimiter),
      HOME: join(root, 'home'),
      BASH_ENV: join(root, 'preamble.sh'),
      ...options.env,
    },
    stdio: 'ignore',
    // A group of its own, so that what a page leaves in the background can be ended with it.
    detached: true,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, options.timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  clearTimeout(timer);
  endGroup(child.pid);
  if (code === 0) return undefined;
  return { code: late ? undefined : (code ?? -1), line: failedLine(root) };
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** Undefined where no command failed: the page took too long, or ended itself. */
function failedLine(root: string): number | undefined {
  const file = join(root, 'failed');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function describe({ path }: Page, blocks: readonly Block[], { code, line }: Failure, root: string): string {
  const begun = blocks.filter((block) => isBegun(block, root)).at(-1);
  const ended = code === undefined ? 'took too long' : `ended with ${code}`;
  return `${path}:${line ?? begun?.line} ${ended}\n${begun === undefined ? '' : outputOf(begun, root)}`;
}

/** Each line that the page shows must be printed, in that order; `…` stands for anything. */
function unprinted({ path }: Page, { line, prints }: Block, output: string): string[] {
  if (prints === undefined) return [];
  const printed = output.split('\n');
  for (const shown of prints.split('\n')) {
    const pattern = new RegExp(`^${shown.trimEnd().split('…').map(escape).join('.*')}\\s*$`);
    const at = printed.findIndex((each) => pattern.test(each));
    if (at < 0) return [`${path}:${line} does not print, or not in that order:\n${shown}\nIt prints:\n${output}`];
    printed.splice(0, at + 1);
  }
  return [];
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
