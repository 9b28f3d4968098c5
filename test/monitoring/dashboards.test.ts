/** The dashboards, without a Grafana: what would show as an empty panel or a panel nobody understands. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { dashboards, panelQueries, type Panel } from './support/files.js';
import { unknownNames } from './support/metric-names.js';
import { need, promtool } from './support/tools.js';

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** A share of nothing has no series (the ratio of compliance), or would be 0 / 0. Quantiles of no passes are no share. */
const isShare = (expr: string): boolean => /plus1_compliance_ratio| \/ /.test(expr);

/** Words of a single column of a table. */
const ownWords = (config: Panel['fieldConfig']): unknown =>
  config?.overrides?.flatMap(({ properties }) => properties).find(({ id }) => id === 'noValue')?.value;

describe('dashboards', () => {
  it('are the two that the guide names', () => {
    expect(dashboards().map(([name]) => name)).to.have.members(['compliance.json', 'operation.json']);
  });

  for (const [name, dashboard] of dashboards()) {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');

    describe(name, () => {
      it('asks for a data source, organizations and policies', () => {
        const variables = dashboard.templating.list.map((variable) => `${variable.name}: ${variable.type}`);
        expect(variables).to.deep.equal(['datasource: datasource', 'organization: query', 'policy: query']);
      });

      it('names no data source of its own', () => {
        const sources = panels.flatMap(({ datasource, targets = [] }) => [
          datasource,
          ...targets.map((target) => target.datasource),
        ]);
        for (const source of sources) expect(source).to.deep.equal({ type: 'prometheus', uid: '${datasource}' });
      });

      it('says of each panel what it shows, in which unit and from where on it is bad', () => {
        for (const { title, description, fieldConfig, targets } of panels) {
          expect(description, title).to.match(/^[A-Z0-9].+\.$/s);
          expect(fieldConfig?.defaults.unit, title).to.be.a('string').and.not.be.empty;
          expect(fieldConfig?.defaults.thresholds, title).to.be.an('object');
          expect(targets, title).to.be.an('array').and.not.be.empty;
        }
      });

      it('lays its panels side by side, each with an id of its own', () => {
        const ids = dashboard.panels.map(({ id }) => id);
        expect(new Set(ids).size).to.equal(ids.length);
        dashboard.panels.forEach((panel, index) => {
          expect(panel.gridPos.x + panel.gridPos.w, panel.title).to.be.at.most(24);
          for (const other of dashboard.panels.slice(index + 1))
            expect(overlap(panel, other), `${panel.title} over ${other.title}`).to.equal(false);
        });
      });

      it('asks only for metrics and labels that the controller exports', () => {
        for (const { title, targets = [] } of panels)
          for (const { expr } of targets) expect(unknownNames(expr), `${title}: ${expr}`).to.deep.equal([]);
        for (const { definition = '' } of dashboard.templating.list)
          expect(unknownNames(definition.replace(/^label_values\((.*), \w+\)$/, '$1')), definition).to.deep.equal([]);
      });
    });
  }

  it('have words in place of a share where there is nothing to have a share of', () => {
    for (const [name, { panels }] of dashboards())
      for (const { title, targets = [], fieldConfig } of panels)
        if (targets.some(({ expr }) => isShare(expr)))
          expect(fieldConfig?.defaults.noValue ?? ownWords(fieldConfig), `${name}: ${title}`).to.match(/^no/);
  });

  describe('queries', () => {
    let tool: string;
    before(function () {
      tool = need('promtool', this);
    });

    it('show nothing, rather than a number that is none, where nothing was counted yet', async () => {
      const zero = ['policy="default/acme"', 'organization="acme"'].join(', ');
      const series = [
        `plus1_repositories{${zero}, status="unobserved"}`,
        `plus1_repositories{${zero}, status="valid_production"}`,
        `plus1_production_repositories{${zero}}`,
        `plus1_passes_total{${zero}, kind="full", result="succeeded"}`,
        `plus1_pass_duration_seconds_sum{${zero}}`,
        `plus1_pass_duration_seconds_count{${zero}}`,
        'plus1_github_rate_limit_limit{credential="environment", resource="core"}',
        'plus1_github_rate_limit_remaining{credential="environment", resource="core"}',
      ].map((name) => ({ series: name, values: '0+0x60' }));
      const shares = panelQueries('5m').filter(({ expr }) => isShare(expr));
      expect(shares).to.have.length.above(6);
      const tests = [
        {
          interval: '1m',
          input_series: series,
          promql_expr_test: shares.map(({ expr }) => ({ expr, eval_time: '30m', exp_samples: [] })),
        },
      ];
      const folder = await mkdtemp(join(tmpdir(), 'plus1-queries-'));
      try {
        const file = join(folder, 'tests.yaml');
        await writeFile(file, stringify({ rule_files: [], tests }));
        const { ok, output } = await promtool(tool, ['test', 'rules', file]);
        expect(ok, output).to.equal(true);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });

    it('are PromQL', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'plus1-queries-'));
      try {
        const rules = panelQueries('5m').map(({ expr }, index) => ({ record: `query:${index}`, expr }));
        const file = join(folder, 'queries.yaml');
        await writeFile(file, stringify({ groups: [{ name: 'queries', rules }] }));
        const { ok, output } = await promtool(tool, ['check', 'rules', file]);
        expect(ok, output).to.equal(true);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
});
