/** What GitHub grants an App on one installation: a token for an hour, and what it may do and see. */
import type { Targeting } from '../../api/index.js';

export interface Grant {
  token: string;
  /** By the monotonic clock. */
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
  /** What an owner of that account has accepted. */
  permissions: Readonly<Record<string, string>>;
}

/** An App as its owner has set it up. */
export interface App {
  slug: string;
  /** What it asks for; an installation may have accepted less. */
  permissions: Readonly<Record<string, string>>;
}

/** Where a grant is kept between passes, and between the policies that share a credential. */
export interface GrantCell {
  grant?: Grant | undefined;
  pending?: Promise<Grant> | undefined;
  /** Answers that have accepted the grant's token. */
  accepted?: number;
  /** Tokens of the last grants, newest first: none of them may appear in a text. */
  recent?: string[];
}

/** What a pass needs, in GitHub's key names. Reading an organization's rulesets needs `write` too: https://docs.github.com/en/rest/orgs/rules */
type Needed = readonly (readonly [permission: string, level: 'read' | 'write'])[];

const ALWAYS: Needed = [
  ['organization_administration', 'write'],
  ['contents', 'read'],
  ['metadata', 'read'],
];

const NEEDED: Record<Targeting, Needed> = {
  RepositoryID: ALWAYS,
  CustomProperty: [...ALWAYS, ['organization_custom_properties', 'write']],
};

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** True where these permissions hold everything of a text such as `organization_administration: write`. */
export function isGranted(needed: string, permissions: Readonly<Record<string, string>>): boolean {
  const pairs = [...needed.matchAll(/(\w+): (read|write|admin)\b/g)];
  return pairs.length > 0 && pairs.every(([, name = '', level = '']) => reaches(permissions, name, level));
}

function reaches(permissions: Readonly<Record<string, string>>, name: string, level: string): boolean {
  const has = Object.hasOwn(permissions, name) ? permissions[name] : undefined;
  return (RANK[has ?? ''] ?? 0) >= (RANK[level] ?? 0);
}

/** What is missing, as `permission: level`. */
export function missingPermissions(permissions: Readonly<Record<string, string>>, targeting: Targeting): string[] {
  return NEEDED[targeting]
    .filter(([name, level]) => !reaches(permissions, name, level))
    .map(([name, level]) => `${name}: ${level}`);
}
