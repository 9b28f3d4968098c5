/** Which set a record is about. One policy keeps several: the repositories under its ruleset, and those of rollouts, incidents and egress rules. */

/** The name of the assignment, and which one of that name: the uid of an object. */
export interface AssignedTo {
  assignment: string;
  target: string;
}

/** True of what is about the repositories under the ruleset of the policy. */
export function isGoverned(data: unknown): boolean {
  const assignment = fieldOf(data, 'assignment');
  return assignment === undefined || assignment === 'governed';
}

/** True of what is about that one. Undefined: about those under the ruleset of the policy. */
export function isAbout(data: unknown, of: AssignedTo | undefined): boolean {
  if (of === undefined) return isGoverned(data);
  return fieldOf(data, 'assignment') === of.assignment && fieldOf(data, 'target') === of.target;
}

/** One text for both, to find it by. */
export const assignedKey = ({ assignment, target }: AssignedTo): string => `${assignment} ${target}`;

/** Undefined of what is about the repositories under the ruleset of the policy. */
export function assignedTo(data: unknown): AssignedTo | undefined {
  if (isGoverned(data)) return undefined;
  const [assignment, target] = [fieldOf(data, 'assignment'), fieldOf(data, 'target')];
  return typeof assignment === 'string' && typeof target === 'string' ? { assignment, target } : undefined;
}

const fieldOf = (data: unknown, field: string): unknown =>
  typeof data === 'object' && data !== null && Object.hasOwn(data, field)
    ? (data as Record<string, unknown>)[field]
    : undefined;
