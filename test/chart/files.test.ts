import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chartFiles, strayChartFiles, textOf } from '../generate/chart-files.js';
import { manifests } from '../generate/manifests.js';
import { helmOrSkip } from './render.js';

const has = (path: string): boolean => existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));

describe('files of the chart', () => {
  it('carries the generated CRD', () => {
    expect(chartFiles().map(({ path }) => path)).to.include('charts/plus1/files/crds/plus1.dev_plus1policies.yaml');
  });

  for (const { path, original } of chartFiles()) {
    it(`${path} is ${original}; \`make generate\` copies it`, () => {
      expect(has(path), path).to.equal(true);
      expect(textOf(path)).to.equal(textOf(original));
    });
  }

  it('carries nothing that deploy/ does not have any more', () => {
    expect(strayChartFiles()).to.deep.equal([]);
  });

  it('deploy/*.yaml is what the chart renders; `make generate` writes it again', function () {
    for (const { path, text } of manifests(helmOrSkip(this))) expect(textOf(path), path).to.equal(text);
  });
});
