/** The checklist of a repository in production: what was seen of it, what is asked, and what each check says. */

import type { BaselineCheck } from '../api/index.js';

/** `not_available`: the plan, a paid feature, or the version of the server does not have it. */
export type BaselineResult = 'pass' | 'fail' | 'unknown' | 'not_available';

export interface CheckResult {
  name: BaselineCheck;
  result: BaselineResult;
  found: string;
  expected: string;
  /** What to do; null where nothing is to be done. */
  fix: string | null;
}

/**
 * What GitHub said to one question. `unknown`: why it did not say, with the permission that is missing where that is why; `lacking`: why
 * there can be no answer. `again`: the next pass may get one. Neither says anything about the repository.
 */
export type Answer<T> =
  { seen: T } | { unknown: string; fix?: string; again?: true } | { lacking: string; fix?: string };

/** A rule in force on the default branch. */
export interface RuleSeen {
  /** As GitHub's REST calls it, such as `pull_request`. */
  type: string;
  /** Name of its ruleset, where GitHub shows it. */
  ruleset?: string;
  /** Paths of the workflows that must pass, of a rule of type `workflows`. */
  workflows?: readonly string[];
  /** It asks for a review by a code owner. */
  asksCodeOwners?: boolean;
}

export interface RulesSeen {
  rules: readonly RuleSeen[];
  /** False where GitHub has more of them, or hides of one what it is. */
  isWhole: boolean;
}

/** Null text: larger than GitHub reads. */
export interface CodeownersSeen {
  path: string;
  text: string | null;
}

export interface PropertiesSeen {
  /** Of this repository, by name; what is not set is absent. */
  values: ReadonlyMap<string, string>;
  /** What repositories without a value of their own have, by name. */
  defaults: ReadonlyMap<string, string>;
  /** Names of all properties that are defined. */
  defined: ReadonlySet<string>;
}

export interface WorkflowsSeen {
  files: readonly { path: string; uses: readonly { name: string; ref: string }[] }[];
  /** Paths of files that nobody could read. */
  unreadable: readonly string[];
}

export interface ScanSeen {
  /** The newest analysis of each tool on the default branch, Unix ms. */
  newest: ReadonlyMap<string, number>;
  /** False where there are older ones that were not asked for. */
  isWhole: boolean;
}

/** What was seen of one repository. */
export interface Sight {
  /** Rules of rulesets, of the repository and above it. */
  rules: Answer<RulesSeen>;
  /** What a classic protection of the default branch does, in the names of rule types; null where there is none. */
  classic: Answer<readonly string[] | null>;
  /** The file that counts; null where there is none. */
  codeowners: Answer<CodeownersSeen | null>;
  /** Numbers of the lines that GitHub finds faulty in the file that counts. */
  codeownersErrors: Answer<readonly number[]>;
  properties: Answer<PropertiesSeen>;
  workflows: Answer<WorkflowsSeen>;
  scan: Answer<ScanSeen>;
}

interface Switched {
  enabled: boolean;
}

/** What is asked; `spec.baseline.checks` in full. */
export interface BaselineSettings {
  /** Any of these counts. */
  securityWorkflow: Switched & { uses?: string | undefined; path?: string | undefined; rule: boolean };
  rulesetsInherited: Switched & { names: readonly string[] };
  customProperties: Switched & { required: readonly string[] };
  /** None: anybody may own the paths. */
  codeowners: Switched & { owners: readonly string[]; paths: readonly string[] };
  branchProtection: Switched & { require: readonly string[] };
  securityScan: Switched & { tools: readonly string[]; maxAgeMs: number };
}
