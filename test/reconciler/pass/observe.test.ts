/**
 * Observe, as a table: what each error of a reader ends, what was asked until then, and whether the ruleset counts as found. With
 * a server: test/integration/{first-faults,foreign-memory}.test.ts.
 */
import { expect } from 'chai';
import type { LiveRuleset, PolicyStatus } from '../../../pkg/api/index.js';
import type { ErrorCode } from '../../../pkg/errors/index.js';
import { VerdictCache } from '../../../pkg/reconciler/memory/verdict-cache.js';
import type { GitHubReader } from '../../../pkg/github/index.js';
import { observe } from '../../../pkg/reconciler/pass/observe.js';
import type { ObserveDependencies } from '../../../pkg/reconciler/pass/observed.js';
import { RulesetReads } from '../../../pkg/reconciler/pass/ruleset-reads.js';
import { repositoryOf, specOf } from '../../governance/builders.js';
import { ACME, fault, observedOf, policyOf, readerOf, rulesetOf, timeOf, type ReaderScript } from '../ports.js';

const LIVE = rulesetOf([1]);
const RULESET = {
  id: LIVE.id,
  enforcement: 'Active',
  members: 1,
  membersHash: `sha256:${'0'.repeat(64)}`,
  undone: 0,
} as const;
const INVENTORY = { repositories: [observedOf(1, 'valid_production')], totalCount: 1, listed: true };

interface Case {
  reason: string;
  status?: PolicyStatus;
  isMemoryUnproved?: true;
  script: ReaderScript;
  order: string[];
  error?: ErrorCode;
  /** A pass that breaks off after this still says what it saw of the ruleset. */
  found?: true;
}

const whole = (): ReaderScript => ({ preflight: [ACME], findRuleset: [LIVE], inventory: () => INVENTORY });
const ALL = ['preflight', 'find ruleset', 'inventory'];

const CASES: readonly Case[] = [
  {
    reason: 'all of it is there: rights first, then the ruleset, then every repository',
    script: whole(),
    order: ALL,
    found: true,
  },
  {
    reason: 'a right is missing: it is named before anything else is asked for',
    script: { preflight: [fault('PLUS1_PERMISSION_MISSING')] },
    order: ['preflight'],
    error: 'PLUS1_PERMISSION_MISSING',
  },
  {
    reason: 'the login belongs to another organization now: its repositories are others, whatever their ids',
    status: { organizationID: 499 },
    script: { preflight: [ACME] },
    order: ['preflight'],
    error: 'PLUS1_POLICY_INVALID',
  },
  {
    reason: 'there is no such ruleset: no repository is listed for nothing',
    script: { preflight: [ACME], findRuleset: [fault('PLUS1_RULESET_NOT_FOUND')] },
    order: ALL.slice(0, 2),
    error: 'PLUS1_RULESET_NOT_FOUND',
  },
  {
    reason: 'nobody can say whose the memory is, and it names no organization: to believe it could let somebody leave',
    status: { ruleset: RULESET },
    isMemoryUnproved: true,
    script: { preflight: [ACME], findRuleset: [LIVE] },
    order: ALL.slice(0, 2),
    error: 'PLUS1_POLICY_INVALID',
  },
  {
    reason: 'nobody can say whose the memory is, and it is of another ruleset: that one does not count as found',
    status: { organizationID: ACME.id, ruleset: { ...RULESET, id: 1 } },
    isMemoryUnproved: true,
    script: { preflight: [ACME], findRuleset: [LIVE] },
    order: ALL.slice(0, 2),
    error: 'PLUS1_POLICY_INVALID',
  },
  {
    reason: 'the ids prove whose the memory is',
    status: { organizationID: ACME.id, ruleset: RULESET },
    isMemoryUnproved: true,
    script: whole(),
    order: ALL,
    found: true,
  },
  {
    reason: 'the listing fails: what was seen of the ruleset is known all the same',
    script: {
      ...whole(),
      inventory: () => Promise.reject(fault('PLUS1_GITHUB_UNAVAILABLE')),
    },
    order: ALL,
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    found: true,
  },
];

const signal = new AbortController().signal;
const spec = specOf();
const beginLearning = (load?: unknown, saved?: (known: unknown) => void): Promise<VerdictCache> =>
  VerdictCache.begin(
    {
      ...{ spec, ttlMs: undefined, time: timeOf() },
      store: { load: async () => load, save: async (known) => saved?.(known) },
    },
    signal,
  );

const working = (reader: GitHubReader, verdicts: VerdictCache): ObserveDependencies => ({
  ...{ reader, verdicts },
  rulesets: new RulesetReads({ reader, memory: verdicts }),
});

describe('Observe', () => {
  for (const { reason, status = {}, isMemoryUnproved, script, order: expected, error, found = false } of CASES) {
    it(reason, async () => {
      const order: string[] = [];
      let ruleset: LiveRuleset | undefined;
      const request = {
        policy: policyOf(spec),
        status,
        reconcileID: 'test',
        ...(isMemoryUnproved && { isMemoryUnproved }),
      };
      const deps = {
        ...working(readerOf(order, script), await beginLearning()),
        found: (live: LiveRuleset) => (ruleset = live),
      };
      const end = await observe(request, deps, signal).catch((thrown: unknown) => thrown);
      expect(order).to.deep.equal(expected);
      expect(ruleset).to.equal(found ? LIVE : undefined);
      if (error !== undefined) expect(end).to.include({ code: error });
      else expect(end).to.deep.equal({ organization: ACME, ruleset: LIVE, inventory: INVENTORY });
    });
  }

  it('learns each repository as it arrives, so that a listing that breaks off is not read a second time', async () => {
    let kept: unknown;
    const verdicts = await beginLearning(undefined, (known) => (kept = JSON.parse(JSON.stringify(known))));
    const script: ReaderScript = {
      ...whole(),
      inventory({ observed }) {
        observed?.(observedOf(1, 'valid_production'));
        throw fault('PLUS1_GITHUB_UNAVAILABLE');
      },
    };
    const request = { policy: policyOf(spec), status: {}, reconcileID: 'test' };
    await observe(request, working(readerOf([], script), verdicts), signal).catch(() => undefined);
    await verdicts.keep({ whole: false, remembered: {} }, signal);
    const next = await beginLearning(kept);
    expect(next.verdict(observedOf(1, 'valid_production').repository)?.verdict.status).to.equal('valid_production');
  });

  for (const { id, isKnown } of [
    { id: ACME.id, isKnown: true },
    { id: 499, isKnown: false },
  ]) {
    it(`takes ${isKnown ? 'verdicts' : 'nothing'} from the memory of ${isKnown ? 'this' : 'another'} organization`, async () => {
      let kept: unknown;
      const first = await beginLearning(undefined, (known) => (kept = JSON.parse(JSON.stringify(known))));
      first.requireOrganization(id);
      first.learn(observedOf(1, 'valid_production'));
      await first.keep({ whole: true, remembered: {} }, signal);
      let known: unknown;
      const script: ReaderScript = {
        ...whole(),
        inventory(request) {
          known = request.known?.(observedOf(1, 'valid_production').repository);
          return INVENTORY;
        },
      };
      const request = { policy: policyOf(spec), status: {}, reconcileID: 'test' };
      await observe(request, working(readerOf([], script), await beginLearning(kept)), signal);
      expect(known !== undefined).to.equal(isKnown);
    });
  }

  it('asks for the files of those alone whose files decide something', async () => {
    let wanted: boolean[] = [];
    const script: ReaderScript = {
      ...whole(),
      inventory(request) {
        wanted = [repositoryOf(), repositoryOf({ isArchived: true })].map((repository) => request.wanted(repository));
        return INVENTORY;
      },
    };
    const request = { policy: policyOf(spec), status: {}, reconcileID: 'test' };
    await observe(request, working(readerOf([], script), await beginLearning()), signal);
    expect(wanted).to.deep.equal([true, false]);
  });
});
