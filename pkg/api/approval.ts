/**
 * `Plus1Approval` v1alpha1: a person lets a held plan pass that it names by its hash. `spec` never changes; `status` is ours.
 */
import * as v from 'valibot';
import { APPROVAL_STATES, KINDS_OF_APPROVAL } from './approval-words.js';
import { allowedLine } from './fault-line.js';
import { matching, oneOf, set, text } from './fields.js';
import { parseDocument } from './parse.js';
import { API_VERSION } from './policy.js';

export const APPROVAL_KIND = 'Plus1Approval';

/** `spec` of an approval. */
export const approvalSpec = v.strictObject({
  policyRef: v.pipe(
    v.strictObject({
      name: v.pipe(text(1, 253, 'a name of a policy'), v.description('Name of the policy.')),
    }),
    v.description('The policy, in the same namespace.'),
  ),
  planHash: v.pipe(
    matching(/^sha256:[0-9a-f]{64}$/, 71, 'sha256: and 64 hexadecimal digits'),
    v.description('The plan, as status.hold.planHash of the policy names it.'),
  ),
  approver: v.pipe(text(1, 253, 'a name of 1 to 253 characters'), v.description('Who approves.')),
  groups: v.pipe(
    v.optional(
      set(text(1, 128, 'a group of 1 to 128 characters'), { min: 0, max: 16, allowed: 'at most 16 groups' }),
      [],
    ),
    v.description('Groups of the approver that count for the policy, at most 16. Default none.'),
  ),
  kind: v.pipe(
    v.optional(oneOf(KINDS_OF_APPROVAL), 'Normal'),
    v.description(
      'Normal (default); Emergency: it releases alone, where the policy has emergencyGroups; Review: somebody looked at a rule again, and it releases nothing.',
    ),
  ),
  reason: v.pipe(
    text(8, 1024, 'a reason of 8 to 1024 characters'),
    v.description('Why, for those who read the journal later; 8 to 1024 characters.'),
  ),
});

const statusFields = {
  state: v.pipe(
    v.exactOptional(oneOf(APPROVAL_STATES)),
    v.description(
      'Counted: it counts, and what it is for is still held. Used: a write that it helped to release was sent, and is proved or has no known outcome; it is marked so before that write. Expired: its hold ended or expired. Rejected: it never counts.',
    ),
  ),
  message: v.pipe(
    v.optional(text(0, 1024, 'a message'), ''),
    v.description('Why it was rejected, or what to do. Empty by default.'),
  ),
};

/** `status` of an approval, as a cluster keeps it. */
export const approvalStatus = v.strictObject(statusFields);

const approvalSchema = v.looseObject({
  apiVersion: v.literal(API_VERSION, API_VERSION),
  kind: v.literal(APPROVAL_KIND, APPROVAL_KIND),
  metadata: v.looseObject({
    name: text(1, 253, 'a name'),
    namespace: text(1, 63, 'a namespace'),
    uid: text(1, 128, 'a uid'),
    creationTimestamp: text(1, 64, 'a time'),
  }),
  spec: approvalSpec,
  // A newer version may have written more: what became of an approval must stay readable.
  status: v.exactOptional(v.looseObject(statusFields)),
});

export type Plus1Approval = v.InferOutput<typeof approvalSchema>;
export type ApprovalStatus = NonNullable<Plus1Approval['status']>;

export type ParsedApproval = { ok: true; approval: Plus1Approval } | { ok: false; faults: string[] };

/** The approval with its defaults, or its faults, each as `path: allowed: …`. */
export function parseApproval(document: unknown): ParsedApproval {
  const result = v.safeParse(approvalSchema, document);
  if (result.success) return { ok: true, approval: result.output };
  return {
    ok: false,
    faults: result.issues.map(allowedLine),
  };
}

/** As people write it, without what an API server adds: uid and time. */
const writtenSchema = v.looseObject({
  apiVersion: v.literal(API_VERSION, API_VERSION),
  kind: v.literal(APPROVAL_KIND, APPROVAL_KIND),
  metadata: v.looseObject({}, 'a mapping with a name'),
  spec: approvalSpec,
});

/** Whether an approval that a person wrote is one, or its faults, each as `path: found X, allowed: Y`. Never throws. */
export function parseWrittenApproval(document: unknown): { ok: true } | { ok: false; faults: string[] } {
  const parsed = parseDocument(writtenSchema, document);
  return parsed.ok ? { ok: true } : parsed;
}
