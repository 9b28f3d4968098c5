/** The security events of the specification: the journal records them, and metrics count them. */
export const SECURITY_EVENTS = [
  'FailedAuthentication',
  'UnauthorizedAccess',
  'SuspiciousActivity',
  'DataAnomaly',
] as const;
export type SecurityEvent = (typeof SECURITY_EVENTS)[number];
