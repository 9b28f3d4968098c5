/** What other hands do to the ruleset. */
import type { Acts } from './action.js';

export const HANDS: Acts = {
  'hand-adds': [
    1,
    (sim, random) => {
      const { ruleset, organization } = sim;
      const members = new Set([...ruleset.members, random.pick(organization.repositories).id]);
      ruleset.setMembers(members);
      sim.note(`somebody sets the members to ${[...members].join(',')}`);
    },
  ],
  'hand-removes': [
    1.5,
    (sim, random) => {
      const { ruleset } = sim;
      const members = ruleset.members.filter(() => random.chance(0.7));
      if (members.length === 0) return;
      ruleset.setMembers(members);
      sim.note(`somebody sets the members to ${members.join(',')}`);
    },
  ],
  'hand-edits-rules': [
    0.5,
    ({ ruleset }, random) => void ruleset.edit({ rules: [{ type: random.pick(['deletion', 'update', 'creation']) }] }),
  ],
  'hand-edits-bypass': [
    0.3,
    ({ ruleset }, random) =>
      void ruleset.edit({
        bypass_actors: [{ actor_id: random.between(1, 9), actor_type: 'Team', bypass_mode: 'always' }],
      }),
  ],
  'hand-edits-branches': [
    0.3,
    ({ ruleset }, random) =>
      void ruleset.edit({
        conditions: {
          ...ruleset.conditions,
          ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [`refs/heads/x${random.below(9)}`] },
        },
      }),
  ],
};
