/**
 * A document that was meant as an entity of v3 and misses it by a word: what `validate` names as the near miss is put right.
 * Only what decides about the verdict is touched; everything else stays as its owner wrote it.
 */
import { isMap, isScalar, type YAMLMap } from 'yaml';
import { quote } from '../../text/index.js';
import { ENVELOPE_KEYS, isV3 } from '../envelope.js';
import { nearest } from '../near-miss.js';
import { append, childMap, specOf, type Draft } from './draft.js';
import {
  entriesOf,
  entry,
  find,
  isEmpty,
  keyName,
  mapOf,
  offsetOf,
  real,
  rename,
  replaceValue,
  scalar,
  textOf,
  type Entry,
} from './tree.js';

/** Versions that can only mean v3. */
const NEAR_V3 = /^v?3(?:\.\d+)*$/i;
/** An entity by its shape that names an older version. */
const OLDER = /^v?[12](?:\.\d+)*$/i;

/** True where the document is an entity of v3, or one by its shape. */
export function isEntity({ root, targets }: Pick<Draft, 'root' | 'targets'>): boolean {
  const version = textOf(find(root, 'apiVersion', targets)?.value, targets);
  if (version !== undefined && (isV3(version) || NEAR_V3.test(version))) return true;
  const schema = textOf(find(root, 'schema-version', targets)?.value, targets);
  if (version === undefined && schema !== undefined) return NEAR_V3.test(schema);
  if (version !== undefined && !OLDER.test(version)) return false;
  const metadata = mapOf(find(root, 'metadata', targets) ?? near(root, 'metadata', { targets }), targets);
  return metadata !== undefined && find(root, 'kind', targets) !== undefined;
}

/** Puts right what is near; changes the tree in place and tells each change. */
export function mendEntity(draft: Draft): void {
  mendVersion(draft);
  for (const key of ['kind', 'metadata', 'spec']) mendKey(draft.root, key, draft);
  mendName(draft);
  mendLifecycle(draft);
}

function mendVersion(draft: Draft): void {
  const { root, targets, json } = draft;
  const found = versionOf(draft);
  if (found === undefined) {
    root.items.unshift(entry('apiVersion', scalar('v3', json), json));
    return tell(draft, root, 'there was no apiVersion: apiVersion: v3 is added');
  }
  const name = keyName(found, targets) ?? '';
  const version = textOf(found.value, targets);
  const stays = version !== undefined && isV3(version);
  if (name === 'apiVersion' && stays) return;
  if (name !== 'apiVersion') rename(found, 'apiVersion', json);
  if (!stays) replaceValue(found, scalar('v3', json));
  if (version !== undefined) draft.replaced.push(version);
  const was = version === undefined ? name : `${name}: ${version}`;
  tell(draft, found, `${quote(was)} is now apiVersion: ${stays ? version : 'v3'}`);
}

const versionOf = (draft: Draft): Entry | undefined =>
  find(draft.root, 'apiVersion', draft.targets) ??
  find(draft.root, 'schema-version', draft.targets) ??
  near(draft.root, 'apiVersion', draft);

function mendKey(map: YAMLMap, wanted: string, draft: Draft): void {
  if (find(map, wanted, draft.targets) !== undefined) return;
  const found = near(map, wanted, draft);
  if (found === undefined) return;
  const name = keyName(found, draft.targets) ?? '';
  tell(draft, found, `${quote(name)} is now ${wanted}`);
  rename(found, wanted, draft.json);
}

/** The name that v2 had, in a document that is v3 otherwise. */
function mendName(draft: Draft): void {
  const { root, targets } = draft;
  const service = find(root, 'dd-service', targets);
  if (service === undefined || isEmpty(service.value, targets)) return;
  const metadata = childMap(root, 'metadata', draft);
  if (metadata === undefined || find(metadata, 'name', targets) !== undefined) return;
  take(root, service);
  tell(draft, service, '"dd-service" is now metadata.name');
  rename(service, 'name', draft.json);
  append(metadata, service);
}

/** Only where no lifecycle is read now: one that is read was meant. */
function mendLifecycle(draft: Draft): void {
  const { root, targets } = draft;
  const there = find(root, 'spec', targets);
  const spec = mapOf(there, targets);
  if (there !== undefined && spec === undefined && !isEmpty(there.value, targets)) return;
  if (spec !== undefined && there?.value === spec) mendKey(spec, 'lifecycle', draft);
  if (saysLifecycle(draft)) return;
  const metadata = mapOf(find(root, 'metadata', targets), targets);
  for (const [map, where] of [[root, 'at the top level'] as const, [metadata, 'below metadata'] as const])
    if (map !== undefined && moveLifecycle(map, where, draft)) return;
}

function moveLifecycle(map: YAMLMap, where: string, draft: Draft): boolean {
  const misplaced = find(map, 'lifecycle', draft.targets);
  if (misplaced === undefined || textOf(misplaced.value, draft.targets) === undefined) return false;
  const home = specOf(draft);
  if (home === undefined) return false;
  const empty = find(home, 'lifecycle', draft.targets);
  take(map, misplaced);
  if (empty !== undefined) take(home, empty);
  append(home, misplaced);
  tell(draft, misplaced, `lifecycle ${where} is now spec.lifecycle`);
  return true;
}

/** Writes the lifecycle that was asked for, where none is stated. True where it did. */
export function fillLifecycle(draft: Draft, lifecycle: string): boolean {
  const { targets, json } = draft;
  const spec = specOf(draft);
  if (spec === undefined) return false;
  const there = find(spec, 'lifecycle', targets);
  if (there !== undefined && !isEmpty(there.value, targets)) return false;
  if (there !== undefined) {
    const old = real(there.value, targets);
    if (isScalar(old)) draft.replaced.push(String(old.value));
    replaceValue(there, scalar(lifecycle, json));
  } else spec.items.unshift(entry('lifecycle', scalar(lifecycle, json), json));
  return true;
}

/** True where an entity, or a definition on its way to one, says its lifecycle. */
export function saysLifecycle({ root, targets }: Pick<Draft, 'root' | 'targets'>): boolean {
  const spec = mapOf(find(root, 'spec', targets), targets);
  return spec !== undefined && !isEmpty(find(spec, 'lifecycle', targets)?.value, targets);
}

function near(map: YAMLMap, wanted: string, { targets }: Pick<Draft, 'targets'>): Entry | undefined {
  return entriesOf(map).find((each) => {
    const name = keyName(each, targets);
    return name !== undefined && !ENVELOPE_KEYS.includes(name) && nearest(name, [wanted]) === wanted;
  });
}

function take(map: YAMLMap, taken: Entry): void {
  map.items = map.items.filter((item) => item !== taken);
}

function tell(draft: Draft, at: Entry | YAMLMap, says: string): void {
  draft.notes.push({ offset: offsetOf(isMap(at) ? at : at.key), says });
}
