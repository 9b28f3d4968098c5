/** Who refers to what is known to be bad, by the index of workflow files, and which workflows of those ran. Pure. */
import type { IncidentAction, IncidentInventory, IncidentSpec } from '../api/index.js';
import { findReferences, type IndexedRepository, type Reference } from '../workflows/index.js';

type Reach = IncidentInventory['refers'][number];
type Unknown = IncidentInventory['unknown'][number];

/** What the index knows. */
export interface Sighted {
  refers: Reach[];
  /** Files of which nobody can say it. */
  unknown: Unknown[];
}

export interface IndexSight {
  organization: string;
  /** Undefined where there is no index. */
  repositories: readonly IndexedRepository[] | undefined;
  /** Names of repositories that have workflows and are not in the index, or not at their present commit. */
  unread: readonly string[];
}

/** All references to any action of the indicators, at one of its refs or commits, or at any where it names none. */
export function references({ indicators: { actions } }: Pick<IncidentSpec, 'indicators'>, sight: IndexSight): Sighted {
  if (actions.length === 0) return { refers: [], unknown: [] };
  const { organization, repositories, unread } = sight;
  if (repositories === undefined) return { refers: [], unknown: [{ repository: '*', what: 'index', why: NO_INDEX }] };
  const refers = new Map<string, Reach>();
  const unknown = new Map<string, Unknown>();
  for (const { action, ref } of wanted(actions)) {
    const found = findReferences(repositories, { organization, action, ref });
    for (const each of found.refers) refers.set(keyOf(each), reach(each, action));
    for (const { repository, file, why } of found.unknown)
      unknown.set(`${repository}/${file}`, { repository, what: file, why });
  }
  for (const repository of unread)
    unknown.set(`${repository}/`, { repository, what: 'workflow files', why: 'not read at their present commit yet' });
  return { refers: [...refers.values()], unknown: [...unknown.values()] };
}

const NO_INDEX = 'no index of workflow files: set workflows.enabled in the policy, and wait for its next full pass';

const wanted = (actions: readonly IncidentAction[]): { action: string; ref?: string }[] =>
  actions.flatMap(({ name: action, refs, commits }) => {
    const named = [...refs, ...commits];
    return named.length === 0 ? [{ action }] : named.map((ref) => ({ action, ref }));
  });

const keyOf = ({ repository, file, line, ref, via }: Reference): string =>
  JSON.stringify([repository, file, line, ref, via]);

const reach = ({ repository, file, line, ref, via }: Reference, action: string): Reach => ({
  ...{ repository, file, line, via },
  action: ref === '' ? action : `${action}@${ref}`,
});

/** A run of a workflow, as GitHub lists it. */
export interface RunSight {
  id: number;
  /** Of the workflow file. */
  path: string;
  time: string;
  sha: string;
}

/** What GitHub answered about the runs of one repository. */
export interface RunsOf {
  repository: string;
  runs: readonly RunSight[];
  /** Why not all is known. */
  why?: string | undefined;
}

/** Those runs whose workflow file refers, and what is not known. A file that is called by another runs as a part of it. */
export function ranOf(
  refers: readonly Reach[],
  answers: readonly RunsOf[],
): Pick<IncidentInventory, 'ran' | 'unknown'> {
  const files = new Map<string, Set<string>>();
  for (const { repository, file } of refers) files.set(repository, (files.get(repository) ?? new Set()).add(file));
  return {
    ran: answers.flatMap(({ repository, runs }) =>
      runs
        .filter(({ path }) => files.get(repository)?.has(path) === true)
        .map(({ id: run, time, sha: commit }) => ({ repository, run, time, commit })),
    ),
    unknown: answers.flatMap(({ repository, why }) => (why === undefined ? [] : [{ repository, what: 'runs', why }])),
  };
}

/** `2025-03-14T00:00:00Z..2025-03-16T00:00:00Z`: GitHub's search of dates. */
export function createdWithin({ window }: Pick<IncidentSpec, 'window'>, now: number): string | undefined {
  if (window === undefined) return undefined;
  const plain = (time: string | number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${plain(window.start)}..${plain(window.end ?? now)}`;
}
