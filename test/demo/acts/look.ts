/** A dry run: the plan, and the proof that nothing was written. */
import type { Act } from '../act.js';

export const look: Act = {
  title: 'Look first: a dry run',
  async play(stage) {
    const { narrator } = stage;
    narrator.say(
      'This organization has 1,250 repositories. Its ruleset was filled by hand, and five repositories were forgotten.',
      'A policy says whose ruleset to keep; all else has defaults.',
    );
    narrator.command('cat policy.yaml');
    narrator.output(stage.policy);
    const before = stage.ruleset.members;
    await stage.run('plan -f policy.yaml');
    stage.proveWrites(0);
    stage.prove(stage.ruleset.members.join() === before.join(), 'The ruleset is as it was.');
  },
};
