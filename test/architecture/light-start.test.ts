/** Kind: a subcommand that loads what it does not use. A logger and metrics take longer to load than a small pass takes. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { importsOf } from './import-graph.js';

/** What is loaded with a file: without types, and without what it imports when it is called for. */
function loadedWith(file: string): Set<string> {
  const loaded = new Set<string>();
  const walk = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const text = readFileSync(path, 'utf8')
      .replace(/^(?:import|export) type [^;]*;/gm, '')
      .replace(/\bimport\([^)]*\)/g, '');
    for (const next of importsOf(path, text)) if (next.endsWith('.ts')) walk(next);
  };
  walk(file);
  return loaded;
}

describe('The program', () => {
  it('loads for one pass from the terminal no logger, no metrics, no server and no client of a cluster', () => {
    const loaded = [...loadedWith('cmd/plus1/run-sync.ts')];
    expect(loaded).to.include('pkg/reconciler/pass/pass.ts');
    const heavy = /^pkg\/(?:telemetry\/(?:log|metrics)\.ts|server\/|kube\/|policies\/cluster\/)/;
    expect(loaded.filter((path) => heavy.test(path))).to.deep.equal([]);
  });

  it('loads no part of a pass where it only says what it can do', () => {
    const loaded = [...loadedWith('cmd/plus1/main.ts')];
    expect(loaded).to.include('cmd/plus1/commands.ts');
    const light = /^(?:cmd\/|pkg\/(?:api|base|errors|text)\/)/;
    expect(loaded.filter((path) => !light.test(path))).to.deep.equal([]);
  });
});
