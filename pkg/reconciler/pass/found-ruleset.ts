/**
 * The ruleset of a pass, where the policy has a template for it: made, where there is none and somebody enters. Everything after it goes
 * on with the new ruleset as with any that was found.
 */
import { hasCode, type Plus1Error } from '../../errors/index.js';
import type { GitHubWriter } from '../../github/index.js';
import { memoryOf } from '../memory/write-mark.js';
import type { OwnedLedger } from '../owned/ledger.js';
import { OwnedRulesets } from '../owned/owned-rulesets.js';
import { makeRuleset, wouldMake } from '../template/make-ruleset.js';
import { isInPlace } from '../template/missing-ruleset.js';
import type { MadeRuleset, PassObservation, PassRequest } from '../types.js';
import { guardPlan } from './guard.js';
import type { PassDependencies } from './pass-dependencies.js';
import { planFor, type Moment } from './plan.js';
import type { RulesetReads } from './ruleset-reads.js';

export interface FoundRequest {
  request: PassRequest;
  seen: PassObservation;
  moment: Moment;
  /** Why the pass goes on without a ruleset; absent where it was found. */
  missing: Plus1Error | undefined;
}

export interface FoundDependencies extends Pick<PassDependencies, 'reader' | 'record'> {
  writer?: GitHubWriter | undefined;
  ledger: OwnedLedger;
  rulesets: Pick<RulesetReads, 'read'>;
  found: (live: PassObservation['ruleset']) => void;
}

export interface FoundRuleset {
  /** With the ruleset that is there by now; in a dry run, with the one that stands in its place. */
  seen: PassObservation;
  made?: MadeRuleset;
}

/** Throws `missing` where nobody enters, and what the making of a ruleset throws. */
export async function foundRuleset(
  { request, seen, moment, missing }: FoundRequest,
  deps: FoundDependencies,
  signal: AbortSignal,
): Promise<FoundRuleset> {
  const { spec } = request.policy;
  const { ledger, writer, reader, record, rulesets } = deps;
  const { ruleset, organization } = seen;
  const owned = new OwnedRulesets({
    ...{ organization: organization.login, reader, writer, ledger },
    targetedBy: (id) => record.targetedBy?.(id),
    assertMayWrite: () => record.assertMayWrite(ruleset),
  });
  if (!isInPlace(ruleset)) {
    if (writer !== undefined) await settle(owned, ledger, ruleset, signal);
    return { seen };
  }
  const remembered = { ...request, status: memoryOf(request.status, ruleset) };
  const decision = guardPlan(planFor(remembered, seen, ruleset, moment), spec);
  const would = wouldMake(spec, decision);
  if (would === undefined) throw missing ?? new Error('a ruleset is missing, and nobody said why');
  if (writer === undefined) return { seen, made: would };
  const made = await makeRuleset(owned, spec, decision, signal);
  const live = await rulesets.read(organization.login, made.id, signal, { essential: true });
  deps.found(live);
  const { drift: _none, ...rest } = seen;
  return { seen: { ...rest, ruleset: live, lastWrite: {} }, made };
}

/** One that was found may be what an earlier pass sent, or stand in the place of what it made. What goes wrong is tried by the next pass. */
async function settle(
  owned: OwnedRulesets,
  ledger: OwnedLedger,
  { id, name }: PassObservation['ruleset'],
  signal: AbortSignal,
): Promise<void> {
  const known = ledger.get(name);
  if (known === undefined || known.id === id) return;
  await owned.find(name, signal).catch((thrown: unknown) => {
    if (signal.aborted && !hasCode(thrown, 'PLUS1_NAME_IN_USE')) throw thrown;
  });
}
