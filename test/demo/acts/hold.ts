/** A mistake of our own: a misspelt lifecycle would let everybody leave. The guard holds the plan. */
import type { Act } from '../act.js';

export const hold: Act = {
  title: 'A mistake: everybody would leave',
  async play(stage) {
    const { narrator } = stage;
    narrator.say(
      'Somebody types the wrong lifecycle and sets the grace period aside. Now no file declares production any more.',
    );
    const before = stage.ruleset.members;
    await stage.run('sync -f policy.yaml --production-lifecycle prod --grace-period 0s', { exit: 3 });
    stage.proveWrites(0);
    stage.prove(
      stage.ruleset.members.join() === before.join(),
      `The ruleset still targets ${before.length} repositories: more than a quarter at once is held for a person to look at.`,
    );
  },
};
