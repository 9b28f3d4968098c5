/** What the pass of a policy does with its rollouts: one after the other, each with its own candidate. */
import { ROLLOUTS, type Rollout, type RolloutSpec, type RolloutStatus } from '../../api/index.js';
import { LRU } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import { inputRef } from '../../policies/index.js';
import type { PolicyMetrics, RolloutCounts } from '../../telemetry/index.js';
import type { InputHandler, InputPass, InputResult } from '../inputs/handler.js';
import { RolloutPass, type RolloutOutcome, type SeenPass } from './rollout-pass.js';

/** Rule suites of which it is known that they were counted: those of a month in a busy organization. */
const MOST_COUNTED = 50_000;

/** No approval names it. */
const NO_PLAN = '';

export class RolloutHandler implements InputHandler<RolloutSpec, RolloutStatus> {
  readonly kind = ROLLOUTS;
  readonly #counted = new LRU<true>(MOST_COUNTED);

  hashOf({ status }: Rollout): string {
    return status.hold?.planHash ?? NO_PLAN;
  }

  async handle(pass: InputPass<RolloutSpec, RolloutStatus>, signal: AbortSignal): Promise<InputResult<RolloutStatus>> {
    const { seen, acted, owned, isSkewed } = pass;
    const outcomes: { rollout: Rollout; outcome: RolloutOutcome }[] = [];
    // Of a pass that failed nothing is known of the main ruleset; without a time that can be believed no stage has an end.
    if (seen === undefined || acted === undefined || owned === undefined || isSkewed)
      return this.#result(pass, outcomes);
    for (const rollout of pass.objects) {
      if (signal.aborted) break;
      const outcome = await this.#one({ ...pass, seen, acted, owned }, rollout, signal);
      if (outcome !== undefined) outcomes.push({ rollout, outcome });
    }
    return this.#result(pass, outcomes);
  }

  /** What goes wrong with one holds up no other. */
  async #one(pass: SeenPass, rollout: Rollout, signal: AbortSignal): Promise<RolloutOutcome | undefined> {
    try {
      return await new RolloutPass(pass, rollout).run(signal);
    } catch (thrown) {
      const { code, message } = toPlus1Error(thrown);
      pass.deps.log.warn('Rollout not handled', { rollout: rollout.metadata.name, code, error: message });
      return undefined;
    }
  }

  #result(
    pass: InputPass<RolloutSpec, RolloutStatus>,
    outcomes: readonly { rollout: Rollout; outcome: RolloutOutcome }[],
  ): InputResult<RolloutStatus> {
    const times = outcomes.flatMap(({ outcome: { nextMs } }) => nextMs ?? []);
    return {
      statuses: outcomes.map(({ rollout, outcome: { status } }) => ({ of: inputRef(rollout), status })),
      events: outcomes.flatMap(({ rollout, outcome }) =>
        outcome.events.map((event) => ({ of: inputRef(rollout), event })),
      ),
      verdicts: outcomes.flatMap(({ outcome }) => outcome.verdicts),
      entries: outcomes.flatMap(({ outcome }) => outcome.entries),
      ...(times.length > 0 && { nextMs: Math.min(...times) }),
      notices: noticesOf(pass, outcomes),
      measure: (metrics) => this.#measure(metrics, pass.objects, outcomes),
    };
  }

  #measure(
    metrics: PolicyMetrics,
    objects: readonly Rollout[],
    outcomes: readonly { rollout: Rollout; outcome: RolloutOutcome }[],
  ): void {
    const after = new Map(outcomes.map(({ rollout, outcome }) => [rollout.metadata.uid, outcome.status]));
    metrics.rollouts(
      objects.map(({ metadata, status }): RolloutCounts => {
        const { stage = 0, analysis } = after.get(metadata.uid) ?? status;
        return { rollout: metadata.name, stage, ...(analysis && { pushes: analysis }) };
      }),
    );
    for (const { outcome } of outcomes)
      for (const { id, result } of outcome.listed?.suites ?? []) {
        if (this.#counted.get(`${id}`) === true) continue;
        this.#counted.set(`${id}`, true);
        metrics.ruleSuite(result);
      }
  }
}

/** Where a rollout cannot be read, none is said to be over. */
function noticesOf(
  { objects, broken }: InputPass<RolloutSpec, RolloutStatus>,
  outcomes: readonly { rollout: Rollout; outcome: RolloutOutcome }[],
): NonNullable<InputResult['notices']> {
  const failed = failedOf(objects, outcomes);
  return failed === undefined && broken.length > 0 ? [] : [['RolloutFailed', failed]];
}

/** Open as long as one is rolled back, by the last word on each. One more is told when it comes, and not with the next repetition. */
function failedOf(
  objects: readonly Rollout[],
  outcomes: readonly { rollout: Rollout; outcome: RolloutOutcome }[],
): { message: string; since: string; remindMs?: number } | undefined {
  const after = new Map(outcomes.map(({ rollout, outcome }) => [rollout.metadata.uid, outcome.status]));
  const failed = objects.flatMap(({ metadata, status }) => {
    const { end, conditions = [] } = after.get(metadata.uid) ?? status;
    const told = conditions.find(({ type }) => type === 'RolledBack');
    if (end !== 'RolledBack' || told === undefined) return [];
    return [{ message: `${metadata.name}: ${told.message}`, atMs: Date.parse(told.lastTransitionTime) }];
  });
  if (failed.length === 0) return undefined;
  const times = failed.map(({ atMs }) => atMs);
  return {
    message: failed.map(({ message }) => message).join('; '),
    since: new Date(Math.min(...times)).toISOString(),
    ...(times.length > 1 && { remindMs: Math.max(...times) }),
  };
}
