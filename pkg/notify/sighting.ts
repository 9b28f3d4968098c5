/** What a look at a policy says about the events of notifications. */
import type { NotificationEvent, NotificationSeverity } from '../api/index.js';

/** An event as a source saw it. Texts may hold words that others wrote: each channel makes them harmless. */
export interface Sighting {
  event: NotificationEvent;
  /** What is wrong, or what happened, in a sentence. */
  message: string;
  /** Default: that of the event. */
  severity?: NotificationSeverity;
  /** RFC 3339. Default: when it was first seen. */
  since?: string;
  /** Default: that of the event. */
  fix?: string;
  /** Names of the repositories that it is about. */
  repositories?: readonly string[];
  /** How many they are, where not all names are known. */
  count?: number;
  /** It is told at once, whatever the event waits for. */
  isUrgent?: true;
  /** Once it is later than this, it is told again, Unix ms. */
  remindMs?: number;
}

/** One look. */
export interface Facts {
  /** Unix ms. */
  nowMs: number;
  /**
   * What opens and is over again, by event: undefined is over. An event that is not in it is not known to this look, and stays as
   * it is.
   */
  states: ReadonlyMap<NotificationEvent, Sighting | undefined>;
  /** What happened. */
  once: readonly Sighting[];
  /** A pass saw it. A look between two passes knows the time and the status alone. */
  isPass: boolean;
  /** The summary of the first pass of the policy: it is the one message of that pass. */
  first?: Sighting;
  /** No look follows that could tell something at its time, as after a run of `sync`. */
  isLast?: true;
}
