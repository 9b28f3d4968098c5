/** What the authors of the policy do to its file. */
import { editedSpec, exemptionFor } from '../world/policy.js';
import { MINUTE, type Acts } from './action.js';

export const POLICY_EDITS: Acts = {
  'policy-edit': [2, (sim, random) => sim.putPolicy(editedSpec(sim.spec, random))],
  exempt: [
    1.5,
    (sim, random) => {
      const exemption = exemptionFor(sim.organization, random, sim.timeline.now());
      if (exemption === undefined) return;
      const others = sim.spec.exemptions.filter(({ repository }) => repository !== exemption.repository);
      sim.putPolicy({ ...sim.spec, exemptions: [...others, exemption] });
      sim.note(`exempted: ${JSON.stringify(exemption)}`);
    },
  ],
  'end-exemption': [0.7, (sim) => sim.putPolicy({ ...sim.spec, exemptions: sim.spec.exemptions.slice(1) })],
  'policy-broken': [
    0.3,
    (sim, random) => {
      const { spec } = sim;
      sim.putPolicy('apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nspec: [\n');
      sim.later(random.between(1, 120) * MINUTE, () => sim.putPolicy(spec));
    },
  ],
  'policy-deleted': [
    0.3,
    (sim, random) => {
      const { spec } = sim;
      sim.putPolicy(undefined);
      sim.later(random.between(1, 240) * MINUTE, () => sim.putPolicy(spec));
    },
  ],
  look: [2, (sim) => sim.touchPolicy()],
  hangup: [0.7, (sim) => sim.lives.latest?.process.lookNow()],
};
