/** What a certification tells that speaks against a control, or took protection away, as observations and risks of OSCAL. */
import { isProved, type Change } from '../history/changes.js';
import type { History } from '../history/history.js';
import type { RiskAssessment } from './risks.js';

/** `what` is the same for the same journal, and no two facts have one. */
export interface Fact {
  what: string;
  title: string;
  description: string;
  /** RFC 3339; absent: the end of what is assessed. */
  collected?: string;
  /** Of a risk; a fact without one is an observation alone. */
  statement?: string;
}

/** Whom Plus1 or somebody else took out of the ruleset, one by one: a count of writes would hide them. */
export const removals = ({ changes }: Pick<History, 'changes'>): Fact[] =>
  changes
    .filter(({ action, outcome }) => action === 'leave' && outcome !== 'refused')
    .map((change) => ({
      what: `removal/${change.chain}/${change.sequence}/${change.id}`,
      title: 'Removal',
      description: `${change.name} (${change.id}) left the ruleset${outcomeOf(change)}: ${change.why}.${approvalsOf(change)}`,
      collected: change.time,
    }));

function outcomeOf(change: Change): string {
  if (isProved(change)) return ` at ${change.time}`;
  if (change.outcome === 'seen') return ` before ${change.time}`;
  return `, or not: a write was sent before ${change.time}, and nobody proved what became of it`;
}

const approvalsOf = ({ approvals }: Change): string =>
  approvals.length === 0 ? '' : ` Approved by ${approvals.map(({ approver }) => approver).join(', ')}.`;

/** Beside exposures, exemptions and gaps. */
export const furtherRisks = (risk: RiskAssessment): Fact[] => [
  ...rulesetChanges(risk),
  ...bypasses(risk),
  ...securityEvents(risk),
  ...endedElsewhere(risk),
  ...unread(risk),
  ...journalFaults(risk),
  ...comparison(risk),
];

const rulesetChanges = ({ ruleset_changes }: RiskAssessment): Fact[] =>
  ruleset_changes.map(({ time, changed, chain, sequence }) => ({
    ...{ what: `ruleset/${chain}/${sequence}`, title: 'Change of the ruleset', collected: time },
    description: `Somebody else changed the ruleset (${changed.join(', ')}), as was seen at ${time}: record ${sequence} of ${chain}.`,
    statement: 'Since then the ruleset may protect less than before.',
  }));

/** That it was given: whether a plan was released by it, the changes tell. */
const bypasses = ({ emergency_bypasses }: RiskAssessment): Fact[] =>
  emergency_bypasses.map(({ time, approver, reason, verified }, at) => ({
    ...{ what: `bypass/${time}/${at}`, title: 'Emergency bypass', collected: time },
    description: `${approver}${verified ? '' : ' (nobody proved who that is)'} gave an emergency approval of a held plan at ${time}: ${reason}.`,
    statement: 'A guard is passed on the word of one person.',
  }));

const securityEvents = ({ security_events }: RiskAssessment): Fact[] =>
  security_events.map(({ time, event, code, message }, at) => ({
    ...{ what: `event/${time}/${at}`, title: 'Security event', collected: time },
    description: `${event} at ${time}${code === null ? '' : ` (${code})`}: ${message}.`,
    statement: 'Whether somebody dealt with it no record tells.',
  }));

const endedElsewhere = ({ ended_elsewhere }: RiskAssessment): Fact[] =>
  ended_elsewhere.map(({ time, of, what, repositories, chain, sequence }) => ({
    ...{ what: `ended/${chain}/${sequence}`, title: 'Protection that ended', collected: time },
    description: `${of}: ${what}, at ${time}${repositories.length === 0 ? '' : `: ${repositories.join(', ')}`}.`,
    statement: 'What a rollout or an incident protected beside the ruleset is not protected by it any more.',
  }));

const unread = ({ unobserved }: RiskAssessment): Fact[] =>
  unobserved.length === 0
    ? []
    : [
        {
          ...{ what: 'unobserved', title: 'Not read' },
          description: `Repositories that could not be read at the end: ${unobserved.join(', ')}.`,
          statement: 'Whether they are in production is not known.',
        },
      ];

const journalFaults = ({ journal }: RiskAssessment): Fact[] =>
  journal.faults.map(({ chain, code, message }, at) => ({
    ...{ what: `journal/${chain}/${at}`, title: 'Journal not whole' },
    description: `${chain}: ${code}: ${message}.`,
    statement: 'The figures follow from records that may be changed, or are not all there.',
  }));

function comparison({ reconciliation }: RiskAssessment): Fact[] {
  if (reconciliation === null) return [];
  const { without_record, without_version } = reconciliation;
  return [
    ...without_record.map(({ version, time, actor }) => ({
      ...{ what: `version/${version}`, title: 'Version without a record', collected: time },
      description: `${actor ?? 'Somebody'} saved version ${version} of the ruleset at ${time}, and no record tells of it.`,
      statement: 'The ruleset was changed, and nobody saw how.',
    })),
    ...without_version.map(({ time, plan_hash }, at) => ({
      ...{ what: `write/${time}/${at}`, title: 'Write without a version', collected: time },
      description: `The write of the plan ${plan_hash ?? 'without a hash'} was proved at ${time}, and GitHub has no version of it.`,
      statement: 'The record, or the history of GitHub, is wrong.',
    })),
  ];
}
