/**
 * The certification as OSCAL assessment results. An empty list is not valid there, so that what is not there is left out. It has no findings: in OSCAL one says
 * that a control is satisfied or not, which is for an assessor to judge. What speaks against one stands as risk, with the observation behind it.
 * https://pages.nist.gov/OSCAL-Reference/models/v1.1.2/assessment-results/json-reference/
 */
import { printable } from '../../text/index.js';
import type { History } from '../history/history.js';
import type { Certification } from './certification.js';
import { furtherRisks, removals, type Fact } from './oscal-facts.js';
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
  const observations = observationsOf(certification, { id, time: history.lastTime, removed: removals(history) });
  const risks = risksOf(certification, id);
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
          remarks: 'There are no findings: whether a control is met is for an assessor to judge.',
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

interface Observing {
  id: ID;
  time: string;
  removed: readonly Fact[];
}

function observationsOf(certification: Certification, { id, time, removed }: Observing): object[] {
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
        `${each.name} (${each.id}) was found in production and not governed at ${each.since}, ${each.until === null ? 'and still was at the end of the month' : `until ${each.until}`}: ${each.cause}. Measured in the month: ${each.seconds} s. Before it was found: ${each.unseen_seconds === null ? 'not known' : `up to ${each.unseen_seconds} s`}.`,
        each.until ?? time,
      ),
    ),
    ...risk.exemptions.map((each) =>
      told(
        `exemption/${each.repository}/${each.since ?? ''}`,
        'Exemption',
        `The policy decides about ${each.repository}: ${each.effect}, until ${each.until ?? each.expires_at ?? 'no end'}. Owner: ${each.owner ?? 'none'}. Reason: ${each.reason ?? 'none'}.`,
      ),
    ),
    ...risk.gaps.map((each) =>
      told(`gap/${each.since}`, 'Gap', `From ${each.since} to ${each.until} coverage is not known: ${each.reason}.`),
    ),
    ...[...removed, ...furtherRisks(risk)].map(({ what, title, description, collected }) =>
      told(what, title, description, collected),
    ),
  ];
}

interface Risk {
  uuid: string;
  title: string;
  description: string;
  statement: string;
  status: 'open' | 'closed';
  'related-observations': { 'observation-uuid': string }[];
}

const UNGOVERNED = 'What is in production and not governed can be changed without the rules of the ruleset.';

interface Told {
  title: string;
  description: string;
  statement: string;
  status: Risk['status'];
}

function risksOf({ risk_assessment: risk }: Certification, id: ID): Risk[] {
  // Of each there is an observation of the same name.
  const told = (what: string, { description, ...rest }: Told): Risk => ({
    ...{ uuid: id(`risk/${what}`), ...rest, description: text(description) },
    'related-observations': [{ 'observation-uuid': id(`observation/${what}`) }],
  });
  return [
    ...risk.exposures.map(({ id: repository, name, since, until, cause }) =>
      told(`exposure/${repository}/${since}`, {
        ...{ title: 'Ungoverned', statement: UNGOVERNED, status: until === null ? 'open' : 'closed' },
        description: `${name} (${repository}) ${until === null ? 'is' : 'was'} not governed since ${since}${until === null ? '' : `, until ${until}`}: ${cause}.`,
      }),
    ),
    ...risk.exemptions.map(({ repository, since, until, effect, owner }) =>
      told(`exemption/${repository}/${since ?? ''}`, {
        ...{ title: 'Exempted', statement: UNGOVERNED, status: until === null ? 'open' : 'closed' },
        description: `${repository} is exempted (${effect}) by the policy; ${owner ?? 'nobody named'} answers for it.`,
      }),
    ),
    // What nobody saw then, nobody will see: it stays open.
    ...risk.gaps.map(({ since, until, reason }) =>
      told(`gap/${since}`, {
        ...{ title: 'Not known', status: 'open', statement: 'What happened in that time may never be known.' },
        description: `From ${since} to ${until} coverage is not known: ${reason}.`,
      }),
    ),
    // No record tells that it is over.
    ...furtherRisks(risk).flatMap(({ what, title, description, statement }) =>
      statement === undefined ? [] : [told(what, { title, description, statement, status: 'open' })],
    ),
  ];
}
