/** Egress rules: what builds may reach, who carries it, and what has to be reviewed. Pure: values in, values out. */
export { auditOf, type Answer, type Evidence } from './audit.js';
export { egressDigest } from './digest.js';
export { asWritten, covers, exactNames, overlap } from './endpoints.js';
export {
  DAY_MS,
  deniedOf,
  emergencyFault,
  endMs,
  isReviewOver,
  nextReviewMs,
  NOTICE_MS,
  phaseOf,
  type Consent,
  type Phase,
  type Terms,
} from './force.js';
export {
  carryingOf,
  disarmedBy,
  isForRepository,
  isInScope,
  jobName,
  jobsOf,
  type Carrying,
  type Job,
  type Jobs,
} from './jobs.js';
export { asInput, asLine, endpointsFor, type InForce } from './render.js';
export { COMMIT_MESSAGE, overBody, PULL_TITLE, pullBody, readPullMark } from './shared-pull.js';
export { firstStep, foreignOf, proposalOf, type KnownBranch, type Proposal, type StepQuestion } from './shared-step.js';
export { entriesOf, foreignEndpoints, shortDigest, withEntries, type SharedEntry } from './shared-text.js';
export { entriesFor, isForAll, wantedEntries, wantedHash, type KeptRule, type WantedFile } from './shared-wanted.js';
