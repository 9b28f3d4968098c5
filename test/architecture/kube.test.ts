/** Kind: a room for clusters that knows one kind of object. A second kind could not be read without changing it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { fileGraph } from './import-graph.js';

const files = fileGraph(['pkg']);
const kube = [...files].filter(([file]) => file.startsWith('pkg/kube/'));

describe('pkg/kube', () => {
  it('imports base, text and errors, and nothing of policies or of their schema', () => {
    expect(kube.length).to.be.greaterThan(15);
    const foreign = kube.flatMap(([file, imports]) =>
      [...imports].filter((each) => !/^pkg\/(kube|base|text|errors)\//.test(each)).map((each) => `${file} → ${each}`),
    );
    expect(foreign).to.deep.equal([]);
  });

  it('names no kind, no field and no annotation of ours', () => {
    const words = /polic|plus1\.dev|plus1-|pendingWrite|leaving|ruleset|organization/i;
    const named = kube.flatMap(([file]) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => words.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(named).to.deep.equal([]);
  });

  it('is not loaded by code that imports pkg/policies: its client costs half a second and 60 MB', () => {
    const reached = new Set<string>();
    const walk = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      files.get(file)?.forEach(walk);
    };
    walk('pkg/policies/index.ts');
    expect(reached.size).to.be.greaterThan(20);
    expect([...reached].filter((file) => /^pkg\/(kube|policies\/cluster)\//.test(file))).to.deep.equal([]);
  });
});
