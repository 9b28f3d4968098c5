/**
 * What a run is about: the policy from a file or from flags, and where its memory lies. Flags win over the file and the
 * environment; the environment speaks only where there is no file.
 */
import { DEFAULT_API_URL, DEFAULT_RULESET, parseDuration, parsePolicy, type Plus1Policy } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { readPolicyFile, type PolicyKey } from '../../pkg/policies/index.js';
import { scheduleFault } from '../../pkg/reconciler/index.js';
import { defined } from './defined.js';
import type { Environment } from './environment.js';
import type { CommandIO } from './io.js';
import type { SyncOptions } from './sync-options.js';

export interface Target {
  policy: Plus1Policy;
  key: PolicyKey;
  /** False for a bare run without `--state`: then there are no clocks, and the grace period is 0. */
  hasMemory: boolean;
}

/** Throws PLUS1_USAGE, PLUS1_POLICY_INVALID or PLUS1_FILE_UNREADABLE. */
export async function resolveTarget(
  options: SyncOptions,
  environment: Environment,
  io: Pick<CommandIO, 'clock' | 'signal'>,
): Promise<Target> {
  if (options.file !== undefined && options.org !== undefined)
    throw usage('--org and -f: found both, allowed: one of them');
  return options.file === undefined
    ? bareTarget(options, environment)
    : fileTarget(options.file, options, environment, io);
}

async function fileTarget(
  file: string,
  options: SyncOptions,
  environment: Environment,
  { clock, signal }: Pick<CommandIO, 'clock' | 'signal'>,
): Promise<Target> {
  const { policy: written, statesApiURL } = await readPolicyFile(file, signal);
  const fault = scheduleFault(written.spec.schedule, clock());
  if (fault !== undefined) throw new Plus1Error('PLUS1_POLICY_INVALID', `${file}: ${fault}`);
  const apiURL = statesApiURL ? undefined : (options.apiUrl ?? environment.apiURL);
  const policy = checked({ ...written, spec: overlay(written.spec, options, apiURL) });
  return { policy, key: { namespace: policy.metadata.namespace, name: policy.metadata.name }, hasMemory: true };
}

function overlay(
  spec: Plus1Policy['spec'],
  { yamlPath, productionLifecycle, ruleset, gracePeriod, emergencyMode }: SyncOptions,
  apiURL: string | undefined,
): Plus1Policy['spec'] {
  return {
    ...spec,
    github: { ...spec.github, ...defined({ apiURL }) },
    catalog: { ...spec.catalog, ...defined({ paths: yamlPath, productionLifecycles: productionLifecycle }) },
    ruleset: { ...spec.ruleset, ...defined({ name: ruleset }) },
    exit: { ...spec.exit, ...defined({ gracePeriod }) },
    ...(emergencyMode && { mode: 'EnterOnly' }),
  };
}

function bareTarget(options: SyncOptions, environment: Environment): Target {
  const organization = options.org ?? environment.organization;
  if (organization === undefined) throw usage('found neither --org nor -f, allowed: one of them');
  const hasMemory = options.state !== undefined;
  const ruleset = options.ruleset ?? environment.ruleset ?? DEFAULT_RULESET;
  const policy = checked({
    metadata: { name: 'bare' },
    spec: {
      organization,
      github: { apiURL: options.apiUrl ?? environment.apiURL ?? DEFAULT_API_URL },
      catalog: bareCatalog(options, environment),
      ruleset: { name: ruleset },
      exit: bareExit(options, hasMemory),
      ...(options.emergencyMode && { mode: 'EnterOnly' }),
    },
  });
  // GitHub's logins are case-insensitive: ACME and acme are one organization and must share one memory.
  const name = organization.toLowerCase() + (ruleset === DEFAULT_RULESET ? '' : `.${ruleset}`);
  policy.metadata.name = name;
  return { policy, key: { namespace: policy.metadata.namespace, name }, hasMemory };
}

function bareCatalog(options: SyncOptions, environment: Environment): object {
  const fromEnvironment = environment.path === undefined ? undefined : [environment.path];
  return defined({
    paths: options.yamlPath ?? fromEnvironment,
    productionLifecycles: options.productionLifecycle ?? environment.productionLifecycles,
  });
}

function bareExit({ gracePeriod }: SyncOptions, hasMemory: boolean): object {
  if (hasMemory) return defined({ gracePeriod });
  if (gracePeriod !== undefined && parseDuration(gracePeriod) !== 0) {
    throw usage(
      `--grace-period: found ${gracePeriod} without --state, allowed: 0s, since a run without memory has no clocks`,
    );
  }
  return { gracePeriod: '0s' };
}

/** Flags go through the schema of the resource, so that both are refused in the same words. */
function checked(document: object): Plus1Policy {
  const parsed = parsePolicy({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', ...document });
  if (!parsed.ok) throw usage(parsed.faults.join('; '));
  return parsed.policy;
}

function usage(message: string): Plus1Error {
  return new Plus1Error('PLUS1_USAGE', message);
}
