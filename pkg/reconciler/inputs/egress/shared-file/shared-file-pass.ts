/** Delivery `SharedFile` in one pass: what the rules ask of the file, one look at it, and what that is to each rule. */
import { MAX_FOREIGN_LINES, type EgressRuleSpec, type EgressRuleStatus } from '../../../../api/index.js';
import type { Log } from '../../../../base/index.js';
import { entriesFor, isForAll, shortDigest, wantedHash, type KeptRule } from '../../../../egress/index.js';
import { toPlus1Error } from '../../../../errors/index.js';
import { keyString } from '../../../../policies/index.js';
import { foreignLine } from '../../../../text/index.js';
import type { InputPass } from '../../handler.js';
import type { Known } from '../known.js';
import type { Withdrawn } from '../withdrawn.js';
import { deliver } from './deliver.js';
import type { Delivery, SharedMeans, SharedStatus, Wanted } from './means.js';
import { mergedOf, type Merged } from './reviews.js';
import { concerns, inSharedFile } from './rules.js';

type Pass = InputPass<EgressRuleSpec, EgressRuleStatus>;

const MAX_LINE = 200;
const MAX_MESSAGE = 1_000;

export class SharedFilePass {
  /** Undefined where nobody looked in this pass. */
  readonly delivery: Delivery | undefined;
  readonly #merged: ReadonlyMap<string, Merged>;

  private constructor(delivery?: Delivery, merged: ReadonlyMap<string, Merged> = new Map<string, Merged>()) {
    this.delivery = delivery;
    this.#merged = merged;
  }

  /** Undefined with another delivery. Throws where the signal aborts. */
  static async run(
    pass: Pass,
    known: readonly Known[],
    withdrawn: readonly Withdrawn[],
    signal: AbortSignal,
  ): Promise<SharedFilePass | undefined> {
    const { request, seen, isSkewed } = pass;
    if (request.policy.spec.egress.delivery !== 'SharedFile') return undefined;
    const before = request.status.egress?.sharedFile;
    const wanted = wantedOf(known, [...withdrawn, ...pass.broken.map(({ metadata: { name } }) => ({ name }))]);
    // A quick pass comes every minute: it looks where the rules ask for something else. Of a time that is wrong nothing ends or begins.
    const isDue = seen !== undefined && !isSkewed && (seen.isQuick !== true || wanted.hash !== before?.hash);
    if (!isDue) return new SharedFilePass();
    const means = meansOf(pass, seen, signal);
    const delivery = await deliver(means, wanted, before);
    return new SharedFilePass(delivery, await reviewsOf(means, delivery, { known, log: pass.deps.log }));
  }

  mergedOf(digest: string): Merged | undefined {
    return this.#merged.get(shortDigest(digest));
  }

  /** With what the file is to each rule that it concerns. */
  over(known: readonly Known[]): Known[] {
    return known.map((each) =>
      concerns(each.rule) ? { ...each, shared: inSharedFile(each, this.delivery, this.#merged) } : each,
    );
  }
}

/** Rules that are in force, and those that wait for the merge; one that is not approved yet is proposed by just that. */
function wantedOf(known: readonly Known[], kept: readonly KeptRule[]): Wanted {
  const rules = known.filter(
    ({ rule, phase }) =>
      rule.spec.effect === 'Allow' && isForAll(rule.spec) && (phase === 'InForce' || phase === 'Pending'),
  );
  const denies = known.filter(({ rule, phase }) => rule.spec.effect === 'Deny' && phase === 'InForce');
  const file = {
    own: rules.flatMap(({ rule, digest, denied }) =>
      entriesFor({ rule, digest, denied: denied.map(({ endpoint }) => endpoint) }),
    ),
    kept: kept.map(({ name, endpoints }) => ({ name, ...(endpoints && { endpoints }) })),
    denied: denies.flatMap(({ rule }) => rule.spec.endpoints),
  };
  const reasons = new Map(rules.map(({ rule: { metadata, spec } }) => [metadata.name, spec.reason]));
  return { ...file, hash: wantedHash(file), reasons };
}

function meansOf({ request, deps }: Pass, seen: NonNullable<Pass['seen']>, signal: AbortSignal): SharedMeans {
  const { repository, path, branch } = request.policy.spec.egress.sharedFile;
  const { reader, writer, record } = deps;
  return {
    policy: keyString(request.policy.metadata),
    at: { organization: seen.organization.login, name: repository },
    ...{ path, branch, reader, writer, signal },
    assertMayWrite: () => record.assertMayWrite(seen.ruleset),
    tell: async (told) => record.tell?.(told, signal),
  };
}

/** Of rules that nobody is known to have approved. One whose reviews cannot be read is not approved by them in this pass. */
async function reviewsOf(
  means: SharedMeans,
  { sight }: Delivery,
  { known, log }: { known: readonly Known[]; log: Log },
): Promise<ReadonlyMap<string, Merged>> {
  if (sight === undefined) return new Map();
  const open = known.filter(
    ({ rule, phase }) => phase !== 'Expired' && rule.spec.effect === 'Allow' && !hasReviews(rule, phase),
  );
  try {
    return await mergedOf(
      means,
      sight,
      open.map(({ digest }) => shortDigest(digest)),
    );
  } catch (thrown) {
    means.signal.throwIfAborted();
    log.warn('Reviews of the shared file not read', { error: toPlus1Error(thrown).message });
    return new Map();
  }
}

const hasReviews = ({ status }: Known['rule'], phase: Known['phase']): boolean =>
  phase === 'InForce' && status.delivered?.commit !== undefined;

/** What the status of the policy keeps: of a pass that did not look, what was there. */
export function sharedStatus(
  { status, policy }: Pass['request'],
  shared: SharedFilePass | undefined,
): SharedStatus | undefined {
  if (shared === undefined || policy.spec.egress.delivery !== 'SharedFile') return undefined;
  const { delivery } = shared;
  return delivery === undefined ? status.egress?.sharedFile : statusOf(delivery, status.egress?.sharedFile);
}

function statusOf(
  { state, reason, message, hash, pullRequest, foreign, sight }: Delivery,
  before: SharedStatus | undefined,
): SharedStatus {
  const lines = foreign.slice(0, MAX_FOREIGN_LINES).map((line) => foreignLine(line, MAX_LINE));
  const seen = foreign.length === 0 ? {} : { foreign: { total: foreign.length, lines } };
  const known = before?.foreign === undefined ? {} : { foreign: before.foreign };
  return {
    ...{ state, reason, message: foreignLine(message, MAX_MESSAGE), hash },
    ...(pullRequest !== undefined && { pullRequest }),
    ...(sight === undefined ? known : seen),
  };
}
