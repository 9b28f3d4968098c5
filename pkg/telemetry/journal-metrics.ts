/** What is counted of the journal of a policy; a part of the table of all metrics. */

const POLICY = ['policy', 'organization'] as const;

export const JOURNAL_METRICS = {
  plus1_journal_sequence: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Number of the last record of the journal; no series where no journal is kept.',
  },
  plus1_journal_bytes: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Bytes that the files of the chain of the journal take that is written now.',
  },
  plus1_journal_last_record_timestamp_seconds: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Unix time of the last record of the journal; old where nothing changes, but never older than the last day that had a pass.',
  },
  plus1_journal_signed_timestamp_seconds: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Unix time of the last record that a signed checkpoint of the journal covers.',
  },
  plus1_journal_errors_total: {
    group: 'policies',
    type: 'counter',
    labels: POLICY,
    help: 'Failures to read or write the journal; while they last nothing is written to GitHub.',
  },
} as const;
