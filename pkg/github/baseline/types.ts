/** What the checklist of repositories reads, beside what a pass reads anyway. */
import type { Repository } from '../../api/index.js';
import type { Answer, CodeownersSeen, PropertiesSeen, RulesSeen, ScanSeen } from '../../baseline/index.js';

/** Parts of the question about repositories. A server whose schema does not have what one asks for is not asked for it again. */
export const BASELINE_PARTS = ['rules', 'classic', 'codeowners', 'codeownersErrors'] as const;

export type BaselinePart = (typeof BASELINE_PARTS)[number];

/** What one question tells of a repository. */
export interface BranchSight {
  /** Head commit of the default branch that the answer is about; absent where there is none. */
  head?: string;
  rules: Answer<RulesSeen>;
  classic: Answer<readonly string[] | null>;
  codeowners: Answer<CodeownersSeen | null>;
  codeownersErrors: Answer<readonly number[]>;
}

export interface BranchesRequest {
  /** Login. */
  organization: string;
  repositories: readonly Repository[];
  /** Parts that nobody wants. */
  without: readonly BaselinePart[];
  /** Parts that the server was found to lack. */
  lacks: readonly BaselinePart[];
}

export interface BranchesSeen {
  /** By repository id, without those that were not asked about, because a limit or the signal ended it. */
  sights: ReadonlyMap<number, BranchSight>;
  lacks: readonly BaselinePart[];
}

export interface ScansRequest {
  /** Login. */
  organization: string;
  /** One request each. */
  repositories: readonly Repository[];
  tools: readonly string[];
}

/** Reads and nothing else. Never throws: each answer that does not come says why. */
export interface BaselineReader {
  /** Rules, classic protection and CODEOWNERS, 50 repositories a question. */
  branches(request: BranchesRequest, signal: AbortSignal): Promise<BranchesSeen>;
  /** Custom properties of all repositories of the organization, by id, 100 a request. A repository that is not in it has none. */
  properties(organization: string, signal: AbortSignal): Promise<Answer<ReadonlyMap<number, PropertiesSeen>>>;
  /** The newest analyses on default branches, by id, without those that were not asked about. */
  scans(request: ScansRequest, signal: AbortSignal): Promise<ReadonlyMap<number, Answer<ScanSeen>>>;
}
