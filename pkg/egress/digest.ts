/** What an approval of an egress rule names: the hash of the plan that lets its endpoints enter the set of what builds may reach. */
import { sha256 } from '../base/index.js';
import type { EgressRule } from '../api/index.js';

/**
 * `sha256:` over the canonical JSON (RFC 8785) of assignment, entering, leaving and target, as of every plan. The word beside an endpoint
 * is the terms of the rule, so that an approval covers no other scope, kind or end. Reason, owner and ticket may change.
 * https://www.rfc-editor.org/rfc/rfc8785
 */
export function egressDigest({ metadata: { uid }, spec }: Pick<EgressRule, 'metadata' | 'spec'>): string {
  const terms = termsOf(spec);
  const entering = [...spec.endpoints].sort().map((endpoint) => [endpoint, terms]);
  return `sha256:${sha256(JSON.stringify({ assignment: 'allowed', entering, leaving: [], target: uid }))}`;
}

function termsOf({ effect, expiresAt, kind, scope }: EgressRule['spec']): string {
  const { include, exclude } = scope.repositories;
  const repositories = { exclude: [...exclude].sort(), include: [...include].sort() };
  return JSON.stringify({
    effect,
    expiresAt: expiresAt ?? null,
    kind,
    scope: { repositories, workflows: [...scope.workflows].sort() },
  });
}
