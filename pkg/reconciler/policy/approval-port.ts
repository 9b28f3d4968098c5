/** The approvals of one policy as a pass takes them, from the objects of their home. */
import type { GivenApproval } from '../../governance/index.js';
import type { ApprovalHome, PolicyKey, StoredApproval } from '../../policies/index.js';
import type { ApprovalPort } from '../pass-record.js';

export function approvalPort(home: ApprovalHome, key: PolicyKey): ApprovalPort {
  return {
    list: async (signal) => (await home.list(key, signal)).map(given),
    keep: async (verdicts, signal) => {
      for (const { approval, state, message } of verdicts)
        await home.setStatus(key, approval, { ...(state !== undefined && { state }), message }, signal);
    },
  };
}

function given({ object: { metadata, spec, status }, verified, isClaim }: StoredApproval): GivenApproval {
  const { approver, groups, kind, reason, planHash } = spec;
  return {
    ...{ name: metadata.name, uid: metadata.uid, approver, groups, kind, reason, planHash },
    ...{ time: metadata.creationTimestamp, verified, isClaim },
    ...(status?.state !== undefined && { state: status.state }),
    ...(status !== undefined && { message: status.message }),
  };
}
