/** What has to be known of the kind whose status is written. */
import type { StatusLists } from './status-value.js';

export interface StatusSettings {
  /** Owner of every field of the status, for good: another name would leave what this one wrote behind. */
  fieldManager: string;
  lists: StatusLists;
  /** Fields that must not be missing for a moment. They are not taken back from a second owner. */
  neverRemoved: ReadonlySet<string>;
  /** Fields that a later act relies on: where the server does not keep one as it was applied, the write counts as failed. */
  reliedOn: ReadonlySet<string>;
  /** While the status has this field, nothing is taken back: what was written must stand at once, and stay. */
  takeBackUnless?: string;
}
