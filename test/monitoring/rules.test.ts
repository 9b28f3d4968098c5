/** The alert rules: each fires, each stays silent, and each leads to a runbook. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, dirname } from 'node:path';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { temporaryFolder } from '../temporary-folder.js';
import { alertCases, alertRules, caseFiles, type AlertCase, type AlertRule } from './support/files.js';
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

  it('are alerts that read metrics and not one another', () => {
    for (const { alert, expr } of rules) {
      expect(alert).to.be.a('string');
      expect(expr, alert).not.to.match(/ALERTS/);
    }
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
    let tool: string;
    before(function () {
      tool = need('promtool', this);
    });

    for (const path of caseFiles())
      for (const [alerts, tests] of byAlerts(path))
        it(`hold: ${alerts} in ${path.replace(/^.*\//, '')}`, async () => {
          const { ok, output } = await promtool(tool, ['test', 'rules', casesOf(path, alerts.split(', '), tests)]);
          expect(ok, output).to.equal(true);
        });
  });
});

/** The cases of a file, by the alerts that they look at. */
function byAlerts(path: string): Map<string, AlertCase[]> {
  const { tests } = parse(readFileSync(path, 'utf8')) as { tests: AlertCase[] };
  const found = new Map<string, AlertCase[]>();
  for (const each of tests) {
    const alerts = [...new Set(each.alert_rule_test.map(({ alertname }) => alertname))].sort().join(', ');
    found.set(alerts, [...(found.get(alerts) ?? []), each]);
  }
  return found;
}

/**
 * A file with these cases, and the rules of these alerts alone. No rule reads what another one makes, and promtool evaluates
 * each rule that it is given at every step: all thirty of them would take thirty times as long, and no case looks at the others.
 */
function casesOf(path: string, alerts: readonly string[], tests: readonly AlertCase[]): string {
  const whole = parse(readFileSync(path, 'utf8')) as { rule_files: string[] };
  const folder = temporaryFolder();
  const rules = whole.rule_files.map((name, at) => {
    const { groups } = parse(readFileSync(resolve(dirname(path), name), 'utf8')) as {
      groups: { rules: AlertRule[] }[];
    };
    const wanted = groups.map((group) => ({
      ...group,
      rules: group.rules.filter(({ alert }) => alerts.includes(alert)),
    }));
    const file = join(folder, `rules-${at}.yaml`);
    writeFileSync(file, stringify({ groups: wanted.filter((group) => group.rules.length > 0) }));
    return file;
  });
  const file = join(folder, 'tests.yaml');
  writeFileSync(file, stringify({ ...whole, rule_files: rules, tests }));
  return file;
}
