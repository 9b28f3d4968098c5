/** The words of approvals that more than one room and command names. */

/** `spec.kind` of an approval: how much it releases. */
export const KINDS_OF_APPROVAL = ['Normal', 'Emergency', 'Review'] as const;
export type KindOfApproval = (typeof KINDS_OF_APPROVAL)[number];

/** `status.state` of an approval: what has become of it. */
export const APPROVAL_STATES = ['Counted', 'Used', 'Expired', 'Rejected'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];
