/** The words of notifications: what a person can be told of, and how much it matters. */

/** Each is one row of `pkg/notify/event-table.ts`. A new one stands here first: then the compiler asks for its row. */
export const NOTIFICATION_EVENTS = [
  'FirstPass',
  'PassFailed',
  'PassIncomplete',
  'PassSlower',
  'CredentialExpiring',
  'WriteUnproved',
  'JournalUnavailable',
  'EmergencyBypass',
  'SecurityEvent',
  'ProductionUngoverned',
  'RulesetNotEnforced',
  'Ineffective',
  'ComplianceLow',
  'PlanHeld',
  'DriftRepaired',
  'RulesetChanged',
  'RepositoryDemoted',
  'ExemptionExpiring',
  'RepositoriesEntered',
  'RepositoriesLeft',
  'IncidentOpened',
  'IncidentOverdue',
  'RolloutFailed',
  'EgressReviewDue',
  'EgressNameUnresolvable',
  'DailySummary',
  'WeeklySummary',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** From the least to the most. */
export const NOTIFICATION_SEVERITIES = ['Info', 'Warning', 'High'] as const;
export type NotificationSeverity = (typeof NOTIFICATION_SEVERITIES)[number];

/** What became of a message: delivered; a try failed, and is repeated; given up. */
export const DELIVERY_RESULTS = ['sent', 'failed', 'dropped'] as const;
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];

/** Holds where neither `events` nor `minSeverity` is set; no schema default, which would forbid `events`. */
export const DEFAULT_MIN_SEVERITY: NotificationSeverity = 'Warning';
