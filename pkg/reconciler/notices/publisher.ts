/** Hands each look to the notifier, and lays over the status what is open at each channel. */
import type { Plus1Policy, PolicyStatus } from '../../api/index.js';
import type { Notifier, NoticePolicy, Notices } from '../../notify/index.js';
import { factsOf } from './facts.js';
import type { Sight } from './sight.js';
import { withTimes, type ConditionDraft } from '../status/condition-draft.js';
import { optionalPublisher } from '../publishers/optional.js';
import type { Publication, Publisher } from '../publishers/publisher.js';

/** What delivers, and what only the process knows of a policy. */
export interface NoticePort {
  notifier: Pick<Notifier, 'look' | 'known'>;
  /** When a credential ends, Unix ms; null: it has no end; undefined: nobody knows. `namespace/secret`, or `environment`. */
  expiryMs: (credential: string) => number | null | undefined;
  /** Root of the pages of policies. */
  webURL?: string | undefined;
  /** No look follows, as after a run of `sync`. */
  isLast?: true;
}

export interface NoticePublisherOptions extends Pick<Sight, 'incompleteMs' | 'isSparse'> {
  port: NoticePort;
  /** Undefined where the policy is not valid: then its channels are those that it had before. */
  policy: NoticePolicy | undefined;
  clock: () => number;
  /** Security events that this look recorded. */
  security?: (() => readonly string[]) | undefined;
}

/** What messages say of a policy. */
export function noticePolicy({ metadata, spec }: Plus1Policy, webURL: string | undefined): NoticePolicy {
  const { namespace, name } = metadata;
  const path = `policies/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
  const root = webURL?.replace(/\/*$/, '/');
  return {
    ...{ key: { namespace, name }, organization: spec.organization, channels: spec.notifications ?? [] },
    ...(root !== undefined && { url: `${root}${path}` }),
  };
}

export function noticePublisher(options: NoticePublisherOptions): Publisher {
  return {
    ...optionalPublisher({ name: 'notifications', failed: 'Notifications not decided', publish: () => undefined }),
    amend: (publication, signal) => amended(publication, options, signal),
  };
}

async function amended(
  publication: Publication,
  { port, policy = port.notifier.known(publication.key), ...options }: NoticePublisherOptions,
  signal: AbortSignal,
): Promise<PolicyStatus> {
  const { status, key } = publication;
  const { notifications = [], ...others } = status;
  if (policy === undefined) return status;
  if (policy.channels.length === 0 && notifications.length === 0) return status;
  const { secretName } = status.credentials ?? {};
  const facts = factsOf({
    ...{ publication, nowMs: options.clock(), incompleteMs: options.incompleteMs, isSparse: options.isSparse },
    expiryMs: port.expiryMs(secretName === undefined ? 'environment' : `${key.namespace}/${secretName}`),
    security: options.security?.(),
  });
  const isLast = port.isLast === true ? { isLast: true as const } : {};
  const notices = await port.notifier.look(policy, notifications, { ...facts, ...isLast }, signal);
  return withNotices(others, notices, { nowMs: facts.nowMs, previous: publication.previous });
}

/** The status with what is open, and with its condition. Nothing of it where the policy has no channels. */
export function withNotices(
  status: PolicyStatus,
  { status: notifications, failing }: Notices,
  { nowMs, previous }: { nowMs: number; previous: PolicyStatus },
): PolicyStatus {
  const { conditions = [] } = status;
  const others = conditions.filter(({ type }) => type !== 'NotificationsFailing');
  const generation = others.find(({ type }) => type === 'Ready')?.observedGeneration ?? status.observedGeneration ?? 0;
  const stated = failing === undefined ? [] : [failingCondition(failing)];
  const own = withTimes(stated, previous.conditions ?? [], generation, new Date(nowMs).toISOString());
  return {
    ...status,
    ...(conditions.length + own.length > 0 && { conditions: [...others, ...own] }),
    ...(notifications.length > 0 && { notifications }),
  };
}

const failingCondition = (message: string): ConditionDraft => ({
  ...{ type: 'NotificationsFailing', status: 'True', reason: 'NotDelivered', message },
});
