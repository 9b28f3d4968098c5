/**
 * `--summary`: the outcome as Markdown. The file of a step that GitHub Actions shows (`GITHUB_STEP_SUMMARY`) is added to, since the
 * step may have written there before; any other file is replaced.
 */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandIO } from './io.js';
import { proveReport, unwritable, writeText } from './report-file.js';

export class SummaryFile {
  readonly #path: string | undefined;
  readonly #isAdded: boolean;
  readonly #signal: AbortSignal;

  constructor(path: string | undefined, { cwd, env, signal }: Pick<CommandIO, 'cwd' | 'env' | 'signal'>) {
    this.#path = path;
    const shown = env['GITHUB_STEP_SUMMARY'] ?? '';
    this.#isAdded = path !== undefined && shown !== '' && resolve(cwd, path) === resolve(cwd, shown);
    this.#signal = signal;
  }

  /** Throws PLUS1_OUTPUT_UNWRITABLE now, where `write` would throw it later. */
  async prove(): Promise<void> {
    if (this.#path === undefined) return;
    if (this.#isAdded) await this.#add(this.#path, '');
    else await proveReport(this.#path);
  }

  /** `make`: called where there is a file to write. Throws PLUS1_OUTPUT_UNWRITABLE. */
  async write(make: () => string): Promise<void> {
    if (this.#path === undefined) return;
    if (this.#isAdded) await this.#add(this.#path, make());
    else await writeText(this.#path, make(), this.#signal);
  }

  async #add(path: string, text: string): Promise<void> {
    try {
      await appendFile(path, text);
    } catch (thrown) {
      throw unwritable(path, thrown);
    }
  }
}
