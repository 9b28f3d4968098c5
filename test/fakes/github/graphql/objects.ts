/** Values that resolvers pass on: each names its GraphQL type, so that unions and interfaces resolve. */
import type { Entry } from '../world/git.js';
import type { Author, Commit, Repository } from '../world/repository.js';
import type { Rule, Ruleset } from '../world/ruleset.js';

export interface RefValue {
  typeName: 'Ref';
  repository: Repository;
  name: string;
  target: Commit;
}
export interface RuleValue {
  typeName: 'RepositoryRule';
  ruleset: Ruleset;
  rule: Rule;
}
export interface EntryValue {
  typeName: 'TreeEntry';
  commit: Commit;
  entry: Entry;
  name: string;
}
export interface BlobValue {
  typeName: 'Blob';
  repository: Repository;
  entry: Extract<Entry, { kind: 'blob' }>;
}
export interface TreeValue {
  typeName: 'Tree';
  commit: Commit;
  entry: Extract<Entry, { kind: 'tree' }>;
}
export interface ActorValue {
  typeName: 'GitActor';
  author: Author;
  date: number;
}
export interface UserValue {
  typeName: 'User';
  login: string;
}
export type GitObjectValue = Commit | BlobValue | TreeValue;

export function entryValue(commit: Commit, entry: Entry): EntryValue {
  return { typeName: 'TreeEntry', commit, entry, name: entry.path.split('/').at(-1) ?? entry.path };
}

/** The object of an entry; null for a submodule, whose commit lives in another repository. */
export function objectOf(commit: Commit, entry: Entry): GitObjectValue | null {
  if (entry.kind === 'blob') return { typeName: 'Blob', repository: commit.repository, entry };
  return entry.kind === 'tree' ? { typeName: 'Tree', commit, entry } : null;
}
