/**
 * Verify, as a table: what speaks against members is asked again, and what comes of each answer. With a server:
 * test/integration/{evidence,contradictions,contradicted-rows,gone,visibility}.test.ts.
 */
import { expect } from 'chai';
import type { FindingStatus, PolicyStatus } from '../../../pkg/api/index.js';
import type { Verdict } from '../../../pkg/catalog/index.js';
import type { ErrorCode } from '../../../pkg/errors/index.js';
import type { Fate, ObservedRepository, Organization } from '../../../pkg/github/index.js';
import type { AbsentMember } from '../../../pkg/governance/index.js';
import { VerdictCache } from '../../../pkg/reconciler/memory/verdict-cache.js';
import type { KnownRepository, VerdictStore } from '../../../pkg/reconciler/index.js';
import { MAX_LOOK_UPS } from '../../../pkg/reconciler/pass/unlisted-members.js';
import { classifyAll } from '../../../pkg/reconciler/pass/classify.js';
import { verify } from '../../../pkg/reconciler/pass/verify.js';
import type { PassObservation } from '../../../pkg/reconciler/types.js';
import { range, repositoryOf, specOf, type SpecInput } from '../../governance/builders.js';
import { ACME, fault, observedOf, policyOf, readerOf, rulesetOf, timeOf, type ReaderScript } from '../ports.js';

type Observed = ObservedRepository<Verdict>;

const production = observedOf(1, 'valid_production');
const retired = observedOf(3, 'valid_non_production');
const row = (input: Parameters<typeof repositoryOf>[0]): Observed['repository'] =>
  repositoryOf({ ...retired.repository, ...input });
/** As the listing tells it of 3: nobody asked for its files. */
const archived: Observed = { repository: row({ isArchived: true }) };

interface Case {
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

const again =
  (status: Verdict['status'], input: Partial<Observed> = {}): NonNullable<ReaderScript['readFiles']> =>
  ({ repositories }) =>
    repositories.map(({ id }) => observedOf(id, status, input));
const fails = (code: ErrorCode) => (): never => {
  throw fault(code);
};
const missing = (): Fate => ({ state: 'missing' });
const ownedBy = (ownerID: number, owner: string) => (): Fate => ({ state: 'owned', name: 'svc-9', ownerID, owner });

const CONFIRM: readonly Case[] = [
  {
    reason: 'nothing speaks against a member: nothing is asked',
    repositories: [production],
    members: [1],
    totalCount: 1,
  },
  {
    reason: 'a second answer agrees: its exit clock may start',
    script: { readFiles: again('valid_non_production') },
    order: ['read files 3'],
    ends: { status: 'valid_non_production', confirmed: true },
  },
  {
    reason: 'a second answer differs: it counts, and protects',
    script: { readFiles: again('valid_production') },
    order: ['read files 3'],
    ends: { status: 'valid_production' },
  },
  {
    reason: 'a second answer is of another commit: a copy that lags agrees with itself, so the next pass decides',
    script: { readFiles: again('valid_non_production', { commit: 'another' }) },
    order: ['read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'a second answer does not speak of it: one answer is not two',
    script: { readFiles: () => [] },
    order: ['read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'a limit ends the asking, not the pass: it is unobserved, and stays',
    script: { readFiles: fails('PLUS1_RATE_LIMITED') },
    order: ['read files 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'any other error ends the pass',
    script: { readFiles: fails('PLUS1_GITHUB_UNAVAILABLE') },
    order: ['read files 3'],
    error: 'PLUS1_GITHUB_UNAVAILABLE',
  },
];

const ROWS: readonly Case[] = [
  {
    reason: 'archived, and a second answer agrees',
    repositories: [production, archived],
    script: { readRows: () => [row({ isArchived: true })] },
    order: ['read rows 3'],
    ends: { status: 'archived_skipped', confirmed: true },
  },
  {
    reason: 'archived, and a second answer clears it: its files decide, and were read once',
    repositories: [production, archived],
    script: { readRows: () => [row({})], readFiles: again('valid_non_production') },
    order: ['read rows 3', 'read files 3'],
    ends: { status: 'valid_non_production' },
  },
  {
    reason: 'archived, and a second answer does not speak of it: unobserved',
    repositories: [production, archived],
    script: { readRows: () => [] },
    order: ['read rows 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'archived, and a second answer has something else against it: neither counts in this pass',
    repositories: [production, archived],
    spec: { repositories: { exclude: ['old-*'] } },
    script: { readRows: () => [row({ name: 'old-3' })] },
    order: ['read rows 3'],
    ends: { status: 'excluded' },
  },
  {
    reason: 'archived, and a limit meets the second question: unobserved',
    repositories: [production, archived],
    script: { readRows: fails('PLUS1_RATE_LIMITED') },
    order: ['read rows 3'],
    ends: { status: 'unobserved', complete: false },
  },
  {
    reason: 'archived, and any other error meets the second question',
    repositories: [production, archived],
    script: { readRows: fails('PLUS1_GITHUB_UNAVAILABLE') },
    order: ['read rows 3'],
    error: 'PLUS1_GITHUB_UNAVAILABLE',
  },
];

const alone = { repositories: [production], members: [1, 9], totalCount: 1, organization: { repositoryCount: 1 } };

const ABSENT: readonly Case[] = [
  {
    ...alone,
    reason: 'the list is shorter than its total: it proves nothing about who is missing, and nobody is looked up',
    isShort: true,
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: '404, and the counts before and after are that of the list: gone',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'gone' },
  },
  {
    ...alone,
    reason: '404, and the count after is another: it may as well be hidden',
    script: { visibility: [{ repositoryCount: 2 }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'missing', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: '404, and the count before is another: no later word makes it a proof, so none is asked for',
    organization: { repositoryCount: 2 },
    script: { lookUp: missing },
    order: ['look up 9'],
    ends: { fate: 'missing', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: '404, and a token that may not see the count',
    organization: { repositoryCount: undefined },
    script: { lookUp: missing },
    order: ['look up 9'],
    ends: { fate: 'missing', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: '404, and an App that is on all repositories: gone',
    organization: { repositoryCount: undefined },
    script: { credential: { kind: 'App', visibility: 'Full' }, visibility: [{ all: true }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'gone' },
  },
  {
    ...alone,
    reason: '404, and an App that is on some: it may as well be hidden',
    script: { credential: { kind: 'App', visibility: 'Partial' }, visibility: [{ all: false }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'missing', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: 'what the credential sees cannot be asked: who enters does not wait for it, and the fate is unknown',
    script: { visibility: [fault('PLUS1_GITHUB_UNAVAILABLE')], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', visibility: 'Partial', complete: false },
  },
  {
    ...alone,
    reason: 'what the credential sees cannot be asked because the pass was stopped: it ends',
    stopped: true,
    script: { visibility: [fault('PLUS1_INTERRUPTED')] },
    order: ['visibility'],
    error: 'PLUS1_INTERRUPTED',
  },
  {
    ...alone,
    reason: 'the organization still owns it: the listing lacks rows',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(ACME.id, 'acme') },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unseen', complete: false, visibility: 'Partial' },
  },
  {
    ...alone,
    reason: 'another owner has it: transferred',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex') },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'transferred' },
  },
  {
    ...alone,
    reason: 'another id of the same login: one of the two answers is wrong, and by the other all would be transferred',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'ACME') },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: 'GitHub does not say what became of it',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: () => ({ state: 'unknown', why: 'HTTP 500' }) },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: 'the look-up fails: the pass ends',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: fails('PLUS1_RATE_LIMITED') },
    order: ['visibility', 'look up 9'],
    error: 'PLUS1_RATE_LIMITED',
  },
];

const left = { id: 77, enforcement: 'Active', members: 2, membersHash: `sha256:${'0'.repeat(64)}`, undone: 0 } as const;
const quiet = { repositories: [production], members: [1], totalCount: 1 };

const OTHERS: readonly Case[] = [
  {
    ...quiet,
    reason: 'the membership is another than the last pass left, and nobody knows how it left it',
    status: { ruleset: left },
    ends: { drift: { added: [], removed: [] } },
  },
  {
    ...quiet,
    reason: 'a policy that only observes left nothing, so that no difference is drift',
    spec: { mode: 'Observe' },
    status: { ruleset: left },
  },
  {
    ...quiet,
    reason: 'the clock is 5 minutes and a moment from that of GitHub: no grace period can be measured',
    script: { time: timeOf({ deviationMs: 300_001 }) },
    ends: { skewed: true },
  },
  {
    ...quiet,
    reason: 'no answer told the time: what was not checked is not trusted',
    script: { time: timeOf({ deviationMs: undefined }) },
    ends: { skewed: true },
  },
];

interface End {
  order: string[];
  verdicts: VerdictCache;
  /** What was kept of it. */
  saved: KnownRepository[];
  seen: PassObservation | undefined;
  thrown: unknown;
}

async function run(given: Case, lookedUpTo?: number): Promise<End> {
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

describe('Verify', () => {
  const testAll = (cases: readonly Case[]): void => {
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
  describe('asks again for files that speak against a member', () => testAll(CONFIRM));
  describe('asks again for what the listing says against a member', () => testAll(ROWS));
  describe('looks up members that no listing contains', () => testAll(ABSENT));
  describe('tells what else was seen', () => testAll(OTHERS));

  it('keeps neither of two verdicts on one commit that differ: one of them is wrong', async () => {
    for (const status of ['valid_production', 'valid_non_production'] as const) {
      const { verdicts, saved } = await run({ reason: '', script: { readFiles: again(status) } });
      await verdicts.keep({ whole: true, remembered: {} }, new AbortController().signal);
      expect(saved.map(({ id, verdict }) => [id, verdict?.status])).to.deep.equal([
        [3, status === 'valid_production' ? undefined : status],
      ]);
    }
  });

  it('looks up so many in one pass, and goes on where the last one ended', async () => {
    const absent = range(11, 10 + MAX_LOOK_UPS + 2);
    const many: Case = {
      ...{ reason: '', repositories: [production], members: [1, ...absent], totalCount: 1 },
      script: { visibility: [{ repositoryCount: 1 }], lookUp: missing },
    };
    const first = await run(many);
    expect(first.order).to.deep.equal(['visibility', ...absent.slice(0, MAX_LOOK_UPS).map((id) => `look up ${id}`)]);
    expect([first.seen?.waiting, first.verdicts.lookedUpTo]).to.deep.equal([2, absent[MAX_LOOK_UPS - 1]]);
    expect(first.seen?.absent.slice(-2).map(({ fate }) => fate)).to.deep.equal(['waiting', 'waiting']);
    const script = { visibility: [{ repositoryCount: 1 }], lookUp: missing };
    const { order } = await run({ ...many, script }, first.verdicts.lookedUpTo);
    expect(order.slice(1, 4)).to.deep.equal(
      absent
        .slice(-2)
        .concat(11)
        .map((id) => `look up ${id}`),
    );
  });
});
