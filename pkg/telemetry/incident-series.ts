/** Sets the metrics of incidents. */
import {
  INCIDENT_SEVERITIES,
  INCIDENT_STATES,
  INCIDENT_STEPS,
  type IncidentSeverity,
  type IncidentState,
  type IncidentStep,
} from '../api/index.js';
import type { Series } from './series.js';

/** What is known of the incidents of one policy. */
export interface IncidentSnapshot {
  isolated: number;
  counts: readonly { severity: IncidentSeverity; state: IncidentState; count: number }[];
  seconds: readonly { step: IncidentStep; seconds: number | undefined }[];
}

/** Sets every one of them. */
export function incidentSeries(
  series: Pick<Series<'policy' | 'organization'>, 'set' | 'remove'>,
  { isolated, counts, seconds }: IncidentSnapshot,
): void {
  series.set('plus1_isolated_repositories', {}, isolated);
  for (const severity of INCIDENT_SEVERITIES)
    for (const state of INCIDENT_STATES) {
      const found = counts.find((each) => each.severity === severity && each.state === state);
      series.set('plus1_incidents', { severity, state }, found?.count ?? 0);
    }
  for (const phase of INCIDENT_STEPS) {
    const known = seconds.find(({ step }) => step === phase)?.seconds;
    if (known === undefined) series.remove('plus1_incident_seconds', { phase });
    else series.set('plus1_incident_seconds', { phase }, known);
  }
}
