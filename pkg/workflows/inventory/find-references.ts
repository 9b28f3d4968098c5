/** Who refers to an action, over an organization: in a step or a job, by a workflow that is called, or by a composite action. */
import type { ReferenceWay } from '../../api/index.js';
import { localPath } from '../job/judge-job.js';
import type { IndexedFile, IndexedRepository } from './index-repository.js';

export interface Reference {
  repository: string;
  file: string;
  job: string;
  line: number;
  /** As the file that names the action has it. */
  ref: string;
  via: ReferenceWay;
}

export interface References {
  refers: Reference[];
  unknown: { repository: string; file: string; why: string }[];
}

/** A file of the organization that others may use. */
interface Definition {
  repository: IndexedRepository;
  file: IndexedFile;
}

/**
 * All references to `action` (`owner/name`, in any case, with everything below it) at `ref`, or at any. A file that uses what refers to it
 * refers to it as well, at its own line; how far that goes is not bounded, and circles end.
 */
export function findReferences(
  repositories: readonly IndexedRepository[],
  { organization, action, ref }: { organization: string; action: string; ref?: string | undefined },
): References {
  const definitions = definitionsOf(repositories, organization);
  const wanted = action.toLowerCase();
  const isIt = (name: string): boolean => isOf(name.toLowerCase(), wanted);
  const refs = new Map<IndexedFile, Set<string>>();
  const all = repositories.flatMap((repository) => repository.files.map((file) => ({ repository, file })));
  const refers: Reference[] = [];
  for (const { repository, file } of all)
    for (const use of file.uses) {
      if (!isIt(use.name) || (ref !== undefined && !isSameRef(use.ref, ref))) continue;
      refers.push({
        repository: repository.name,
        file: file.path,
        job: use.job,
        line: use.line,
        ref: use.ref,
        via: 'direct',
      });
      refs.set(file, (refs.get(file) ?? new Set()).add(use.ref));
    }
  return {
    refers: [...refers, ...indirect(all, refs, { definitions, organization })].sort(byPlace),
    unknown: unknownOf(all),
  };
}

/**
 * Of a repository only what `findReferences` can make something of, for any of these actions: uses of them and of files of the organization,
 * and what could not be read. Few files of an organization have any, so that what is left of all of them fits into memory.
 */
export function onlyReferring(
  repository: IndexedRepository,
  { organization, actions }: { organization: string; actions: readonly string[] },
): IndexedRepository {
  const wanted = actions.map((action) => action.toLowerCase());
  const own = `${organization.toLowerCase()}/`;
  const counts = (uses: string): boolean => {
    const name = uses.toLowerCase();
    return isLocal(uses) || name.startsWith(own) || wanted.some((action) => isOf(name, action));
  };
  const files = repository.files
    .map((file) => ({ ...file, jobs: [], uses: file.uses.filter(({ name }) => counts(name)) }))
    .filter(({ uses, unknown }) => uses.length > 0 || unknown !== undefined);
  return { ...repository, files };
}

const isOf = (name: string, action: string): boolean => name === action || name.startsWith(`${action}/`);

/** Files that use a file that refers to the action, and those that use them: a pass over all, until one finds nothing new. */
function indirect(
  all: readonly Definition[],
  refs: Map<IndexedFile, Set<string>>,
  { definitions, organization }: { definitions: ReadonlyMap<string, Definition>; organization: string },
): Reference[] {
  const found = new Map<string, Reference>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { repository, file } of all)
      for (const reference of through(repository, file, { definitions, organization, refs })) {
        found.set(JSON.stringify(reference), reference);
        refs.set(file, (refs.get(file) ?? new Set()).add(reference.ref));
      }
  }
  return [...found.values()];
}

/** What one file uses that refers to the action. */
function through(
  repository: IndexedRepository,
  file: IndexedFile,
  known: {
    definitions: ReadonlyMap<string, Definition>;
    organization: string;
    refs: ReadonlyMap<IndexedFile, ReadonlySet<string>>;
  },
): Reference[] {
  return file.uses.flatMap(({ name, job, line }) => {
    const used = known.definitions.get(keyOf(name, repository.name, known.organization));
    const via = used?.file.kind === 'composite' ? ('composite' as const) : ('reusable' as const);
    const refs = used === undefined ? [] : [...(known.refs.get(used.file) ?? [])];
    return refs.map((ref) => ({ repository: repository.name, file: file.path, job, line, ref, via }));
  });
}

/** By what `uses` says to name them, in lower case: a workflow file, or the folder of a composite action. */
function definitionsOf(repositories: readonly IndexedRepository[], organization: string): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const repository of repositories)
    for (const file of repository.files) {
      const path = file.kind === 'composite' ? file.path.replace(/\/?action\.ya?ml$/, '') : file.path;
      found.set(keyOf(`./${path}`, repository.name, organization), { repository, file });
    }
  return found;
}

const isLocal = (uses: string): boolean => localPath(uses) !== '';

function keyOf(uses: string, repository: string, organization: string): string {
  const path = isLocal(uses) ? `${organization}/${repository}/${localPath(uses).slice(2)}` : uses;
  return path.replace(/\/+$/, '').toLowerCase();
}

/** A commit may be written short. */
const isSameRef = (found: string, asked: string): boolean =>
  found === asked || (/^[0-9a-f]{7,40}$/i.test(asked) && found.toLowerCase().startsWith(asked.toLowerCase()));

const unknownOf = (all: readonly Definition[]): References['unknown'] =>
  all.flatMap(({ repository, file }) =>
    file.unknown === undefined ? [] : [{ repository: repository.name, file: file.path, why: file.unknown }],
  );

const byPlace = (a: Reference, b: Reference): number =>
  compare(a.repository, b.repository) || compare(a.file, b.file) || a.line - b.line || compare(a.via, b.via);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
