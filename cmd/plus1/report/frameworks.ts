/** The data files of frameworks: those that come along, or those of `--frameworks`. */
import { access, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultText, readBoundedText } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { parseFramework, type FrameworkLine } from '../../../pkg/report/index.js';
import type { CommandIO } from '../io.js';

const MAX_BYTES = 1_048_576;

/** In the order of the names of their files. Throws PLUS1_USAGE where one is not as it should be. */
export async function readFrameworks(
  folder: string | undefined,
  { cwd, signal }: Pick<CommandIO, 'cwd' | 'signal'>,
): Promise<FrameworkLine[]> {
  const path = folder === undefined ? await shippedFrameworks() : resolve(cwd, folder);
  try {
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    if (names.length === 0) throw new TypeError('there is no file *.yaml');
    const lines: FrameworkLine[] = [];
    for (const name of names)
      lines.push(...parseFramework(await readBoundedText(join(path, name), { maxBytes: MAX_BYTES, signal }), name));
    return lines;
  } catch (error) {
    const what = error instanceof TypeError ? error.message : faultText(error);
    throw new Plus1Error('PLUS1_USAGE', `--frameworks: ${path}: ${what}`, {
      cause: error,
      fix: 'correct the file; docs/reference/frameworks.md says what it holds',
    });
  }
}

/** Beside the program, whether it is bundled or not. */
export async function shippedFrameworks(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const path of [join(folder, 'frameworks'), join(folder, 'pkg', 'report', 'frameworks')])
      if (await isThere(join(path, 'fedramp.yaml'))) return path;
    if (folder === dirname(folder)) return join(folder, 'frameworks');
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
