/** The metrics of incidents of one policy. */
import { INCIDENT_SEVERITIES, type IncidentSpec, type IncidentStatus } from '../../api/index.js';
import type { PolicyMetrics } from '../../telemetry/index.js';

const STATES = ['Open', 'Held', 'Isolated', 'Released'] as const;
const PHASES = ['acknowledged', 'evidence', 'isolated', 'inventoried', 'released'] as const;

export function measureIncidents(
  metrics: PolicyMetrics,
  incidents: readonly { spec: IncidentSpec; status: IncidentStatus }[],
): void {
  const real = incidents.filter(({ spec }) => !spec.drill);
  const isolated = new Set(
    real
      .filter(({ status }) => status.state !== 'Released')
      .flatMap(({ status }) =>
        (status.isolated ?? []).filter(({ rulesetID }) => rulesetID !== undefined).map(({ id }) => id),
      ),
  );
  metrics.incidents({
    isolated: isolated.size,
    counts: INCIDENT_SEVERITIES.flatMap((severity) =>
      STATES.map((state) => ({
        ...{ severity, state },
        count: real.filter(({ spec, status }) => spec.severity === severity && status.state === state).length,
      })),
    ),
    seconds: PHASES.map((phase) => ({ phase, seconds: longest(real, phase) })),
  });
}

/** Of the incidents that came to that phase, the longest from the detection on; undefined where none did. */
function longest(incidents: readonly { status: IncidentStatus }[], phase: (typeof PHASES)[number]): number | undefined {
  const seconds = incidents.flatMap(({ status: { timeline } }) => {
    const [from, to] = [timeline?.detected, timeline?.[phase]];
    return from === undefined || to === undefined ? [] : [(Date.parse(to) - Date.parse(from)) / 1_000];
  });
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}
