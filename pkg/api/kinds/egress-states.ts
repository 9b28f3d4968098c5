/** The states by which egress rules and their endpoints are counted. */

/** Of a rule. */
export const EGRESS_RULE_STATES = ['pending', 'in_force', 'expired', 'invalid', 'withdrawn'] as const;
/** Of an endpoint of a rule; `overruled`: a Deny takes it away. */
export const EGRESS_ENDPOINT_STATES = ['pending', 'allowed', 'overruled', 'denied', 'withdrawn'] as const;
