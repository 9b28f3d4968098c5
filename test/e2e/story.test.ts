import { expect } from 'chai';
import { SILENT } from '../story/teller.js';
import { Stage } from '../story/stage.js';
import { STORY } from '../story/story.js';
import { sharedCluster } from './support/shared-cluster.js';

describe('the story of a cluster', function () {
  this.timeout(240_000);
  // Scenes follow from one another.
  this.bail(true);
  let stage: Stage;
  let failed = false;
  before(async () => {
    stage = await Stage.set({ tools: sharedCluster().tools, teller: SILENT });
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed';
  });
  after(async () => {
    const logs = await stage?.strike({ keepLogs: failed });
    if (logs !== undefined) console.error(`The cluster's logs are kept in ${logs}`);
  });

  for (const scene of STORY) {
    it(scene.title, async () => {
      await scene.play(stage);
      expect(stage.github.contractViolations).to.deep.equal([]);
    });
  }

  // Of deleted policies too: the audit log has how each was left.
  it('leaves every status with one owner', () => stage.requireOneOwner());
});
