/**
 * Checks that no schema converter can read, each with the words by which an API server makes the same judgement. The
 * CRD is made from these; a check without them is refused there, so that program and API server cannot drift apart.
 */
import * as v from 'valibot';

/** One entry of `x-kubernetes-validations`. https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  rule: string;
  message: string;
  reason?: 'FieldValueForbidden' | 'FieldValueInvalid';
}

/** What the CRD says where valibot has no word for it. */
export interface ClusterHints {
  rules?: readonly CelRule[];
  /** OpenAPI keywords, such as `maxLength`. */
  keywords?: Readonly<Record<string, unknown>>;
}

/** A check that an API server can make too. */
export type SharedCheck<T> = v.CheckAction<T, string> & { readonly cluster: ClusterHints };

/** Both sides of one check. `message` says what is allowed. */
export function shared<T>(test: (value: T) => boolean, message: string, cluster: ClusterHints): SharedCheck<T> {
  return { ...v.check(test, message), cluster };
}

/** A check whose other side is one CEL expression over `self`. */
export function ruled<T>(test: (value: T) => boolean, message: string, cel: string): SharedCheck<T> {
  return shared(test, message, { rules: [{ rule: cel, message: allowedText(message) }] });
}

/** Both sides refuse a text that the pattern finds something in: RE2 has no look-ahead to say it in one pattern. */
export function unlike(pattern: RegExp, message: string): SharedCheck<string> {
  return ruled((value) => !pattern.test(value), message, `!${celMatch(pattern)}`);
}

/** The words of a rule's message in the cluster are those of the program's fault line. */
export const allowedText = (message: string): string => `allowed: ${message}`;

/** `self.matches(…)` of a pattern without flags but `i`. */
export function celMatch({ source, flags }: RegExp): string {
  if (!/^i?$/.test(flags)) throw new TypeError(`flags without a meaning in RE2: ${flags}`);
  return `self.matches(${celText(`${flags === 'i' ? '(?i)' : ''}${plainSource(source)}`)})`;
}

/** The source of a pattern as RE2 and people write it: JavaScript escapes a slash, nobody else needs to. */
export function plainSource(source: string): string {
  return source.replaceAll(/\\(.)/g, (escape, character: string) => (character === '/' ? '/' : escape));
}

function celText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What only a cluster can judge, since it sees the old object or has its own way of giving credentials. */
export interface ClusterOnly {
  [key: string]: unknown;
  clusterOnly: { rules?: readonly CelRule[]; required?: true };
}

/** Refuses every change. Only for fields that are required or have a default: a field that can be removed can be set again. */
export function immutable<T>(): v.MetadataAction<T, ClusterOnly> {
  return v.metadata({
    clusterOnly: {
      rules: [{ rule: 'self == oldSelf', message: 'the field is immutable', reason: 'FieldValueForbidden' }],
    },
  });
}

/** A field that a policy file may leave out and an object in a cluster may not. */
export function requiredInCluster<T>(): v.MetadataAction<T, ClusterOnly> {
  return v.metadata({ clusterOnly: { required: true } });
}
