/** Incidents: who is to be isolated, by what, what waits for an approval, what is due when. Pure. */
export { incidentConditions, isReleasing, type IncidentFacts } from './conditions.js';
export { bounded, boundedInventory, totals } from './entries.js';
export { heldEntry, heldRelease, holdStatus, mostIsolated, type HeldIsolation, type IsolationChange } from './hold.js';
export {
  createdWithin,
  ranOf,
  references,
  type IndexSight,
  type RunsOf,
  type RunSight,
  type Sighted,
} from './inventory.js';
export { manifestText, type Manifest, type ManifestEntry } from './manifest.js';
export {
  ISOLATION_PREFIX,
  ISOLATION_TARGETS,
  isolationBody,
  isolationFault,
  isolationName,
  type IsolationBody,
  type IsolationTarget,
  type ShownRuleset,
} from './ruleset.js';
export { recordedBefore, sameSettings, stillNeededBy, type OtherHold } from './switch.js';
export { newlyMissed, nextDueMs, PHASE_TIMES, PHASE_WORDS, timeline, type Reached } from './timeline.js';
export { whomToIsolate, type Candidate, type RanSight, type Target, type Wanted, type Why } from './who.js';
export { counted, filesAre, repositories, repositoriesAre } from './words.js';
