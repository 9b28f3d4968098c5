/** The owner adds the rule to the production ruleset; the candidate goes when it stands there. */
import type { Play } from '../play.js';

export const fold = {
  title: 'The owner folds the rule into the production ruleset',
  async play(play: Play): Promise<void> {
    const { narrator, acme, loop } = play;
    narrator.say('Plus1 never changes rules of the production ruleset. It prints what its owner sends:');
    await play.run('rollout fold signed -f policies/acme.yaml --state state', { maxLines: 40, tailLines: 34 });
    const main = acme.ruleset('plus1_enforcement');
    main.edit({ rules: [...main.rules, { type: 'required_signatures' }] });
    play.keepMain();
    narrator.say('', 'The owner sends it. One pass is not enough to believe it:');
    await loop.lookNow();
    play.prove(play.candidate('signed') !== undefined, 'After one pass the candidate is still there.');
    await loop.lookNow();
    play.prove(play.candidate('signed') === undefined, 'After two passes it is deleted.');
    await play.run('rollout status signed --state state');
  },
};
