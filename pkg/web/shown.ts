/** Which policies the overview shows: those that a figure counts. Pure. */
import type { Summary } from './trouble.js';

const COUNTED = {
  trouble: ({ trouble }: Summary) => (trouble > 0 ? 1 : 0),
  production: ({ production = 0 }: Summary) => production,
  governed: ({ governed = 0 }: Summary) => governed,
  ungoverned: ({ production = 0, governed = 0 }: Summary) => production - governed,
  held: ({ held }: Summary) => held,
} as const;

export type Shown = keyof typeof COUNTED;

/** `?show=` of an address; undefined where it says none, or nothing that is counted. */
export const shownOf = (text: string): Shown | undefined =>
  Object.hasOwn(COUNTED, text) ? (text as Shown) : undefined;

export interface Count {
  total: number;
  /** Those that make it up, in their order. */
  of: readonly Summary[];
}

/** What each figure counts. */
export const countsOf = (all: readonly Summary[]): Record<Shown, Count> =>
  Object.fromEntries(Object.entries(COUNTED).map(([name, of]) => [name, countOf(all, of)])) as Record<Shown, Count>;

const countOf = (all: readonly Summary[], of: (each: Summary) => number): Count => ({
  total: all.reduce((sum, each) => sum + of(each), 0),
  of: all.filter((each) => of(each) > 0),
});
