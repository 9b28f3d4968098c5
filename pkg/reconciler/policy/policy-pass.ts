/** Wires a pass of the controller: what it works with, whom it is published to, and when the next one is. */
import type { Log, Timers } from '../../base/index.js';
import type { OperatorLimits } from '../../governance/index.js';
import type { ApprovalHome, PolicyHome, PolicyKey } from '../../policies/index.js';
import type { VerdictStore } from '../memory/verdict-cache.js';
import { openAfter } from '../memory/open-write.js';
import { nextLook, type NextLook } from './next-look.js';
import { journaled } from '../journal/journaled-record.js';
import type { PassRecord } from '../pass-record.js';
import { runPass } from '../pass/pass.js';
import type { Ended, PassOutcome } from '../types.js';
import { approvalPort } from './approval-port.js';
import type { PolicyGate } from './gate.js';
import { lookLog, type PassLook } from './look.js';
import type { Opened } from './pass-access.js';
import type { PolicyPublishing } from './publishing.js';
import type { LookRequests } from './requests.js';

export interface PolicyPassOptions {
  home: Pick<PolicyHome, 'writeStatus'>;
  known: (key: PolicyKey) => VerdictStore;
  log: Log;
  clock: Timers;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
  /** Approvals of every policy; absent where none can be given. */
  approvals?: ApprovalHome;
  /** What the operator allows every policy at most. */
  limits?: OperatorLimits;
  /** How long a verdict may be reused, ms. */
  cacheTTLMs?: number;
  /** Aborts where the process stops, and what only reads is to be given up. */
  stopReading?: AbortSignal;
}

interface Parts {
  gate: PolicyGate;
  requests: LookRequests;
  publishing: PolicyPublishing;
}

export class PolicyPass {
  readonly #options: PolicyPassOptions;
  readonly #parts: Parts;

  constructor(options: PolicyPassOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** One pass, and when to look again. */
  async run(look: PassLook, { access, github }: Opened): Promise<{ outcome: PassOutcome; next: NextLook }> {
    const { clock, log, cacheTTLMs, limits, stopReading } = this.#options;
    const { requests, publishing } = this.#parts;
    const { record, signal, reconcileID } = look;
    const { policy, status, reconcileAt, isMemoryUnproved } = record;
    let nowMs: number | undefined;
    const next = (ended: Ended): NextLook => this.next(ended, look, (nowMs ??= clock.now()));
    const isAsked = requests.take(record);
    const request = {
      ...{ policy, status, reconcileID, isAsked },
      ...(access.secretName === undefined ? {} : { secretName: access.secretName }),
      ...(reconcileAt === undefined ? {} : { reconcileAt }),
      ...(isMemoryUnproved && { isMemoryUnproved }),
    };
    const journal = publishing.journal(look);
    const passRecord = this.#record(look, (ended) => next(ended).atMs);
    const deps = {
      reader: github.reader,
      writer: github.writer,
      record: journal === undefined ? passRecord : journaled(passRecord, journal),
      publishers: publishing.publishers(look, journal, {
        requests: () => github.requestCount(),
        ...(passRecord.approvals && { approvals: passRecord.approvals }),
      }),
      timers: clock,
      log: lookLog(log, look),
      ...(cacheTTLMs === undefined ? {} : { cacheTTLMs }),
      ...(limits === undefined ? {} : { limits }),
      ...(stopReading === undefined ? {} : { stopReading }),
    };
    try {
      const outcome = await runPass(request, deps, signal);
      // One that saw nothing has not done what was asked for.
      if (isAsked && outcome.seen === undefined) requests.demand(record.key);
      return { outcome, next: next({ ...outcome, error: outcome.error, settlesMs: openAfter(outcome)?.untilMs }) };
    } finally {
      await github.close();
    }
  }

  /** When to look again after a pass that ended like this, or that there was no access for. */
  next(ended: Ended, { record, retryMs }: PassLook, nowMs: number): NextLook {
    const { minIntervalMs } = this.#options;
    return nextLook(ended, { schedule: record.policy.spec.schedule, minIntervalMs, retryMs, nowMs });
  }

  #record({ record }: PassLook, nextPassMs: PassRecord['nextPassMs']): PassRecord {
    const { home, known, approvals } = this.#options;
    const { gate, publishing } = this.#parts;
    return {
      ...(approvals && { approvals: approvalPort(approvals, record.key) }),
      ...publishing.keeper(record),
      assertMayWrite: (ruleset) => gate.assertMayWrite(record, ruleset),
      keepIntent: (intent, deadline) => home.writeStatus(record.key, intent.status, deadline),
      // The next status, with or without an intent of its own, takes the place of this one.
      superseded: async () => undefined,
      observed: async () => undefined,
      ended: async () => undefined,
      known: known(record.key),
      nextPassMs,
    };
  }
}
