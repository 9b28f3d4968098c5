/** What GitHub grants an App on one installation: a token for an hour, and what it may do and see. */

export interface Grant {
  token: string;
  expiresMs: number;
  /** `organization_administration: write`, … */
  permissions: Readonly<Record<string, string>>;
  /** True where the installation sees every repository of the organization. */
  all: boolean;
}

/** An installation as GitHub describes it when it is asked. */
export interface Installation {
  /** True where it is on all repositories of its account, and not suspended. */
  all: boolean;
  /** The account that it is on, where GitHub names one. */
  accountID?: number;
}

/** Where a grant is kept between passes, and between the policies that share a credential. */
export interface GrantCell {
  grant?: Grant | undefined;
  pending?: Promise<Grant> | undefined;
}

/** What a pass needs, in GitHub's key names. Reading an organization's rulesets needs `write` too: https://docs.github.com/en/rest/orgs/rules */
const NEEDED: readonly (readonly [permission: string, level: 'read' | 'write'])[] = [
  ['organization_administration', 'write'],
  ['contents', 'read'],
  ['metadata', 'read'],
];

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** What is missing, as `permission: level`. */
export function missingPermissions(permissions: Readonly<Record<string, string>>): string[] {
  return NEEDED.filter(([name, level]) => (RANK[permissions[name] ?? ''] ?? 0) < (RANK[level] ?? 0)).map(
    ([name, level]) => `${name}: ${level}`,
  );
}
