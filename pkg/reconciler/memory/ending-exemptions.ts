/** Which exemptions of a policy end, and were not told of yet. Pure. */
import type { Exemption } from '../../api/index.js';
import { exemptionState } from '../../governance/index.js';
import type { ToldExemption } from './verdict-cache-shape.js';
import type { PassOutcome } from '../types.js';

type Told = Pick<PassOutcome, 'request' | 'startMs' | 'seen' | 'acted' | 'toldExemptions'>;

export interface EndingExemptions {
  state: 'expiring' | 'expired';
  exemptions: Exemption[];
}

/**
 * Those that came within 14 days of their end, or to it, since the last pass. What was told is remembered by the passes that
 * come to a decision, so that a pass that breaks off tells nothing, and the next one does.
 */
export function endingExemptions(outcome: Told): EndingExemptions[] {
  if (!isTelling(outcome)) return [];
  const told = outcome.toldExemptions ?? toldBefore(outcome);
  const untold = (state: EndingExemptions['state']): Exemption[] =>
    inState(outcome, state).filter((each) => !told.some((before) => isOf(before, each) && isSaid(before, state)));
  return (['expiring', 'expired'] as const)
    .map((state) => ({ state, exemptions: untold(state) }))
    .filter(({ exemptions }) => exemptions.length > 0);
}

/** What is told once this pass is published. */
export function toldExemptions(outcome: Told): ToldExemption[] {
  const told = outcome.toldExemptions ?? toldBefore(outcome);
  if (!isTelling(outcome)) return [...told];
  return (['expiring', 'expired'] as const).flatMap((state) =>
    inState(outcome, state).map(({ repository, expiresAt }) => ({ repository, expiresAt, told: state })),
  );
}

/**
 * What the last complete pass told, where the memory of that is lost: a new pod has no cache. Without it each restart would tell of
 * an end for two weeks.
 */
function toldBefore({ request, startMs }: Told): ToldExemption[] {
  const toldMs = Date.parse(request.status.lastSyncTime ?? '');
  return (['expiring', 'expired'] as const).flatMap((told) =>
    toldMs <= startMs
      ? inState({ request, startMs: toldMs }, told).map(({ repository, expiresAt }) => ({
          repository,
          expiresAt,
          told,
        }))
      : [],
  );
}

/** With a time that cannot be trusted nothing is said of what ends. */
const isTelling = ({ seen, acted }: Told): boolean => acted !== undefined && seen?.skewed === false;

const inState = (
  { request, startMs }: Pick<Told, 'request' | 'startMs'>,
  state: EndingExemptions['state'],
): Exemption[] => (request.policy.spec.exemptions ?? []).filter((each) => exemptionState(each, startMs) === state);

const isOf = (before: ToldExemption, { repository, expiresAt }: Exemption): boolean =>
  before.repository === repository && before.expiresAt === expiresAt;

/** Who was told that it has ended need not hear that it will. */
const isSaid = ({ told }: ToldExemption, state: EndingExemptions['state']): boolean =>
  told === state || told === 'expired';
