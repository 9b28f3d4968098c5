/**
 * The envelope of a v3 entity: apiVersion, kind, metadata.name. What fails here is `invalid_schema`; every reason names
 * the near miss, since most such files are one word away from a valid one.
 */
import { nearest } from './near-miss.js';
import { quote } from '../text/index.js';
import type { Reporter } from './reporter.js';
import { trimYaml } from './lifecycle.js';
import { describe, type Field, type Mapping } from './entity-view.js';

type Report = Reporter['report'];

const EXPECTED_VERSION = 'v3, v3.0 or v3.0.*';
const NAME_SAYS = {
  expected: 'metadata with a name',
  fix: 'write metadata: and below it, indented, name: and the name of the service',
};
/** Keys of an entity at the top level that decide about it. */
export const ENVELOPE_KEYS = ['apiVersion', 'kind', 'metadata', 'spec'];

/** `broken`: meant as a v3 entity, but lacking something. `foreign`: of another format. Says why. */
export function checkEnvelope(root: Mapping, report: Report): 'valid' | 'broken' | 'foreign' {
  const version = checkVersion(root, report);
  // Of a legacy or foreign document, kind and metadata.name are not missing: it is another format.
  if (version === 'foreign') return version;
  const kind = checkKind(root, report);
  const name = checkName(root, report);
  return version === 'v3' && kind && name ? 'valid' : 'broken';
}

function checkVersion(root: Mapping, report: Report): 'v3' | 'near' | 'foreign' {
  const field = root.field('apiVersion');
  if (field === undefined || field.value.is === 'nothing') return reportNoVersion(root, field, report);
  if (field.value.is !== 'text') {
    const found = `${describe(field.value)} as apiVersion`;
    report('api-version', field.offset, { found, expected: EXPECTED_VERSION, fix: 'write apiVersion: v3' });
    return 'near';
  }
  const version = field.value.text;
  if (isV3(version)) return 'v3';
  report('api-version', field.offset, {
    found: `apiVersion: ${quote(version)}`,
    expected: EXPECTED_VERSION,
    fix: versionFix(version),
  });
  return /^[vV]?3/.test(version) ? 'near' : 'foreign';
}

/** The versions that are judged. */
export const isV3 = (version: string): boolean => version === 'v3' || version === 'v3.0' || version.startsWith('v3.0.');

function versionFix(version: string): string {
  if (/^v?[12](\.|$)/i.test(version))
    return `migrate the file from ${quote(version)} to the schema v3 and write apiVersion: v3`;
  if (version.startsWith('backstage.io/'))
    return 'this is a file for Backstage; describe the service in an entity file with apiVersion: v3';
  return 'write apiVersion: v3';
}

function reportNoVersion(root: Mapping, field: Field | undefined, report: Report): 'near' | 'foreign' {
  const legacy = legacyMark(root);
  if (legacy !== undefined) {
    reportLegacy(root, legacy, report);
    return 'foreign';
  }
  const schemaVersion = root.field('schema-version');
  const near = schemaVersion ?? nearField(root, 'apiVersion');
  report('api-version', near?.keyOffset ?? field?.keyOffset ?? root.offset, {
    found: near === undefined ? 'no apiVersion' : `${quote(near.name)} and no apiVersion`,
    expected: EXPECTED_VERSION,
    fix: near === undefined ? 'write apiVersion: v3' : `replace ${quote(near.name)} by apiVersion: v3`,
  });
  return near === undefined && root.field('kind') === undefined ? 'foreign' : 'near';
}

/** The field that makes a document one of v1 or v2.x. */
function legacyMark(root: Mapping): Field | undefined {
  const version = root.field('schema-version');
  if (version?.value.is === 'text' && /^v?[12](\.|$)/.test(version.value.text)) return version;
  const service = root.field('dd-service');
  if (service !== undefined) return service;
  const info = root.field('info')?.value;
  return info?.is === 'mapping' ? info.mapping.field('dd-service') : undefined;
}

function reportLegacy(root: Mapping, mark: Field, report: Report): void {
  const value = mark.value.is === 'text' ? `: ${quote(mark.value.text)}` : '';
  const lifecycle = root.field('lifecycle')?.value;
  const says = lifecycle?.is === 'text' && trimYaml(lifecycle.text) !== '' ? lifecycle.text : undefined;
  report('legacy-schema', mark.keyOffset, {
    found: `${mark.name}${value}${says === undefined ? '' : `, with lifecycle ${quote(says)}`}`,
    expected: `apiVersion ${EXPECTED_VERSION}`,
    fix: `migrate to v3${isMigrated(root, mark) ? ' with plus1 migrate, or by hand' : ''}: apiVersion: v3, kind: service, metadata.name${says === undefined ? ' and spec.lifecycle' : ` and spec.lifecycle: ${quote(says)}`}`,
  });
}

/** `plus1 migrate` refuses the schema v1. */
function isMigrated(root: Mapping, { name, value }: Field): boolean {
  if (name === 'schema-version') return value.is === 'text' && !/^v?1(\.|$)/.test(value.text);
  return root.field('dd-service') !== undefined;
}

function checkKind(root: Mapping, report: Report): boolean {
  const field = root.field('kind');
  if (field !== undefined && isFilled(field)) return true;
  const near = field === undefined ? nearField(root, 'kind') : undefined;
  report('kind', field?.offset ?? near?.keyOffset ?? root.offset, {
    found: near === undefined ? foundIn(field, 'kind') : `${quote(near.name)} and no kind`,
    expected: 'a kind, such as service',
    fix: near === undefined ? 'write kind: service' : `replace ${quote(near.name)} by kind`,
  });
  return false;
}

function checkName(root: Mapping, report: Report): boolean {
  const metadata = root.field('metadata');
  if (metadata?.value.is !== 'mapping') {
    reportNoMetadata(root, metadata, report);
    return false;
  }
  const name = metadata.value.mapping.field('name');
  if (name !== undefined && isFilled(name)) return true;
  report('metadata-name', name?.offset ?? metadata.keyOffset, {
    ...NAME_SAYS,
    found: foundIn(name, 'metadata.name'),
  });
  return false;
}

function reportNoMetadata(root: Mapping, metadata: Field | undefined, report: Report): void {
  const near = metadata === undefined ? nearField(root, 'metadata') : undefined;
  const found = near === undefined ? foundIn(metadata, 'metadata') : `${quote(near.name)} and no metadata`;
  report('metadata-name', metadata?.offset ?? near?.keyOffset ?? root.offset, { ...NAME_SAYS, found });
}

const isFilled = (field: Field): boolean => field.value.is === 'text' && trimYaml(field.value.text) !== '';

function foundIn(field: Field | undefined, name: string): string {
  if (field === undefined || field.value.is === 'nothing') return `no ${name}`;
  return field.value.is === 'text' ? `an empty ${name}` : `${describe(field.value)} as ${name}`;
}

/** A field that is probably the misspelt one. */
function nearField(root: Mapping, wanted: string): Field | undefined {
  return root.fields.find((field) => !ENVELOPE_KEYS.includes(field.name) && nearest(field.name, [wanted]) === wanted);
}
