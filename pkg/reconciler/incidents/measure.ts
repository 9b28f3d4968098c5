/** The metrics of incidents of one policy. */
import {
  INCIDENT_SEVERITIES,
  INCIDENT_STATES,
  INCIDENT_STEPS,
  type IncidentSpec,
  type IncidentStatus,
  type IncidentStep,
} from '../../api/index.js';
import type { PolicyMetrics } from '../../telemetry/index.js';

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
      INCIDENT_STATES.map((state) => ({
        ...{ severity, state },
        count: real.filter(({ spec, status }) => spec.severity === severity && status.state === state).length,
      })),
    ),
    seconds: INCIDENT_STEPS.map((step) => ({ step, seconds: longest(real, step) })),
  });
}

/** Of the incidents that came to that step, the longest from the detection on; undefined where none did. */
function longest(incidents: readonly { status: IncidentStatus }[], step: IncidentStep): number | undefined {
  const seconds = incidents.flatMap(({ status: { timeline } }) => {
    const [from, to] = [timeline?.detected, timeline?.[step]];
    return from === undefined || to === undefined ? [] : [(Date.parse(to) - Date.parse(from)) / 1_000];
  });
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}
