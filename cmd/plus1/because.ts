/** What the finding on a repository means for its membership, where neither its files nor a clock say it. */
import { DEFAULT_LIFECYCLES, type FindingStatus } from '../../pkg/api/index.js';
import type { StoredPolicy } from '../../pkg/policies/index.js';
import type { KnownRepositories, KnownRepository } from '../../pkg/reconciler/index.js';

/** A policy that is not valid is kept as it was written: without its defaults. */
type Written = Partial<Omit<StoredPolicy['spec'], 'catalog'>> & { catalog?: Partial<StoredPolicy['spec']['catalog']> };

interface About {
  spec: Written;
  /** Undefined where an older cache does not say who is a member. */
  isMember: boolean | undefined;
  isLeaving: boolean;
}

/** The reason in one sentence; undefined where the lines below the finding say it. */
export function because(
  { spec, status }: StoredPolicy,
  { id, status: finding }: Pick<KnownRepository, 'id' | 'status'>,
  { members }: Pick<KnownRepositories, 'members'>,
): string | undefined {
  const isLeaving = status?.leaving?.some((each) => each.id === id) ?? false;
  return REASONS[finding]({ spec, isMember: members?.includes(id), isLeaving });
}

const invalid = (about: About): string | undefined => retained('onInvalid', 'Retain', about);

/** Each by its name: a new status does not compile until it has its place here. */
const REASONS: Record<FindingStatus, (about: About) => string | undefined> = {
  valid_production: entering,
  valid_non_production: () => undefined,
  missing_lifecycle: invalid,
  invalid_yaml: invalid,
  invalid_schema: invalid,
  unreadable: invalid,
  missing_file: (about) => retained('onMissing', 'Release', about),
  unobserved: () => 'because GitHub did not answer about it; nothing changes until it does',
  archived_skipped: () => 'because the repository is archived',
  excluded: () => 'because spec.repositories of the policy leaves it out',
};

function entering({ spec, isMember }: About): string | undefined {
  if (isMember !== false) return undefined;
  if (spec.suspend === true) return 'It will enter; nothing was written because the policy is suspended';
  if (spec.mode === 'Observe') return 'It will enter; nothing was written because the policy is in mode Observe';
  return 'It will enter with the next pass that writes the ruleset';
}

/** A clock says that a member leaves. Where there is none, the policy keeps it. */
function retained(
  field: 'onInvalid' | 'onMissing',
  unset: string,
  { spec, isMember, isLeaving }: About,
): string | undefined {
  const value = spec.catalog?.[field] ?? unset;
  return isMember === true && !isLeaving && value === 'Retain'
    ? `It stays because catalog.${field} is Retain`
    : undefined;
}

/** The lifecycles that mean production, as the policy has them. */
export function productionOf(spec: StoredPolicy['spec']): string {
  const { catalog }: Written = spec;
  return (catalog?.productionLifecycles ?? DEFAULT_LIFECYCLES).join(', ');
}
