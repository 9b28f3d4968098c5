/**
 * What GitHub does not document, so that a client can be tried against every answer (facts: "UNCONFIRMED"). The defaults
 * are the ones thought most likely, or the ones that hurt a careless client most.
 */
export interface Behaviour {
  /** Ids in `repository_ids` that no repository of the organization has: kept as sent, or the whole PUT answers 422. */
  unknownIDs: 'keep' | 'refuse';
  /** An empty `repository_ids`. */
  emptyIDs: 'refuse' | 'accept';
  /** Order of `repository_ids` in answers; GitHub promises none. Duplicates are dropped in every case. */
  idOrder: 'sent' | 'sorted' | 'reversed';
  /** `bypass_actors` and ruleset reads of Apps and fine-grained tokens: which permission they take. */
  rulesetReadNeeds: 'write' | 'read';
  /** What a classic token without `admin:org` gets from the ruleset endpoints. */
  missingScope: 404 | 403;
  /** File text that an App may not read: null beside a FORBIDDEN error, or null in silence. */
  contentsDenied: 'forbidden' | 'silent';
  /** Whether a PUT that changes nothing writes a history version and moves `updated_at`. */
  noChangeWritesHistory: boolean;
  /** Whether the list of an organization's rulesets contains those of its enterprise. */
  listsEnterpriseRulesets: boolean;
  /** So many ms after a change the REST list of repositories shows it: its copies lag. 0: at once. */
  listLagMs: number;
  /** So many ms after a push the list of rule suites shows it, and its suite is found. 0: at once. */
  ruleSuiteLagMs: number;
  /** Whether GraphQL has `Ref.rules`: servers of older versions do not. */
  hasRefRules: boolean;
  /** Further fields that this version of the schema does not have, as `Type.field`. */
  lacksFields: readonly string[];
  /** A classic protection that a credential may not read: null beside a FORBIDDEN error, or null in silence. */
  protectionDenied: 'forbidden' | 'silent';
  /** By which arguments the listing over GraphQL can be narrowed: servers before 2023 know no `visibility`, and old ones none at all. */
  listFilters: 'visibility' | 'privacy' | 'none';
  /** What an organization without GitHub Enterprise gets for the enforcement `evaluate`: 422 with a sentence, or 403 to upgrade. */
  evaluateDenied: 'invalid' | 'upgrade';
  /** What becomes of a label that the repository does not have, where an issue is opened with it. */
  unknownLabels: 'create' | 'drop' | 'forbid';
  /** `ghs_` and 36 characters, or the stateless form `ghs_APPID_JWT` of 2026. */
  installationTokens: 'short' | 'stateless';
}

export const DEFAULT_BEHAVIOUR: Readonly<Behaviour> = {
  unknownIDs: 'keep',
  emptyIDs: 'refuse',
  idOrder: 'sent',
  rulesetReadNeeds: 'write',
  missingScope: 404,
  contentsDenied: 'forbidden',
  noChangeWritesHistory: true,
  listsEnterpriseRulesets: true,
  listLagMs: 0,
  ruleSuiteLagMs: 0,
  hasRefRules: true,
  lacksFields: [],
  protectionDenied: 'forbidden',
  listFilters: 'visibility',
  evaluateDenied: 'invalid',
  unknownLabels: 'create',
  installationTokens: 'short',
};
