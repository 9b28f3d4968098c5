/**
 * Deviations from Datadog's published schema. Warnings, never more: its own examples deviate from it, so a file that
 * does is still read.
 */
import { quote } from '../text/index.js';
import { nearest } from './near-miss.js';
import type { Reporter, Says } from './reporter.js';
import {
  DATADOG,
  INTEGRATIONS,
  KIND_PATTERN,
  KNOWN_KINDS,
  METADATA,
  NATIVE_KINDS,
  ROOT,
  SPECS,
  type Shape,
} from './datadog-schema.js';
import { describe, type Field, type Mapping } from './entity-view.js';

type Report = Reporter['report'];

const SECTIONS: readonly (readonly [string, Shape])[] = [
  ['metadata', METADATA],
  ['spec', SPECS.get('service') ?? {}],
  ['integrations', INTEGRATIONS],
  ['datadog', DATADOG],
];

/** Says what is unusual about a document that is an entity. */
export function reportDeviations(root: Mapping, kind: Field | undefined, report: Report): void {
  const kindName = kind?.value.is === 'text' ? kind.value.text : '';
  if (kind !== undefined && kindName !== '') checkKind(kind, kindName, report);
  checkShape({ name: '', shape: ROOT, mapping: root }, report);
  const sections = { metadata: METADATA, spec: SPECS.get(kindName), integrations: INTEGRATIONS, datadog: DATADOG };
  for (const [name, shape] of Object.entries(sections)) {
    const value = root.field(name)?.value;
    if (value?.is !== 'mapping') continue;
    if (shape === undefined) reportMergeKeys(value.mapping, report);
    else checkShape({ name, shape, mapping: value.mapping }, report);
  }
}

function checkKind(field: Field, kind: string, report: Report): void {
  if (KNOWN_KINDS.has(kind)) return;
  const meant = nearest(kind, NATIVE_KINDS);
  if (meant === undefined && KIND_PATTERN.test(kind)) return;
  report('kind-spelling', field.offset, {
    found: `the kind ${quote(kind)}`,
    expected: meant ?? 'lower-case letters, digits and single hyphens',
    fix:
      meant === undefined ? 'rename the kind' : `write kind: ${meant}, unless a custom kind of this name is registered`,
  });
}

interface Section {
  /** Empty for the root. */
  name: string;
  shape: Shape;
  mapping: Mapping;
}

function checkShape(section: Section, report: Report): void {
  for (const field of section.mapping.fields) {
    if (field.name === '<<') reportMergeKey(field, report);
    else if (isMisplacedLifecycle(field, section)) reportMisplaced(field, section, report);
    else if (!Object.hasOwn(section.shape, field.name))
      report('unknown-key', field.keyOffset, () => unknownKey(field, section));
    else checkType(field, section, report);
  }
}

const path = (section: string, key: string): string => (section === '' ? key : `${section}.${key}`);

function checkType(field: Field, section: Section, report: Report): void {
  const wanted = section.shape[field.name];
  const found = field.value;
  if (wanted === undefined || wanted === 'any' || found.is === 'nothing' || found.is === wanted) return;
  const expected = wanted === 'text' ? 'text' : `a ${wanted}`;
  const fixes = {
    list: 'write it as a list, one "- " item a line',
    text: 'write one value',
    mapping: 'write it as "key: value" lines below the key',
    nothing: 'remove the value',
  };
  report('field-type', field.offset, {
    found: `${describe(found)} as ${path(section.name, field.name)}`,
    expected,
    fix: fixes[wanted],
  });
}

function isMisplacedLifecycle(field: Field, section: Section): boolean {
  return field.name === 'lifecycle' && (section.name === '' || section.name === 'metadata');
}

function reportMisplaced(field: Field, section: Section, report: Report): void {
  const value = field.value.is === 'text' ? ` with ${quote(field.value.text)}` : '';
  report('lifecycle-misplaced', field.keyOffset, {
    found: `${path(section.name, 'lifecycle')}${value}`,
    expected: 'spec.lifecycle, the only one that is read',
    fix: 'move it below spec',
  });
}

function unknownKey(field: Field, section: Section): Says {
  const home = homeOf(field.name, section.name);
  const meant = home === undefined ? nearest(field.name, Object.keys(section.shape)) : undefined;
  return {
    found: `the key ${quote(field.name)} in ${section.name === '' ? 'the document' : section.name}`,
    expected: meant ?? home ?? `one of ${Object.keys(section.shape).join(', ')}`,
    fix: unknownFix(meant, home),
  };
}

function unknownFix(meant: string | undefined, home: string | undefined): string {
  if (meant !== undefined) return `write ${meant}`;
  return home === undefined
    ? 'remove the key, or move it below extensions'
    : `only ${home} is known: move or remove it`;
}

/** Who knows a key that stands in the wrong place: another section, or `spec` of another kind. */
function homeOf(key: string, section: string): string | undefined {
  if (Object.hasOwn(ROOT, key)) return `${key} at the top level`;
  const home = SECTIONS.find(([name, shape]) => name !== section && Object.hasOwn(shape, key));
  if (home !== undefined) return `${home[0]}.${key}`;
  const kind = [...SPECS].find(([, shape]) => Object.hasOwn(shape, key))?.[0];
  return kind === undefined ? undefined : `spec.${key} of the kind ${kind}`;
}

function reportMergeKeys(mapping: Mapping, report: Report): void {
  for (const field of mapping.fields) if (field.name === '<<') reportMergeKey(field, report);
}

function reportMergeKey(field: Field, report: Report): void {
  report('merge-key', field.keyOffset, {
    found: 'a merge key (<<)',
    expected: 'the keys themselves: YAML 1.2 has no merge keys, so they are not applied',
    fix: 'write the merged keys out',
  });
}
