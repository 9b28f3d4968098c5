/**
 * What a policy says, as far as a run uses it, and what it makes of what GitHub shows: written from the contract, without a line of
 * `pkg/governance` or `pkg/catalog`.
 */
export interface Exempted {
  repository: string;
  repositoryID?: number;
  effect: 'Govern' | 'Release';
  reason: string;
  owner: string;
  expiresAt: string;
}

export interface Spec {
  organization: string;
  github: { apiURL: string; webhook?: { secretRef: { name: string } } };
  catalog: {
    productionLifecycles: string[];
    onInvalid: 'Retain' | 'Govern' | 'Release';
    onMissing: 'Release' | 'Retain';
  };
  repositories: { exclude: string[]; forks: 'Include' | 'Exclude' };
  schedule: { interval: string; quickInterval: string };
  mode: 'Enforce' | 'Observe' | 'EnterOnly';
  suspend: boolean;
  exit: { gracePeriod: string };
  guards: {
    maxLeaving: number | string;
    maxEntering?: number;
    window: string;
    minMembers: number;
    approval: { policy: 'WhenHeld' | 'Always'; required: number; timeout: string };
  };
  exemptions: Exempted[];
}

/** A repository as a row shows it. */
export interface Row {
  id: number;
  name: string;
  isArchived: boolean;
  isDisabled: boolean;
  isFork: boolean;
}

/** `text`: of its catalogue file; null where there is none. */
export type Saying = 'production' | 'contrary' | 'nothing';

const HOUR = 3_600_000;

export const msOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * { s: 1_000, m: 60_000, h: HOUR }[duration.slice(-1) as 's' | 'm' | 'h'];

/** A row that needs no file to speak against a repository. */
export function rowSays(row: Row, spec: Spec): Saying | undefined {
  const lower = row.name.toLowerCase();
  const isExcluded = spec.repositories.exclude.some((glob) => lower.startsWith(glob.slice(0, -1)));
  if (isExcluded || (row.isFork && spec.repositories.forks === 'Exclude') || row.isArchived) return 'contrary';
  if (row.isDisabled) return invalidSays(spec);
  return undefined;
}

/** What a catalogue file says. */
export function textSays(text: string | null, spec: Spec): Saying {
  if (text === null) return spec.catalog.onMissing === 'Release' ? 'contrary' : 'nothing';
  const lifecycle = /^apiVersion: v3\nkind: service\nmetadata:\n {2}name: svc\nspec:\n {2}lifecycle: (\S+)\n$/.exec(
    text,
  );
  if (lifecycle === null) return invalidSays(spec);
  return spec.catalog.productionLifecycles.includes(lifecycle[1] ?? '') ? 'production' : 'contrary';
}

const invalidSays = ({ catalog: { onInvalid } }: Spec): Saying =>
  (({ Retain: 'nothing', Govern: 'production', Release: 'contrary' }) as const)[onInvalid];

/** The exemption in force: one that names the id wins, and of two that are equal the one that protects. */
export function effectOf({ id, name }: { id: number; name: string }, spec: Spec, nowMs: number): Exempted | undefined {
  const running = spec.exemptions.filter((each) => nowMs < Date.parse(each.expiresAt));
  const byID = running.filter(({ repositoryID }) => repositoryID === id);
  const byName = running.filter(
    ({ repositoryID, repository }) => repositoryID === undefined && repository.toLowerCase() === name.toLowerCase(),
  );
  const list = byID.length > 0 ? byID : byName;
  return list.find(({ effect }) => effect === 'Govern') ?? list[0];
}

/** What is to become of a repository whose row and file are these. */
export function says(row: Row, text: string | null, spec: Spec, nowMs: number): Saying {
  const exempted = effectOf(row, spec, nowMs);
  if (exempted !== undefined) return exempted.effect === 'Govern' ? 'production' : 'contrary';
  return rowSays(row, spec) ?? textSays(text, spec);
}

/** Rounded up, as the contract says. */
export function shareOf(limit: number | string, members: number): number {
  return typeof limit === 'number' ? limit : Math.ceil((Number(limit.slice(0, -1)) * members) / 100);
}
