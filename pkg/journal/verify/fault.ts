/** What `verify` finds. */
import type { Head } from '../record/fields.js';

export type FaultCode =
  | 'line-changed'
  | 'line-missing'
  | 'line-repeated'
  | 'line-moved'
  | 'not-canonical'
  | 'tail-cut'
  | 'root-differs'
  | 'signature-wrong'
  | 'history-rewritten'
  | 'membership-differs'
  | 'attachment-wrong'
  | 'segment-missing'
  | 'key-changed';

export interface Fault {
  code: FaultCode;
  /** Below the folder of the chain, or as it was given. */
  file: string | null;
  /** From 1. */
  line: number | null;
  sequence: number | null;
  message: string;
}

export interface ChainVerdict {
  chain: string;
  /** `seq` of the first record that is there; 0 where there is none. */
  first: number;
  last: number;
  /** Hash of the last record. */
  head: string | null;
  /** Of the tree over all records, where it can be computed. */
  root: string | null;
  /** The verifier key of the newest checkpoint. */
  key: string | null;
  keySource: 'given' | 'journal' | null;
  /** What its first record names as the head before it. */
  after: Head | null;
  faults: Fault[];
  /** What is worth knowing and no fault. */
  notes: string[];
}

/** A fault of a file as a whole. */
export const fileFault = (code: FaultCode, file: string | null, message: string): Fault => ({
  code,
  file,
  line: null,
  sequence: null,
  message,
});
