/** What the log says of what a pass saw. */
import { isBlind } from '../../governance/index.js';
import type { PassObservation, PassRequest } from '../types.js';
import type { PassDependencies } from './pass-dependencies.js';

/** What a person who reads the log should know before the plan. */
export function logSeen({ status, policy }: PassRequest, seen: PassObservation, log: PassDependencies['log']): void {
  if (seen.waiting > 0) log.info('Members wait to be looked up', { waiting: seen.waiting });
  if (isBlind(seen.findings)) log.warn('No repository has a file at the paths', { paths: policy.spec.catalog.paths });
  const { ruleset: live } = seen;
  if (status.ruleset === undefined || status.ruleset.id === live.id) return;
  log.warn('Ruleset was made again', { before: status.ruleset.id, now: live.id, members: live.members.size });
}
