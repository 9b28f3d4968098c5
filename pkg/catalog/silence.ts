/**
 * A v3 document without a lifecycle. Whether that is worth telling depends on the other documents of the repository:
 * beside one that speaks, a silent one is normal.
 */
import { nearest } from './near-miss.js';
import { quote } from '../text/index.js';
import type { Says } from './reporter.js';
import type { Field, Mapping } from './entity-view.js';

export interface Silence extends Says {
  offset: number;
}

const EXPECTED = 'a value in spec.lifecycle';
const FIX = 'write the stage that is meant, such as production, as lifecycle: below spec:';

/** What to tell about a document whose `spec.lifecycle` has no value. */
export function silenceOf(root: Mapping): Silence {
  const spec = root.field('spec');
  const inSpec = spec?.value.is === 'mapping' ? spec.value.mapping : undefined;
  const lifecycle = inSpec?.field('lifecycle');
  const misspelt =
    inSpec === undefined
      ? misspeltIn(root, 'spec')
      : lifecycle === undefined
        ? misspeltIn(inSpec, 'lifecycle')
        : undefined;
  const offset = lifecycle?.offset ?? misspelt?.keyOffset ?? spec?.keyOffset ?? root.offset;
  return { offset, expected: EXPECTED, ...wordsFor(root, misspelt, lifecycle) };
}

function wordsFor(
  root: Mapping,
  misspelt: Field | undefined,
  lifecycle: Field | undefined,
): Pick<Says, 'found' | 'fix'> {
  if (misspelt !== undefined)
    return {
      found: `${quote(misspelt.name)} and no spec.lifecycle`,
      fix: `correct the spelling of ${quote(misspelt.name)}`,
    };
  const misplaced = misplacedIn(root);
  if (misplaced !== undefined)
    return { found: `lifecycle ${misplaced} and no spec.lifecycle`, fix: 'move it below spec' };
  const found = lifecycle === undefined ? 'no spec.lifecycle' : 'spec.lifecycle without a value';
  const source = inheritedFrom(root);
  if (source === undefined) return { found, fix: FIX };
  return {
    found: `${found}, but inheritFrom ${quote(source)}`,
    fix: `write lifecycle: below spec: here too; what ${quote(source)} says is not looked up`,
  };
}

function misspeltIn(mapping: Mapping, wanted: string): Field | undefined {
  if (mapping.field(wanted) !== undefined) return undefined;
  return mapping.fields.find((field) => nearest(field.name, [wanted]) === wanted);
}

function misplacedIn(root: Mapping): string | undefined {
  if (root.field('lifecycle') !== undefined) return 'at the top level';
  const metadata = root.field('metadata')?.value;
  return metadata?.is === 'mapping' && metadata.mapping.field('lifecycle') !== undefined ? 'below metadata' : undefined;
}

function inheritedFrom(root: Mapping): string | undefined {
  const metadata = root.field('metadata')?.value;
  const source = metadata?.is === 'mapping' ? metadata.mapping.field('inheritFrom')?.value : undefined;
  return source?.is === 'text' ? source.text : undefined;
}
