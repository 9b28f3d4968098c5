/**
 * Fields of an object that stay as they were once a pass took it up, as the rules of the CRD have it in a cluster. What they were is
 * kept beside the object, since what is written in the file is kept as well, right or wrong. Pure.
 */
import { inputKind } from '../../api/index.js';
import { at } from '../claim.js';

/** By path, such as `policyRef.name`. */
export type FixedFields = Readonly<Record<string, unknown>>;

interface Kept {
  kind: string;
  spec: unknown;
  status: object;
  origin: { fixed?: FixedFields };
}

/** Undefined while nothing was done for the object: a typing error may be put right. */
export function fixedOf(stored: Kept | undefined): FixedFields | undefined {
  if (stored === undefined) return undefined;
  const { kind, origin, spec, status } = stored;
  if (origin.fixed !== undefined) return origin.fixed;
  if (Object.keys(status).length === 0) return undefined;
  return fieldsOf({ kind, spec });
}

/** As they are from now on. */
export function fieldsOf({ kind, spec }: Pick<Kept, 'kind' | 'spec'>): FixedFields {
  const fields = pathsOf(kind).map((path) => [path.join('.'), at(spec, path)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** One sentence for each that the file has otherwise. */
export function changedFields(kind: string, spec: unknown, fixed: FixedFields = {}): string[] {
  return pathsOf(kind).flatMap((path) => {
    const name = path.join('.');
    const [found, kept] = [at(spec, path), fixed[name]];
    if (found === undefined || kept === undefined || found === kept) return [];
    const values = `found ${JSON.stringify(found)}, allowed: ${JSON.stringify(kept)}`;
    return [`spec.${name}: ${values}: the field is immutable, another value is another object`];
  });
}

const pathsOf = (kind: string): readonly (readonly string[])[] => inputKind(kind)?.fixed ?? [];
