/** Takes a valibot schema apart: what it is at its core, what its pipes add, and whether it may be left out. */
import type * as v from 'valibot';

/** Valibot's own types are as many as its schemas; the generator reads them as plain objects and checks what it finds. */
export type Part = { kind: string; type: string } & Record<string, unknown>;

export interface Unwrapped {
  core: Part;
  /** Actions of all pipes, the innermost first. */
  actions: readonly Part[];
  optional: boolean;
  default?: unknown;
}

const OPTIONAL = new Set(['optional', 'exact_optional']);

/** What a schema is under its pipes and its `optional`. */
export function unwrap(schema: v.GenericSchema | Part): Unwrapped {
  const part = schema as unknown as Part;
  if (Array.isArray(part['pipe'])) {
    const [first, ...actions] = part['pipe'] as [Part, ...Part[]];
    const inner = unwrap(first);
    return { ...inner, actions: [...inner.actions, ...actions] };
  }
  if (!OPTIONAL.has(part.type)) return { core: part, actions: [], optional: false };
  const inner = unwrap(part['wrapped'] as Part);
  return { ...inner, optional: true, ...(part['default'] === undefined ? {} : { default: part['default'] }) };
}
