/**
 * A rollback that goes on: its grace period is waived in its first pass alone. Kind: a memory that forgets that it was begun, so that the
 * commit of a moment ago takes a repository out at once.
 */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { idleStatus, type IdleReason } from '../../pkg/reconciler/status/idle-status.js';
import { kept, memberNames, PATH, PRODUCTION, RULESET, say, town } from '../builders.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { JournalScene } from './journal-scene.js';
import { Scene } from './passes.js';
import { tampering } from './tampering-github.js';

const SPEC = { exit: { gracePeriod: '24h' }, guards: { maxLeaving: 2 } };
const OTHERS = ['other-001', 'other-002', 'other-003', 'other-004'];
const ROLLBACK = { to: '1', reason: 'a filter was mistyped' };
const CONFLICT = new Plus1Error('PLUS1_POLICY_CONFLICT', 'an older policy keeps the same ruleset');
const WRONG = new Plus1Error('PLUS1_POLICY_INVALID', 'spec.exit is no mapping');

interface Story {
  /** What happens once its first pass has begun it. */
  what: string;
  /** Its process ends before the status of the first pass is kept. */
  isLost?: boolean;
  meanwhile?: (journal: JournalScene) => Promise<unknown>;
}

const idle =
  (cause: IdleReason) =>
  async ({ scene }: JournalScene): Promise<unknown> =>
    scene.keep(idleStatus(scene.status, 1, cause, scene.clock.now()));

/** SIGTERM while the pass asks who changed a file. */
async function interrupted(journal: JournalScene): Promise<void> {
  const one = journal.scene.organization.get('other-002');
  say(one, 'experimental');
  const stop = new AbortController();
  journal.scene.github.beforeRequest(({ operation }) => {
    if (operation === 'history') stop.abort(new Plus1Error('PLUS1_INTERRUPTED', 'the process was asked to stop'));
  });
  const { error } = await journal.pass({ spec: SPEC, rollback: ROLLBACK, signal: stop.signal });
  expect(error?.code).to.equal('PLUS1_INTERRUPTED');
  journal.scene.github.reset();
  say(one, 'production');
}

function makeAgain({ scene: { organization } }: JournalScene): void {
  const { conditions, rules } = kept(organization);
  organization.deleteRuleset(kept(organization));
  organization.addRuleset({ name: RULESET, conditions: structuredClone(conditions), rules: [...rules] });
}

const STORIES: Story[] = [
  { what: 'nothing' },
  { what: 'its process ended before its status was kept', isLost: true },
  {
    what: 'a pass that only observes',
    meanwhile: (journal) => journal.pass({ spec: { ...SPEC, mode: 'Observe' }, rollback: ROLLBACK }),
  },
  {
    what: 'the ruleset was made again, and a pass was interrupted',
    meanwhile: async (journal) => {
      makeAgain(journal);
      await interrupted(journal);
    },
  },
  { what: 'the policy was suspended', meanwhile: idle({ kind: 'suspended' }) },
  { what: 'the policy was wrong', meanwhile: idle({ kind: 'stopped', error: WRONG }) },
  { what: 'an older policy ruled for a moment', meanwhile: idle({ kind: 'stopped', error: CONFLICT }) },
];

describe('A rollback that goes on', () => {
  after(removeTemporaryFolders);

  for (const { what, isLost = false, meanwhile } of STORIES)
    it(`waives the grace period in its first pass alone; then: ${what}`, async () => {
      const journal = await begun(isLost);
      const { scene } = journal;
      const acme = scene.organization;
      try {
        if (isLost) journal.restart();
        expect(memberNames(acme), 'more than maxLeaving would leave').to.have.length(8);
        for (const name of ['other-002', 'other-003']) say(acme.get(name), 'production');
        await meanwhile?.(journal);
        say(acme.get('other-004'), 'deprecated');
        const { status } = await journal.pass({ spec: SPEC, rollback: ROLLBACK });
        expect(memberNames(acme)).to.include.members(['other-001', 'other-004']);
        expect(status).to.deep.include({ rollbackBegunTo: '1' }).and.not.to.have.property('lastHandledRollbackTo');
        expect(status.hold).to.deep.include({ reason: 'RolledBack', repositories: ['other-001', 'other-004'] });
      } finally {
        await scene.close();
      }
    });

  it('lets nobody leave in a pass that could not trust its time until its write: it begins in the next one', async () => {
    const acme = town({ members: 4, others: 4 });
    const journal = new JournalScene(await Scene.open(acme));
    const { scene } = journal;
    await journal.pass({ spec: SPEC });
    for (const name of OTHERS) say(acme.get(name), 'production');
    await journal.pass({ spec: SPEC });
    for (const name of OTHERS.slice(0, 2)) say(acme.get(name), 'deprecated');
    acme.createRepository({ name: 'fresh', files: { [PATH]: PRODUCTION } });
    // GitHub tells the time in the read before the write alone, and somebody changed the ruleset by then.
    let reads = 0;
    const proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      const isRead = method === 'GET' && /\/rulesets\/\d+$/.test(path);
      if (isRead && (reads += 1) === 2)
        kept(acme).setMembers(kept(acme).members.filter((id) => id !== acme.get('member-001').id));
      const answer = await forward();
      return reads >= 2 ? answer : { ...answer, headers: { date: '' } };
    });
    try {
      const { status } = await journal.pass({ spec: SPEC, rollback: ROLLBACK, github: { apiURL: proxy.url } });
      expect(memberNames(acme)).to.include.members(['fresh', 'member-001', ...OTHERS]);
      expect(status).to.not.have.any.keys('rollbackBegunTo', 'lastHandledRollbackTo');
      await journal.pass({ spec: SPEC, rollback: ROLLBACK });
      expect(memberNames(acme)).to.include.members(OTHERS.slice(2)).and.not.include('other-001');
    } finally {
      await proxy.close();
      await scene.close();
    }
  });

  it('is over where it was released, or nothing of it is missing any more', async () => {
    const journal = await begun(false);
    const { scene } = journal;
    try {
      expect(scene.status.rollbackBegunTo).to.equal('1');
      const released = await journal.pass({ spec: SPEC });
      expect(released.status).not.to.have.property('rollbackBegunTo');
      for (const name of ['other-002', 'other-003']) say(scene.organization.get(name), 'production');
      const { status } = await journal.pass({ spec: SPEC, rollback: ROLLBACK });
      expect(memberNames(scene.organization), 'asked for again, it waives again').not.to.include('other-001');
      expect(status).to.include({ lastHandledRollbackTo: '1' }).and.not.to.have.property('rollbackBegunTo');
    } finally {
      await scene.close();
    }
  });

  it('sends nothing where the mark that it is begun cannot be kept', async () => {
    const journal = await begun(false, async (scene) => {
      say(scene.organization.get('other-003'), 'production');
      const keep = scene.keep.bind(scene);
      // An intent would be kept.
      scene.keep = async (status) => {
        if (status.pendingWrite !== undefined) return keep(status);
        throw new Plus1Error('PLUS1_STATE_UNWRITABLE', 'no space left on device');
      };
    });
    const { scene } = journal;
    try {
      expect(memberNames(scene.organization)).to.have.length(8);
    } finally {
      await scene.close();
    }
  });
});

/** A policy of eight members whose record 1 has four of them, and one pass of a rollback to it that `maxLeaving` holds. */
async function begun(isLost: boolean, before?: (scene: Scene) => Promise<void>): Promise<JournalScene> {
  const acme = town({ members: 4, others: 4 });
  const journal = new JournalScene(await Scene.open(acme));
  await journal.pass({ spec: SPEC });
  for (const name of OTHERS) say(acme.get(name), 'production');
  await journal.pass({ spec: SPEC });
  for (const name of OTHERS.slice(0, 3)) say(acme.get(name), 'deprecated');
  await before?.(journal.scene);
  await journal.pass({ spec: SPEC, rollback: ROLLBACK, isLost });
  return journal;
}
