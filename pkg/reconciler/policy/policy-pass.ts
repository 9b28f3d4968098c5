/** Wires a pass of the controller: what it works with, whom it is published to, and when the next one is. */
import type { PolicyStatus } from '../../api/index.js';
import type { Log, Timers } from '../../base/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { OperatorLimits } from '../../governance/index.js';
import {
  isWaiting,
  requireSameRollback,
  type ApprovalHome,
  type InputHome,
  type PolicyHome,
  type PolicyIdentity,
  type PolicyKey,
} from '../../policies/index.js';
import { ProcessDates } from '../memory/process-dates.js';
import type { VerdictStore } from '../memory/verdict-cache.js';
import type { Anchor } from '../anchor.js';
import { openAfter, settledMs } from '../memory/open-write.js';
import { nextLook, type NextLook } from './next-look.js';
import { journaled } from '../journal/journaled-record.js';
import type { PassRecord } from '../pass-record.js';
import type { PassDependencies } from '../pass/pass-dependencies.js';
import { runPass } from '../pass/pass.js';
import { takeGlance, type Glance } from '../pass/glance.js';
import type { Ended, PassRequest, QuickTerms } from '../types.js';
import type { InputHandler } from '../inputs/handler.js';
import { approvalPort } from './approval-port.js';
import { changedMeanwhile, type PolicyGate } from './gate.js';
import type { InputLooks } from './input-looks.js';
import { inputPort } from './input-port.js';
import type { PassHints } from './hints.js';
import type { Intervals } from './intervals.js';
import { lookLog, type PassLook } from './look.js';
import type { Opened } from './backup.js';
import type { PolicyPublishing } from './publishing.js';
import type { QuickPasses } from './quick-passes.js';
import type { LookRequests } from './requests.js';

export interface PolicyPassOptions {
  home: Pick<PolicyHome, 'writeStatus' | 'read' | 'isOutdated'>;
  known: (of: PolicyIdentity) => VerdictStore;
  log: Log;
  clock: Timers;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
  /** Approvals of every policy; absent where none can be given. */
  approvals?: ApprovalHome;
  /** Kinds that are inputs of passes: where their objects live, and what handles each kind; absent where there are none. */
  inputs?: { home: InputHome; handlers: readonly InputHandler[] };
  /** What the operator allows every policy at most. */
  limits?: OperatorLimits;
  /** How long a verdict may be reused, ms. */
  cacheTTLMs?: number;
  /** Aborts where the process stops, and what only reads is to be given up. */
  stopReading?: AbortSignal;
}

/** What a pass came to. */
export interface PolicyPassEnd {
  status: PolicyStatus;
  error: Plus1Error | undefined;
  next: NextLook;
}

interface Parts {
  inputLooks: InputLooks;
  hints: PassHints;
  intervals: Intervals;
  quick: QuickPasses;
  gate: PolicyGate;
  requests: LookRequests;
  publishing: PolicyPublishing;
}

export class PolicyPass {
  readonly #options: PolicyPassOptions;
  readonly #parts: Parts;
  readonly #dates = new ProcessDates();

  constructor(options: PolicyPassOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** One pass, and when to look again. */
  async run(look: PassLook, opened: Opened): Promise<PolicyPassEnd> {
    const { requests, quick } = this.#parts;
    const isAsked = requests.take(look.record);
    const anchor = quick.anchor(look, isAsked);
    const startMs = opened.github.reader.time.now();
    try {
      const glance = anchor && (await this.#glance(look, anchor, opened));
      if (glance?.kind === 'idle') return await this.#unchanged(look, opened, startMs);
      return await this.#pass(look, opened, { isAsked, glance });
    } finally {
      await opened.github.close();
    }
  }

  forget(key: PolicyKey): void {
    this.#dates.forget(key);
  }

  #glance({ record, signal }: PassLook, anchor: Anchor, { github }: Opened): Promise<Glance> {
    const { stopReading } = this.#options;
    const isDue = this.#parts.inputLooks.isDue(record.key);
    return takeGlance(record, anchor, { reader: github.reader, isDue, ...(stopReading && { stopReading }) }, signal);
  }

  /** A quick pass that found nothing changed and nothing due: it ends here, and is counted. */
  async #unchanged(look: PassLook, { github }: Opened, startMs: number): Promise<PolicyPassEnd> {
    const endMs = github.reader.time.now();
    const seconds = Math.max(0, endMs - startMs) / 1_000;
    const status = await this.#parts.publishing.unchanged(look, { seconds, requests: github.sent().requests });
    const settlesMs = settledMs(status.pendingWrite);
    const isAhead = settlesMs !== undefined && settlesMs > endMs;
    const quiet: Ended = { error: undefined, result: 'Succeeded', endMs, isQuick: true };
    this.#goOn(look, quiet);
    const ended = { ...quiet, ...(isAhead && { settlesMs }) };
    return { status, error: undefined, next: this.next(ended, look, this.#options.clock.now()) };
  }

  async #pass(
    look: PassLook,
    { access, github, backup }: Opened,
    { isAsked, glance }: { isAsked: boolean; glance: Glance | undefined },
  ): Promise<PolicyPassEnd> {
    const { clock, log } = this.#options;
    const { requests, publishing, quick, intervals, inputLooks } = this.#parts;
    const { record, signal } = look;
    let nowMs: number | undefined;
    const next = (ended: Ended): NextLook => {
      // Once a pass: its status is made again where it could not be kept.
      if (nowMs === undefined && ended.isQuick !== true) intervals.ended(record, github, isBroken(ended));
      return this.next(ended, look, (nowMs ??= clock.now()), intervals.waitMs(record));
    };
    const terms = quick.terms(look);
    const request = {
      ...requestOf(look, { isAsked, secretName: access.secretName }),
      ...(backup && { backup }),
      ...(terms && { quick: { ...terms, ...resultOf(glance) } }),
    };
    const journal = publishing.journal(look);
    const passRecord = this.#record(look, (ended) => next(ended).atMs);
    const deps = {
      reader: github.reader,
      writer: github.writer,
      issues: github.issues,
      record: journal === undefined ? passRecord : journaled(passRecord, journal),
      publishers: publishing.publishers(look, journal, { sent: () => github.sent(), ...passRecord }),
      timers: clock,
      dates: this.#dates.of(record.key),
      log: lookLog(log, look),
      ...this.#shared(),
    };
    const outcome = await runPass(request, deps, signal);
    const { status: left, error } = outcome;
    // One that saw nothing has not done what was asked for.
    if (isAsked && outcome.seen === undefined) requests.demand(record.key);
    const end = { status: left, error, next: next({ ...outcome, error, settlesMs: openAfter(outcome)?.untilMs }) };
    quick.ended(look, outcome);
    if (outcome.inputs !== undefined) inputLooks.ended(record.key, outcome.inputs.nextMs, outcome.endMs);
    this.#goOn(look, outcome);
    return end;
  }

  /** What every pass is given alike. */
  #shared(): Pick<PassDependencies, 'cacheTTLMs' | 'limits' | 'handlers' | 'stopReading'> {
    const { cacheTTLMs, limits, stopReading, inputs } = this.#options;
    return {
      ...(cacheTTLMs === undefined ? {} : { cacheTTLMs }),
      ...(limits === undefined ? {} : { limits }),
      ...(inputs && { handlers: inputs.handlers }),
      ...(stopReading === undefined ? {} : { stopReading }),
    };
  }

  /** What a hint called for goes on where the lists may have lagged behind it, and where the quick pass came to no end. */
  #goOn(
    { record, call }: PassLook,
    { isQuick, error, result }: Partial<Pick<Ended, 'isQuick' | 'error'>> & Pick<Ended, 'result'>,
  ): void {
    const isOver = error === undefined && result !== 'Incomplete';
    if (isQuick === true && (call === 'hint' || !isOver)) this.#parts.hints.again(record.key);
  }

  /** When to look again after a pass that ended like this, or that there was no access for. */
  next(ended: Ended, look: PassLook, nowMs: number, fullMs = this.#parts.intervals.everyMs(look.record)): NextLook {
    const { minIntervalMs } = this.#options;
    const { schedule } = look.record.policy.spec;
    const quick = this.#parts.quick.wait(look, ended);
    return nextLook(ended, { schedule, minIntervalMs, retryMs: look.retryMs, nowMs, quick, fullMs });
  }

  #record({ record, signal }: PassLook, nextPassMs: PassRecord['nextPassMs']): PassRecord {
    const { home, known, approvals, inputs } = this.#options;
    const { gate, publishing, intervals } = this.#parts;
    return {
      ...(approvals && { approvals: approvalPort(approvals, record.key) }),
      ...(inputs && { inputs: inputPort(inputs.home, record.key) }),
      ...publishing.keeper(record),
      assertMayWrite: async (ruleset) => {
        const { rollback, status, key } = record;
        if ((await home.isOutdated?.(key, signal)) === true) throw changedMeanwhile();
        gate.assertMayWrite(record, ruleset);
        if (isWaiting(rollback, status)) requireSameRollback(rollback, (await home.read(key, signal))?.rollback);
      },
      targetedBy: (id) => gate.targetedBy(record, id),
      keepIntent: (intent, deadline) => home.writeStatus(record, intent.status, deadline),
      keepOwned: ({ status }, deadline) => home.writeStatus(record, status, deadline),
      // The next status, with or without an intent of its own, takes the place of this one.
      superseded: async () => undefined,
      observed: async () => undefined,
      ended: async () => undefined,
      known: known(record),
      nextPassMs,
      effectiveInterval: () => intervals.effective(record),
    };
  }
}

/** It ended before it had asked all that it was to ask. */
const isBroken = ({ error, result }: Ended): boolean => error !== undefined || result === 'Incomplete';

function requestOf(
  { record, reconcileID }: PassLook,
  { isAsked, secretName }: { isAsked: boolean; secretName: string | undefined },
): PassRequest {
  const { policy, status, reconcileAt, rollback, isMemoryUnproved } = record;
  return {
    ...{ policy, status, reconcileID, isAsked },
    ...(secretName === undefined ? {} : { secretName }),
    ...(reconcileAt === undefined ? {} : { reconcileAt }),
    ...(rollback && { rollback }),
    ...(isMemoryUnproved && { isMemoryUnproved }),
  };
}

function resultOf(glance: Glance | undefined): Pick<QuickTerms, 'glance' | 'failed'> {
  if (glance?.kind === 'changed') return { glance };
  return glance?.kind === 'failed' ? { failed: glance.error } : {};
}
