/** Tables of what is asked again about members, and what comes of each answer. */
import { expect } from 'chai';
import type { FindingStatus, PolicyStatus } from '../../../pkg/api/index.js';
import type { Verdict } from '../../../pkg/catalog/index.js';
import type { ErrorCode } from '../../../pkg/errors/index.js';
import type { ObservedRepository, Organization } from '../../../pkg/github/index.js';
import type { AbsentMember } from '../../../pkg/governance/index.js';
import { VerdictCache } from '../../../pkg/reconciler/memory/verdict-cache.js';
import type { KnownRepository, VerdictStore } from '../../../pkg/reconciler/index.js';
import { classifyAll } from '../../../pkg/reconciler/pass/classify.js';
import { verify } from '../../../pkg/reconciler/pass/verify.js';
import type { PassObservation } from '../../../pkg/reconciler/types.js';
import { repositoryOf, specOf, type SpecInput } from '../../governance/builders.js';
import { ACME, fault, observedOf, policyOf, readerOf, rulesetOf, timeOf, type ReaderScript } from '../ports.js';

export type Observed = ObservedRepository<Verdict>;

export const production = observedOf(1, 'valid_production');
export const retired = observedOf(3, 'valid_non_production');
export const row = (input: Parameters<typeof repositoryOf>[0]): Observed['repository'] =>
  repositoryOf({ ...retired.repository, ...input });

export interface Case {
  reason: string;
  repositories?: Observed[];
  members?: readonly number[];
  spec?: SpecInput;
  status?: PolicyStatus;
  organization?: { repositoryCount: number | undefined };
  totalCount?: number;
  /** The list is shorter than its own total. */
  isShort?: true;
  script?: ReaderScript;
  /** The pass is stopped before it. */
  stopped?: true;
  order?: string[];
  error?: ErrorCode;
  ends?: Partial<Pick<PassObservation, 'complete' | 'waiting' | 'seesFewer' | 'skewed'>> & {
    /** Of 3. */
    status?: FindingStatus;
    confirmed?: true;
    /** Of 9. */
    fate?: AbsentMember['fate'];
    visibility?: 'Partial';
    drift?: PassObservation['drift'];
  };
}

export const fails = (code: ErrorCode) => (): never => {
  throw fault(code);
};
export interface End {
  order: string[];
  verdicts: VerdictCache;
  /** What was kept of it. */
  saved: KnownRepository[];
  seen: PassObservation | undefined;
  thrown: unknown;
}

export async function run(given: Case, lookedUpTo?: number): Promise<End> {
  const { repositories = [production, retired], members = [1, 3], totalCount = 2, status = {}, isShort } = given;
  const spec = specOf(given.spec);
  const order: string[] = [];
  const controller = new AbortController();
  const saved: KnownRepository[] = [];
  const store: VerdictStore = {
    load: async () => undefined,
    save: async ({ repositories: all }) => void saved.push(...all),
  };
  const verdicts = await VerdictCache.begin({ spec, store, ttlMs: undefined, time: timeOf() }, controller.signal);
  verdicts.lookedUpTo = lookedUpTo;
  if (given.stopped) controller.abort();
  const observed = {
    organization: { ...ACME, repositoryCount: totalCount, ...given.organization } as Organization,
    ruleset: rulesetOf(members),
    inventory: { repositories, totalCount, listed: isShort !== true },
    findings: classifyAll(repositories, spec),
  };
  const reader = readerOf(order, given.script ?? {});
  const request = { policy: policyOf(spec), status, reconcileID: 'test' };
  let [seen, thrown]: [PassObservation | undefined, unknown] = [undefined, undefined];
  await verify(request, observed, { reader, verdicts }, controller.signal).then(
    (end) => (seen = end),
    (error: unknown) => (thrown = error),
  );
  return { order, verdicts, saved, seen, thrown };
}

/** Of 3 and of 9, and of the pass. */
function shown({
  findings,
  absent,
  drift,
  credential,
  complete,
  waiting,
  seesFewer,
  skewed,
}: PassObservation): Case['ends'] {
  const { status, confirmed } = findings.find(({ id }) => id === 3) ?? {};
  const { visibility } = credential;
  const all = { status, confirmed, fate: absent[0]?.fate, drift, visibility, complete, waiting, seesFewer, skewed };
  return all as Case['ends'];
}

/** One test for each of them. */
export const testAll = (cases: readonly Case[]): void => {
  for (const given of cases) {
    it(given.reason, async () => {
      const { order, seen, thrown } = await run(given);
      expect(order).to.deep.equal(given.order ?? []);
      if (given.error !== undefined) return expect(thrown).to.include({ code: given.error });
      expect(thrown).to.equal(undefined);
      expect(seen && shown(seen)).to.deep.equal({
        ...{ status: undefined, confirmed: undefined, fate: undefined, drift: undefined },
        ...{ visibility: 'Full', complete: true, waiting: 0, seesFewer: false, skewed: false },
        ...given.ends,
      });
    });
  }
};
