/** The kind of an approval, and an object of it as an API server tells it. */
import { API_VERSION, APPROVAL_KIND, parseApproval, type ParsedApproval } from '../../api/index.js';
import type { KubeObject, Resource } from '../../kube/index.js';

const [group = '', version = ''] = API_VERSION.split('/');

export const APPROVALS: Resource = {
  ...{ group, version, kind: APPROVAL_KIND, plural: 'plus1approvals' },
  words: { one: 'approval', many: 'approvals' },
};

/** The approval, or why this version cannot read it. */
export function readApproval({ metadata, spec, status }: KubeObject): ParsedApproval {
  const { name, namespace, uid, creationTimestamp } = metadata;
  return parseApproval({
    ...{ apiVersion: API_VERSION, kind: APPROVAL_KIND, metadata: { name, namespace, uid, creationTimestamp }, spec },
    ...(status !== undefined && { status }),
  });
}
