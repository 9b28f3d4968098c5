/** Issues for owners of repositories whose catalogue file cannot be used: what they say, and what becomes of them. Pure. */
export {
  adopted,
  decide,
  deleted,
  isToLookAt,
  isToOpen,
  looked,
  REFUSED_MS,
  seen,
  SNOOZE_MS,
  type Moment,
} from './decide.js';
export { commentMarker, markerStart, NO_CAUSE, readMarker, type IssueScope, type Marker } from './marker.js';
export { duplicateText, type IssueSubject } from './text.js';
export type { IssueMemory, IssueStep, LiveIssue, OwedComment, Want } from './types.js';
export { wantOf } from './want.js';
