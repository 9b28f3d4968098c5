/** Kind: parts that import each other. None of them can be read, tested or moved without the other. */
import { expect } from 'chai';
import { circles, fileGraph, folderGraph, importsOf } from './import-graph.js';

const files = fileGraph(['pkg', 'cmd']);

describe('The imports of pkg and cmd', () => {
  it('make no circle of files, types included', () => {
    expect(files.size).to.be.greaterThan(200);
    expect(circles(files)).to.deep.equal([]);
  });

  it('make no circle of folders that lie beside each other', () => {
    expect(circles(folderGraph(files))).to.deep.equal([]);
  });

  it('lead to files that are there', () => {
    const missing = [...files].flatMap(([file, imports]) =>
      [...imports].filter((each) => !files.has(each)).map((each) => `${file} → ${each}`),
    );
    // Read as data, not as modules of ours.
    expect(missing.filter((each) => !each.endsWith('.json'))).to.deep.equal([]);
  });
});

describe('The search for circles', () => {
  const graph = (edges: Record<string, string[]>): ReadonlyMap<string, ReadonlySet<string>> =>
    new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));

  it('finds a circle of two, of three, and of one with itself', () => {
    expect(circles(graph({ a: ['b'], b: ['a'] }))).to.deep.equal(['a → b → a']);
    expect(circles(graph({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] }))).to.deep.equal(['a → b → c → a']);
    expect(circles(graph({ a: ['a'] }))).to.deep.equal(['a → a']);
  });

  it('takes two ways to one file for no circle', () => {
    expect(circles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).to.deep.equal([]);
  });

  for (const text of [
    "import { x } from './b.js';",
    "import type { X } from './b.js';",
    "import { type X } from './b.js';",
    "export * from './b.js';",
    "export type { X } from './b.js';",
    "type X = import('./b.js').X;",
  ]) {
    it(`counts ${text}`, () => {
      expect([...importsOf('pkg/a.ts', text)]).to.deep.equal(['pkg/b.ts']);
    });
  }

  it('sees folders beside each other, and not one inside the other', () => {
    const folders = (edges: Record<string, string[]>): string[] => circles(folderGraph(graph(edges)));
    expect(folders({ 'r/a/1.ts': ['r/b/1.ts'], 'r/b/2.ts': ['r/a/2.ts'] })).to.deep.equal(['r/a → r/b → r/a']);
    expect(folders({ 'r/1.ts': ['r/b/1.ts'], 'r/b/2.ts': ['r/2.ts'] })).to.deep.equal([]);
  });
});
