/** One document of a catalogue file: is it a v3 entity, and what does it say about its lifecycle. */
import { cut } from '../text/index.js';
import { reportDeviations } from './deviations.js';
import { checkEnvelope } from './envelope.js';
import { readLifecycle, type Lifecycle } from './lifecycle.js';
import type { YamlDocument } from './parse.js';
import type { Reporter } from './reporter.js';
import { silenceOf, type Silence } from './silence.js';
import { describe, valueOf, type Mapping } from './entity-view.js';

/** Kind and name, for telling repetitions, and the owner that it names. */
export interface Identity {
  kind: string;
  name: string;
  offset: number;
  owner?: string;
}

/** Anybody who can push writes it, and records and caches keep it. */
const MAX_OWNER_CHARACTERS = 256;

export type EntityReading =
  | { state: 'said'; lifecycle: Lifecycle; identity: Identity }
  | { state: 'silent'; silence: Silence; identity: Identity }
  | { state: 'invalid' };

const INVALID: EntityReading = { state: 'invalid' };

/** Reads a document; everything wrong with it but silence goes to `report`. */
export function readEntity(
  document: YamlDocument,
  productionLifecycles: readonly string[],
  report: Reporter['report'],
): EntityReading {
  const value = valueOf(document.root, document.targets);
  if (value.is !== 'mapping') {
    report('not-a-mapping', document.root.range[0], {
      found: describe(value),
      expected: 'an entity: a mapping with apiVersion, kind and metadata',
      fix: 'write an entity, or remove the document',
    });
    return INVALID;
  }
  const root = value.mapping;
  const envelope = checkEnvelope(root, report);
  // What another format says elsewhere means something else there.
  if (envelope === 'foreign') return INVALID;
  reportDeviations(root, root.field('kind'), report);
  const reading = readSpec(root, productionLifecycles, report);
  return envelope === 'valid' && reading.state !== 'invalid' ? { ...reading, identity: identityOf(root) } : INVALID;
}

type SpecReading =
  { state: 'said'; lifecycle: Lifecycle } | { state: 'silent'; silence: Silence } | { state: 'invalid' };

function readSpec(root: Mapping, productionLifecycles: readonly string[], report: Reporter['report']): SpecReading {
  const spec = root.field('spec');
  if (spec === undefined || spec.value.is === 'nothing') return { state: 'silent', silence: silenceOf(root) };
  if (spec.value.is !== 'mapping') {
    report('spec', spec.offset, {
      found: `${describe(spec.value)} as spec`,
      expected: 'a mapping',
      fix: 'write "lifecycle: value" on a line of its own below spec:, indented with spaces',
    });
    return { state: 'invalid' };
  }
  const reading = readLifecycle(spec.value.mapping.field('lifecycle'), productionLifecycles, report);
  return reading.state === 'silent' ? { state: 'silent', silence: silenceOf(root) } : reading;
}

function identityOf(root: Mapping): Identity {
  const kind = root.field('kind');
  const metadata = root.field('metadata')?.value;
  const name = metadata?.is === 'mapping' ? metadata.mapping.field('name') : undefined;
  const textOf = (field: typeof kind): string => (field?.value.is === 'text' ? field.value.text : '');
  const named = metadata?.is === 'mapping' ? metadata.mapping.field('owner') : undefined;
  const owner = cut(textOf(named).trim(), MAX_OWNER_CHARACTERS);
  const identity = { kind: textOf(kind), name: textOf(name), offset: name?.offset ?? root.offset };
  return owner === '' ? identity : { ...identity, owner };
}
