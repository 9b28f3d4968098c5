/** What GitHub says when it is asked about the credential itself: one value for each question. */
import type { LiveRuleset } from '../../api/index.js';

export type Permissions = Readonly<Record<string, string>>;

/** The hourly limits of the credential; none on a server that has no limits. */
export interface LimitSight {
  limits: { resource: string; limit: number; remaining: number; resetMs: number }[];
}

/** The App as its owner has set it up. */
export interface AppSight {
  slug: string;
  /** What it asks for. An installation may have accepted less. */
  permissions: Permissions;
}

/** The App on this organization. */
export interface InstallationSight {
  /** What an owner of the organization has accepted. */
  permissions: Permissions;
  all: boolean;
  accountID?: number;
}

export interface OrganizationSight {
  id: number;
  /** As GitHub spells it; another name than was asked for where the organization was renamed. */
  login: string;
  /** How many repositories it has, where GitHub says it. */
  publicCount?: number;
  privateCount?: number;
}

export interface RepositoriesSight {
  /** How many repositories the credential sees. */
  visible: number;
  /** Private or internal ones that hold something, the one last pushed to first; a few of them. */
  private: string[];
}

/** `empty`: GitHub shows nothing there, so it says nothing of the permission either. */
export type ContentsSight = 'read' | 'refused' | 'empty';

export interface RulesetSight {
  live: LiveRuleset;
  /** GitHub shows the bypass list to those who may change the ruleset, and to nobody else. */
  isWritable: boolean;
}

/** What the headers of all answers so far say. */
export interface HeaderSight {
  /** Of a classic or OAuth token. */
  scopes?: string[];
  /** When the token ends, Unix ms. */
  expiresMs?: number;
  /** How far the local clock is ahead of GitHub's, ms, exact to about a second. */
  clockAheadMs?: number;
}
