/** One document while it is changed: its tree, and what there is to tell about it. */
import { isMap, type YAMLMap } from 'yaml';
import {
  entriesOf,
  entry,
  find,
  isEmpty,
  isJSON,
  keyName,
  newMap,
  replaceValue,
  type Entry,
  type Targets,
} from './tree.js';

/** Something to tell, at an offset of the source. */
export interface Told {
  offset: number;
  says: string;
}

export interface Draft {
  root: YAMLMap;
  targets: Targets;
  /** Written as JSON: keys that are added get quotes. */
  json: boolean;
  /** What was changed or kept elsewhere, in words. */
  notes: Told[];
  /** Why the document cannot become an entity. */
  refusals: Told[];
  /** Texts of the source that are not in the result, each one told by a note. */
  replaced: string[];
}

export const draftOf = (root: YAMLMap, targets: Targets): Draft => ({
  root,
  targets,
  json: isJSON(root),
  notes: [],
  refusals: [],
  replaced: [],
});

/** The mapping below a key of another one, made where there is none; undefined where something else stands there. */
export function childMap(parent: YAMLMap, name: string, draft: Draft): YAMLMap | undefined {
  const found = find(parent, name, draft.targets);
  if (found !== undefined && isMap(found.value)) return found.value;
  if (found !== undefined && !isEmpty(found.value, draft.targets)) return undefined;
  const made = newMap(parent.flow === true);
  if (found === undefined) append(parent, entry(name, made, draft.json));
  else replaceValue(found, made);
  return made;
}

/** The mapping below `spec`, which stands behind `metadata` where it is made; undefined where something else is there. */
export function specOf(draft: Draft): YAMLMap | undefined {
  const { root, targets } = draft;
  const there = find(root, 'spec', targets);
  const spec = childMap(root, 'spec', draft);
  if (there !== undefined || spec === undefined) return spec;
  const made = root.items.pop() as Entry;
  const at = entriesOf(root).findIndex((each) => keyName(each, targets) === 'metadata');
  root.items.splice(at === -1 ? root.items.length : at + 1, 0, made);
  return spec;
}

/**
 * Puts an entry at the end of a mapping. A blank line above the first entry of a mapping would stand between the key and what
 * belongs to it.
 */
export function append(map: YAMLMap, added: Entry): void {
  const key = added.key;
  if (map.items.length === 0 && key.spaceBefore === true) key.spaceBefore = false;
  (map.items as Entry[]).push(added);
}
