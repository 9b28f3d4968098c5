/** The small types that records are made of, each with the sentence that the reference page prints. */
import * as v from 'valibot';

/** A field with what it says. */
export const told = <S extends v.GenericSchema>(
  schema: S,
  about: string,
): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]> =>
  v.pipe(schema, v.description(about));

export const text = v.string();
export const maybeText = v.exactOptional(v.nullable(v.string()));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const seconds = v.pipe(v.number(), v.minValue(0));
export const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
export const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** RFC 3339 in UTC with milliseconds, so that times sort as texts. */
export const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
export const hash = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
/** Of GitHub or of a policy: any time that the API wrote. */
export const foreignTime = v.string();

/** A value that may be too large for a line: then it lies in `attachments`, and its reference stands here. */
export const value = v.unknown();

/** Of an attachment: SHA-256 in hexadecimal digits, and the length of the file. */
export const reference = v.strictObject({
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type Reference = v.InferOutput<typeof reference>;

export const isReference = (candidate: unknown): candidate is Reference => v.is(reference, candidate);

/** Where a chain stood. */
export const head = v.looseObject({ chain: text, sequence, hash });
export type Head = v.InferOutput<typeof head>;

export const named = v.looseObject({ id, name: text });

export const member = v.looseObject({
  id,
  name: text,
  status: maybeText,
  reason: maybeText,
  commit: maybeText,
  author: maybeText,
});

export const approval = v.looseObject({
  approver: text,
  groups: v.array(text),
  kind: text,
  reason: text,
  time: foreignTime,
  verified: v.boolean(),
  uid: v.exactOptional(text),
});
