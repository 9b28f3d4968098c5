/** Whether what was kept is what was kept: a cache can be torn, or edited, and a pass must not trip over it. */
import { EXEMPTED, GONE, type FindingStatus } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { FileChange, RulesSight } from '../../github/index.js';
import type { PlanItem } from '../../governance/index.js';
import { isKnownRow, type KnownRow } from './known-row.js';

/** Raised whenever the judgement or the shape changes: a verdict of another judge is worth nothing. */
export const KNOWN_VERSION = 1;

/**
 * The statuses that a verdict of this version may have. Written out, so that a new one does not compile before it is named
 * here, beside the version that has to rise with it: a kept verdict knows nothing of the new status.
 */
const STATUSES_OF_VERSION: Record<FindingStatus, true> = {
  valid_production: true,
  valid_non_production: true,
  missing_lifecycle: true,
  missing_file: true,
  invalid_yaml: true,
  invalid_schema: true,
  unreadable: true,
  unobserved: true,
  archived_skipped: true,
  excluded: true,
};
const STATUSES = new Set<unknown>(Object.keys(STATUSES_OF_VERSION));

/** A repository that a proved write took out. */
export interface Departed {
  id: number;
  name: string;
  /** RFC 3339. */
  time: string;
  status: PlanItem['status'];
  /** One sentence for people. */
  reason: string;
  commit?: string;
  author?: string;
}

/** A member that the last whole listing did not contain. */
export interface Missed {
  id: number;
  name: string;
  /** RFC 3339: the pass that missed it first. */
  since: string;
  /** One sentence for people: what its look-up by id said, and what becomes of it. */
  reason: string;
}

/** The end of an exemption that an event was recorded for. */
export interface ToldExemption {
  repository: string;
  /** As the policy had it: another end is another exemption. */
  expiresAt: string;
  told: 'expiring' | 'expired';
}

/** A plan that was held, with the pairs of id and status that its hash stands for. */
export interface KeptPlan {
  hash: string;
  entering: readonly (readonly [number, string])[];
  leaving: readonly (readonly [number, string])[];
}

export interface Remembered {
  /** The membership as the last pass left it, to tell what changed since. */
  members?: number[];
  /** Ids that the ruleset protected, which is less than its members where it is off or leaves out a default branch. */
  governed?: number[];
  /** Repositories in production, as the last complete pass counted them. */
  production?: number;
  /** Who left and has not come back, the latest first. */
  left?: Departed[];
  /** Members that no listing contains any more, and what they were called: nothing else remembers that. */
  absent?: Missed[];
  /** So that an event about the end of an exemption comes once. */
  exemptions?: ToldExemption[];
  /** Plans of the hold that runs, the latest first: an approval may name one that the next pass already replaced. */
  held?: KeptPlan[];
  /** Those that ought to be members and are none: id, and Unix ms since when. */
  waiting?: [number, number][];
}

/** What GitHub said of the rules on one default branch. */
export interface KnownRules {
  rulesetID: number;
  sight: RulesSight;
  /** Unix ms. */
  atMs: number;
}

export interface KnownRepository {
  id: number;
  name: string;
  status: FindingStatus;
  commit?: string;
  author?: string;
  verdict?: Verdict;
  /** Unix ms when the file was read. */
  readMs: number;
  /** Who changed its files last, as far as somebody asked for that at `commit`; empty where GitHub knows of no change. */
  origin?: Partial<FileChange>;
  /** Unix ms when a pass last saw it say this, whether it read the file or knew the commit. Older memories do not have it. */
  seenMs?: number;
  /** The same of when it last said what makes it a member, where it says something else now. */
  desiredMs?: number;
  /** Unix ms when it was last asked for alone and not answered; absent once there was an answer. */
  failedMs?: number;
  /** Whether rules of the ruleset were in force on its default branch, as GitHub last said. */
  rules?: KnownRules;
  /** What it is, as it was last looked at; absent of one that the last whole list did not contain. */
  row?: KnownRow;
}

/** The newest date of a ruleset that an answer showed. */
export interface NewestRuleset {
  id: number;
  updatedMs: number;
  /** When an answer last showed it, Unix ms. */
  seenMs: number;
}

export interface KnownRepositories extends Remembered {
  version: number;
  /** Hash of the paths and lifecycles that the verdicts were made with. */
  settings: string;
  repositories: KnownRepository[];
  /** Whose repositories they are: host, organization and ruleset. Those of another are not known. */
  owner?: string;
  /** Of the organization: a login can change hands. */
  organizationID?: number;
  /** The member that was looked up last, while others wait for their turn. */
  lookedUpTo?: number;
  /** Since when passes have seen only a part, Unix ms: the start of the one that was interrupted. Absent after a whole one. */
  unfinishedSinceMs?: number;
  newestRuleset?: NewestRuleset;
  /** The same of rulesets that Plus1 made. */
  newestOwned?: NewestRuleset[];
  /** Id of the last look that was kept to its end: what is remembered of it elsewhere belongs to this memory alone. */
  look?: string;
}

/** What passes learned, or undefined where it is not that, or of another version. */
export function readKnown(kept: unknown): KnownRepositories | undefined {
  if (!isMapping(kept) || kept['version'] !== KNOWN_VERSION || typeof kept['settings'] !== 'string') return undefined;
  const { repositories, lookedUpTo, look, unfinishedSinceMs } = kept;
  if (!Array.isArray(repositories) || !repositories.every(isRepository)) return undefined;
  if (!isRemembered(kept) || !isText(look)) return undefined;
  if ([lookedUpTo, unfinishedSinceMs].some((each) => each !== undefined && !Number.isSafeInteger(each)))
    return undefined;
  if (!areDates(kept)) return undefined;
  return kept as unknown as KnownRepositories;
}

/** What is kept beside the verdicts. */
export function rememberedOf(known: Partial<KnownRepositories> = {}): Remembered {
  const { members, governed, production, left, absent, exemptions, held, waiting } = known;
  return {
    ...(members && { members }),
    ...(governed && { governed }),
    ...(production === undefined ? {} : { production }),
    ...(left && { left }),
    ...(absent && { absent }),
    ...(exemptions && { exemptions }),
    ...(held && { held }),
    ...(waiting && { waiting }),
  };
}

const areDates = ({ newestRuleset, newestOwned = [] }: Record<string, unknown>): boolean =>
  (newestRuleset === undefined || isNewest(newestRuleset)) && Array.isArray(newestOwned) && newestOwned.every(isNewest);

const isNewest = (value: unknown): boolean =>
  isMapping(value) && ['id', 'updatedMs', 'seenMs'].every((name) => Number.isFinite(value[name]));

function isRemembered({
  members,
  governed,
  production,
  left,
  absent,
  exemptions,
  held,
  waiting,
}: Record<string, unknown>): boolean {
  const areIDs = (ids: unknown): boolean =>
    ids === undefined || (Array.isArray(ids) && ids.every((id) => Number.isSafeInteger(id)));
  const isCount = production === undefined || Number.isSafeInteger(production);
  const areListed = (left === undefined || isListOfDeparted(left)) && (absent === undefined || isListOfMissed(absent));
  return (
    areIDs(members) &&
    areIDs(governed) &&
    isCount &&
    areListed &&
    areTold(exemptions) &&
    areKept(held) &&
    arePairs(waiting)
  );
}

function areKept(value: unknown): boolean {
  const isOne = (each: unknown): boolean =>
    isMapping(each) &&
    typeof each['hash'] === 'string' &&
    arePairs(each['entering'] ?? null) &&
    arePairs(each['leaving'] ?? null);
  return value === undefined || (Array.isArray(value) && value.every(isOne));
}

function arePairs(value: unknown): boolean {
  const isPair = (each: unknown): boolean => Array.isArray(each) && each.length === 2 && Number.isSafeInteger(each[0]);
  return value === undefined || (Array.isArray(value) && value.every(isPair));
}

function areTold(value: unknown): boolean {
  const texts = ['repository', 'expiresAt', 'told'];
  const isOne = (each: unknown): boolean => isMapping(each) && texts.every((text) => typeof each[text] === 'string');
  return value === undefined || (Array.isArray(value) && value.every(isOne));
}

const isListOfMissed = (value: unknown): value is Missed[] => isListOf(value, ['name', 'since', 'reason']);

function isListOfDeparted(value: unknown): value is Departed[] {
  return isListOf(
    value,
    ['name', 'time', 'reason'],
    ({ status, commit, author }) =>
      (STATUSES.has(status) || status === GONE || status === EXEMPTED) && isText(commit) && isText(author),
  );
}

/** A list of repositories with those texts, for each of which `more` holds. */
function isListOf(
  value: unknown,
  texts: readonly string[],
  more: (each: Record<string, unknown>) => boolean = () => true,
): boolean {
  const isOne = (each: unknown): boolean =>
    isMapping(each) &&
    Number.isSafeInteger(each['id']) &&
    texts.every((text) => typeof each[text] === 'string') &&
    more(each);
  return Array.isArray(value) && value.every(isOne);
}

function isRepository(value: unknown): value is KnownRepository {
  if (!isMapping(value)) return false;
  const { id, name, status, readMs, seenMs, desiredMs, failedMs, commit, author, origin, verdict, rules, row } = value;
  const isNamed = Number.isSafeInteger(id) && typeof name === 'string' && STATUSES.has(status);
  const isLearned = isOrigin(origin) && isVerdict(verdict) && isRules(rules);
  return (
    isNamed &&
    Number.isFinite(readMs) &&
    [seenMs, desiredMs, failedMs].every((ms) => ms === undefined || Number.isFinite(ms)) &&
    [commit, author].every(isText) &&
    isLearned &&
    (row === undefined || isKnownRow(row))
  );
}

function isOrigin(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isMapping(value)) return false;
  const { commit, author, pullRequest } = value;
  return isText(commit) && isText(author) && (pullRequest === undefined || Number.isSafeInteger(pullRequest));
}

const SIGHTS: Record<RulesSight, true> = { inForce: true, notInForce: true, unknown: true };

function isRules(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isMapping(value)) return false;
  const { rulesetID, sight, atMs } = value;
  return Number.isSafeInteger(rulesetID) && Object.hasOwn(SIGHTS, String(sight)) && Number.isFinite(atMs);
}

function isVerdict(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isMapping(value)) return false;
  const { status, lifecycles, documents, reasons, owner } = value;
  if (!isText(owner)) return false;
  return STATUSES.has(status) && Array.isArray(lifecycles) && Number.isSafeInteger(documents) && Array.isArray(reasons);
}

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
