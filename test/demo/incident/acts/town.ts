/** Thirty repositories, and a controller that keeps its ruleset on those in production. */
import { isGovernedAll, type Story } from '../story.js';
import { BAD } from '../town.js';

export const town = {
  title: 'An organization, and a controller that watches it',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    stage.narrator.say('Thirty repositories in production. Some of them use tj-actions/changed-files.');
    const run = story.begin();
    await run.until(() => isGovernedAll(stage), 'every repository is governed');
    await run.until(() => story.hasIndex, 'the index of workflow files');
    story.keepMain();
    stage.prove(isGovernedAll(stage), `${stage.ruleset.members.length} repositories are in production, and governed.`);
    stage.narrator.say('', 'The controller keeps an index of all workflow files. It answers without asking GitHub:');
    await stage.run(`inventory ${BAD} --state state`);
    stage.proveWrites(0);
  },
};
