/** What a pass made of the objects that are inputs of it. */
import type { InputStatus, NotificationEvent, PolicyStatus } from '../../api/index.js';
import type { ApprovalVerdict } from '../../governance/index.js';
import type { Entry } from '../../journal/index.js';
import type { Sighting } from '../../notify/index.js';
import type { InputRef, PolicyEvent } from '../../policies/index.js';
import type { PolicyMetrics } from '../../telemetry/index.js';

export interface InputsOutcome {
  /** Statuses that differ from what is kept. */
  statuses: readonly { of: InputRef; status: InputStatus }[];
  events: readonly { of: InputRef; event: PolicyEvent }[];
  verdicts: readonly ApprovalVerdict[];
  /** For the journal. */
  entries: readonly Entry[];
  /** Fields that are laid over the status of the policy; one that is undefined goes. */
  policy: { readonly [Field in 'egress']?: PolicyStatus[Field] | undefined };
  /** Events of notifications that are open, or undefined where they are over. */
  notices: readonly (readonly [NotificationEvent, Omit<Sighting, 'event'> | undefined])[];
  measures: readonly ((metrics: PolicyMetrics) => void)[];
  /** When a handler has to look again, Unix ms. */
  nextMs?: number;
}
