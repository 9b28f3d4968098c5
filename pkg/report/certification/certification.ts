/** The certification of a month: a statement of the management, and the figures behind it. */
import type { ChainVerdict } from '../../journal/index.js';
import type { History } from '../history/history.js';
import { hours } from '../render/parts.js';
import { populationOf, type Population } from '../period/population.js';
import { governanceCoverage, type GovernanceCoverage } from './coverage.js';
import { processEffectiveness, type ProcessEffectiveness } from './effectiveness.js';
import { controlsOf, type Control, type FrameworkLine } from './frameworks.js';
import type { Reconciliation } from './reconciliation.js';
import { remediationStatus, type RemediationStatus } from './remediation.js';
import { riskAssessment, type RiskAssessment } from './risks.js';

export interface Certification {
  statement: {
    text: string;
    organization: string;
    ruleset_name: string;
    month: string;
    period: { since: string; until: string };
    /** For the one who signs. */
    name: string;
    title: string;
    date: string;
    signature: string;
  };
  governance_coverage: GovernanceCoverage;
  process_effectiveness: ProcessEffectiveness;
  risk_assessment: RiskAssessment;
  remediation_status: RemediationStatus;
  controls: Control[];
  population: Population;
}

export interface CertificationInput {
  /** Of a month. */
  history: History;
  frameworks: readonly FrameworkLine[];
  /** Of the exported journal. */
  verdicts: readonly ChainVerdict[];
  reconciliation?: Reconciliation | undefined;
}

export function certificationOf({ history, frameworks, verdicts, reconciliation }: CertificationInput): Certification {
  const { policy, period } = history;
  return {
    statement: {
      text: statementOf(history),
      ...{ organization: policy.organization, ruleset_name: policy.ruleset, month: period.name },
      period: { since: period.since, until: period.until },
      ...{ name: '', title: '', date: '', signature: '' },
    },
    governance_coverage: governanceCoverage(history),
    process_effectiveness: processEffectiveness(history),
    risk_assessment: riskAssessment({ history, verdicts, reconciliation }),
    remediation_status: remediationStatus(history),
    controls: controlsOf(frameworks),
    population: populationOf(history),
  };
}

/** A statement of those who sign it, and no attestation of ours. */
function statementOf({ policy, period, gaps }: History): string {
  const seconds = gaps.reduce((sum, { since, until }) => sum + (Date.parse(until) - Date.parse(since)) / 1_000, 0);
  const known =
    gaps.length === 0
      ? 'No time of it is unknown.'
      : `For ${gaps.length === 1 ? 'one time' : `${gaps.length} times`} in it, ${hours(seconds)} in all, coverage is not known: they are listed as gaps.`;
  return (
    `The undersigned state that the repositories of the organization ${policy.organization} that were in production in ${period.name} ` +
    `(UTC) were governed by the ruleset ${policy.ruleset} as the figures below say, with the exposures, exemptions, changes by others ` +
    `and gaps that are listed there. ${known} The figures follow from the records of the journal that is part of this folder.`
  );
}
