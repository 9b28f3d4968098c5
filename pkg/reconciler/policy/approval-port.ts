/** The approvals of one policy as a pass takes them, from the objects of their home. */
import type { ApprovalVerdict, GivenApproval } from '../../governance/index.js';
import type { ApprovalHome, PolicyKey, StoredApproval } from '../../policies/index.js';
import { cut } from '../../text/index.js';
import type { ApprovalPort } from '../pass-record.js';

/** As many as the schema takes: a longer message would make the file unreadable, and an API server would refuse it. */
const MAX_MESSAGE_CHARACTERS = 1_024;

export function approvalPort(home: ApprovalHome, key: PolicyKey): ApprovalPort {
  return {
    areClaims: home.areClaims,
    list: async (signal) => (await home.list(key, signal)).map(given),
    keep: (verdicts, signal) =>
      keepEach(verdicts, ({ approval, state, message }) => {
        const status = { ...(state !== undefined && { state }), message: cut(message, MAX_MESSAGE_CHARACTERS) };
        return home.setStatus(key, approval, status, signal);
      }),
  };
}

/** One that cannot be kept keeps no other from being kept: who may approve must not keep another's `Used` away. Throws the first fault. */
async function keepEach(
  verdicts: readonly ApprovalVerdict[],
  keep: (verdict: ApprovalVerdict) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  for (const verdict of verdicts) await keep(verdict).catch((thrown: unknown) => faults.push(thrown));
  if (faults.length > 0) throw faults[0];
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
