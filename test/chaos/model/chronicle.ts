/** What happened in a run, as the simulator and the harness saw it. Invariants are judged by this alone. */
import type { Row, Spec } from './spec.js';

/** One version of the policy file. */
export interface Version {
  at: number;
  /** Undefined: there is no file, or nothing that can be read. */
  spec: Spec | undefined;
}

/** Something that GitHub showed of one repository to one process, and that arrived there whole. */
export interface Sight {
  at: number;
  life: number;
  pass: number;
  id: number;
  /** `row`: flags. `file`: its texts. `missing`: a look-up by id answered 404. `elsewhere`: it named another owner. */
  kind: 'row' | 'file' | 'missing' | 'elsewhere';
  row?: Row;
  /** By path; null where there is none. */
  texts?: (string | null)[];
}

export interface Pass {
  life: number;
  pass: number;
  /** Its reconcileID. */
  id: string;
  start: number;
  /** Undefined where it never ended: its process was killed. */
  end?: number;
  /** The disk refused something, or the process was stopped, while it ran. */
  isTroubled: boolean;
}

/** One PUT as it left the process. */
export interface Put {
  at: number;
  life: number;
  pass: number;
  /** The start of its pass. */
  start: number;
  path: string;
  body: unknown;
  members: number[];
  /** The membership that this process was shown last. */
  read: number[] | undefined;
  /** The operation of the request before it. */
  before: string | undefined;
  /** Whether the journal that a power cut would leave holds the intent of this write. */
  hasIntent: boolean;
  /** What the world was like then: each repository with its truth. */
  truth: Truth[];
  /** When GitHub applied it. */
  appliedAt?: number;
  /** The process was told that it was applied. */
  isAnswered: boolean;
  /** The journal says that approvals let it pass. */
  released?: boolean;
}

export interface Truth {
  row: Row;
  text: string | null;
  /** When anything of it changed last. */
  changedAt: number;
}

export interface Asked {
  at: number;
  life: number;
  operation: string;
  kind: 'rest' | 'graphql';
  isWrite: boolean;
}

/** Headers of an answer that arrived. */
export interface Limits {
  at: number;
  life: number;
  kind: 'rest' | 'graphql';
  limit: number;
  remaining: number;
  /** Unix ms. */
  resetAt: number;
  /** The answer asked to wait until then. */
  retryAt?: number;
}

export interface Given {
  at: number;
  withdrawnAt?: number;
  approver: string;
  planHash: string;
}

export class Chronicle {
  readonly versions: Version[] = [];
  readonly sights: Sight[] = [];
  readonly passes: Pass[] = [];
  readonly puts: Put[] = [];
  readonly asked: Asked[] = [];
  readonly limits: Limits[] = [];
  readonly approvals: Given[] = [];
  /** Rollbacks that were asked for, and their releases. */
  readonly asks: { at: number; kind: 'rollback' | 'release' }[] = [];
  /** The passes, by their reconcileID, that the journal says carried one out. */
  readonly rolledBack = new Set<string>();
  /** The pairs that each hash stands for, as the journal tells them and the hash proves. */
  readonly plans = new Map<string, { leaving: [number, string][]; entering: [number, string][] }>();
  /** What was wrong at the moment that it happened. */
  readonly wrong: string[] = [];

  /** Those that a pass which runs from `from` to `to` may have read. */
  inForce(from: number, to: number): Version[] {
    const first = this.versions.findLastIndex(({ at }) => at <= from - SETTLE_MS);
    return this.versions.filter(({ at }, index) => index >= Math.max(0, first) && at <= to);
  }
}

/** A file that changes counts once several looks found it the same. */
const SETTLE_MS = 30_000;
