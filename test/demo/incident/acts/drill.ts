/** The same as an exercise: planned and timed, and nothing is written. */
import type { Story } from '../story.js';
import { ORDER } from '../town.js';

export const drill = {
  title: 'Last month: a drill, which writes nothing',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    stage.narrator.say('A tabletop exercise finds what is missing before it is needed.');
    await stage.run(
      `incident open exercise --drill --policy acme --severity High --owner security \\\n    --title 'Exercise: a bad action' --reason 'Exercise of this month' \\\n    ${ORDER}`,
    );
    await story.until('exercise', 'Inventoried', /./);
    stage.proveWrites(0);
    await stage.run('incident status exercise --state state');
    await stage.run('incident close exercise --policies policies --state state');
    await story.until('exercise', 'Released', /^True/);
    stage.prove(story.rulesets.length === 0, 'No ruleset was made, and nobody was closed off.');
  },
};
