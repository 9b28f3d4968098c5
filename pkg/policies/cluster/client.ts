/**
 * What a person does with policies and approvals of a cluster, one request at a time: with their own rights, and told in the words
 * of the API server what they may not do.
 */
import { API_VERSION, APPROVAL_KIND, type InputKind, type InputObject, type Plus1Approval } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import {
  APIError,
  clusterError,
  collectionPath,
  hasStatus,
  objectPath,
  type Connection,
  type KubeObject,
  type Resource,
} from '../../kube/index.js';
import type { PolicyRecord } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import type { RollbackRequest } from '../rollback.js';
import { APPROVALS, readApproval } from './approval-object.js';
import { resourceOf, withoutSpec } from './inputs.js';
import { heldPolicy, POLICIES, ROLLBACK_REASON, ROLLBACK_TO } from './object.js';

/** Who asks, as the API server sees it. */
export interface Self {
  username: string;
  groups: readonly string[];
}

/** Of what a person writes. */
const FIELD_MANAGER = 'kubectl-plus1';
const PAGE_SIZE = 250;
const CHECK_RIGHTS =
  'ask an administrator of the cluster for the right; plus1-approver is the ClusterRole of approvers';

export class ClusterClient {
  readonly #connection: Pick<Connection, 'call'>;

  constructor(connection: Pick<Connection, 'call'>) {
    this.#connection = connection;
  }

  /** Throws PLUS1_NOT_KNOWN, PLUS1_CRD_MISSING, PLUS1_CLUSTER_…. */
  async policy(key: PolicyKey, signal: AbortSignal): Promise<PolicyRecord> {
    const path = objectPath(POLICIES, key);
    return heldPolicy(
      (await this.#ask({ method: 'GET', path }, `read the policy ${keyString(key)}`, signal)) as KubeObject,
    );
  }

  /** Those of a namespace. `onFault` is told of one that this version cannot read. */
  async approvals(
    namespace: string,
    signal: AbortSignal,
    onFault: (name: string, fault: string) => void,
  ): Promise<Plus1Approval[]> {
    const found: Plus1Approval[] = [];
    for (const object of await this.#list(APPROVALS, namespace, signal)) {
      const read = readApproval(object);
      if (read.ok) found.push(read.approval);
      else onFault(object.metadata.name, read.faults.join('; '));
    }
    return found;
  }

  /** The objects of a namespace that are inputs of passes, of that kind, whatever their spec is. */
  async inputs(
    kind: InputKind,
    namespace: string,
    signal: AbortSignal,
  ): Promise<(Omit<InputObject, 'spec'> & { spec: unknown })[]> {
    const objects = await this.#list(resourceOf(kind), namespace, signal);
    return objects.map((object) => ({ ...withoutSpec(kind, object), spec: object.spec }));
  }

  /** Sets fields of the spec of such an object, and no other. */
  async setSpec(kind: InputKind, key: PolicyKey, spec: object, signal: AbortSignal): Promise<void> {
    const resource = resourceOf(kind);
    await this.#ask(
      {
        ...{ method: 'PATCH', path: objectPath(resource, key), query: { fieldManager: FIELD_MANAGER } },
        ...{ body: { spec }, contentType: 'application/merge-patch+json' },
      },
      `change the ${resource.words.one} ${keyString(key)}`,
      signal,
    );
  }

  async #list(resource: Resource, namespace: string, signal: AbortSignal): Promise<KubeObject[]> {
    const found: KubeObject[] = [];
    let next = '';
    do {
      const query = { limit: PAGE_SIZE, ...(next !== '' && { continue: next }) };
      const call = { method: 'GET', path: collectionPath(resource, namespace), query } as const;
      const page = (await this.#ask(call, `list the ${resource.words.many} of ${namespace}`, signal)) as {
        items?: KubeObject[];
        metadata?: { continue?: string };
      };
      found.push(...(page.items ?? []));
      next = page.metadata?.continue ?? '';
    } while (next !== '');
    return found;
  }

  async self(signal: AbortSignal): Promise<Self> {
    const [path, kind] = ['/apis/authentication.k8s.io/v1/selfsubjectreviews', 'SelfSubjectReview'];
    const body = { apiVersion: 'authentication.k8s.io/v1', kind };
    const answer = await this.#ask({ method: 'POST', path, body }, 'ask who you are', signal);
    const { status } = answer as { status?: { userInfo?: { username?: string; groups?: string[] } } };
    const { username, groups = [] } = status?.userInfo ?? {};
    if (username !== undefined && username !== '') return { username, groups };
    throw new Plus1Error('PLUS1_CLUSTER_FORBIDDEN', 'the API server does not say who you are', { fix: CHECK_RIGHTS });
  }

  /** The name of the object that was made. */
  async approve({ namespace, name }: PolicyKey, spec: Plus1Approval['spec'], signal: AbortSignal): Promise<string> {
    const path = collectionPath(APPROVALS, namespace);
    const metadata = { generateName: `${name.slice(0, 200)}-`, namespace };
    const body = { apiVersion: API_VERSION, kind: APPROVAL_KIND, metadata, spec };
    const query = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
    const what = `approve for ${keyString({ namespace, name })}`;
    return ((await this.#ask({ method: 'POST', path, query, body }, what, signal)) as KubeObject).metadata.name;
  }

  /** Sets the annotations that ask for a rollback, or removes them. */
  async askRollback(key: PolicyKey, rollback: RollbackRequest | undefined, signal: AbortSignal): Promise<void> {
    const annotations = { [ROLLBACK_TO]: rollback?.to ?? null, [ROLLBACK_REASON]: rollback?.reason ?? null };
    await this.#ask(
      {
        ...{ method: 'PATCH', path: objectPath(POLICIES, key), query: { fieldManager: FIELD_MANAGER } },
        ...{ body: { metadata: { annotations } }, contentType: 'application/merge-patch+json' },
      },
      `annotate the policy ${keyString(key)}`,
      signal,
    );
  }

  async #ask(call: Parameters<Connection['call']>[0], what: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#connection.call(call, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw refusal(thrown, what);
    }
  }
}

/** With the sentence of the API server: it names the right that lacks, or the rule of an admission policy. */
function refusal(thrown: unknown, what: string): Plus1Error {
  if (hasStatus(thrown, 403))
    return new Plus1Error('PLUS1_CLUSTER_FORBIDDEN', `cannot ${what}: ${thrown.detail}`, { fix: CHECK_RIGHTS });
  if (hasStatus(thrown, 404) && thrown.reason === 'NotFound')
    return new Plus1Error('PLUS1_NOT_KNOWN', `cannot ${what}: there is none`, {
      fix: 'check the name and the namespace',
    });
  if (hasStatus(thrown, 404))
    return new Plus1Error('PLUS1_CRD_MISSING', `cannot ${what}: the cluster has no such kind`);
  if (thrown instanceof APIError && [400, 422].includes(thrown.status))
    return new Plus1Error('PLUS1_USAGE', `cannot ${what}: ${thrown.detail}`);
  return clusterError(thrown, what);
}
