/**
 * Random stories of an organization, passes, faults of GitHub, restarts and failovers: after each pass the replay of the journal
 * equals the ruleset, whatever happened to the answers in between.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { say, town } from '../builders.js';
import { runsOf } from '../sample.js';
import { TARGETINGS } from '../targetings.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { act, play } from './journal-acts.js';
import { JournalScene } from './journal-scene.js';
import { Scene } from './passes.js';

describe('The replay of a journal', function () {
  this.timeout(3_600_000);
  after(removeTemporaryFolders);

  const { numRuns } = runsOf(1_000, 10);

  const stories = fc.array(fc.array(act, { maxLength: 3 }), { minLength: 1, maxLength: 6 });

  it(`equals the ruleset after every pass of ${numRuns} random stories`, async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.constantFrom(...TARGETINGS), async (story, { targeting }) => {
        const journal = new JournalScene(await Scene.open(town({ members: 3, others: 3, targeting })));
        try {
          await journal.pass();
          for (const [at, steps] of story.entries()) {
            for (const step of steps) play(journal, step);
            await journal.pass();
            journal.scene.github.reset();
            await journal.expectSame(`after pass ${at + 2}`);
          }
          await journal.expectWhole();
        } finally {
          await journal.scene.close();
        }
      }),
      { numRuns },
    );
  });

  it('of two writers with a volume each is joined by what each names as the last head that it knew', async () => {
    const journal = new JournalScene(await Scene.open(town({ members: 3, others: 3 })));
    const { scene } = journal;
    const { organization } = scene;
    try {
      await journal.pass();
      const first = scene.status.journal;
      journal.restart('plus1-1');
      say(organization.get('other-001'), 'production');
      expect((await journal.pass()).error?.message).to.equal(undefined);
      const second = scene.status.journal;
      journal.restart('plus1-0');
      say(organization.get('other-002'), 'production');
      expect((await journal.pass()).error?.message).to.equal(undefined);
      await journal.expectSame('after the failovers');
      const starts = (await journal.records()).filter(
        ({ kind }) => /Started$/.test(kind) && kind !== 'ExposureStarted',
      );
      const heads = [first, second].map((head) => ({
        chain: head?.chain,
        sequence: head?.sequence,
        hash: head?.headHash,
      }));
      expect(starts.map(({ kind, data }) => [kind, data['after']])).to.deep.equal([
        ['ChainStarted', null],
        ['ChainStarted', heads[0]],
        ['SegmentStarted', heads[1]],
      ]);
      expect(
        (await journal.records()).filter(({ kind }) => kind === 'PolicyChanged'),
        'no failover changes a policy',
      ).to.have.length(1);
      await journal.expectWhole();
    } finally {
      await scene.close();
    }
  });
});
