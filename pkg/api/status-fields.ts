/**
 * The small field types of `status`. Bounds here are wide: what breaks one makes an API server refuse the whole status,
 * and with it the memory of the next pass.
 */
import * as v from 'valibot';
import { integer, matching, text } from './fields.js';

/** A field with the sentence that `kubectl explain` shows. */
export const told = <T>(schema: v.GenericSchema<T>, sentence: string): v.GenericSchema<T> =>
  v.pipe(schema, v.description(sentence));

/** A field that is absent until it is known. */
export const maybe = <T>(
  schema: v.GenericSchema<T>,
  sentence: string,
): v.ExactOptionalSchema<v.GenericSchema<T>, undefined> => v.exactOptional(told(schema, sentence));

/** How many. */
export const count = (): v.GenericSchema<number> => integer(0, Number.MAX_SAFE_INTEGER, 'a count');

/** An id that GitHub gave. */
export const id = (): v.GenericSchema<number> => integer(1, Number.MAX_SAFE_INTEGER, 'an id');

/** `sha256:` and its 64 hexadecimal digits. */
export const sha256 = (): v.GenericSchema<string> => matching(/^sha256:[0-9a-f]{64}$/, 71, 'a SHA-256 hash');

/** A name of a repository; GitHub allows 100 characters. */
export const repositoryName = (): v.GenericSchema<string> => text(0, 255, 'a repository name');

/**
 * A word of a condition. A pattern and no list, as in `metav1.Condition`: an older CRD must not refuse the status of a
 * newer controller because it has a new reason.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go
 */
export const word = <T extends string>(pattern: RegExp, max: number): v.GenericSchema<T> =>
  matching(pattern, max, 'a word in CamelCase') as unknown as v.GenericSchema<T>;
