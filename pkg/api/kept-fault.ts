/** Whether a status that was kept in a file is one of its kind. */
import * as v from 'valibot';

/** The path of the first field that is wrong, or undefined. Fields that a newer version added are no fault. */
export function keptFault(schema: v.GenericSchema, status: unknown): string | undefined {
  if (typeof status !== 'object' || status === null || Array.isArray(status)) return '';
  const checked = v.safeParse(schema, status);
  // Of a strict object valibot expects `never` where it finds a key that it does not know.
  const issue = checked.issues?.find(({ type, expected }) => type !== 'strict_object' || expected !== 'never');
  return issue === undefined ? undefined : (v.getDotPath(issue) ?? '');
}
