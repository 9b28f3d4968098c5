/** Sends one write on its terms, and tells what became of it without a secret in it. */
import { abortReason } from '../base/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { Identity } from './credentials/identity.js';
import { permissionMissing } from './forbidden.js';
import type { MapContext } from './map-context.js';
import { mapError } from './map-error.js';
import type { WriteWords } from './membership/failed-write.js';
import type { Grant } from './requester/grant.js';
import { TooLate, type LatestSend } from './requester/latest-send.js';
import { redactValues, redactValuesInError } from './requester/redact-values.js';
import type { FailedWrite, WriteOptions } from './write-outcome.js';

/** What a write is about, for its errors. */
export interface WriteSubject {
  /** The write in words, after `cannot`: `write the ruleset a of acme`. */
  what: string;
  /** The permission that it takes. */
  needs: string;
  /** What else a 404 may mean, after `, or`. GitHub answers 404 in place of 403 to a write that is not allowed. */
  orElse?: string;
}

/** What the work of a write is handed. */
export interface SendMeans extends WriteWords {
  /** What was read before it counts no longer from the first request on: what follows is bound by the intent alone. */
  begun: () => void;
  /** It was read again just now: the next request may be as late after this as the first one after the read before. */
  looked: () => void;
}

export class WriteSender {
  readonly #identity: Identity;
  readonly #latest: LatestSend;

  /** `latest` is asked last of all, when a write leaves. */
  constructor(identity: Identity, latest: LatestSend) {
    this.#identity = identity;
    this.#latest = latest;
  }

  async send<T>(
    subject: WriteSubject,
    signal: AbortSignal,
    { sendByMs = Number.POSITIVE_INFINITY, beginByMs = sendByMs, assertMaySend, left }: WriteOptions,
    work: (means: SendMeans) => Promise<T | FailedWrite>,
  ): Promise<T | FailedWrite> {
    const context = this.#context(subject, signal);
    if (signal.aborted) throw mapError(abortReason(signal), context);
    const redacted = (error: unknown): Plus1Error =>
      redactValuesInError(mapError(error, context), this.#identity.secrets());
    const redact = (text: string): string => redactValues(text, this.#identity.secrets());
    const terms = { untilMs: Math.min(sendByMs, beginByMs), assertMaySend, left };
    const begun = (): void => void (terms.untilMs = sendByMs);
    const ageMs = Math.max(0, beginByMs - this.#latest.nowMs);
    const looked = (): void => void (terms.untilMs = Math.min(sendByMs, this.#latest.nowMs + ageMs));
    const outcome = await this.#latest
      .during(terms, () => work({ context, redact, begun, looked }))
      .catch((error: unknown): FailedWrite => {
        if (error instanceof TooLate) return { state: 'late', why: error.message };
        throw redacted(error);
      });
    if (hasError(outcome)) outcome.error = redacted(outcome.error);
    return outcome;
  }

  #context({ what, needs, orElse }: WriteSubject, signal: AbortSignal): MapContext {
    const { kind, fineGrained } = this.#identity;
    const granted = (): Grant['permissions'] | undefined => this.#identity.known()?.permissions;
    const { code, message, fix } = permissionMissing({ what, kind, fineGrained, granted }, needs);
    const text = orElse === undefined ? message : `${message}, or ${orElse}`;
    return { what, kind, fineGrained, granted, signal, needs, notFound: { code, message: text, fix } };
  }
}

const hasError = <T>(outcome: T | FailedWrite): outcome is (T | FailedWrite) & { error: Plus1Error } =>
  typeof outcome === 'object' && outcome !== null && 'error' in outcome && outcome.error !== undefined;
