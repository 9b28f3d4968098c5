/** Which approvals count for somebody who leaves: given for a plan that held it with that word, in time, and not used before. */
import type { Chronicle, Given, Put } from '../model/chronicle.js';
import { msOf, type Spec } from '../model/spec.js';

/** As many distinct approvers as the policy asks for. */
export function covers(chronicle: Chronicle, put: Put, id: number, { guards: { approval } }: Spec): boolean {
  const counting = chronicle.approvals.filter((given) => {
    const { at, withdrawnAt = Infinity, planHash } = given;
    const age = put.at - at;
    const pairs = chronicle.plans.get(planHash);
    return (
      age >= 0 &&
      put.start - at < msOf(approval.timeout) + EXACT_MS &&
      withdrawnAt >= put.start &&
      pairs?.leaving.some(([leaver]) => leaver === id) === true &&
      !wasUsed(chronicle, given, put)
    );
  });
  return new Set(counting.map(({ approver }) => approver)).size >= approval.required;
}

const EXACT_MS = 2_000;

/** A write that it helped to release was proved in an earlier pass, which kept what it knew. */
function wasUsed({ puts, plans, passes }: Chronicle, { planHash, at }: Given, before: Put): boolean {
  const ids = new Set(plans.get(planHash)?.leaving.map(([id]) => id));
  return puts.some((put) => {
    const pass = passes.find((each) => each.pass === put.pass);
    if (!(put.at > at && put.pass !== before.pass && put.at < before.at) || !put.isAnswered) return false;
    if (pass?.end === undefined || pass.isTroubled) return false;
    const left = (put.read ?? []).filter((id) => !put.members.includes(id) && ids.has(id));
    return left.length > 0 && put.released === true;
  });
}
