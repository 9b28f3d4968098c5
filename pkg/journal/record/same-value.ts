/** Whether a value is the one that a record holds, in the record itself or in an attachment. */
import { isReference } from './fields.js';
import { canonical, hashOf } from './line.js';

export function isRecorded(recorded: unknown, value: unknown): boolean {
  if (recorded === undefined) return value === undefined;
  const text = canonical(value);
  if (isReference(recorded)) return hashOf(text) === `sha256:${recorded.sha256}`;
  return canonical(recorded) === text;
}
