import { expect } from 'chai';
import type { RulesetBody } from '../../../pkg/github/index.js';
import { ALL_FAULTS, type LoggedRequest } from '../../fakes/github/index.js';
import { failureOf, never } from '../../github/support/clients.js';
import { Desk, NAME, type Process } from './desk.js';

/** What was kept of creations was kept half an hour ago. */
function age({ disk }: Desk): void {
  const ago = new Date(Date.now() - 30 * 60_000).toISOString();
  const owned = disk.owned.map(({ creations, ...rest }) => ({
    ...rest,
    ...(creations && { creations: creations.map((each) => ({ ...each, startTime: ago })) }),
  }));
  disk.status = { ...disk.status, ownedRulesets: owned };
}

const wanted = (body: RulesetBody): { purpose: 'Incident'; body: RulesetBody } => ({ purpose: 'Incident', body });

describe('rulesets of our own', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
  });
  afterEach(async () => {
    await desk.close();
    expect(desk.github.contract.violations).to.deep.equal([]);
  });

  const writes = (): LoggedRequest[] => desk.github.requests.filter(({ isWrite }) => isWrite);
  const ensure = (of: Process = desk.process(), body = desk.body()): ReturnType<Process['rulesets']['ensure']> =>
    of.rulesets.ensure(wanted(body), of.signal);
  const remove = (of: Process = desk.process()): Promise<void> => of.rulesets.remove(NAME, of.signal);

  describe('are made', () => {
    it('once, as they are sent, and known by id from then on', async () => {
      const { ruleset, isNew } = await ensure();
      expect([isNew, desk.named()]).to.deep.equal([true, [ruleset.id]]);
      expect(desk.disk.owned).to.deep.equal([{ name: NAME, purpose: 'Incident', id: ruleset.id }]);
      expect(desk.disk.kinds()).to.deep.equal(['CreateIntended', 'CreateProved']);
      const again = await ensure();
      expect([again.isNew, again.ruleset.id, writes().length]).to.deep.equal([false, ruleset.id, 1]);
    });

    it('with the hash of what is sent on the disk before it is sent', async () => {
      let atPost: string[] = [];
      desk.github.beforeRequest(({ isWrite }) => {
        if (isWrite) atPost = desk.disk.kinds();
      });
      await ensure();
      expect(atPost).to.deep.equal(['CreateIntended']);
      const [intended, proved] = desk.disk.told;
      expect(intended?.data).to.deep.include({ name: NAME, purpose: 'Incident', members: desk.ids() });
      expect((intended?.data as { sha256: string }).sha256).to.match(/^sha256:[0-9a-f]{64}$/);
      expect(proved?.data).to.deep.include({ sha256: (intended?.data as { sha256: string }).sha256 });
    });

    it('not where they cannot be kept before', async () => {
      desk.disk.dies = { at: 1, isKept: false };
      await ensure().catch(() => undefined);
      expect(writes()).to.deep.equal([]);
    });

    it('not where nobody may write any more, nor by a run that only reads', async () => {
      const refuses = desk.process({
        mayWrite: () => {
          throw new Error('the policy went');
        },
      });
      await failureOf(ensure(refuses)).catch(() => undefined);
      expect((await failureOf(ensure(desk.process({ isReading: true })))).code).to.equal('PLUS1_INTERNAL');
      expect([writes().length, desk.disk.kinds().length]).to.deep.equal([0, 0]);
    });

    it('in active where the plan has no evaluate, and only where that is wanted', async () => {
      for (const denied of ['invalid', 'upgrade'] as const) {
        desk.github.world.behaviour.evaluateDenied = denied;
        const [body, withoutEvaluate] = [
          desk.body({ name: denied, enforcement: 'evaluate' }),
          desk.body({ name: denied }),
        ];
        const refused = await failureOf(desk.process().rulesets.ensure(wanted(body), never));
        expect(refused.code).to.be.oneOf(['PLUS1_WRITE_REFUSED', 'PLUS1_PLAN_MISSING']);
        const { ruleset } = await desk.process().rulesets.ensure({ ...wanted(body), withoutEvaluate }, never);
        expect(ruleset.enforcement).to.equal('active');
      }
      expect(desk.disk.owned.every(({ id, creations }) => id !== undefined && creations === undefined)).to.equal(true);
    });

    it('not where there are 75 already: that is told, and tried again by the next pass', async () => {
      for (let n = desk.acme.rulesets.length; n < 75; n += 1) desk.acme.addRuleset({ name: `own-${n}` });
      const { code, message } = await failureOf(ensure());
      expect([code, message]).to.deep.equal([
        'PLUS1_WRITE_REFUSED',
        `cannot create the ruleset ${NAME} in acme: Only 75 rulesets are allowed`,
      ]);
      expect([desk.disk.owned, desk.disk.kinds()]).to.deep.equal([[], ['CreateIntended', 'CreateRefused']]);
    });

    it('again where somebody else deleted one', async () => {
      const { ruleset } = await ensure();
      desk.acme.deleteRuleset(desk.acme.ruleset(ruleset.id));
      const again = await ensure();
      expect(again.isNew).to.equal(true);
      expect(desk.disk.kinds().slice(2)).to.deep.equal(['OwnedMissing', 'CreateIntended', 'CreateProved']);
    });
  });

  describe('of somebody else', () => {
    const byHand = (): number => desk.acme.addRuleset({ ...desk.body(), rules: [], bypass_actors: [] }).id;

    it('are a conflict under the name, and stay as they are', async () => {
      const id = byHand();
      const before = JSON.stringify(desk.acme.ruleset(id).state);
      const { code, reason, message } = await failureOf(ensure());
      expect([code, reason]).to.deep.equal(['PLUS1_NAME_IN_USE', 'Conflict']);
      expect(message).to.contain(`${id}`);
      await remove();
      expect([JSON.stringify(desk.acme.ruleset(id).state), writes().length]).to.deep.equal([before, 0]);
      expect(desk.disk.owned).to.deep.equal([]);
    });

    it('are a conflict where one appears after a creation whose answer was lost', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'reset' });
      expect((await failureOf(ensure())).code).to.equal('PLUS1_WRITE_UNPROVED');
      expect(desk.disk.owned[0]?.creations).to.have.length(1);
      const id = byHand();
      expect((await failureOf(ensure())).code).to.equal('PLUS1_NAME_IN_USE');
      expect([desk.disk.owned, desk.disk.kinds().at(-1)]).to.deep.equal([[], 'CreateRefused']);
      await remove();
      expect([desk.named(), writes().length]).to.deep.equal([[id], 1]);
    });

    it('are a conflict even where only the repositories differ', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'reset' });
      await failureOf(ensure());
      const conditions = { ...desk.body().conditions, repository_id: { repository_ids: desk.ids(3) } };
      desk.acme.addRuleset({ ...desk.body(), conditions } as never);
      expect((await failureOf(ensure())).code).to.equal('PLUS1_NAME_IN_USE');
    });

    it('are none where an earlier creation of ours takes the name from the one that is on its way', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'status', status: 502 });
      await failureOf(ensure());
      let id = 0;
      desk.github.beforeRequest(({ method }) => {
        if (method === 'POST' && id === 0) ({ id } = desk.acme.addRuleset(desk.body() as never));
      });
      const { ruleset } = await ensure();
      expect([ruleset.id, desk.named()]).to.deep.equal([id, [id]]);
    });

    it('take the name while ours is on its way: ours is refused, and theirs is left alone', async () => {
      let id = 0;
      desk.github.beforeRequest(({ method }) => {
        if (method === 'POST' && id === 0) id = byHand();
      });
      expect((await failureOf(ensure())).code).to.equal('PLUS1_WRITE_REFUSED');
      expect([desk.named(), desk.disk.owned]).to.deep.equal([[id], []]);
    });
  });

  describe('are deleted', () => {
    it('by id, once, and are known no longer', async () => {
      await ensure();
      await remove();
      await remove();
      expect([desk.named(), desk.disk.owned, writes().length]).to.deep.equal([[], [], 2]);
      expect(desk.disk.kinds().slice(2)).to.deep.equal(['DeleteIntended', 'DeleteProved']);
    });

    it('never where they have another name, nor another one that took theirs', async () => {
      const { ruleset } = await ensure();
      desk.acme.ruleset(ruleset.id).edit({ name: 'renamed' });
      const id = desk.acme.addRuleset({ ...desk.body() } as never).id;
      const { code, message } = await failureOf(remove());
      expect([code, desk.named(), desk.named('renamed')]).to.deep.equal(['PLUS1_NAME_IN_USE', [id], [ruleset.id]]);
      expect(message).to.include(`the ruleset ${ruleset.id}, which is kept as ours, is named "renamed"`);
      expect([writes().length, desk.disk.kinds()]).to.deep.equal([1, ['CreateIntended', 'CreateProved']]);
    });

    it('never where a policy targets one of that id', async () => {
      const { ruleset } = await ensure();
      const { code, message } = await failureOf(remove(desk.process({ targeted: ruleset.id })));
      expect([code, desk.named(), writes().length]).to.deep.equal(['PLUS1_NAME_IN_USE', [ruleset.id], 1]);
      expect(message).to.include('is that of the policy team');
    });

    it('not where GitHub says so and shows them all the same', async () => {
      const { ruleset } = await ensure();
      desk.github.faults.next('repos/delete-org-ruleset', { kind: 'put-ignored' });
      expect((await failureOf(remove())).code).to.equal('PLUS1_WRITE_UNPROVED');
      expect(desk.disk.owned[0]?.id).to.equal(ruleset.id);
      await remove();
      expect(desk.disk.owned).to.deep.equal([]);
    });

    it('not where a permission is missing, which is told by its name', async () => {
      await ensure();
      desk.github.faults.next('repos/delete-org-ruleset', { kind: 'forbidden' });
      const { code, message } = await failureOf(remove());
      expect(code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(message).to.contain('organization_administration: write');
      expect([desk.named().length, desk.disk.kinds().at(-1)]).to.deep.equal([1, 'DeleteRefused']);
    });

    it('not while an earlier creation may still make it again, and after that', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'status', status: 502 });
      await failureOf(ensure());
      const { ruleset } = await ensure();
      const { code, message } = await failureOf(remove());
      expect([code, desk.named()]).to.deep.equal(['PLUS1_WRITE_UNPROVED', [ruleset.id]]);
      expect(message).to.match(/an earlier creation of it has no known outcome, and may make it again until /);
      age(desk);
      await remove();
      expect([desk.named(), desk.disk.owned]).to.deep.equal([[], []]);
    });

    it('by hand while an earlier creation may make it again: that one is ours then', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'status', status: 502 });
      await failureOf(ensure());
      const { ruleset } = await ensure();
      desk.acme.deleteRuleset(desk.acme.ruleset(ruleset.id));
      expect(await desk.process().rulesets.find(NAME, never)).to.equal(undefined);
      const { id } = desk.acme.addRuleset(desk.body() as never);
      expect((await desk.process().rulesets.find(NAME, never))?.id).to.equal(id);
    });

    it('not while a creation may still be applied', async () => {
      desk.github.faults.next('repos/create-org-ruleset', { kind: 'reset' });
      await failureOf(ensure());
      expect((await failureOf(remove())).code).to.equal('PLUS1_WRITE_UNPROVED');
      expect(desk.disk.owned).to.have.length(1);
    });
  });

  describe('are changed', () => {
    const told = {
      intended: () => ({ kind: 'WriteSuperseded', data: { planHash: 'intended' } }) as const,
      ended: ({ state }: { state: string }) => ({ kind: 'WriteSuperseded', data: { planHash: state } }) as const,
    };
    const hashes = (): string[] =>
      desk.disk.told.flatMap(({ kind, data }) => (kind === 'WriteSuperseded' ? [data.planHash] : []));

    it('by id, and that is proved by a read', async () => {
      await ensure();
      const of = desk.process();
      const after = await of.rulesets.change(NAME, { members: desk.ids(4) }, told, never);
      expect([...(after.members ?? [])]).to.deep.equal(desk.ids(4));
      expect(hashes()).to.deep.equal(['intended', 'proved']);
    });

    it('not where GitHub did not do it, or refused it', async () => {
      await ensure();
      desk.github.faults.next('repos/update-org-ruleset', { kind: 'put-ignored' });
      const change = (): Promise<unknown> =>
        desk.process().rulesets.change(NAME, { members: desk.ids(4) }, told, never);
      expect((await failureOf(change())).code).to.equal('PLUS1_WRITE_UNPROVED');
      desk.github.faults.next('repos/update-org-ruleset', { kind: 'forbidden' });
      expect((await failureOf(change())).code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(hashes()).to.deep.equal(['intended', 'unproved', 'intended', 'refused']);
    });

    it('not where Plus1 made none of that name', async () => {
      desk.acme.addRuleset(desk.body() as never);
      const { code } = await failureOf(desk.process().rulesets.change(NAME, { members: desk.ids(4) }, told, never));
      expect([code, writes().length]).to.deep.equal(['PLUS1_WRITE_REFUSED', 0]);
    });

    it('never where one has another name, or a policy targets one of that id', async () => {
      const { ruleset } = await ensure();
      const to = { members: desk.ids(4), enforcement: 'disabled' as const };
      const change = (targeted?: number): Promise<unknown> =>
        desk.process(targeted === undefined ? {} : { targeted }).rulesets.change(NAME, to, told, never);
      expect((await failureOf(change(ruleset.id))).code).to.equal('PLUS1_NAME_IN_USE');
      desk.acme.ruleset(ruleset.id).edit({ name: 'plus1_enforcement_2' });
      expect((await failureOf(change())).code).to.equal('PLUS1_NAME_IN_USE');
      expect([writes().length, hashes()]).to.deep.equal([1, []]);
      desk.acme.ruleset(ruleset.id).edit({ name: NAME });
      await change(ruleset.id + 1);
      expect(desk.acme.ruleset(ruleset.id).members).to.deep.equal(desk.ids(4));
    });
  });

  /** After any trouble: one or none, and the disk knows whose it is. */
  const settled = async (count: 0 | 1): Promise<void> => {
    expect(desk.named()).to.have.length(count);
    expect(desk.disk.owned.map(({ id }) => id)).to.deep.equal(desk.named());
    // Of so many that were sent one made it, and each other one that got no answer may still come.
    const sent = desk.disk.kinds().filter((kind) => kind === 'CreateIntended').length;
    expect(desk.disk.owned.every(({ creations = [] }) => creations.length < sent)).to.equal(true);
  };

  describe('of a process that is killed', () => {
    type Act = (of?: Process) => Promise<unknown>;
    const acts: { what: string; act: Act; isThere: boolean; after: 0 | 1 }[] = [
      { what: 'a creation', act: ensure, isThere: false, after: 1 },
      { what: 'a deletion', act: remove, isThere: true, after: 0 },
    ];

    /** How many requests and calls to the disk an act takes without trouble. */
    const usual = async (act: Act, isThere: boolean): Promise<{ requests: number; calls: number }> => {
      if (isThere) await ensure();
      desk.github.reset();
      desk.disk.calls = 0;
      await act();
      return { requests: desk.github.requests.length, calls: desk.disk.calls };
    };

    for (const { what, act, isThere, after } of acts) {
      it(`at any request of ${what}, its answer lost or its way cut: one or none, and it is known whose it is`, async () => {
        const { requests } = await usual(act, isThere);
        expect(requests).to.be.greaterThan(2);
        for (let at = 1; at <= requests; at += 1) {
          for (const isApplied of [false, true]) {
            await desk.close();
            desk = await Desk.open();
            if (isThere) await ensure();
            desk.github.reset();
            const dying = desk.process();
            desk.github.beforeRequest(({ n, isWrite }) => {
              // What is killed before its request leaves sends nothing; a write that left may be applied all the same.
              if (n === at && !(isWrite && isApplied)) dying.kill();
            });
            if (isApplied) desk.github.faults.at(at, { kind: 'put-applied-reset' });
            else desk.github.faults.at(at, { kind: 'reset' });
            desk.github.on('response', ({ n }) => void (n === at && dying.kill()));
            await act(dying).catch(() => undefined);
            dying.kill();
            desk.github.faults.clear();
            await act().catch(() => act());
            await settled(after);
          }
        }
      });

      it(`at any call to the disk of ${what}: one or none, and it is known whose it is`, async () => {
        const { calls } = await usual(act, isThere);
        expect(calls).to.equal(2);
        for (let at = 1; at <= calls; at += 1) {
          for (const isKept of [false, true]) {
            await desk.close();
            desk = await Desk.open();
            if (isThere) await ensure();
            desk.disk.calls = 0;
            desk.disk.dies = { at, isKept };
            const dying = desk.process();
            await act(dying).catch(() => undefined);
            dying.kill();
            desk.disk.dies = undefined;
            await act().catch(() => act());
            await settled(after);
          }
        }
      });

      it(`not killed, with each fault at each request of ${what}: one or none once trouble is over`, async () => {
        const { requests } = await usual(act, isThere);
        for (const { example } of ALL_FAULTS) {
          for (let at = 1; at <= requests; at += 1) {
            if (['timeout', 'put-applied-timeout', 'ruleset-changed', 'redirect'].includes(example.kind)) continue;
            await desk.close();
            desk = await Desk.open();
            if (isThere) await ensure();
            desk.github.reset();
            desk.github.faults.at(at, example);
            await act().catch(() => undefined);
            expect(desk.named().length).to.be.lessThan(2);
            desk.github.faults.clear();
            await act().catch(() => act());
            await settled(after);
          }
        }
      });
    }
  });

  it('that GitHub applies minutes later are ours, and not made twice', async () => {
    // The answer is a 500, and the ruleset shows only afterwards.
    desk.github.faults.next('repos/create-org-ruleset', { kind: 'status', status: 500 });
    expect((await failureOf(ensure())).code).to.equal('PLUS1_WRITE_UNPROVED');
    const { id } = desk.acme.addRuleset({
      ...desk.body(),
      bypass_actors: [
        { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' },
        { actor_id: 9, actor_type: 'Team', bypass_mode: 'always' },
      ],
    } as never);
    const { ruleset, isNew } = await ensure();
    expect([ruleset.id, isNew, writes().length]).to.deep.equal([id, false, 1]);
    await settled(1);
  });

  it('that GitHub applies while they are tried again are no conflict, and ours by the next pass', async () => {
    desk.github.faults.next('repos/create-org-ruleset', { kind: 'status', status: 500 });
    expect((await failureOf(ensure())).code).to.equal('PLUS1_WRITE_UNPROVED');
    let lists = 0;
    desk.github.beforeRequest(({ operation }) => {
      lists += operation === 'repos/get-org-rulesets' ? 1 : 0;
      if (lists === 2 && desk.named().length === 0) desk.acme.addRuleset(desk.body() as never);
    });
    expect((await failureOf(ensure())).code).to.equal('PLUS1_WRITE_UNPROVED');
    expect(await ensure()).to.deep.include({ isNew: false });
    expect(writes()).to.have.length(1);
    await settled(1);
  });

  it('are ours by what was sent, also where another body is wanted by now', async () => {
    desk.github.faults.next('repos/create-org-ruleset', { kind: 'put-applied-500' });
    const dying = desk.process();
    desk.github.on('response', ({ operation }) => void (operation === 'repos/create-org-ruleset' && dying.kill()));
    await ensure(dying).catch(() => undefined);
    const other = desk.body({ rules: [{ type: 'deletion' }] });
    const { isNew } = await ensure(desk.process(), other);
    expect(isNew).to.equal(false);
    await settled(1);
  });
});
