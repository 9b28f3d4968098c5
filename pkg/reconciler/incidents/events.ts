/** What is told once of an incident: an event of the cluster or a line of the log. Notifications: `notices.ts`. */
import type { IncidentStatus } from '../../api/index.js';
import { filesAre, newlyMissed, PHASE_WORDS, repositories, repositoriesAre } from '../../incident/index.js';
import type { PolicyEvent } from '../../policies/index.js';
import type { Draft } from './draft.js';

/** In the order in which things happen. */
export function eventsOf(
  { incident: { status: before, metadata }, spec }: Draft,
  after: IncidentStatus,
): PolicyEvent[] {
  const title = `${metadata.name}${spec.drill ? ' (drill)' : ''}`;
  const { timeline } = after;
  const told: (readonly [PolicyEvent['type'], string, string] | undefined)[] = [
    before.timeline === undefined ? ['Warning', 'IncidentOpened', `${spec.severity}: ${spec.title}`] : undefined,
    heldEvent(before, after),
    ...reached(before, after),
    ...(timeline === undefined ? [] : newlyMissed(before.timeline, timeline)).map(
      (phase) => ['Warning', 'IncidentOverdue', `not met in time: ${PHASE_WORDS[phase]}`] as const,
    ),
  ];
  return told.flatMap((each) => {
    if (each === undefined) return [];
    const [type, reason, message] = each;
    return [{ type, reason, action: 'Incident', message: `${title}: ${message}` }];
  });
}

function heldEvent({ hold: before }: IncidentStatus, { hold }: IncidentStatus): Told | undefined {
  if (hold === undefined || before?.planHash === hold.planHash) return undefined;
  return ['Warning', 'IncidentHeld', `held until it is approved: ${repositories(hold.count)}, ${hold.reason}`];
}

type Told = readonly [PolicyEvent['type'], string, string];

/** What came to be so in this pass. */
function reached(before: IncidentStatus, after: IncidentStatus): Told[] {
  const became = (key: 'isolated' | 'evidence' | 'released'): boolean =>
    before.timeline?.[key] === undefined && after.timeline?.[key] !== undefined;
  const isolated = after.total?.isolated ?? after.isolated?.length ?? 0;
  const all: [boolean, Told][] = [
    [became('isolated'), ['Normal', 'IncidentIsolated', `${repositoriesAre(isolated)} isolated`]],
    [became('evidence'), ['Normal', 'EvidenceKept', `${filesAre(after.evidence?.files ?? 0)} kept`]],
    [became('released'), ['Normal', 'IncidentReleased', 'everything is released']],
  ];
  return all.flatMap(([isSo, told]) => (isSo ? [told] : []));
}
