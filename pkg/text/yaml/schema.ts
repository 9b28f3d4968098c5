/** The two ways to take a scalar. A schema given as an object overrules whatever a `%YAML 1.1` directive says. */
import { Schema } from 'yaml';

export type YAMLSchema = Schema;

/** Every scalar a string. */
export const STRINGS = schemaOf('failsafe');

/** Numbers, booleans and null as YAML 1.2 has them, which are those of JSON. */
export const CORE = schemaOf('core');

/** `knownTags` is a plain object in the library, so that the tag `!<constructor>` would find `Object` in it. */
function schemaOf(schema: 'failsafe' | 'core'): Schema {
  const made = new Schema({ schema, resolveKnownTags: false, merge: false });
  made.knownTags = Object.create(null) as Schema['knownTags'];
  return made;
}
