/** Which exemptions began and ended since the records were written. Pure. */
import type { Exemption } from '../../api/index.js';
import { isRecorded, type Data, type Entry } from '../../journal/index.js';
import { exemptionState } from '../../governance/index.js';
import { redacted } from './redacted.js';

type Told = Data<'ExemptionStarted'>;

/** Those that count at that time, Unix ms, as records hold them. */
export function exemptionsInForce(exemptions: readonly Exemption[] | undefined, nowMs: number): Told[] {
  const inForce = (exemptions ?? []).filter((each) => exemptionState(each, nowMs) !== 'expired');
  return inForce.map(({ repository, repositoryID, effect, reason, owner, expiresAt }) =>
    redacted({ repository, effect, reason, owner, expiresAt, ...(repositoryID !== undefined && { repositoryID }) }),
  );
}

/** One that has other words now has ended, and another one began. `recorded`: by the name of the repository. */
export function exemptionChanges(recorded: ReadonlyMap<string, unknown>, inForce: readonly Told[]): Entry[] {
  const now = new Map(inForce.map((each) => [each.repository, each]));
  const ended = [...recorded].filter(([name, before]) => !isRecorded(before, now.get(name) ?? null));
  const started = inForce.filter((each) => !isRecorded(recorded.get(each.repository) ?? null, each));
  return [
    ...ended.map(([, before]): Entry => ({ kind: 'ExemptionEnded', data: before as Told })),
    ...started.map((data): Entry => ({ kind: 'ExemptionStarted', data })),
  ];
}
