/** Runs one client to its end and takes its figures. Clients are plain JavaScript in processes of their own: a compiler in them would be measured too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { Figures } from './measure.js';

export interface Run extends Figures {
  wallMs: number;
}

/** Far beyond the slowest run of the model: a client that hangs must not hang CI. */
const RUN_TIMEOUT_MS = 3_600_000;

/** Compiles a file of this folder to JavaScript and returns its path. */
export async function plain(name: string, folder: string): Promise<string> {
  const source = await readFile(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, outputText);
  return path;
}

export interface Client {
  script: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** Throws where it does not end with exit code 0. */
export async function measured(
  { script, args, env = {} }: Client,
  { folder, preload }: { folder: string; preload: string },
): Promise<Run> {
  const figures = join(folder, 'figures.json');
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--import', pathToFileURL(preload).href, script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, BENCH_FIGURES: figures, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.timeout(RUN_TIMEOUT_MS),
  });
  let told = '';
  child.stderr.on('data', (part: Buffer) => (told += part.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - startMs;
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${told}`);
  return { wallMs, ...(JSON.parse(await readFile(figures, 'utf8')) as Figures) };
}
