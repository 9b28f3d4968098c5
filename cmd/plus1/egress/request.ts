/** `plus1 egress request`: a rule out of flags, as the document that a pull request adds to the policies folder. */
import { API_VERSION, DEFAULT_NAMESPACE, EGRESS_RULE, EGRESS_RULES, parseInput } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { printableYAML } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { policyFlag } from '../policy-flag.js';
import { reporting } from '../program.js';

export interface RequestOptions {
  policy: string;
  reason: string;
  owner: string;
  endpoint: string[];
  deny: boolean;
  emergency: boolean;
  expiresAt?: string;
  reviewEvery?: string;
  ticket?: string;
  repository: string[];
  exclude: string[];
  workflow: string[];
}

/** The exit code. */
export const runRequest = (name: string, options: RequestOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const document = documentOf(name, options);
    const parsed = parseInput(EGRESS_RULES, document);
    if (!parsed.ok) throw new Plus1Error('PLUS1_USAGE', parsed.faults.join('; '));
    io.stdout.write(printableYAML(document));
    return EXIT.ok;
  });

function documentOf(name: string, options: RequestOptions): object {
  const { name: policy, namespace = DEFAULT_NAMESPACE } = policyFlag(options.policy);
  const scope = scopeOf(options);
  return {
    apiVersion: API_VERSION,
    kind: EGRESS_RULE,
    metadata: { name, namespace },
    spec: {
      policyRef: { name: policy },
      reason: options.reason,
      owner: options.owner,
      ...(options.ticket !== undefined && { ticket: options.ticket }),
      ...(options.deny && { effect: 'Deny' }),
      endpoints: options.endpoint,
      ...(scope && { scope }),
      ...(options.emergency && { kind: 'Emergency' }),
      ...(options.expiresAt !== undefined && { expiresAt: options.expiresAt }),
      ...(options.reviewEvery !== undefined && { reviewEvery: options.reviewEvery }),
    },
  };
}

/** Undefined where the rule is for every job. */
function scopeOf({ repository, exclude, workflow }: RequestOptions): object | undefined {
  const repositories = {
    ...(repository.length > 0 && { include: repository }),
    ...(exclude.length > 0 && { exclude }),
  };
  const hasNames = Object.keys(repositories).length > 0;
  if (!hasNames && workflow.length === 0) return undefined;
  return { ...(hasNames && { repositories }), ...(workflow.length > 0 && { workflows: workflow }) };
}
