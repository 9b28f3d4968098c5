/** The lease as it lies in the API server: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
import { microTime } from './micro-time.js';

export interface LeaseObject {
  metadata: { name: string; namespace: string; uid?: string; resourceVersion?: string };
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export interface LeaseClaim {
  identity: string;
  durationMs: number;
  /** Unix ms; for people and other clients: nobody here judges by it. */
  nowMs: number;
}

const ROOT = '/apis/coordination.k8s.io/v1';

export function leasesPath(namespace: string): string {
  return `${ROOT}/namespaces/${encodeURIComponent(namespace)}/leases`;
}

/** The record with `identity` as its holder; everything else of it stays, above all the resourceVersion. */
export function claimedRecord(before: LeaseObject, { identity, durationMs, nowMs }: LeaseClaim): LeaseObject {
  const isSame = before.spec?.holderIdentity === identity;
  const now = microTime(nowMs);
  return {
    ...before,
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.round(durationMs / 1_000),
      acquireTime: isSame ? (before.spec?.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (before.spec?.leaseTransitions ?? 0) + (isSame || before.spec === undefined ? 0 : 1),
    },
  };
}

/** Given back: no holder, and the shortest time that the server takes. */
export function released(before: LeaseObject, nowMs: number): LeaseObject {
  const now = microTime(nowMs);
  return {
    ...before,
    spec: { ...before.spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now },
  };
}
