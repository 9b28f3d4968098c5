/**
 * A rollback to any record of a random story: nobody in production and nobody unobserved leaves by it, the grace period alone is
 * waived, it is carried out once whatever happens to the process, and the journal tells all of it.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { WholeRecord } from '../../pkg/journal/index.js';
import { Replay } from '../../pkg/journal/index.js';
import { kept, PATH, PRODUCTION, say, town } from '../builders.js';
import { runsOf } from '../sample.js';
import { TARGETINGS } from '../targetings.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { act, play } from './journal-acts.js';
import { JournalScene } from './journal-scene.js';
import { Scene } from './passes.js';

/** Nobody leaves by anything else within the story of a rollback. */
const GRACE = { exit: { gracePeriod: '24h' }, guards: { maxLeaving: '100%' } };
/** An open write is settled after so long. */
const SETTLED_MS = 22 * 60_000;

const membersOf = ({ scene }: JournalScene): Set<number> => new Set(kept(scene.organization).members);

/** By a replay of one chain that shares nothing with the code under test but the replay, which another test holds to be right. */
function membershipAfter(record: WholeRecord, records: readonly WholeRecord[]): number[] | undefined {
  const replay = new Replay();
  for (const each of records) if (each.chain === record.chain && each.seq <= record.seq) replay.apply(each);
  return replay.hasStarted && !replay.isUnseen ? [...replay.members.keys()] : undefined;
}

const isInProduction = (journal: JournalScene, id: number): boolean =>
  journal.scene.organization.repository(id)?.files.get(PATH)?.content === PRODUCTION;

/** What happens while it is carried out: the process loses its status, or ends, or GitHub fails. */
const trouble = fc.record({
  isLost: fc.boolean(),
  isRestarted: fc.boolean(),
  fault: fc.constantFrom(undefined, 'put-applied-reset', 'put-ignored', 'reset', 'unread'),
});

describe('A rollback', function () {
  this.timeout(3_600_000);
  after(removeTemporaryFolders);

  const { numRuns } = runsOf(150, 6);

  it(`to any record of ${numRuns} random stories restores it, and takes nobody out who may not leave`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.array(trouble, { maxLength: 3 }),
        fc.constantFrom(...TARGETINGS),
        async (story, which, troubles, { targeting }) => {
          const journal = new JournalScene(await Scene.open(town({ members: 3, others: 3, targeting })));
          const { scene } = journal;
          try {
            await journal.pass();
            for (const steps of story) {
              for (const step of steps) play(journal, step);
              await journal.pass();
              scene.github.reset();
            }
            scene.clock.pass(SETTLED_MS);
            await journal.pass({ spec: GRACE });
            const leader = scene.status.journal?.chain ?? '';
            const records = (await journal.records()).filter(({ chain }) => chain === leader);
            const record = records[which % records.length];
            const target = record && membershipAfter(record, records);
            if (record === undefined || target === undefined) return;
            await rollBack(journal, { record, target, troubles });
          } finally {
            await scene.close();
          }
        },
      ),
      { numRuns },
    );
  });

  async function rollBack(
    journal: JournalScene,
    { record, target, troubles }: { record: WholeRecord; target: number[]; troubles: readonly Trouble[] },
  ): Promise<void> {
    const { scene } = journal;
    const rollback = { to: `${record.seq}`, reason: 'a story went wrong' };
    const before = membersOf(journal);
    // Who could not be seen in the pass that carried it out stays, and leaves by an approval alone from then on.
    let unseen = new Set<number>();
    for (const { isLost, isRestarted, fault } of [...troubles, ...Array.from({ length: 4 }, () => CALM)]) {
      if (scene.status.lastHandledRollbackTo !== undefined) break;
      const unread = new Set<number>();
      if (fault === 'unread') {
        scene.github.faults.when(({ operation }) => operation === 'files', { kind: 'graphql-error' }, Infinity);
        for (const id of before) unread.add(id);
      } else if (fault !== undefined) scene.github.faults.when(({ method }) => method === 'PUT', { kind: fault });
      const members = membersOf(journal);
      await journal.pass({ spec: GRACE, rollback, isLost });
      scene.github.reset();
      const left = [...members].filter((id) => !membersOf(journal).has(id));
      for (const id of left) {
        expect(isInProduction(journal, id), `${id} left in production`).to.equal(false);
        expect(target.includes(id), `${id} left, and is in the record`).to.equal(false);
        expect(unread.has(id), `${id} left unobserved`).to.equal(false);
      }
      unseen = unread;
      if (isRestarted) journal.restart();
      scene.clock.pass(SETTLED_MS);
    }
    if (scene.status.lastHandledRollbackTo === undefined) await expectGoesOn(journal, target);
    else await expectCarriedOut(journal, { target, rollback, unseen });
  }

  async function expectCarriedOut(
    journal: JournalScene,
    {
      target,
      rollback,
      unseen,
    }: { target: number[]; rollback: { to: string; reason: string }; unseen: ReadonlySet<number> },
  ): Promise<void> {
    const { status, organization } = journal.scene;
    expect(status, 'carried out').to.include({ lastHandledRollbackTo: rollback.to });
    expect(status.hold?.reason).to.equal('RolledBack');
    const members = membersOf(journal);
    const exists = (id: number): boolean => organization.repository(id) !== undefined;
    expect([...members], 'all of the record that are there').to.include.members(target.filter(exists));
    for (const id of members)
      if (!target.includes(id) && exists(id) && !unseen.has(id))
        expect(isInProduction(journal, id), `${id} stayed`).to.equal(true);
    await expectTold(journal, { target, members, rollback, unseen });
    await expectHeld(journal, rollback);
  }

  /** Whom its first pass could not take out leaves by an approval alone: until then it goes on, and tells whom it holds. */
  async function expectGoesOn(journal: JournalScene, target: readonly number[]): Promise<void> {
    const { hold } = journal.scene.status;
    expect(hold?.reason).to.equal('RolledBack');
    expect(hold?.count).to.be.greaterThan(0);
    for (const id of membersOf(journal)) {
      const repository = journal.scene.organization.repository(id);
      if (repository === undefined || target.includes(id) || isInProduction(journal, id)) continue;
      expect(hold?.repositories, `${id} stayed`).to.include(repository.name);
    }
    await journal.expectWhole();
  }

  async function expectTold(
    journal: JournalScene,
    {
      target,
      members,
      rollback,
      unseen,
    }: {
      target: number[];
      members: Set<number>;
      rollback: { to: string; reason: string };
      unseen: ReadonlySet<number>;
    },
  ): Promise<void> {
    const told = (await journal.records()).filter(({ kind }) => kind === 'RolledBack');
    expect(told, 'told once').to.have.length(1);
    const { data } = told[0] ?? {};
    expect(data).to.include({ request: rollback.to, reason: rollback.reason });
    for (const id of data?.['kept'] as number[]) expect(members.has(id) && !target.includes(id)).to.equal(true);
    const stayed = [...members].filter((id) => unseen.has(id) && !target.includes(id));
    expect(data?.['kept'], 'who stayed unseen').to.include.members(stayed);
    expect(data?.['missing']).to.deep.equal(target.filter((id) => !members.has(id)).sort((a, b) => a - b));
    await journal.expectSame('after the rollback');
    await journal.expectWhole();
  }

  /** Over restarts it is not carried out again, and its grace period is waived for nobody else. */
  async function expectHeld(journal: JournalScene, rollback: { to: string; reason: string }): Promise<void> {
    const { scene } = journal;
    const members = membersOf(journal);
    for (const name of ['member-001', 'other-001']) {
      const repository = scene.organization.repository(name);
      if (repository !== undefined) say(repository, 'deprecated');
    }
    for (let pass = 1; pass <= 2; pass += 1) {
      journal.restart();
      scene.clock.pass(25 * 3_600_000);
      const outcome = await journal.pass({ spec: GRACE, rollback });
      expect([outcome.rollback, outcome.acted?.decision.hold?.reason]).to.deep.equal([undefined, 'RolledBack']);
    }
    for (const id of members)
      if (scene.organization.repository(id) !== undefined) expect(membersOf(journal).has(id), `${id}`).to.equal(true);
    const released = await journal.pass({ spec: GRACE });
    expect(released.status).not.to.have.property('lastHandledRollbackTo');
    await journal.expectSame('after the release');
    await journal.expectWhole();
  }
});

interface Trouble {
  isLost: boolean;
  isRestarted: boolean;
  fault: 'put-applied-reset' | 'put-ignored' | 'reset' | 'unread' | undefined;
}

const CALM: Trouble = { isLost: false, isRestarted: false, fault: undefined };
