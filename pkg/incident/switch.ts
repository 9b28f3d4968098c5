/**
 * The switch of GitHub Actions: what it was before, and who may set it back. Where two incidents isolate one repository, what was there before the
 * first of them is what the last one restores. Pure.
 */
import type { ActionsSettings, IsolatedRepository } from '../api/index.js';

/** What another incident that is not released holds of one repository. */
export interface OtherHold {
  incident: string;
  entry: Pick<IsolatedRepository, 'actions' | 'actionsBefore'>;
}

/** It was switched off by that incident, or is about to be, and is not restored. */
const holdsSwitch = ({ entry: { actions, actionsBefore } }: OtherHold): boolean =>
  actionsBefore !== undefined && (actions === 'Recorded' || actions === 'Disabled');

/**
 * What is recorded as before: what another incident recorded, where it holds the switch, since what is there now is its work; else what was read.
 */
export const recordedBefore = (read: ActionsSettings, others: readonly OtherHold[]): ActionsSettings =>
  others.find(holdsSwitch)?.entry.actionsBefore ?? read;

/** The incident that still needs the switch off; undefined where it may be set back. */
export const stillNeededBy = (others: readonly OtherHold[]): string | undefined => others.find(holdsSwitch)?.incident;

/** GitHub shows no more than `enabled` while Actions are off: then there is nothing else to compare. */
export function sameSettings(a: ActionsSettings, b: ActionsSettings): boolean {
  if (a.enabled !== b.enabled) return false;
  if (!a.enabled) return true;
  if (a.allowed !== b.allowed || (a.shaPinning ?? false) !== (b.shaPinning ?? false)) return false;
  return JSON.stringify(plain(a.selected)) === JSON.stringify(plain(b.selected));
}

const plain = (selected: ActionsSettings['selected']): unknown =>
  selected && [selected.githubOwned, selected.verified, [...selected.patterns].sort()];
