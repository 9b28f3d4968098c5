/** What a process is told of its journal, and where it reports what becomes of it. */
import type { Files, Head } from '../../journal/index.js';
import type { Log, Timers } from '../../base/index.js';
import type { PolicyKey } from '../../policies/index.js';

/** Counters and gauges of the journal of one policy. */
export interface JournalMetrics {
  journal(stands: { sequence: number; bytes: number; lastRecordSeconds: number; signedSeconds: number }): void;
  journalRecord(record: { sequence: number; lastRecordSeconds: number }): void;
  journalError(): void;
  securityEvent(event: string): void;
  exposure(seconds: number): void;
}

/** Where what is counted of a day is kept between passes. Loading never fails: what cannot be read is not known. */
export interface DayStore {
  load(key: PolicyKey, signal: AbortSignal): Promise<unknown>;
  save(key: PolicyKey, day: object, signal: AbortSignal): Promise<void>;
  /** Of a policy that was deleted. */
  remove(key: PolicyKey): Promise<void>;
}

export interface JournalSettings {
  /** The root of the journal. */
  root: string;
  files: Files;
  /** No other process ever writes a chain of these policies, as in a folder: one that the status names and that is not there was lost. */
  isOnlyWriter: boolean;
  /** The name of the writer: the pod's, or one that the journal keeps. */
  writer: () => Promise<string>;
  /** Private keys in PEM, the one in use first. Asked at each opening, so that a Secret that changes counts. */
  keys: () => Promise<string[]>;
  /** Program and version. */
  actor: string;
  /** Version alone. */
  tool: string;
  clock: Timers;
  /** 8 hexadecimal digits that no chain had before. */
  random: () => string;
  /** How long segments are kept, ms. */
  retentionMs: number;
  days: DayStore;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
  log: Log;
  metrics?: ((key: PolicyKey, organization: string) => JournalMetrics) | undefined;
  /** Called after records were written and flushed: how far the chain has come. */
  onWritten?: ((head: Head) => void) | undefined;
  /** Called where the volume of the journal was lost. */
  onLost?: ((key: PolicyKey, message: string) => void) | undefined;
}
