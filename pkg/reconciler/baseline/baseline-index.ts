/**
 * The checklists of an organization, kept between passes like the verdicts. Forgetting all of them costs questions, and the event that
 * somebody was onboarded, never correctness.
 */
import { isMapping, sha256 } from '../../base/index.js';
import type { BaselineCheck } from '../../api/index.js';
import type { BaselineSettings, BaselineSummary, CheckResult } from '../../baseline/index.js';
import { BASELINE_PARTS, type BaselinePart } from '../../github/index.js';

/** Raised whenever the judgement or the shape changes. */
const VERSION = 1;

/** Where they are kept between passes. Loading never fails: what cannot be read is not known. */
export interface BaselineStore {
  load(signal: AbortSignal): Promise<unknown>;
  /** Absent in a dry run. */
  save?(index: BaselineIndex, signal: AbortSignal): Promise<void>;
}

export interface CheckedScan {
  /** When GitHub was asked, Unix ms. */
  askedMs: number;
  /** The newest analysis of each tool, Unix ms. */
  newest: [tool: string, ms: number][];
}

/** What is known of one repository. */
export interface KnownChecklist {
  id: number;
  name: string;
  checks: CheckResult[];
  /** The head commit that it was read at. */
  head?: string;
  /** When its branch was asked about, Unix ms; 0 where the next pass is to ask again. */
  askedMs: number;
  scan?: CheckedScan;
  /** It counts, as of the last pass that looked. */
  isInScope: boolean;
  /** It was in production, as of the last pass that looked. */
  isInProduction: boolean;
  /** Since when a new one is in production, Unix ms; absent of those that were there before. */
  sinceMs?: number;
  /** What was told of a new one: that something is missing, or that all is there. */
  told?: 'incomplete' | 'onboarded';
}

export interface BaselineIndex {
  version: number;
  /** Of what the policy asks. */
  rules: string;
  /** Of the organization, which a login may name no more. */
  organizationID: number;
  /** When the custom properties were asked for, Unix ms. */
  propertiesMs: number;
  /** What the server was found to lack, and when, Unix ms. */
  lacks: BaselinePart[];
  lacksMs: number;
  repositories: KnownChecklist[];
}

/** What is known after a pass of the checklists within the policy's scope. */
export interface BaselineSurvey extends BaselineSummary {
  /** The checks that are asked. */
  names: BaselineCheck[];
  /** Names of repositories with a check that fails. */
  failing: string[];
  /** Repositories of which a check is unknown. */
  unknown: number;
  /** Repositories within the scope that were not looked at yet. */
  pending: number;
  /** By repository id. */
  results: ReadonlyMap<number, readonly CheckResult[]>;
  /** New ones whose checklist is not complete, told once. */
  incomplete: { name: string; missing: string[] }[];
  /** New ones that are complete, with the seconds that it took. */
  onboarded: { name: string; seconds: number }[];
}

/** What a checklist depends on besides the repository. */
export const rulesOf = (settings: BaselineSettings): string => sha256(JSON.stringify([VERSION, settings]));

/** What was kept, where it has the shape of an index. */
export function readBaseline(kept: unknown): BaselineIndex | undefined {
  if (!isMapping(kept) || kept['version'] !== VERSION) return undefined;
  const { rules, organizationID, propertiesMs, lacks, lacksMs, repositories } = kept;
  if (typeof rules !== 'string' || ![organizationID, propertiesMs, lacksMs].every((each) => typeof each === 'number'))
    return undefined;
  if (!Array.isArray(repositories) || !Array.isArray(lacks)) return undefined;
  return {
    ...{ version: VERSION, rules, organizationID: organizationID as number },
    ...{ propertiesMs: propertiesMs as number, lacksMs: lacksMs as number },
    lacks: BASELINE_PARTS.filter((part) => lacks.includes(part)),
    repositories: repositories.filter(isChecklist),
  };
}

export const newBaseline = (rest: Omit<BaselineIndex, 'version'>): BaselineIndex => ({ version: VERSION, ...rest });

function isChecklist(kept: unknown): kept is KnownChecklist {
  if (!isMapping(kept)) return false;
  const { id, name, askedMs, checks, scan, isInScope, isInProduction } = kept;
  const isScan = scan === undefined || (isMapping(scan) && Array.isArray(scan['newest']));
  const isPlain = typeof id === 'number' && typeof name === 'string' && typeof askedMs === 'number';
  const flags = [isInScope, isInProduction].every((each) => typeof each === 'boolean');
  return isPlain && flags && isScan && Array.isArray(checks) && checks.every(isCheck);
}

const isCheck = (kept: unknown): boolean =>
  isMapping(kept) && ['name', 'result', 'found', 'expected'].every((key) => typeof kept[key] === 'string');
