/**
 * One write of a membership by property: PATCHes of at most 30 repositories each, by name. Those that enter come first, so that nobody in
 * production is without the property in between. Those that leave are named as two answers of two kinds showed them just before.
 * https://docs.github.com/en/rest/orgs/custom-properties#create-or-update-custom-property-values-for-organization-repositories
 */
import { RequestError } from '@octokit/request-error';
import type { TargetProperty } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { mapError, rootOf } from '../map-error.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester } from '../requester/requester.js';
import type { WriteOutcome } from '../write-outcome.js';
import { failedWrite } from './failed-write.js';
import type { Write } from './membership.js';
import type { PropertyValue, PropertyValues } from './property-values.js';

/** As many as GitHub takes in one request. */
const BATCH_SIZE = 30;

export interface PropertyWriteOptions {
  property: TargetProperty;
  requester: Requester<WriteChain>;
  write: Write;
  /** The values as they are now. */
  read: () => Promise<PropertyValues>;
  /** As they were read with the ruleset, just before. */
  before: PropertyValues;
  /** Who bears these names, by another answer: ids by names in lower case. */
  bearersOf: (names: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** `proved`: exactly the members that were to be sent have the value. */
export type PropertyWriteEnd = { state: 'proved'; values: PropertyValues } | WriteOutcome;

/** One PATCH as it was sent. */
interface Sent {
  ids: readonly number[];
  /** In lower case, as GitHub compares them. */
  names: ReadonlySet<string>;
  value: string | null;
}

/** One that a PATCH met by mistake, and what it had before. */
interface Met {
  id: number;
  name: string;
  value: string | null;
}

export class PropertyWrite {
  readonly #options: PropertyWriteOptions;
  /** PATCHes that no read was held against yet. */
  #unread: Sent[] = [];
  #latest: PropertyValues;
  #shared: ReadonlySet<string>;
  #count = 0;

  constructor(options: PropertyWriteOptions) {
    this.#options = options;
    this.#latest = options.before;
    this.#shared = sharedNames(options.before);
  }

  async run(): Promise<PropertyWriteEnd> {
    const { live, members } = this.#options.write;
    // Law 3: with nobody in it the ruleset would apply to nobody.
    if (members.length === 0) throw new Plus1Error('PLUS1_INTERNAL', 'an empty membership was to be sent');
    const target = new Set(members);
    try {
      for (const ids of batches(members.filter((id) => !live.members.has(id))))
        await this.#patch(ids, this.#options.property.value);
      for (const ids of batches([...live.members].filter((id) => !target.has(id)))) {
        const bearers = await this.#bearersOf(ids);
        // Last, since it is nearest to the PATCH where it does not lag.
        await this.#look();
        // Those that enter were counted as staying: without them the ruleset may be left with fewer than the guards allow, or with nobody.
        if (!this.#hasAll(members)) break;
        await this.#patch(ids, null, bearers);
      }
      await this.#look();
    } catch (error) {
      return this.#failed(error);
    }
    return this.#isReached(target)
      ? { state: 'proved', values: this.#latest }
      : {
          state: 'unknown',
          why: 'some repositories do not have what was written: they were renamed, or changed by somebody else',
        };
  }

  /**
   * By the names that the latest read shows. Who is not in it is not there any more, or hidden, and left out. So is whose name another
   * one bears as well: it changed hands between two pages, and nothing tells whose it is now. `bearers`: only by a name that these have
   * for it too.
   */
  async #patch(ids: readonly number[], value: string | null, bearers?: ReadonlyMap<string, number>): Promise<void> {
    const { property, requester, write } = this.#options;
    const known = ids.filter((id) => this.#latest.has(id) && this.#isOurs(id, value));
    const isCalled = (id: number): boolean => bearers === undefined || bearers.get(keyOf(this.#latest.get(id))) === id;
    const sure = known.filter((id) => !this.#shared.has(keyOf(this.#latest.get(id))) && isCalled(id));
    const names = sure.map((id) => this.#latest.get(id)?.name ?? '');
    if (names.length === 0) return;
    const sent = { ids: sure, names: new Set(sure.map((id) => keyOf(this.#latest.get(id)))), value };
    await this.#send(names, { property_name: property.name, value }, { requester, write });
    this.#unread.push(sent);
  }

  /** What is written over is nothing, or our own value: another one is somebody else's, and their ruleset may be aimed at it. */
  #isOurs(id: number, value: string | null): boolean {
    const now = this.#latest.get(id)?.value;
    return value === null ? now === this.#options.property.value : now === undefined || now === value;
  }

  async #send(
    names: readonly string[],
    property: { property_name: string; value: string | null },
    { requester, write }: Pick<PropertyWriteOptions, 'requester' | 'write'>,
  ): Promise<void> {
    await requester.rest(
      'PATCH /orgs/{org}/properties/values',
      { org: write.organization, repository_names: names, properties: [property] },
      { chain: write.essential ? 'essentialWrite' : 'write', signal: write.context.signal },
    );
    this.#count += 1;
    write.begun();
  }

  /** Reads, and sets back at once whom a PATCH met by a name that had changed hands. */
  async #look(): Promise<void> {
    const before = this.#latest;
    await this.#readAgain();
    const unread = this.#unread;
    this.#unread = [];
    const { property } = this.#options;
    const meant = new Set(unread.flatMap(({ ids }) => ids));
    const wrong = await this.#sure(unread.flatMap((sent) => this.#met(sent, meant, before)));
    for (const { name, value } of wrong)
      await this.#send([name], { property_name: property.name, value }, this.#options);
    if (wrong.length > 0) await this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    this.#latest = await this.#options.read();
    this.#shared = sharedNames(this.#latest);
    // A long list takes longer than a read may be old: without this nobody could leave a large organization.
    this.#options.write.looked();
  }

  /**
   * Other repositories that have the value of the PATCH where they had another one: those that bear a name of it by now, and those that lost
   * the value that makes a member, whatever they are called: a name may have been given up again. Of one that was not listed before nobody
   * knows that it was let in by the PATCH.
   */
  #met({ names, value }: Sent, meant: ReadonlySet<number>, before: PropertyValues): Met[] {
    const { property } = this.#options;
    return [...this.#latest].flatMap(([id, now]) => {
      const was = before.get(id)?.value ?? null;
      if (meant.has(id) || (now.value ?? null) !== value || was === value) return [];
      const isMet = was === property.value || (names.has(keyOf(now)) && before.has(id));
      return isMet ? [{ id, name: now.name, value: was }] : [];
    });
  }

  /** Who gets back what protects is set back by the list alone; who loses it, by a name that another answer has for it too. */
  async #sure(met: readonly Met[]): Promise<Met[]> {
    const protects = ({ value }: Met): boolean => value === this.#options.property.value;
    const bearers = await this.#bearersOf(met.filter((each) => !protects(each)).map(({ id }) => id));
    return met.filter((each) => protects(each) || bearers.get(each.name.toLowerCase()) === each.id);
  }

  #bearersOf(ids: readonly number[]): Promise<ReadonlyMap<string, number>> {
    return this.#options.bearersOf(ids.flatMap((id) => this.#latest.get(id)?.name ?? []));
  }

  #hasAll(ids: readonly number[]): boolean {
    const { value } = this.#options.property;
    return ids.every((id) => this.#latest.get(id)?.value === value);
  }

  #isReached(target: ReadonlySet<number>): boolean {
    const { value: wanted } = this.#options.property;
    const has = [...this.#latest].filter(([, { value }]) => value === wanted);
    return has.length === target.size && has.every(([id]) => target.has(id));
  }

  /** After the first PATCH something was written, whatever becomes of the others: only a read says what. */
  #failed(error: unknown): WriteOutcome {
    const { write } = this.#options;
    if (this.#count === 0) return isRenamed(error) ? { state: 'unknown', why: RENAMED } : failedWrite(error, write);
    const why = `after ${this.#count} requests: ${isRenamed(error) ? RENAMED : mapError(error, write.context).message}`;
    if (isRenamed(error)) return { state: 'unknown', why };
    const outcome = failedLater(error, write);
    return { state: 'unknown', why, ...(outcome !== undefined && { error: outcome }) };
  }
}

/** In lower case, as GitHub compares names. */
const keyOf = (of: PropertyValue | undefined): string => of?.name.toLowerCase() ?? '';

/** Names that several repositories bear. */
function sharedNames(values: PropertyValues): ReadonlySet<string> {
  const [once, shared] = [new Set<string>(), new Set<string>()];
  for (const each of values.values()) (once.has(keyOf(each)) ? shared : once).add(keyOf(each));
  return shared;
}

const RENAMED = 'a repository of them was renamed or deleted a moment ago';

/** GitHub answers 404 where one of the names is nobody's: nothing of that request was applied. */
function isRenamed(error: unknown): boolean {
  const root = rootOf(error);
  return root instanceof RequestError && root.response !== undefined && root.status === 404;
}

/** The error of a refusal that the next request would meet as well; undefined where it may pass. */
function failedLater(error: unknown, write: Write): Plus1Error | undefined {
  try {
    const outcome = failedWrite(error, write);
    if (outcome.state === 'refused')
      return outcome.error ?? new Plus1Error('PLUS1_WRITE_REFUSED', `cannot ${write.context.what}: ${outcome.why}`);
    return outcome.state === 'unknown' ? outcome.error : undefined;
  } catch {
    return undefined;
  }
}

function* batches(ids: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < ids.length; start += BATCH_SIZE) yield ids.slice(start, start + BATCH_SIZE);
}
