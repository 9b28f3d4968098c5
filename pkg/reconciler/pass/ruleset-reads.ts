/**
 * The reads of the ruleset in one pass, held against each other. GitHub answers from copies, and a copy that lags shows a
 * membership that is no more: who was put in meanwhile would be taken out by a PUT on it, without a trace and without evidence. So a
 * read that is dated before one that was seen already is no read.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { GitHubReader } from '../../github/index.js';
import { dateOf, isBefore, isHeld, MAX_REPEATS, serverMs } from '../memory/newest-dates.js';
import { isShown } from '../memory/open-write.js';
import type { NewestRuleset } from '../memory/verdict-cache-shape.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import { sameRuleset } from './act/compare.js';
import { renamed } from './act/faults.js';

type Dated = Pick<NewestRuleset, 'id' | 'updatedMs'>;

/** A read whose answer took longer may be too old for a write by the time that one leaves. */
const SLOW_MS = 4_000;

/**
 * So long after its intent a write that an earlier pass left open may be applied already, and a copy of GitHub be behind it: nobody saw the
 * date that it made.
 */
const LAG_MS = 120_000;

/** A read, with when it was asked for. */
interface Asked {
  read: LiveRuleset;
  askedMs: number;
}

interface Parts {
  reader: Pick<GitHubReader, 'findRuleset' | 'readRuleset' | 'readRulesetUnless' | 'etagOf' | 'pause' | 'time'>;
  /** Where the newest date is kept for the next pass. */
  memory: Pick<VerdictCache, 'newestRuleset'>;
  /** What an earlier pass sent, and nobody knows the outcome of. */
  open?: PolicyStatus['pendingWrite'];
}

export class RulesetReads {
  readonly #reader: Parts['reader'];
  readonly #memory: Parts['memory'];
  /** When each was asked for, by the time of the pass. */
  readonly #asked = new WeakMap<LiveRuleset, number>();
  /** As it was last believed in this pass. */
  #believed: LiveRuleset | undefined;
  /** The newest date that this pass saw. */
  #newest: Dated | undefined;
  /** The open write, until a read was believed. */
  #open: Parts['open'];

  constructor({ reader, memory, open }: Parts) {
    this.#reader = reader;
    this.#memory = memory;
    this.#open = open;
  }

  /**
   * Throws PLUS1_RULESET_NOT_FOUND where it was renamed after GitHub listed it: the policy does not name that one. `named`: called once
   * GitHub has listed one of that name, while it is read.
   */
  async find(
    organization: string,
    rulesetName: string,
    signal: AbortSignal,
    { named }: { named?: () => void } = {},
  ): Promise<LiveRuleset> {
    const ask = (): Promise<LiveRuleset> => this.#reader.findRuleset(organization, rulesetName, signal, { named });
    const found = await this.#believe(ask, organization, signal);
    if (found.name !== rulesetName) throw renamed({ organization, rulesetName }, found.name);
    return found;
  }

  /** `essential`: goes on below the floor of the budget. */
  async read(
    organization: string,
    id: number,
    signal: AbortSignal,
    options: { essential: boolean },
  ): Promise<LiveRuleset> {
    const ask = (): Promise<LiveRuleset> => this.#reader.readRuleset(organization, id, signal, options);
    const read = await this.#believe(ask, organization, signal);
    const changed = await this.#changedSince(read, organization, signal);
    return changed === undefined ? read : this.#believe(ask, organization, signal, changed);
  }

  /**
   * Where the answer was long on its way, GitHub is asked whether the ruleset is still as it was: a long list takes its time whenever it is
   * sent, and nothing would ever be written on it. "Still as it was" has no list. Undefined where it is, and where that is not said: then
   * the read is as old as it was.
   */
  async #changedSince(ruleset: LiveRuleset, organization: string, signal: AbortSignal): Promise<Asked | undefined> {
    const askedMs = this.#reader.time.now();
    const etag = this.#reader.etagOf(ruleset);
    const isSlow = askedMs - this.oldestMs(ruleset) > SLOW_MS;
    if (!isSlow || etag === undefined) return undefined;
    try {
      const read = await this.#reader.readRulesetUnless(organization, { id: ruleset.id, etag }, signal);
      if (read !== undefined) return { read, askedMs };
      this.#asked.set(ruleset, askedMs);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
    }
    return undefined;
  }

  /** One that was read before anything else of this pass. Asked for again where a newer one was seen already. */
  async glanced(ruleset: LiveRuleset, organization: string, signal: AbortSignal): Promise<LiveRuleset> {
    if (!this.#isOld(ruleset) && !this.#lacksWrite(ruleset)) return this.#take(ruleset);
    return this.read(organization, ruleset.id, signal, { essential: false });
  }

  /**
   * Since when that ruleset may be another one, by the time of the pass: it is as old as its question, however long the answer was on its
   * way. By property its members are a list of many pages, and a write names only whom it is about: there the end of the read counts.
   */
  oldestMs(ruleset: LiveRuleset): number {
    const nowMs = this.#reader.time.now();
    return ruleset.targeting === 'CustomProperty' ? nowMs : (this.#asked.get(ruleset) ?? nowMs);
  }

  /** Told the answer that proved a write: reads that are older are of a copy that lags. */
  saw(ruleset: LiveRuleset): void {
    this.#take(ruleset);
  }

  /** Throws PLUS1_GITHUB_LAGS where it stays in doubt. `first`: the first read, where it was asked for already. */
  async #believe(
    ask: () => Promise<LiveRuleset>,
    of: string,
    signal: AbortSignal,
    first?: Asked,
  ): Promise<LiveRuleset> {
    let before: LiveRuleset | undefined;
    for (let repeats = 0; ; repeats += 1) {
      const given = repeats === 0 ? first : undefined;
      const { read, askedMs } = given ?? (await this.#asking(ask));
      this.#asked.set(read, askedMs);
      const isOld = this.#isOld(read);
      // Two in a row that agree count: nothing else tells a change where a server has no dates, or dates that do not move.
      const isAgreed = before !== undefined && sameRuleset(read, before);
      const isAskedAgain = repeats < MAX_REPEATS && this.#lacksWrite(read);
      if (!isOld && !isAskedAgain && (isAgreed || this.#isExpected(read))) return this.#take(read);
      if (repeats === MAX_REPEATS) throw lags(read, of, isOld);
      before = isOld ? undefined : read;
      await this.#reader.pause(repeats, signal);
    }
  }

  async #asking(ask: () => Promise<LiveRuleset>): Promise<Asked> {
    const askedMs = this.#reader.time.now();
    return { askedMs, read: await ask() };
  }

  #isOld({ id, updatedAt }: LiveRuleset): boolean {
    const newest = this.#newest ?? this.#remembered();
    return newest?.id === id && isBefore(updatedAt, newest.updatedMs);
  }

  #remembered(): Dated | undefined {
    const { newestRuleset: known } = this.#memory;
    return known !== undefined && isHeld(known, serverMs(this.#reader.time)) ? known : undefined;
  }

  /**
   * True where it does not show a write by which others entered and whose outcome nobody knows, moments after its intent: it may be of a copy
   * that is behind, and a write on it would take out whom that one let in. It is asked for again as often as after a refusal, and then counts.
   */
  #lacksWrite(read: LiveRuleset): boolean {
    const open = this.#open;
    if (open?.membersHash === undefined || isShown(open, read)) return false;
    return this.#reader.time.now() - Date.parse(open.startTime) < LAG_MS;
  }

  /** As the last one that was believed, or dated after it. */
  #isExpected(read: LiveRuleset): boolean {
    const last = this.#believed;
    if (last === undefined || last.id !== read.id || sameRuleset(read, last)) return true;
    const [ms, lastMs] = [dateOf(read.updatedAt), dateOf(last.updatedAt)];
    return ms !== undefined && lastMs !== undefined && ms > lastMs;
  }

  #take(ruleset: LiveRuleset): LiveRuleset {
    const { id, updatedAt } = ruleset;
    const updatedMs = dateOf(updatedAt);
    if (this.#isOld(ruleset)) return ruleset;
    this.#believed = ruleset;
    this.#open = undefined;
    if (updatedMs === undefined) return ruleset;
    this.#newest = { id, updatedMs };
    this.#memory.newestRuleset = { id, updatedMs, seenMs: serverMs(this.#reader.time) };
    return ruleset;
  }
}

function lags({ name, updatedAt }: LiveRuleset, organization: string, isOld: boolean): Plus1Error {
  const what = `cannot read the ruleset ${name} of ${organization}`;
  const why = isOld
    ? `each answer shows it as it was at ${updatedAt ?? 'an earlier time'}, and a newer one was seen already`
    : 'the answers differ, and none of them is newer than the others';
  return new Plus1Error('PLUS1_GITHUB_LAGS', `${what}: ${why}; nothing was written on them`, {
    fix: 'wait: the next pass reads it again. Where it stays, look whether a proxy or cache on the way answers for GitHub',
  });
}
