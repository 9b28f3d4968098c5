/**
 * The certification as OSCAL assessment results. An empty list is not valid there, so that what is not there is left out; no control is said
 * to be satisfied: findings name what speaks against one.
 * https://pages.nist.gov/OSCAL-Reference/models/v1.1.2/assessment-results/json-reference/
 */
import { printable } from '../../text/index.js';
import type { History } from '../history/history.js';
import type { Certification } from './certification.js';
import { uuid5 } from './uuid.js';

const OSCAL_VERSION = '1.1.2';

export function oscalResults(certification: Certification, history: History): object {
  const { statement, population } = certification;
  const { journal, tool_version } = population;
  // Positions in the journal and nothing else, so that the same journal gives the same ids.
  const position = `${journal.chain}/${journal.first}-${journal.last}`;
  const id = (what: string): string => uuid5(`${position}/${what}`);
  const plan = id('plan');
  const title = `${statement.organization} / ${statement.ruleset_name}: ${statement.month}`;
  const observations = observationsOf(certification, { id, time: history.lastTime });
  const risks = risksOf(certification, id);
  const findings = findingsOf(certification, { id, risks });
  return {
    'assessment-results': {
      uuid: id('results'),
      metadata: {
        title: text(title),
        'last-modified': history.lastTime,
        version: `${statement.month}-${tool_version ?? 'unknown'}`,
        'oscal-version': OSCAL_VERSION,
      },
      'import-ap': { href: `#${plan}` },
      results: [
        {
          uuid: id('result'),
          title: text(title),
          description: text(statement.text),
          ...{ start: statement.period.since, end: statement.period.until },
          'reviewed-controls': { 'control-selections': [selectionOf(certification)] },
          observations,
          ...(risks.length > 0 && { risks }),
          ...(findings.length > 0 && { findings }),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: 'Continuous assessment by Plus1',
            description:
              'Each pass lists all repositories of the organization, reads their catalogue files, and compares the ruleset with them.',
          },
        ],
      },
    },
  };
}

/** Markup of OSCAL is Markdown with HTML: names of others are plain there, too. */
const text = (foreign: string): string =>
  printable(foreign).replace(/[<>&`*_[\]\\#|]/g, (char) => (char === '_' ? char : ' '));

/** Those of NIST alone: `CM-3(1)` is `cm-3.1` there. */
function selectionOf({ controls }: Certification): object {
  const ids = controls.flatMap(({ id }) => {
    const [, family, number, , more] = /^([A-Z]{2})-(\d+)(\((\d+)\))?$/.exec(id) ?? [];
    return family === undefined ? [] : [`${family.toLowerCase()}-${number}${more === undefined ? '' : `.${more}`}`];
  });
  if (ids.length === 0) return { 'include-all': {} };
  return { 'include-controls': [...new Set(ids)].map((each) => ({ 'control-id': each })) };
}

type ID = (what: string) => string;

function observationsOf(certification: Certification, { id, time }: { id: ID; time: string }): object[] {
  const { governance_coverage: coverage, process_effectiveness: process, risk_assessment: risk } = certification;
  const told = (what: string, title: string, description: string, collected = time): object => ({
    ...{ uuid: id(`observation/${what}`), title, description: text(description), methods: ['TEST'], collected },
  });
  const known = coverage.days.filter(({ production }) => production !== null);
  const last = known.at(-1);
  return [
    told(
      'coverage',
      'Coverage',
      last === undefined
        ? 'No day of the month had a complete pass.'
        : `On ${last.date}, ${last.governed} of ${last.production} repositories in production were governed. ${known.length} of ${coverage.days.length} days had a complete pass.`,
    ),
    told(
      'writes',
      'Changes',
      `${process.writes.proved} writes proved, ${process.writes.unproved} not proved, ${process.writes.refused} refused; ${process.drift.seen} changes by others, ${process.drift.repaired} of them set right.`,
    ),
    ...risk.exposures.map((each) =>
      told(
        `exposure/${each.id}/${each.since}`,
        'Exposure',
        `${each.name} (${each.id}) was in production and not governed from ${each.since} to ${each.until ?? 'the end of the month'}: ${each.cause}.`,
        each.until ?? time,
      ),
    ),
  ];
}

interface Risk {
  uuid: string;
  title: string;
  description: string;
  statement: string;
  status: string;
}

function risksOf(
  { risk_assessment: { exposures, gaps, emergency_bypasses: bypasses } }: Certification,
  id: ID,
): Risk[] {
  const risk = (what: string, title: string, description: string, status: string): Risk => ({
    ...{ uuid: id(`risk/${what}`), title, description: text(description) },
    statement: 'What is in production and not governed can be changed without the rules of the ruleset.',
    status,
  });
  return [
    ...exposures
      .filter(({ until }) => until === null)
      .map(({ id: repository, name, since, cause }) =>
        risk(
          `exposure/${repository}/${since}`,
          'Ungoverned',
          `${name} (${repository}) is not governed since ${since}: ${cause}.`,
          'open',
        ),
      ),
    ...gaps.map(({ since, until, reason }) =>
      risk(`gap/${since}`, 'Not known', `From ${since} to ${until} nothing is known for certain: ${reason}.`, 'closed'),
    ),
    ...bypasses.map(({ time, approver, reason }) =>
      risk(`bypass/${time}`, 'Emergency bypass', `${approver} released a held plan at ${time}: ${reason}.`, 'closed'),
    ),
  ];
}

/** What speaks against a control, with the risks behind it. */
function findingsOf(
  { risk_assessment: { exposures, gaps } }: Certification,
  { id, risks }: { id: ID; risks: readonly Risk[] },
): object[] {
  const finding = (control: string, title: string, description: string): object => ({
    ...{ uuid: id(`finding/${control}`), title, description },
    target: { type: 'objective-id', 'target-id': control, status: { state: 'not-satisfied' } },
    ...(risks.length > 0 && { 'related-risks': risks.slice(0, 100).map(({ uuid }) => ({ 'risk-uuid': uuid })) }),
  });
  return [
    ...(exposures.length > 0
      ? [finding('cm-6', 'Deviations', `${exposures.length} times a repository in production was not governed.`)]
      : []),
    ...(gaps.length > 0 ? [finding('cm-2', 'Gaps', `Of ${gaps.length} times nothing is known for certain.`)] : []),
  ];
}
