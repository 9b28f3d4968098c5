/** What the steps around rulesets of our own work with, and the reads and sends that they share. */
import type { OwnedStatus } from '../../api/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { FailedWrite, GitHubReader, GitHubWriter, OwnedRuleset, WriteOptions } from '../../github/index.js';
import { SENT_WITHIN_MS } from '../memory/open-write.js';
import { isOlder, MAX_REPEATS, sawDate, serverMs } from '../memory/newest-dates.js';
import { lagging, madeForElse, notOurs, notSent, refused, unproved } from './faults.js';
import type { OwnedLedger } from './ledger.js';

export interface OwnedMeans {
  /** Login. */
  organization: string;
  reader: Pick<GitHubReader, 'owned' | 'pause' | 'time'>;
  /** Absent where nothing is written. */
  writer?: Pick<GitHubWriter, 'owned' | 'inTurn'> | undefined;
  ledger: OwnedLedger;
  /** The policy that targets the ruleset of that id, in words; undefined where none is known to. */
  targetedBy: (id: number) => string | undefined;
  /** Asked before anything is kept of a write, and at the last moment before it leaves; throws to refuse it. */
  assertMayWrite: () => void | Promise<void>;
}

export type OwnedWriter = GitHubWriter['owned'];

/** Ids of all rulesets that bear the name. */
export async function idsOf(
  { reader, organization }: OwnedMeans,
  name: string,
  signal: AbortSignal,
): Promise<number[]> {
  const rows = await reader.owned.list(organization, signal);
  return rows.filter((row) => row.name === name).map(({ id }) => id);
}

/**
 * Undefined where it is gone. A 404 alone may mean a permission that went: a list without it is the second answer. One that is dated before
 * what an answer showed already is of a copy that lags: a write on it would take out who was put in since. It is asked for again; throws
 * PLUS1_GITHUB_LAGS where it stays old.
 */
export async function readOwned(
  { reader, organization, ledger: { dates } }: OwnedMeans,
  id: number,
  signal: AbortSignal,
): Promise<OwnedRuleset | undefined> {
  let ruleset = await reader.owned.read(organization, id, signal);
  for (let repeats = 0; ruleset !== undefined && isOlder(dates, ruleset, serverMs(reader.time)); repeats += 1) {
    if (repeats === MAX_REPEATS) throw lagging(organization, ruleset);
    await reader.pause(repeats, signal);
    ruleset = await reader.owned.read(organization, id, signal);
  }
  if (ruleset !== undefined) {
    sawDate(dates, ruleset, serverMs(reader.time));
    return ruleset;
  }
  const rows = await reader.owned.list(organization, signal);
  if (!rows.some((row) => row.id === id)) return undefined;
  throw unproved(`read the ruleset ${id} of ${organization}`, 'GitHub lists it, and does not show it');
}

/**
 * Throws where a ruleset is not to be changed or deleted, though its id is known as ours. An id is a number in a status that may be edited,
 * and a ruleset of ours may have been given to a policy by its name: what is written to one of a policy would switch off, cut or delete what
 * the policy protects. So a write needs the name that only we give as well, and no policy that targets it.
 */
export function requireOurs(
  { targetedBy }: OwnedMeans,
  { id, name }: OwnedRuleset,
  { ownName, what }: { ownName: string; what: string },
): void {
  const is = `the ruleset ${id}, which is kept as ours,`;
  if (name !== ownName) throw notOurs(what, `${is} is named ${JSON.stringify(name)}`, ownName);
  const policy = targetedBy(id);
  if (policy !== undefined) throw notOurs(what, `${is} is that of ${policy}`, ownName);
}

/** Throws where the ruleset of a policy is one that is kept as made for a rollout or an incident: the one of its template has its own name. */
export function requireNotMade(
  { id }: Pick<OwnedRuleset, 'id'>,
  owned: readonly OwnedStatus[],
  { ownName, maker }: { ownName: string | undefined; maker: string },
): void {
  const made = owned.find((each) => each.id === id && each.name !== ownName);
  if (made !== undefined) throw madeForElse(id, { name: made.name, maker });
}

/** Runs a write in its turn among those of the credential. Throws where nothing may be written. */
export async function inTurn<T>(
  { writer, assertMayWrite }: OwnedMeans,
  { what, signal }: { what: string; signal: AbortSignal },
  work: (writer: OwnedWriter) => Promise<T>,
): Promise<T> {
  if (writer === undefined) throw new Plus1Error('PLUS1_INTERNAL', `a dry run was to ${what}`);
  await assertMayWrite();
  return writer.inTurn(() => work(writer.owned), signal);
}

/** The terms of a write whose intent was kept at that time, Unix ms by the time of the pass. */
export const termsOf = ({ assertMayWrite }: OwnedMeans, intendedMs: number, essential: boolean): WriteOptions => ({
  essential,
  sendByMs: intendedMs + SENT_WITHIN_MS,
  assertMaySend: assertMayWrite,
});

/** What GitHub made of a write. `thrown`: nothing was taken, or nobody waited for the answer. */
export type Outcome<T> = T | FailedWrite | { state: 'thrown'; error: Plus1Error; isTaken: boolean };

/** Never throws. */
export async function outcomeOf<T>(sending: Promise<T | FailedWrite>, signal: AbortSignal): Promise<Outcome<T>> {
  try {
    return await sending;
  } catch (thrown) {
    return { state: 'thrown', error: toPlus1Error(thrown), isTaken: signal.aborted };
  }
}

/** A failed write as it is told. `isVoid`: GitHub took nothing for certain. */
export interface Failure {
  error: Plus1Error;
  isVoid: boolean;
}

export function failureOf(what: string, outcome: Exclude<Outcome<never>, never>): Failure {
  switch (outcome.state) {
    case 'thrown':
      return { error: outcome.error, isVoid: !outcome.isTaken };
    case 'late':
      return { error: notSent(what, outcome.why), isVoid: true };
    case 'refused':
      return { error: outcome.error ?? refused(what, outcome.why), isVoid: true };
    case 'unknown':
      return { error: outcome.error ?? unproved(what, outcome.why), isVoid: false };
  }
}
