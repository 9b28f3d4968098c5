import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { CHART_README, chartReadme } from '../generate/chart-readme.js';
import { textOf } from '../generate/chart-files.js';
import { findChartTool } from '../generate/find-chart-tool.js';
import { CHART } from './render.js';

const toolOrSkip = (context: Mocha.Context, name: 'helm-unittest' | 'helm-docs'): string => {
  const path = findChartTool(name);
  if (path !== undefined) return path;
  console.error(`A test of the chart is skipped: ${name} was not built.`);
  return context.skip();
};

describe('tools of the chart', () => {
  it('the suites of helm-unittest pass', function () {
    const ran = spawnSync(toolOrSkip(this, 'helm-unittest'), ['--strict', CHART], { encoding: 'utf8' });
    expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
    expect(ran.stdout).to.match(/Tests: +[1-9]\d* passed/);
  });

  it('the README is what values.yaml says; `make generate` writes it again', function () {
    expect(textOf(CHART_README)).to.equal(chartReadme(toolOrSkip(this, 'helm-docs')));
  });

  it('the README tells what each value is', () => {
    const rows = textOf(CHART_README)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.length).to.be.greaterThan(50);
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).to.deep.equal([]);
  });
});
