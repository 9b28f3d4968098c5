/** The clocks of an incident: what is due when, what was met, and what was missed. Section D of the specification names the times. */
import type { IncidentPhase, IncidentStep, IncidentTimeline } from '../api/index.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** From the detection on. */
export const PHASE_TIMES: Readonly<Record<IncidentPhase, number>> = {
  triage: 15 * MINUTE_MS,
  response: 30 * MINUTE_MS,
  investigation: 2 * HOUR_MS,
  containment: 4 * HOUR_MS,
  recovery: 24 * HOUR_MS,
  review: 168 * HOUR_MS,
};

/** In words, for messages. */
export const PHASE_WORDS: Readonly<Record<IncidentPhase, string>> = {
  triage: 'triage: an incident commander is named',
  response: 'immediate response: who is affected is isolated, and evidence is kept',
  investigation: 'investigation: it is known who refers and who ran',
  containment: 'containment: all who refer or ran are isolated, and nothing is held',
  recovery: 'recovery: everything is released',
  review: 'post-incident review: lessons, procedures, stakeholders',
};

/** What is true now. */
export interface Reached {
  acknowledged: boolean;
  evidence: boolean;
  isolated: boolean;
  inventoried: boolean;
  released: boolean;
  /** Nothing waits for an approval. */
  isHeld: boolean;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** A time once reached stays, also where more is to be done later. */
export function timeline(
  before: IncidentTimeline | undefined,
  { detectedMs, reached, now }: { detectedMs: number; reached: Reached; now: number },
): IncidentTimeline {
  const at = (key: IncidentStep): string | undefined => before?.[key] ?? (reached[key] ? iso(now) : undefined);
  const [acknowledged, evidence] = [at('acknowledged'), at('evidence')];
  const [isolated, inventoried, released] = [at('isolated'), at('inventoried'), at('released')];
  const met: Record<IncidentPhase, string | undefined> = {
    triage: acknowledged,
    response: latest(isolated, evidence),
    investigation: inventoried,
    containment: reached.isHeld ? undefined : latest(isolated, inventoried),
    recovery: released,
    // Nobody can see that people met: it is only said when it is due.
    review: undefined,
  };
  return {
    detected: iso(detectedMs),
    ...(acknowledged !== undefined && { acknowledged }),
    ...(evidence !== undefined && { evidence }),
    ...(isolated !== undefined && { isolated }),
    ...(inventoried !== undefined && { inventoried }),
    ...(released !== undefined && { released }),
    due: phases().map((phase) => {
      const dueMs = detectedMs + PHASE_TIMES[phase];
      const known = before?.due.find((each) => each.phase === phase)?.met ?? met[phase];
      const isMissed = known === undefined ? now >= dueMs : Date.parse(known) > dueMs;
      return {
        ...{ phase, time: iso(dueMs) },
        ...(known !== undefined && { met: known }),
        ...(isMissed && { missed: true }),
      };
    }),
  };
}

const phases = (): IncidentPhase[] => Object.keys(PHASE_TIMES) as IncidentPhase[];

/** Both, or not at all. */
function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

/** Phases that were not missed before and are now: each is told once. */
export function newlyMissed(before: IncidentTimeline | undefined, after: IncidentTimeline): IncidentPhase[] {
  const old = new Set(before?.due.filter(({ missed }) => missed === true).map(({ phase }) => phase));
  return after.due.filter(({ phase, missed }) => missed === true && !old.has(phase)).map(({ phase }) => phase);
}

/** When the next clock runs out, Unix ms; undefined where none runs any more. */
export function nextDueMs({ due }: IncidentTimeline, now: number): number | undefined {
  const times = due.filter(({ met }) => met === undefined).map(({ time }) => Date.parse(time));
  const ahead = times.filter((ms) => ms > now);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}
