/**
 * What is remembered of issues between passes, kept beside the verdicts. Forgetting all of it opens no second issue: they are found
 * again by their mark. How long findings have stood is counted from then.
 */
import { isMapping } from '../../base/index.js';
import type { IssueMemory } from '../../issues/index.js';

const VERSION = 1;

/** Where it is kept. Loading never fails: what cannot be read is not known. */
export interface IssueStore {
  load(signal: AbortSignal): Promise<unknown>;
  /** Absent in a dry run. */
  save?(book: IssueBook, signal: AbortSignal): Promise<void>;
}

export interface IssueBook {
  version: number;
  /** Of the organization, which a login may name no more. */
  organizationID: number;
  /** Opened and closed since the policy is, by Plus1. */
  opened: number;
  closed: number;
  repositories: IssueMemory[];
}

export const newBook = (organizationID: number, { opened = 0, closed = 0 } = {}): IssueBook => ({
  ...{ version: VERSION, organizationID, opened, closed, repositories: [] },
});

/** What was kept, where it has the shape of a book. */
export function readBook(kept: unknown): IssueBook | undefined {
  if (!isMapping(kept) || kept['version'] !== VERSION) return undefined;
  const { organizationID, opened, closed, repositories } = kept;
  const areNumbers = [organizationID, opened, closed].every((each) => Number.isSafeInteger(each));
  if (!areNumbers || !Array.isArray(repositories)) return undefined;
  return { ...(kept as unknown as IssueBook), repositories: repositories.filter(isMemory) };
}

function isMemory(kept: unknown): kept is IssueMemory {
  if (!isMapping(kept) || !Number.isSafeInteger(kept['id'])) return false;
  const numbers = ['sinceMs', 'number', 'snoozedUntilMs', 'lookedMs'].map((name) => kept[name]);
  const { refused, owed } = kept;
  return (
    numbers.every((each) => each === undefined || Number.isSafeInteger(each)) &&
    (refused === undefined || (isMapping(refused) && Number.isSafeInteger(refused['untilMs']))) &&
    (owed === undefined || (isMapping(owed) && ['key', 'body', 'hash'].every((name) => typeof owed[name] === 'string')))
  );
}
