/** The same plan applied, and a second run that finds nothing to do. */
import type { Act } from '../act.js';

export const converge: Act = {
  title: 'Converge: what declares production is governed',
  async play(stage) {
    const { narrator, ruleset } = stage;
    const rules = JSON.stringify([ruleset.rules, ruleset.bypassActors, ruleset.conditions.ref_name]);
    narrator.say('Entering is prompt: by the end of this run all five are governed.');
    await stage.run('sync -f policy.yaml');
    stage.proveWrites(1);
    stage.prove(
      sameIDs(stage.ruleset.members, stage.production),
      `The ruleset targets exactly the ${stage.production.length} repositories that declare production.`,
    );
    stage.prove(
      JSON.stringify([ruleset.rules, ruleset.bypassActors, ruleset.conditions.ref_name]) === rules,
      'Its rules, bypass actors and branches are as their owner left them.',
    );
    narrator.say(
      '',
      'Once more. Files of unchanged commits are not read again, and a converged ruleset is not written.',
    );
    await stage.run('sync -f policy.yaml');
    stage.proveWrites(0);
  },
};

export function sameIDs(a: readonly number[], b: readonly number[]): boolean {
  const ids = new Set(a);
  return a.length === b.length && b.every((id) => ids.has(id));
}
