/** What is kept of a policy that went. Kind: memory that is lost too early, kept for somebody else, or shortens a grace period. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { CacheFolder, claimOf, StateFolder, type PolicyKey, type StoredPolicy } from '../../pkg/policies/index.js';
import { DeletedPolicies } from '../../pkg/policies/folder/deleted-policies.js';
import { keptForMs, keptMemory, memoryFor, OPEN_WRITE_MS } from '../../pkg/policies/kept-memory.js';
import { SETTLED_AFTER_MS } from '../../pkg/reconciler/memory/open-write.js';
import { VirtualClock } from '../fakes/clock.js';
import { temporaryFolder } from '../integration/cli.js';
import { whileFlushed } from './folder/while-flushed.js';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const START = '2026-11-22T11:55:00.000Z';
const WINDOW = { startTime: '2026-11-22T10:00:00Z', members: 20, left: 4 };
const ENTRIES = { startTime: '2026-11-22T10:00:00Z', members: 20, entered: 4 };
const OWNED: PolicyStatus['ownedRulesets'] = [{ name: 'plus1-incident-0a0a0a0a', purpose: 'Incident', id: 78 }];
const PENDING = { planHash: `sha256:${'0'.repeat(64)}`, startTime: START };
const ROLLED_BACK = {
  ...{ planHash: PENDING.planHash, reason: 'RolledBack' as const, since: START, count: 0 },
  ...{ repositories: [], approvals: 0 },
};
const RULESET = { id: 7, enforcement: 'Active' as const, members: 20, membersHash: PENDING.planHash, undone: 0 };

const stored = (
  status: PolicyStatus,
  spec: object = { organization: 'acme', guards: { window: '24h' } },
): StoredPolicy =>
  ({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: { namespace: 'default', name: 'acme', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status,
    origin: { file: 'acme.yaml' },
  }) as unknown as StoredPolicy;

const clock = (id: number, since: string, dueTime: string): NonNullable<PolicyStatus['leaving']>[number] => ({
  id,
  name: `web-${id}`,
  reason: 'valid_non_production',
  since,
  dueTime,
});

describe('The memory of a policy that went', () => {
  it('is kept for as long as an open write may be applied, a window counts, or a contest goes on', () => {
    expect(OPEN_WRITE_MS).to.equal(SETTLED_AFTER_MS);
    for (const [what, status, spec, ms] of [
      ['nothing', { ruleset: RULESET, leaving: [clock(1, START, START)] }, undefined, 0],
      ['an open write', { pendingWrite: PENDING }, undefined, OPEN_WRITE_MS],
      ['a window', { window: WINDOW }, undefined, 24 * HOUR_MS],
      ['a window of the entries', { entryWindow: ENTRIES }, undefined, 24 * HOUR_MS],
      ['rulesets that Plus1 made', { ownedRulesets: OWNED }, undefined, 168 * HOUR_MS],
      ['none of these', { ownedRulesets: [] }, undefined, 0],
      ['both', { window: WINDOW, pendingWrite: PENDING }, undefined, 24 * HOUR_MS],
      ['a contest', { ruleset: { ...RULESET, undone: 2 } }, undefined, 24 * HOUR_MS],
      ['a rollback', { lastHandledRollbackTo: '912' }, undefined, 168 * HOUR_MS],
      ['a rollback that goes on', { hold: ROLLED_BACK }, undefined, 168 * HOUR_MS],
      ['a rollback that goes on and holds nobody', { rollbackBegunTo: '912' }, undefined, 168 * HOUR_MS],
      ['another hold', { hold: { ...ROLLED_BACK, reason: 'TooManyLeaving' } }, undefined, 0],
      ['a window of a spec that says no length', { window: WINDOW }, { organization: 'acme' }, 168 * HOUR_MS],
      ['a window of a wrong spec', { window: WINDOW }, { guards: { window: ['1h'] } }, 168 * HOUR_MS],
    ] as const) {
      const policy = stored(status as PolicyStatus, spec);
      expect(keptForMs(policy), what).to.equal(ms);
      expect(keptMemory(policy, NOW_MS)?.origin?.keptUntil, what).to.equal(
        ms === 0 ? undefined : new Date(NOW_MS + ms).toISOString(),
      );
    }
  });

  it('holds what protects, and no clock but those with the mark of the open write, whose grace starts again', () => {
    const status: PolicyStatus = {
      organizationID: 5,
      ruleset: RULESET,
      window: WINDOW,
      entryWindow: ENTRIES,
      ownedRulesets: OWNED,
      pendingWrite: PENDING,
      lastHandledRollbackTo: '912',
      rollbackBegunTo: '913',
      hold: ROLLED_BACK,
      compliance: { summary: '1/1', total: 1, production: 1, governed: 1, ungoverned: 0 },
      lastSyncTime: START,
      leaving: [
        clock(1, '2026-11-20T00:00:00Z', START),
        clock(2, '2026-11-20T00:00:00Z', '2026-11-23T00:00:00Z'),
        clock(3, '2026-11-22T13:00:00Z', START),
      ],
    };
    const kept = keptMemory(stored(status), NOW_MS);
    const back = memoryFor(kept, claimOf(stored({}).spec));
    expect(back?.status).to.deep.equal({
      organizationID: 5,
      ruleset: RULESET,
      window: WINDOW,
      entryWindow: ENTRIES,
      ownedRulesets: OWNED,
      pendingWrite: PENDING,
      lastHandledRollbackTo: '912',
      rollbackBegunTo: '913',
      hold: ROLLED_BACK,
      leaving: [clock(1, '2026-11-22T12:00:00.000Z', START), clock(3, '2026-11-22T13:00:00Z', START)],
    });
    expect(back?.metadata).to.deep.equal({ namespace: 'default', name: 'acme' });
    expect(back?.origin).to.deep.equal({ file: 'acme.yaml', claim: claimOf(stored({}).spec) });
  });

  it('is for the same host, organization and ruleset alone; a policy that is wrong so far keeps it', () => {
    const kept = keptMemory(stored({ window: WINDOW }), NOW_MS);
    const own = claimOf(stored({}).spec);
    expect(memoryFor(kept, { ...own, organization: 'ACME' })?.status?.window).to.deep.equal(WINDOW);
    expect(memoryFor(kept, undefined)?.status?.window).to.deep.equal(WINDOW);
    for (const other of [{ apiURL: 'https://ghe.example/api/v3' }, { organization: 'beta' }, { ruleset: 'other' }])
      expect(memoryFor(kept, { ...own, ...other }), JSON.stringify(other)).to.equal(undefined);
  });

  it('takes along what else is kept of the policy, and nothing of others', async () => {
    const folder = temporaryFolder();
    const state = new StateFolder(folder);
    const [key, other] = ['acme', 'beta'].map((name) => ({ namespace: 'default', name })) as [PolicyKey, PolicyKey];
    const { signal } = new AbortController();
    const kept = ['.cache', '.workflows', '.issues'].map((name) => new CacheFolder(folder, undefined, name));
    const [cache = new CacheFolder(folder), ...beside] = kept;
    await state.write(key, stored({ window: WINDOW }), signal);
    for (const each of kept) for (const of of [key, other]) await each.save(of, { repositories: [] }, signal);
    const log = { info: () => undefined, warn: () => undefined };
    const deleted = new DeletedPolicies({
      state,
      cache,
      beside,
      clock: new VirtualClock(),
      log,
      isDeclared: () => false,
    });
    await deleted.forget(key, signal);
    for (const each of kept) {
      expect(await each.load(key, signal)).to.equal(undefined);
      expect(await each.load(other, signal)).to.deep.equal({ repositories: [] });
    }
  });

  it('is given up with the process where the disk hangs, and its state is left as it was', async () => {
    const folder = temporaryFolder();
    const state = new StateFolder(folder);
    const key = { namespace: 'default', name: 'acme' };
    const stop = new AbortController();
    await state.write(key, stored({ window: WINDOW }), stop.signal);
    const deleted = new DeletedPolicies({
      state,
      cache: new CacheFolder(folder),
      clock: new VirtualClock(),
      log: { info: () => undefined, warn: () => undefined },
      isDeclared: () => false,
    });
    let release: (() => void) | undefined;
    const disk = new Promise<void>((resolve) => (release = resolve));
    await whileFlushed(
      () => {
        stop.abort(new Error('stopped'));
        return disk;
      },
      async () => {
        await deleted.forget(key, stop.signal);
        release?.();
      },
    );
    expect((await state.look(key, new AbortController().signal)).policy?.metadata).to.not.have.property(
      'deletionTimestamp',
    );
  });
});
