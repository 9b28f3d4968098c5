/**
 * The rulesets that Plus1 makes itself: made under a name that nobody has, known by id from then on, deleted by id. Whatever bears the
 * name and was not made by Plus1 is never adopted, written or deleted.
 *
 * GitHub has no way to make a ruleset once: an answer may be lost after it was made. So what is sent is kept before (`OwnedLedger`), and
 * a ruleset of that name is ours exactly where it is what a kept creation without an outcome sent. GitHub lets one organization have a
 * name once, so that a creation may be sent again at once: where the first is applied late, the second is refused.
 */
import type { OwnedStatus } from '../../api/index.js';
import type { OwnedRuleset, RulesetChange } from '../../github/index.js';
import { change, type ChangeRecords } from './change.js';
import { create } from './create.js';
import { remove, type MayGo } from './delete.js';
import { find } from './find.js';
import type { OwnedMeans } from './means.js';
import { mayChangeUntilMs, type Left } from './open-change.js';
import { strangers } from './strangers.js';
import type { Wanted } from './wanted.js';

export class OwnedRulesets {
  readonly #means: OwnedMeans;

  constructor(means: OwnedMeans) {
    this.#means = means;
  }

  /** The same, whose writes leave only where `more` does not throw either. */
  asking(more: () => void | Promise<void>): OwnedRulesets {
    const { assertMayWrite } = this.#means;
    return new OwnedRulesets({
      ...this.#means,
      assertMayWrite: async () => {
        await assertMayWrite();
        await more();
      },
    });
  }

  /** All that were made, or are about to be, as they are known. */
  get all(): readonly OwnedStatus[] {
    return this.#means.ledger.all;
  }

  /** The ruleset that Plus1 made under that name, as it is now. Undefined where there is none. Writes nothing to GitHub. */
  find(name: string, signal: AbortSignal): Promise<OwnedRuleset | undefined> {
    return find(this.#means, name, signal);
  }

  /**
   * The ruleset of that name, made where there is none. One that Plus1 made before is left as it is: `isNew` is false then. Throws
   * PLUS1_NAME_IN_USE where somebody else has the name, PLUS1_WRITE_UNPROVED where nobody knows whether it was made (the next pass calls
   * it again), PLUS1_WRITE_REFUSED, and what the client throws.
   */
  async ensure(wanted: Wanted, signal: AbortSignal): Promise<{ ruleset: OwnedRuleset; isNew: boolean }> {
    const there = await this.find(wanted.body.name, signal);
    if (there !== undefined) return { ruleset: there, isNew: false };
    return { ruleset: await create(this.#means, wanted, signal), isNew: true };
  }

  /** Writes members or enforcement of one that Plus1 made, and returns it as it was read after it. Throws where it is not proved. */
  change(name: string, to: RulesetChange, told: ChangeRecords, signal: AbortSignal): Promise<OwnedRuleset> {
    return change(this.#means, { name, to, told }, signal);
  }

  /**
   * Deletes the one that Plus1 made under that name; nothing where it made none. Throws where it is not proved. `mayGo`: throws where the
   * ruleset, as it is right before that, has to stay; asked in the turn of the write.
   */
  remove(name: string, signal: AbortSignal, mayGo?: MayGo): Promise<void> {
    return remove(this.#means, { name, mayGo }, signal);
  }

  /** Until when the ruleset of that name may become another one by a write of ours without a known outcome, Unix ms; undefined: it may not. */
  mayChangeUntilMs(name: string, live: Left): number | undefined {
    const { ledger, reader } = this.#means;
    const known = ledger.get(name);
    return known && mayChangeUntilMs(known, live, reader.time.now());
  }

  /** Those on GitHub whose names begin so, and that this policy does not know. */
  strangers(prefix: string, signal: AbortSignal): Promise<OwnedRuleset[]> {
    return strangers(this.#means, prefix, signal);
  }
}
