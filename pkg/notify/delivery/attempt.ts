/** One try to deliver one message: the Secret as it is now, the channel, and what came of it. */
import type { NotificationChannel } from '../../api/index.js';
import { boundSignal, type Timers } from '../../base/index.js';
import { hasCode, toPlus1Error } from '../../errors/index.js';
import {
  SecretFault,
  type ChannelSecret,
  type ChannelType,
  type HTTPChannel,
  type Verdict,
} from '../channels/channel.js';
import { sendMail } from '../channels/email.js';
import { judgeStatus } from '../channels/judge.js';
import { pagerDuty } from '../channels/pagerduty.js';
import { slack } from '../channels/slack.js';
import { teams } from '../channels/teams.js';
import { webhook } from '../channels/webhook.js';
import { DestinationFault, type DestinationGuard } from '../destination/guard.js';
import type { Post } from '../destination/post.js';
import type { Message } from '../message.js';
import { redacted } from './redact.js';

/** A channel answers within that time, or the try has failed. */
const TIMEOUT_MS = 20_000;
/** Causes nest; a ring of them must end. */
const MAX_DEPTH = 8;

const HTTP_CHANNELS: Readonly<Record<Exclude<ChannelType, 'Email'>, HTTPChannel>> = {
  Slack: slack,
  Teams: teams,
  PagerDuty: pagerDuty,
  Webhook: webhook,
};

/** Reads the Secret of a channel. Throws errors of the catalogue. */
export type ReadChannelSecret = (
  namespace: string,
  name: string,
  signal: AbortSignal,
  organization: string,
) => Promise<ChannelSecret>;

export interface AttemptOptions {
  readSecret: ReadChannelSecret;
  guard: DestinationGuard;
  post: Post;
  clock: Timers;
}

export interface Attempted {
  verdict: Verdict;
  /** As it was read for this try, where it could be. */
  secret?: ChannelSecret;
}

export type Attempt = (channel: NotificationChannel, message: Message, signal: AbortSignal) => Promise<Attempted>;

/** Throws where the signal aborts, and nothing else. */
export function attempter(options: AttemptOptions): Attempt {
  return async (channel, message, signal) => {
    const bound = boundSignal(options.clock, TIMEOUT_MS, { outer: signal });
    let secret: ChannelSecret | undefined;
    try {
      const [namespace = ''] = message.policy.split('/');
      secret = await options.readSecret(namespace, channel.secretRef.name, bound.signal, message.organization);
      const verdict = await send(channel, { message, secret }, options, bound.signal);
      return { verdict: readable(verdict, secret), secret };
    } catch (thrown) {
      signal.throwIfAborted();
      return { verdict: readable(failureOf(thrown), secret ?? {}), ...(secret && { secret }) };
    } finally {
      bound.release();
    }
  };
}

async function send(
  { type, to = [] }: NotificationChannel,
  { message, secret }: { message: Message; secret: ChannelSecret },
  { guard, post, clock }: AttemptOptions,
  signal: AbortSignal,
): Promise<Verdict> {
  if (type === 'Email') return sendMail(message, { to, secret, guard }, signal);
  const channel = HTTP_CHANNELS[type];
  const said = await post(channel.request(message, secret, clock.now()), { caCert: secret['ca.crt'] }, signal);
  // Before it is cut to a length, which may leave half of a secret.
  const answer = { ...said, text: redacted(said.text, secret) };
  return channel.judge(answer) ?? judgeStatus(answer);
}

function readable(verdict: Verdict, secret: ChannelSecret): Verdict {
  if (verdict.kind === 'sent') return verdict;
  return { ...verdict, why: redacted(verdict.why, secret) };
}

/** Why there was no answer. What the network says is told by its code alone: its messages hold addresses. */
function failureOf(thrown: unknown): Verdict {
  const causes = causesOf(thrown);
  const fault = causes.find((each) => each instanceof DestinationFault);
  if (fault instanceof DestinationFault)
    return { kind: 'retry', reason: 'DestinationRefused', why: fault.message, fix: fault.fix };
  if (thrown instanceof SecretFault)
    return { kind: 'retry', reason: 'SecretInvalid', why: thrown.message, fix: 'correct the Secret of the channel' };
  const code = causes.map((each) => (each as { code?: unknown }).code).findLast((each) => typeof each === 'string');
  const known = SECRET_REASONS.find(([error]) => hasCode(thrown, error));
  if (known !== undefined) {
    const { message, fix } = toPlus1Error(thrown);
    return { kind: 'retry', reason: known[1], why: message, fix };
  }
  if (causes.some(({ name }) => name === 'TimeoutError'))
    return { kind: 'retry', reason: 'Unreachable', why: `no answer within ${TIMEOUT_MS / 1_000} s`, fix: REACH };
  return { kind: 'retry', reason: 'Unreachable', why: `the connection failed (${code ?? 'unknown'})`, fix: REACH };
}

const REACH = 'check the address in the Secret, and that this machine may reach it';

const SECRET_REASONS = [
  ['PLUS1_SECRET_NOT_FOUND', 'SecretNotFound'],
  ['PLUS1_SECRET_NOT_ALLOWED', 'SecretNotAllowed'],
  ['PLUS1_SECRET_INVALID', 'SecretInvalid'],
  ['PLUS1_CLUSTER_UNAVAILABLE', 'SecretUnreadable'],
] as const;

function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  let each = thrown;
  while (each instanceof Error && causes.length < MAX_DEPTH) {
    causes.push(each);
    each = each.cause;
  }
  return causes;
}
