/** The guide for the person on call: its runbooks are those of the alerts, and the panels that it names are there. */
import { expect } from 'chai';
import { alertRules, dashboards } from '../monitoring/support/files.js';
import { readPage } from './page.js';

const PAGE = 'docs/guides/operations.md';
const { text } = readPage(PAGE);

/** As a person says it. */
const WAITS: Record<string, string> = {
  '': 'at once',
  '5m': 'after 5 minutes',
  '15m': 'after 15 minutes',
  '30m': 'after 30 minutes',
  '1h': 'after an hour',
  '2h': 'after two hours',
  '4h': 'after 4 hours',
};

describe(`runbooks of ${PAGE}`, () => {
  const rules = alertRules();

  it('are those of the alerts, in their order', () => {
    const titles = [...text.matchAll(/^## (Plus1\w+)$/gm)].map(([, title]) => title);
    expect(titles).to.have.members(rules.map(({ alert }) => alert));
  });

  for (const { alert, labels, for: wait = '' } of rules) {
    it(`${alert} has the severity and the delay of the rule`, () => {
      const runbook = text.split(/^## /m).find((section) => section.startsWith(`${alert}\n`));
      expect(runbook).to.include(`**Severity** ${labels['severity']}, ${WAITS[wait]}`);
    });
  }

  it('name panels that are there', () => {
    const titles = dashboards().flatMap(([, { title, panels }]) => [title, ...panels.map((panel) => panel.title)]);
    const prose = text.replaceAll(/\*\*[^*]+\*\*/g, '').replaceAll(/`[^`]*`/g, '');
    const named = [...prose.matchAll(/\*([A-Z][^*]+)\*/g)].map(([, name = '']) => name.replaceAll(/\s+/g, ' '));
    expect(named).to.include('Pass duration');
    expect(named.filter((name) => !titles.includes(name))).to.deep.equal([]);
  });
});
