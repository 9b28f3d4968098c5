/** All invariants, at the end of a run. */
import type { Simulation } from '../run/simulation.js';
import { budget } from './budget.js';
import { guards } from './guards.js';
import { journal } from './journal.js';
import { evidence, grace, productionStays } from './leaving.js';
import { pace } from './pace.js';
import { plansOf } from './plans.js';
import { untouched } from './untouched.js';
import { webhooks } from './webhooks.js';
import { conditionsOnly, intentFirst, mode, readFirst } from './writes.js';

export async function judge(sim: Simulation): Promise<string[]> {
  const { chronicle, organization, ruleset, github } = sim;
  plansOf(sim);
  return [
    // What was seen when it happened: secrets, convergence.
    ...chronicle.wrong,
    ...productionStays(chronicle),
    ...evidence(chronicle),
    ...grace(chronicle),
    ...guards(chronicle),
    ...conditionsOnly(chronicle, `/orgs/${organization.login}/rulesets/${ruleset.id}`),
    ...intentFirst(chronicle),
    ...readFirst(chronicle),
    ...mode(chronicle),
    ...untouched(organization),
    ...budget(chronicle),
    ...pace(chronicle),
    ...webhooks(sim),
    ...(await journal(sim)),
    ...github.contractViolations.map((each) => `simulator: ${each}`),
  ];
}
