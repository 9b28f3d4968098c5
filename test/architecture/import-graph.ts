/** Who imports whom, types included: what the compiler drops, a reader still has to follow. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Names of files or folders, each with those that it imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The files below the roots. `import type`, `export … from` and `import('…')` count as imports. */
export function fileGraph(roots: readonly string[]): Graph {
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(root, path)),
  );
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
}

/** The relative imports of a file with that text. */
export function importsOf(file: string, text: string): Set<string> {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const relative = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
  return new Set(relative.map((name) => join(dirname(file), name).replace(/\.js$/, '.ts')));
}

/**
 * The folders of the files. A folder and one inside it count as one house: what lies in the outer one is shared by those
 * inside, and its index opens them to others.
 */
export function folderGraph(files: Graph): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, imports] of files) {
    const from = dirname(file);
    const targets = graph.get(from) ?? new Set();
    for (const to of [...imports].map((each) => dirname(each))) if (!isNested(from, to)) targets.add(to);
    graph.set(from, targets);
  }
  return graph;
}

const isNested = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

/** A way round for each circle that a walk finds, such as `a → b → a`; empty where there is none. */
export function circles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) return void found.push([...path.slice(start), node].join(' → '));
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}
