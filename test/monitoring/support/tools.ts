/**
 * Prometheus, its promtool and Alertmanager, where they are installed. Nothing is downloaded for them: a suite that needs one is
 * skipped, with a line that says so.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

type Tool = 'prometheus' | 'promtool' | 'prometheus-alertmanager';

/** Debian's. */
const PACKAGES: Readonly<Record<Tool, string>> = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};

const told = new Set<Tool>();

function find(tool: Tool): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The executable, or skips the suite; for a `before` hook. */
export function need(tool: Tool, context: Mocha.Context): string {
  const path = find(tool);
  if (path !== undefined) return path;
  if (!told.has(tool))
    console.log(`      skipped: there is no ${tool} on the path (Debian's package is ${PACKAGES[tool]})`);
  told.add(tool);
  return context.skip();
}

export interface Checked {
  ok: boolean;
  output: string;
}

/** Runs promtool to its end; what it found is in the output, not in an error. */
export async function promtool(path: string, args: readonly string[]): Promise<Checked> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, [...args]);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (typeof code !== 'number') throw error;
    return { ok: false, output: stdout + stderr };
  }
}
