/**
 * Confirm: asks once more, in a question of its own, about members that would leave or whose exit clock would start in this pass:
 * for their files, or for what the listing says of them, whichever speaks against them. GitHub has said "no such file", or shown an old text, of one that is there; a verdict is kept by commit, so that
 * one such answer would be believed for ever. Two answers must agree; where they differ the second one counts, which then
 * protects, and where it fails nothing is known.
 */
import type { LiveRuleset, PolicySpec, PolicyStatus, Repository } from '../../api/index.js';
import { withFields } from '../../base/index.js';
import { judge, readAhead, type Verdict } from '../../catalog/index.js';
import type { GitHubReader, ObservedRepository, Organization } from '../../github/index.js';
import {
  classify,
  membershipEffect,
  toConfirm,
  toNameAgain,
  type Finding,
  type Restored,
} from '../../governance/index.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import { confirmRows, restsOnRow, secondRows } from './confirm-rows.js';
import { lateChanges, unsettledNow } from './late-changes.js';
import { unlessLimited } from './unless-limited.js';

/** Private repositories that may show that the credential reads contents. */
const MAX_WITNESSES = 5;

const NOTHING_CHANGED: ReadonlyMap<number, number> = new Map();

export interface ConfirmRequest {
  organization: Pick<Organization, 'id' | 'login'>;
  spec: PolicySpec;
  /** With the exit clocks of earlier passes. */
  status: PolicyStatus;
  ruleset: LiveRuleset;
  repositories: readonly ObservedRepository<Verdict>[];
  /** On all of them, by their first reading. */
  findings: readonly Finding[];
  /** The membership that a rollback of this pass restores. */
  restored?: Restored | undefined;
  /** Those that a list of GitHub shows as changed a moment ago, with when; absent where the pass did not begin with the lists. */
  unsettled?: ReadonlyMap<number, number> | undefined;
  /** Unix ms. */
  now: number;
}

export interface ConfirmDependencies {
  reader: GitHubReader;
  verdicts: VerdictCache;
}

export interface Confirmed {
  /** On all repositories, those confirmed that speak against a member and were asked for twice. */
  findings: Finding[];
  /** What the second answers say of those repositories. */
  second: readonly Repository[];
}

export async function confirm(
  { organization, spec, status, ruleset, repositories, findings, restored, unsettled, now }: ConfirmRequest,
  { reader, verdicts }: ConfirmDependencies,
  signal: AbortSignal,
): Promise<Confirmed> {
  const seen = { findings, live: ruleset, clocks: status.leaving ?? [], restored };
  const doubtful = idsOf(toConfirm(seen, spec, now));
  const named = idsOf(toNameAgain(seen, spec, now));
  if (doubtful.size === 0 && named.size === 0) return { findings: [...findings], second: [] };
  // What was not looked at in this pass is no first answer.
  const first = repositories.filter(
    ({ repository, isRemembered }) => isRemembered !== true && doubtful.has(repository.id),
  );
  const resting = first.filter((observed) => restsOnRow(observed, spec));
  const restingIDs = idsOf(resting.map(({ repository }) => repository));
  const rows = await secondRows(
    repositories.map(({ repository }) => repository).filter(({ id }) => restingIDs.has(id) || named.has(id)),
    reader,
    signal,
  );
  const { agreed, open, cleared } = confirmRows(resting, rows, spec);
  const unread = first.filter((observed) => !restsOnRow(observed, spec));
  const asked = [...unread.map(({ repository }) => repository), ...cleared];
  const second = await unlessLimited<Observed[]>(
    () =>
      reader.readFiles<Verdict>(
        {
          organization: organization.login,
          paths: spec.catalog.paths,
          repositories: asked,
          witnesses: witnesses(repositories, doubtful),
          judge: (files, repository) => {
            const verdict = judge(files, spec.catalog);
            // At once, since the pass may break off before the others are read: production that was seen ends an exit clock.
            if (membershipEffect(verdict.status, spec.catalog) === 'desired') verdicts.learn({ repository, verdict });
            verdicts.keepMeanwhile(signal);
            return verdict;
          },
          readAhead,
        },
        signal,
      ),
    () => asked.map((repository) => ({ repository })),
  );
  remember([...open, ...second], first, verdicts);
  const again = new Map([...agreed, ...open, ...second].map((observed) => [observed.repository.id, observed]));
  // Of one that was cleared the files were read once, and that is the first of two answers.
  const once = new Set([...open.map(({ repository }) => repository), ...cleared].map(({ id }) => id));
  const before = new Map(first.map((observed) => [observed.repository.id, observed]));
  const { leaving = [] } = status;
  // A rollback waits for no grace period.
  const isDue = restored === undefined && leaving.some(({ id }) => doubtful.has(id) || named.has(id));
  const changed = unsettled ?? (isDue ? await unsettledNow(organization, reader, signal) : NOTHING_CHANGED);
  const isLate = lateChanges(leaving, changed, reader.time);
  const confirmed = findings.map((finding): Finding => {
    const row = rows.get(finding.id);
    // By both answers: which of the two names is right nobody knows.
    const late = isLate(finding.id);
    const name =
      row === undefined ? {} : { name: row.name, alsoNamed: finding.name, ...(late && { isUnsettled: true as const }) };
    const observed = again.get(finding.id);
    if (observed === undefined) return { ...finding, ...name };
    const found = { ...classify(observed, spec), ...name };
    const speaksAgainst = membershipEffect(found.status, spec.catalog) === 'contrary';
    const isNamed = row !== undefined || !named.has(found.id);
    const isProved = agreed.includes(observed) || saysTheSame(before.get(found.id), observed, spec);
    const isConfirmed = speaksAgainst && isProved && isNamed && !once.has(found.id) && !late;
    return isConfirmed ? withFields(found, { confirmed: true }) : found;
  });
  return { findings: confirmed, second: [...rows.values(), ...second.map(({ repository }) => repository)] };
}

const idsOf = (items: readonly { id: number }[]): Set<number> => new Set(items.map(({ id }) => id));

/**
 * True where both readings are of the listed head and say the same. A first reading that lags says nothing of the head, so the
 * second one is the only answer about it, and may be wrong. Of two that speak against a member in different ways (no file, and
 * a file without production) one is wrong, and nothing tells which.
 */
function saysTheSame(first: Observed | undefined, second: Observed, spec: PolicySpec): boolean {
  if (first === undefined || !isOfListedHead(first) || !isOfListedHead(second)) return false;
  return classify(first, spec).status === classify(second, spec).status;
}

/**
 * True where the files are those of the commit that the listing shows as the head. GitHub answers from copies that lag: two
 * answers of one such copy agree with each other about a commit that is the head no more. Where somebody pushed since the
 * listing, the next pass decides.
 */
function isOfListedHead({ repository, commit }: Observed): boolean {
  return commit === repository.headCommit;
}

type Observed = ObservedRepository<Verdict>;

/** Of two answers about one commit that differ one is wrong, and nothing tells which: neither is kept, and the next pass asks again. */
function remember(
  second: readonly ObservedRepository<Verdict>[],
  first: readonly ObservedRepository<Verdict>[],
  verdicts: VerdictCache,
): void {
  const before = new Map(first.map((observed) => [observed.repository.id, observed]));
  for (const observed of second) {
    const { commit, ...uncommitted } = observed;
    const other = before.get(observed.repository.id);
    const differs = other?.commit === commit && other?.verdict?.status !== observed.verdict?.status;
    verdicts.learn(differs ? uncommitted : observed);
  }
}

function witnesses(repositories: readonly ObservedRepository<Verdict>[], asked: ReadonlySet<number>): Repository[] {
  return repositories
    .map(({ repository }) => repository)
    .filter(
      ({ id, visibility, isDisabled, headCommit }) =>
        visibility !== 'Public' && !isDisabled && headCommit !== undefined && !asked.has(id),
    )
    .slice(0, MAX_WITNESSES);
}
