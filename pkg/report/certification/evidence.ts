/** What a control may point to: each key names figures of the certification, the file that lists them, and the records behind them. */

export interface EvidenceSource {
  /** What an assessor finds there, in a few words. */
  what: string;
  figures: string;
  file: string;
  records: readonly string[];
}

export const EVIDENCE = {
  coverage: {
    ...{
      what: 'production and governed repositories of every day',
      figures: 'governance_coverage.days',
      file: 'certification.json',
    },
    records: ['DaySummary', 'FindingsChanged', 'WriteProved'],
  },
  exposure: {
    ...{ what: 'every time in which a repository in production was not governed' },
    ...{
      figures: 'governance_coverage.below_full',
      file: 'exposure.csv',
      records: ['ExposureStarted', 'ExposureEnded'],
    },
  },
  changes: {
    ...{ what: 'every change of the membership, with its cause, commit, plan and proof' },
    ...{ figures: 'process_effectiveness.writes', file: 'changes.csv' },
    records: ['WriteIntended', 'WriteProved', 'WriteUnproved', 'WriteRefused'],
  },
  approvals: {
    ...{
      what: 'held plans, what let go of them, and who approved them',
      figures: 'process_effectiveness.holds',
      file: 'certification.json',
    },
    records: ['PlanHeld', 'ApprovalGiven', 'ApprovalRejected', 'PlanReleased', 'HoldExpired'],
  },
  drift: {
    ...{
      what: 'changes by others, and how long they stood once found',
      figures: 'process_effectiveness.drift',
      file: 'certification.json',
    },
    records: ['DriftSeen'],
  },
  ruleset: {
    ...{ what: 'changes of rules, enforcement and bypass actors', figures: 'risk_assessment.ruleset_changes' },
    ...{ file: 'certification.json', records: ['RulesetChanged'] },
  },
  policy: {
    ...{
      what: 'the settings of the policy, and each of their changes',
      figures: 'process_effectiveness.policy_changes',
    },
    ...{ file: 'certification.json', records: ['PolicyChanged'] },
  },
  passes: {
    ...{ what: 'how often everything was looked at, and how it ended', figures: 'process_effectiveness.passes' },
    ...{ file: 'certification.json', records: ['DaySummary'] },
  },
  findings: {
    ...{
      what: 'faults of catalogue files, their age and their owners',
      figures: 'remediation_status',
      file: 'findings.csv',
    },
    records: ['FindingsChanged'],
  },
  exemptions: {
    ...{ what: 'exceptions with reason, owner and end', figures: 'risk_assessment.exemptions', file: 'exemptions.csv' },
    records: ['ExemptionStarted', 'ExemptionEnded'],
  },
  security: {
    ...{ what: 'refused credentials, refused access, unusual data', figures: 'risk_assessment.security_events' },
    ...{ file: 'certification.json', records: ['SecurityEvent'] },
  },
  journal: {
    ...{ what: 'the signed records themselves, and what checks them', figures: 'risk_assessment.journal' },
    ...{ file: 'journal/', records: ['ChainStarted', 'KeyChanged', 'TailRepaired', 'SegmentRemoved'] },
  },
  gaps: {
    ...{ what: 'the times of which nothing is known', figures: 'risk_assessment.gaps', file: 'certification.json' },
    records: ['DaySummary', 'ChainStarted'],
  },
} as const satisfies Record<string, EvidenceSource>;

export type EvidenceKey = keyof typeof EVIDENCE;
export const EVIDENCE_KEYS = Object.keys(EVIDENCE) as [EvidenceKey, ...EvidenceKey[]];
