/** The numbers of OCSF that are used. https://schema.ocsf.io/1.8.0 */

export const OCSF_VERSION = '1.8.0';

/** Informational to critical. */
export const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;
export const SEVERITY_NAMES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'] as const;
export type SeverityID = (typeof SEVERITY)[keyof typeof SEVERITY];

export interface OCSFClass {
  uid: number;
  name: string;
  category: number;
  categoryName: string;
}

export const ENTITY_MANAGEMENT: OCSFClass = {
  uid: 3004,
  name: 'Entity Management',
  category: 3,
  categoryName: 'Identity & Access Management',
};
export const AUTHENTICATION: OCSFClass = { ...ENTITY_MANAGEMENT, uid: 3002, name: 'Authentication' };
export const COMPLIANCE_FINDING: OCSFClass = {
  uid: 2003,
  name: 'Compliance Finding',
  category: 2,
  categoryName: 'Findings',
};
export const DETECTION_FINDING: OCSFClass = { ...COMPLIANCE_FINDING, uid: 2004, name: 'Detection Finding' };

/** What was done with an entity. */
export const ENTITY_ACTIVITIES = {
  Create: 1,
  Update: 3,
  Delete: 4,
  Enroll: 6,
  Unenroll: 7,
  Suspend: 12,
  Resume: 13,
  Other: 99,
} as const;
export type EntityActivity = keyof typeof ENTITY_ACTIVITIES;

export const FINDING_ACTIVITIES = { Create: 1, Update: 2, Close: 3 } as const;
export type FindingActivity = keyof typeof FINDING_ACTIVITIES;

export const OUTCOMES = { Unknown: 0, Success: 1, Failure: 2 } as const;
export type Outcome = keyof typeof OUTCOMES;

/** `type_id` of an entity: 99 is any other, by its name. */
export const ENTITY_POLICY = 5;
export const ENTITY_OTHER = 99;
