/** The metrics of the sinks to which the journal is sent. */

const SINK = ['sink'] as const;

export const SIEM_METRICS = {
  plus1_siem_lag_records: {
    group: 'siem',
    type: 'gauge',
    labels: SINK,
    help: 'Records of the journal that the sink has not taken yet.',
  },
  plus1_siem_lag_seconds: {
    group: 'siem',
    type: 'gauge',
    labels: SINK,
    help: 'How long ago the oldest record was written that the sink has not taken yet; 0 where it has taken all.',
  },
  plus1_siem_records_total: {
    group: 'siem',
    type: 'counter',
    labels: [...SINK, 'result'],
    help: 'Records by result: sent, or rejected (refused by the sink, kept in a file of its own, and skipped).',
  },
  plus1_siem_up: {
    group: 'siem',
    type: 'gauge',
    labels: SINK,
    help: '1 while the sink takes what it is sent, 0 since it did not answer or refused the credential.',
  },
} as const;
