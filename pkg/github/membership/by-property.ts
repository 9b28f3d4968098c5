/**
 * Members by the value of a custom property: the ruleset is aimed at it once and never written. Values are read in bulk and written by
 * name, so that a name may belong to another repository by then: each write is held against a read by id, before and after.
 */
import type { LiveRuleset, TargetProperty } from '../../api/index.js';
import { isDeepStrictEqual } from 'node:util';
import { quote } from '../../text/index.js';
import type { Requester } from '../requester/requester.js';
import { sameConditions } from '../rulesets/conditions.js';
import { decodeRuleset, isThere, otherTargeting, type DecodedRuleset } from '../rulesets/decode-ruleset.js';
import type { MapContext } from '../map-context.js';
import { readBearers } from './bearers.js';
import type { Membership, ReadMeans } from './membership.js';
import { requireDefinition } from './property-definition.js';
import { readValues, type PropertyValues, type ValuesMeans } from './property-values.js';
import { PropertyWrite } from './property-write.js';

export interface ByPropertyOptions {
  property: TargetProperty;
  /** Its reads, those of a write included. */
  requester: Requester;
  /** What errors are mapped with. */
  context: (what: string, signal: AbortSignal) => MapContext;
}

export class ByProperty implements Membership {
  readonly #options: ByPropertyOptions;
  /** The values that each read of the ruleset came with. */
  readonly #values = new WeakMap<LiveRuleset, PropertyValues>();

  constructor(options: ByPropertyOptions) {
    this.#options = options;
  }

  /** Throws where the property cannot hold a membership. */
  async require(means: ReadMeans): Promise<void> {
    await requireDefinition(this.#options.property, this.#means(means));
  }

  async read(answer: unknown, means: ReadMeans): Promise<LiveRuleset> {
    const ruleset = decodeRuleset(answer);
    requireAim(ruleset, this.#options.property);
    return this.#with(ruleset, await readValues(this.#means(means)));
  }

  write: Membership['write'] = async (requester, write) => {
    const { live, organization, context } = write;
    const means = this.#means({ organization, chain: 'essential', signal: context.signal });
    const { property, requester: reads } = this.#options;
    const before = this.#values.get(live) ?? (await readValues(means));
    const writing = new PropertyWrite({
      ...{ property, requester, write, before },
      read: () => readValues(means),
      bearersOf: (each) => readBearers(reads, each, means),
    });
    const ended = await writing.run();
    return ended.state === 'proved' ? { state: 'answered', ruleset: this.#with(live, ended.values) } : ended;
  };

  sameAs: Membership['sameAs'] = samePropertyMembers;

  #with(ruleset: DecodedRuleset, values: PropertyValues): LiveRuleset {
    const { value: wanted } = this.#options.property;
    const members = new Set([...values].filter(([, { value }]) => value === wanted).map(([id]) => id));
    const live: LiveRuleset = { ...ruleset, targeting: 'CustomProperty', members, barred: this.#barred(values) };
    this.#values.set(live, values);
    return live;
  }

  /** Another value is never written over: another ruleset may be aimed at it, and would lose the repository without evidence. */
  #barred(values: PropertyValues): ReadonlyMap<number, string> {
    const { name, value: wanted } = this.#options.property;
    const barred = new Map<number, string>();
    for (const [id, { value }] of values)
      if (value !== undefined && value !== wanted) barred.set(id, `its custom property ${name} is ${quote(value)}`);
    return barred;
  }

  #means(means: ReadMeans): ValuesMeans {
    const { requester, property, context } = this.#options;
    const what = `read the values of the custom property ${property.name} of ${means.organization}`;
    return { ...means, requester, property: property.name, context: context(what, means.signal) };
  }
}

/** The ruleset itself is never written, so that it must be as it was. */
export function samePropertyMembers(shown: LiveRuleset, live: LiveRuleset, members: readonly number[]): boolean {
  return (
    sameConditions(shown, live) && shown.members.size === members.length && members.every((id) => shown.members.has(id))
  );
}

/** Aimed at the property and that value, and at nothing more: a further condition would leave out who has the value. */
function requireAim(ruleset: DecodedRuleset, { name, value }: TargetProperty): void {
  const { repository_property: condition } = ruleset.conditions;
  const words = `exactly the repositories whose property ${name} is ${JSON.stringify(value)}`;
  const fix =
    `set its target on GitHub: Target repositories > Dynamic list by property > Include by property > ${name} > ${value}, ` +
    'and nothing else; Plus1 never writes it';
  if (!isThere(condition)) throw otherTargeting(ruleset, words, fix);
  const { include, exclude } = condition as Record<string, unknown>;
  const isAimed = isDeepStrictEqual(plainOf(include), [{ name, property_values: [value] }]);
  if (!isAimed || plainOf(exclude).length > 0) throw otherTargeting(ruleset, words, fix);
}

/** Without what GitHub adds by default. */
function plainOf(list: unknown): unknown[] {
  if (!Array.isArray(list)) return [];
  return list.map((each: unknown) => {
    if (typeof each !== 'object' || each === null) return each;
    const { source, ...rest } = each as Record<string, unknown>;
    return source === undefined || source === 'custom' ? rest : each;
  });
}
