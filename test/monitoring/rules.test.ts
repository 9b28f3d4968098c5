/** The alert rules: each fires, each stays silent, and each leads to a runbook. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, dirname } from 'node:path';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { temporaryFolder } from '../temporary-folder.js';
import { sampleOf } from '../sample.js';
import { alertCases, alertRules, caseFiles } from './support/files.js';
import { unknownNames } from './support/metric-names.js';
import { need, promtool } from './support/tools.js';

/** As the specification has them; the others are ours. */
const SPECIFIED: Record<string, string> = {
  Plus1PassFailed: 'high',
  Plus1PassSlow: 'medium',
  Plus1ComplianceLow: 'medium',
};

describe('alert rules', () => {
  const rules = alertRules();
  const cases = alertCases().flatMap((each) => each.alert_rule_test);

  it('have the severities of the specification', () => {
    const severities = Object.fromEntries(rules.map(({ alert, labels }) => [alert, labels['severity']]));
    expect(severities).to.include(SPECIFIED);
    for (const [alert, severity] of Object.entries(severities)) expect(severity, alert).to.match(/^(high|medium)$/);
  });

  for (const { alert, expr, annotations } of rules) {
    describe(alert, () => {
      it('speaks only of metrics and labels that the controller exports', () => {
        expect(unknownNames(expr)).to.deep.equal([]);
      });

      it('leads to its runbook', () => {
        const [page = '', anchor] = (annotations['runbook_url'] ?? '').split('#');
        expect(anchor).to.equal(alert.toLowerCase());
        const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
        const runbook = text.split(/^## /m).find((section) => section.startsWith(`${alert}\n`));
        expect(runbook).to.include('**It means**').and.include('**Look at**').and.include('**Do**');
      });

      it('has a case in which it fires and one in which it does not', () => {
        const of = cases.filter(({ alertname }) => alertname === alert);
        expect(of.some(({ exp_alerts }) => exp_alerts.length > 0)).to.equal(true);
        expect(of.some(({ exp_alerts }) => exp_alerts.length === 0)).to.equal(true);
      });
    });
  }

  describe('cases', function () {
    // A week of passes in a tool that evaluates every step: seconds on an idle machine.
    let tool: string;
    before(function () {
      tool = need('promtool', this);
    });

    for (const path of caseFiles()) {
      it(`hold: ${path.replace(/^.*\//, '')}`, async () => {
        const { ok, output } = await promtool(tool, ['test', 'rules', sampled(path)]);
        expect(ok, output).to.equal(true);
      });
    }
  });
});

/** A week that is evaluated costs a second of processor time, and a day some tenths: a file of cases, with a sample of them. */
function sampled(path: string): string {
  const size = path.endsWith('-week.yaml') ? 2 : 10;
  const {
    tests,
    rule_files: rules,
    ...rest
  } = parse(readFileSync(path, 'utf8')) as {
    tests: unknown[];
    rule_files: string[];
  };
  const copy = join(temporaryFolder(), 'tests.yaml');
  const absolute = rules.map((each) => resolve(dirname(path), each));
  writeFileSync(copy, stringify({ ...rest, rule_files: absolute, tests: sampleOf(tests, size, path) }));
  return copy;
}
