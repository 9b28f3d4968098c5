/**
 * Random histories of passes, and a small model that keeps books of its own: who was seen contrary or gone since when, and
 * who left within which window. It shares no code with what it checks but the schema.
 */
import fc from 'fast-check';
import { FINDING_STATUSES, type FindingStatus, type PolicySpec, type Targeting } from '../../../pkg/api/index.js';
import {
  guard,
  policyPlan,
  type AbsentMember,
  type Decision,
  type Memory,
  type Observation,
} from '../../../pkg/governance/index.js';
import { runsOf } from '../../sample.js';
import { TARGETINGS } from '../../targetings.js';
import { findingOf, HOUR, liveOf, NOW, range, specOf } from '../builders.js';

export const REPOSITORIES = 8;
const FATES = ['gone', 'transferred', 'contradicted', 'missing', 'unseen', 'unknown', 'waiting'] as const;

/** What one pass sees of one repository: a finding, the fate of one not listed, or nothing at all. */
export type Sight = FindingStatus | AbsentMember['fate'] | 'nothing';

export interface Pass {
  /** Wall clock since the pass before; a clock that is set back makes it negative. */
  elapsedMs: number;
  sights: Sight[];
  /** Who was asked about again in this pass, with the same answer. */
  confirmed: boolean[];
  /** No repository at all has a file. */
  isBlind: boolean;
  /** Members that someone else added to, or took from, the ruleset before the pass. */
  drift: number[];
}

export interface History {
  spec: PolicySpec;
  /** How the ruleset names its members: by id, unless told otherwise. */
  targeting?: Targeting;
  live: number[];
  passes: Pass[];
}

const sight: fc.Arbitrary<Sight> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Sight>('valid_production') },
  { weight: 6, arbitrary: fc.constant<Sight>('valid_non_production') },
  { weight: 3, arbitrary: fc.constantFrom<Sight>(...FINDING_STATUSES) },
  { weight: 3, arbitrary: fc.constant<Sight>('gone') },
  { weight: 1, arbitrary: fc.constantFrom<Sight>(...FATES, 'nothing') },
);

const elapsedMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 * HOUR }) },
  { weight: 2, arbitrary: fc.constantFrom(HOUR, 24 * HOUR) },
  { weight: 1, arbitrary: fc.integer({ min: -48 * HOUR, max: 0 }) },
);

const specification: fc.Arbitrary<PolicySpec> = fc
  .record({
    gracePeriod: fc.constantFrom('0s', '1s', '90m', '4h', '24h'),
    maxLeaving: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('0%', '10%', '25%', '50%', '100%')),
    window: fc.constantFrom('1h', '6h', '24h'),
    minMembers: fc.integer({ min: 1, max: 3 }),
    onInvalid: fc.constantFrom('Retain' as const, 'Govern' as const, 'Release' as const),
    onMissing: fc.constantFrom('Release' as const, 'Retain' as const),
    mode: fc.constantFrom('Enforce' as const, 'Enforce' as const, 'Enforce' as const, 'EnterOnly' as const),
  })
  .map(({ gracePeriod, maxLeaving, window, minMembers, onInvalid, onMissing, mode }) =>
    specOf({
      exit: { gracePeriod },
      guards: { maxLeaving, window, minMembers },
      catalog: { onInvalid, onMissing },
      mode,
    }),
  );

export const history = (driftMax: number): fc.Arbitrary<History> =>
  fc.record({
    spec: specification,
    targeting: fc.constantFrom(...TARGETINGS.map(({ targeting }) => targeting)),
    live: fc.uniqueArray(fc.integer({ min: 1, max: REPOSITORIES }), { maxLength: REPOSITORIES }),
    passes: fc.array(
      fc.record({
        elapsedMs,
        sights: fc.array(sight, { minLength: REPOSITORIES, maxLength: REPOSITORIES }),
        confirmed: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()), {
          minLength: REPOSITORIES,
          maxLength: REPOSITORIES,
        }),
        isBlind: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
        drift: fc.uniqueArray(fc.integer({ min: 1, max: REPOSITORIES }), { maxLength: driftMax }),
      }),
      { minLength: 1, maxLength: 25 },
    ),
  });

export function observe({ sights, confirmed, isBlind }: Pick<Pass, 'sights' | 'confirmed' | 'isBlind'>): Observation {
  const findings = sights.flatMap((seen, index) =>
    FINDING_STATUSES.includes(seen as FindingStatus)
      ? [findingOf(index + 1, seen as FindingStatus, { confirmed: confirmed[index] === true })]
      : [],
  );
  const absent = sights.flatMap((seen, index) =>
    FATES.includes(seen as AbsentMember['fate']) ? [{ id: index + 1, fate: seen as AbsentMember['fate'] }] : [],
  );
  return { findings, absent, isBlind };
}

const INVALID: readonly Sight[] = ['missing_lifecycle', 'invalid_yaml', 'invalid_schema', 'unreadable'];

export function isDesired(seen: Sight, { catalog }: PolicySpec): boolean {
  return seen === 'valid_production' || (INVALID.includes(seen) && catalog.onInvalid === 'Govern');
}

export function isContrary(seen: Sight, { catalog }: PolicySpec): boolean {
  if (seen === 'missing_file') return catalog.onMissing === 'Release';
  if (INVALID.includes(seen)) return catalog.onInvalid === 'Release';
  return ['valid_non_production', 'archived_skipped', 'excluded'].includes(seen);
}

/** Evidence of this very pass: what it asked for twice, files and the listing alike; and of no pass that saw no file at all. */
export const isProved = ({ confirmed, isBlind }: Pass, id: number): boolean => !isBlind && confirmed[id - 1] === true;

/** Proved, and against membership. */
export const isEvidence = (pass: Pass, id: number, spec: PolicySpec): boolean =>
  isContrary(sightOf(pass, id), spec) && isProved(pass, id);

export const isTransferred = (seen: Sight): boolean => seen === 'transferred';

/** Shown by the listing or by a look-up: it is not gone. */
const isShown = (seen: Sight): boolean => seen === 'unseen' || FINDING_STATUSES.includes(seen as FindingStatus);

/** Since when each member has been gone by proofs without a sight in between, kept by hand. */
export class GoneBook {
  readonly #since = new Map<number, number>();

  /** Takes one pass in. */
  see(pass: Pass, now: number, members: ReadonlySet<number>): void {
    for (const id of range(1, REPOSITORIES)) {
      const seen = sightOf(pass, id);
      if (isShown(seen) || !members.has(id)) this.#since.delete(id);
      else if (seen === 'gone' && !this.#since.has(id)) this.#since.set(id, now);
      restartFuture(this.#since, id, now);
    }
  }

  /** True where this pass proves it again, an hour or more after the first proof. */
  isProvedTwice(pass: Pass, now: number, id: number): boolean {
    return sightOf(pass, id) === 'gone' && now - (this.#since.get(id) ?? Number.POSITIVE_INFINITY) >= HOUR;
  }
}

export interface Step {
  pass: Pass;
  now: number;
  before: ReadonlySet<number>;
  decision: Decision;
}

/** Runs a history as the reconciler would: what one pass decides is the next one's memory. */
export function run({ spec, targeting = 'RepositoryID', live, passes }: History, check: (step: Step) => void): void {
  let members = new Set(live);
  let memory: Memory = { leaving: [] };
  let now = NOW;
  for (const pass of passes) {
    now += pass.elapsedMs;
    const before = new Set([...members].filter((id) => !pass.drift.includes(id)));
    for (const id of pass.drift) if (!members.has(id)) before.add(id);
    const decision = guard(
      policyPlan(observe(pass), liveOf(before, { targeting }), spec, memory, now),
      spec.guards,
      memory,
      now,
    );
    check({ pass, now, before, decision });
    members = new Set(decision.target);
    memory = { leaving: decision.clocks, ...(decision.window !== undefined && { window: decision.window }) };
  }
}

export const sightOf = (pass: Pass, id: number): Sight => pass.sights[id - 1] ?? 'nothing';
export const runs = runsOf(600, 150);

/** A clock from the future counts from now: it neither ends early nor waits for that future. */
export function restartFuture(since: Map<number, number>, id: number, now: number): void {
  if ((since.get(id) ?? now) > now) since.set(id, now);
}
