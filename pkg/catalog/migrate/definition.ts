/**
 * A service definition of v2, v2.1 or v2.2 as an entity of v3: each field goes where its rule says. What has no place in v3, or
 * whose place is taken, is kept below `extensions` and told; nothing is dropped.
 */
import { isMap, isScalar, isSeq, YAMLSeq, type Node, type YAMLMap } from 'yaml';
import { quote } from '../../text/index.js';
import { append, childMap, type Draft } from './draft.js';
import { ruleFor, SECTIONS, type Rule } from './rules.js';
import {
  entriesOf,
  entry,
  find,
  isEmpty,
  joined,
  keyName,
  newMap,
  offsetOf,
  rename,
  replaceValue,
  scalar,
  takeComments,
  textOf,
  type Entry,
} from './tree.js';

/** Known to v3, and left where they are. */
const INTEGRATIONS = new Set(['jiraServiceManagementOps', 'sentry', 'terraform']);

const isSection = (name: string): boolean => (SECTIONS as readonly string[]).includes(name);

/** Changes the tree in place. What stops it is in `draft.refusals`, and the tree is not fit for use then. */
export function migrateDefinition(draft: Draft): void {
  const { root, targets } = draft;
  const entries = entriesOf(root);
  requireName(draft);
  // Sections that are there already come first: what moves into them must see what is taken.
  root.items = entries.filter((each) => isSection(keyName(each, targets) ?? '') && isMap(each.value));
  const sections = new Set(entriesOf(root));
  // Links come from three keys, and the owner from two: what is moved as it is goes first, whatever the order.
  const later: { moved: Entry; rule: Rule }[] = [];
  for (const moved of entries.filter((each) => !sections.has(each))) {
    const name = keyName(moved, targets);
    const rule = ruleFor(name ?? '');
    if (rule !== undefined && isShared(rule, entries, draft)) later.push({ moved, rule });
    else if (name === undefined || name === '<<') refuseKey(moved, name, draft);
    else migrateField(moved, name, rule, draft);
  }
  for (const { moved, rule } of later) if (!place(moved, rule, draft)) keep(moved, rule.from, draft);
  migrateIntegrations(draft);
  order(draft);
}

function requireName({ root, targets, refusals }: Draft): void {
  const service = find(root, 'dd-service', targets);
  if ((textOf(service?.value, targets) ?? '').trim() !== '') return;
  const found = service === undefined || isEmpty(service.value, targets) ? 'no dd-service' : 'dd-service is no text';
  const says = `${found}: write the name of one service, as dd-service: NAME, first`;
  refusals.push({ offset: offsetOf(service?.key ?? root), says });
}

function migrateField(moved: Entry, name: string, rule: Rule | undefined, draft: Draft): void {
  if (name === 'apiVersion' || name === 'kind') keepHead(moved, name, draft);
  else if (rule === undefined || !place(moved, rule, draft)) keep(moved, name, draft);
}

/** True where another field of the source goes to the same place as it is. */
const isShared = (rule: Rule, entries: readonly Entry[], { targets }: Draft): boolean =>
  (rule.how === 'links' || rule.how === 'owner') &&
  entries.some((each) => {
    const other = ruleFor(keyName(each, targets) ?? '');
    return other?.how === 'move' && other.to === rule.to;
  });

function refuseKey({ key }: Entry, name: string | undefined, { refusals }: Draft): void {
  const found = name === undefined ? 'a key that is a list or a mapping' : 'a merge key (<<)';
  refusals.push({ offset: offsetOf(key), says: `${found}: write the keys themselves first` });
}

/** What a file that is half migrated has already. */
function keepHead(moved: Entry, name: 'apiVersion' | 'kind', draft: Draft): void {
  if (name === 'kind' && textOf(moved.value, draft.targets) !== undefined) return append(draft.root, moved);
  if (name === 'apiVersion' && find(draft.root, 'apiVersion', draft.targets) === undefined)
    return version(moved, draft);
  keep(moved, name, draft);
}

/** False where the value does not fit, or the place is taken. */
function place(moved: Entry, rule: Rule, draft: Draft): boolean {
  switch (rule.how) {
    case 'version':
      if (find(draft.root, 'apiVersion', draft.targets) !== undefined) return false;
      version(moved, draft);
      return true;
    case 'links':
      return links(moved, rule, draft);
    case 'owner':
      return owner(moved, draft);
    case 'system':
      return system(moved, rule, draft);
    case 'section':
      // A mapping stays as it is; nothing is an empty section, and anything else is no section.
      if (!isEmpty(moved.value, draft.targets) || find(draft.root, rule.to, draft.targets) !== undefined) return false;
      append(draft.root, moved);
      return true;
    case 'move':
    case 'serviceURL':
      return move(moved, rule.to, draft);
  }
}

function version(moved: Entry, draft: Draft): void {
  const found = textOf(moved.value, draft.targets);
  const value = scalar('v3', draft.json);
  const old = moved.value;
  if (isScalar(old) && (old.type === 'QUOTE_DOUBLE' || old.type === 'QUOTE_SINGLE')) value.type = old.type;
  replaceValue(moved, value);
  rename(moved, 'apiVersion', draft.json);
  append(draft.root, moved);
  if (found !== undefined) draft.replaced.push(found);
}

function move(moved: Entry, to: string, draft: Draft): boolean {
  const steps = to.split('.');
  const name = steps.pop() ?? '';
  let map: YAMLMap | undefined = draft.root;
  for (const step of steps) map = map && childMap(map, step, draft);
  if (map === undefined || find(map, name, draft.targets) !== undefined) return false;
  rename(moved, name, draft.json);
  append(map, moved);
  return true;
}

function links(moved: Entry, { to, type = '' }: Rule, draft: Draft): boolean {
  const list = moved.value;
  // Where nothing is stated and the place is taken, there is nothing to keep.
  if (!isSeq(list)) return isEmpty(list, draft.targets) && (move(moved, to, draft) || true);
  const items = list.items.filter((item) => isMap(item));
  if (items.length < list.items.length) return false;
  const metadata = childMap(draft.root, 'metadata', draft);
  const there = metadata && find(metadata, 'links', draft.targets);
  if (there !== undefined && !takesLinks(there, draft)) return false;
  for (const item of items) addType(item, type, draft);
  if (there === undefined) return move(moved, to, draft);
  keepCommentsOf(moved, list, items);
  if (isSeq(there.value)) addItems(there.value, items);
  else replaceValue(there, list);
  return true;
}

/** The comments of a key that goes away stay with what it held: above the first item, and below the last one. */
function keepCommentsOf({ key }: Entry, list: YAMLSeq, items: readonly YAMLMap[]): void {
  const [first, last] = [items[0], items.at(-1)];
  if (first !== undefined)
    first.commentBefore = joined(key.commentBefore, key.comment, list.commentBefore, first.commentBefore);
  if (last !== undefined) last.comment = joined(last.comment, list.comment);
}

const takesLinks = ({ value }: Entry, { targets }: Draft): boolean => isSeq(value) || isEmpty(value, targets);

/** What stands below the last item stays below it. */
function addItems(list: YAMLSeq, items: readonly YAMLMap[]): void {
  const [first] = items;
  if (first !== undefined) {
    first.commentBefore = joined(list.comment, first.commentBefore);
    list.comment = null;
  }
  list.items.push(...items);
}

function addType(link: YAMLMap, type: string, { targets, json }: Draft): void {
  if (find(link, 'type', targets) !== undefined) return;
  const at = entriesOf(link).findIndex((each) => keyName(each, targets) === 'name');
  link.items.splice(at + 1, 0, entry('type', scalar(type, json), json));
}

/** Two teams: the one that Datadog shows is the owner, the other one owns as well. */
function owner(moved: Entry, draft: Draft): boolean {
  const metadata = childMap(draft.root, 'metadata', draft);
  const there = metadata && find(metadata, 'owner', draft.targets);
  if (metadata === undefined) return false;
  if (there === undefined) return move(moved, 'metadata.owner', draft);
  const [name, other] = [textOf(moved.value, draft.targets), textOf(there.value, draft.targets)];
  if (name === undefined || find(metadata, 'additionalOwners', draft.targets) !== undefined) return false;
  const offset = offsetOf(moved.key);
  if (name === other) {
    draft.replaced.push(name);
    draft.notes.push({ offset, says: `dd-team ${quote(name)} is metadata.owner already, and is said once` });
    return true;
  }
  const item = newMap(false);
  append(item, entry('name', moved.value as Node, draft.json));
  const list = new YAMLSeq<Node>();
  list.items.push(item);
  moved.value = list;
  rename(moved, 'additionalOwners', draft.json);
  append(metadata, moved);
  draft.notes.push({
    offset,
    says: `dd-team ${quote(name)} differs from team, and is now in metadata.additionalOwners`,
  });
  return true;
}

function system(moved: Entry, { from, to }: Rule, draft: Draft): boolean {
  const name = textOf(moved.value, draft.targets);
  if (name === undefined || name.trim() === '') return false;
  const offset = offsetOf(moved.key);
  const old = moved.value;
  if (!move(moved, to, draft)) return false;
  const item = scalar(`system:${name}`, draft.json);
  const list = new YAMLSeq<Node>();
  takeComments(old, item);
  [list.commentBefore, item.commentBefore] = [item.commentBefore ?? null, null];
  list.items.push(item);
  moved.value = list;
  draft.replaced.push(name);
  const says = `${from} ${quote(name)} is now ${to} ${quote(`system:${name}`)}: that system needs an entity of its own`;
  draft.notes.push({ offset, says });
  return true;
}

/** Where nothing else has a place for it. */
function keep(moved: Entry, name: string, draft: Draft): void {
  const extensions = childMap(draft.root, 'extensions', draft);
  const free = [name, `v2-${name}`].find((key) => extensions && find(extensions, key, draft.targets) === undefined);
  const offset = offsetOf(moved.key);
  if (extensions === undefined || free === undefined) {
    draft.refusals.push({ offset, says: `${quote(name)} has no place in v3, and extensions has no room for it` });
    return;
  }
  if (free !== name) rename(moved, free, draft.json);
  append(extensions, moved);
  const as = free === name ? '' : ` as ${quote(free)}`;
  draft.notes.push({ offset, says: `${quote(name)} has no place in v3, and is kept below extensions${as}` });
}

/** The keys of `integrations`, which are named differently in v3. */
function migrateIntegrations(draft: Draft): void {
  const section = find(draft.root, 'integrations', draft.targets);
  if (!isMap(section?.value)) return;
  const map = section.value;
  const entries = entriesOf(map);
  map.items = [];
  for (const each of entries) migrateIntegration(each, map, draft);
  if (entries.length > 0 && map.items.length === 0) dropEmpty(section, draft);
}

function migrateIntegration(moved: Entry, map: YAMLMap, draft: Draft): void {
  const name = keyName(moved, draft.targets);
  const isKnown = INTEGRATIONS.has(name ?? '') || ruleFor(`integrations.${name ?? ''}`) !== undefined;
  if (name === undefined || name === '<<') refuseKey(moved, name, draft);
  else if (isKnown && serviceURL(moved, draft)) map.items.push(moved);
  else keep(moved, name, draft);
}

/** Nothing is left of it; where a comment hangs on it, it stays. */
function dropEmpty(section: Entry, { root }: Draft): void {
  const { value, key } = section;
  if (joined(value?.comment, value?.commentBefore, key.commentBefore) === null)
    root.items = root.items.filter((item) => item !== section);
}

/** False where the value does not fit. */
function serviceURL(integration: Entry, draft: Draft): boolean {
  const value = integration.value;
  if (INTEGRATIONS.has(keyName(integration, draft.targets) ?? '')) return true;
  if (isMap(value)) {
    const old = find(value, 'service-url', draft.targets);
    if (old !== undefined && find(value, 'serviceURL', draft.targets) === undefined)
      rename(old, 'serviceURL', draft.json);
    return true;
  }
  // An alias to a mapping that is written elsewhere: its keys belong to both.
  if (value === null || textOf(value, draft.targets) === undefined) return isEmpty(value, draft.targets);
  const map = newMap(draft.root.flow === true);
  const added = entry('serviceURL', value, draft.json);
  added.key.commentBefore = value.commentBefore ?? null;
  value.commentBefore = null;
  map.items.push(added);
  integration.value = map;
  return true;
}

/** apiVersion, kind, then the sections; each of them with its comments. */
function order(draft: Draft): void {
  const { root, targets } = draft;
  if (find(root, 'apiVersion', targets) === undefined)
    append(root, entry('apiVersion', scalar('v3', draft.json), draft.json));
  if (find(root, 'kind', targets) === undefined) append(root, entry('kind', scalar('service', draft.json), draft.json));
  const names: readonly string[] = ['apiVersion', 'kind', ...SECTIONS];
  const placeOf = (each: Entry): number => names.indexOf(keyName(each, targets) ?? '');
  const sorted = [...entriesOf(root)].sort((a, b) => placeOf(a) - placeOf(b));
  const first = sorted[0]?.key as { spaceBefore?: boolean } | undefined;
  if (first?.spaceBefore === true) first.spaceBefore = false;
  root.items = sorted;
}
