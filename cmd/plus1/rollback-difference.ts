/** What a rollback would change, by the journal alone: the pass that carries it out looks at GitHub, and may keep more. */
import type { RecordedMembers, Replay } from '../../pkg/journal/index.js';
import { printable } from '../../pkg/text/index.js';

export interface Difference {
  enter: string[];
  /** With what speaks for each to stay; undefined where it leaves, if the pass sees again what the last one saw. */
  leave: { name: string; stays: string | undefined }[];
  /** The organization has no such repository any more, by the last pass. */
  missing: string[];
}

type Now = Pick<Replay, 'members' | 'names' | 'repositories' | 'exemptions'>;

/** `now`: after all records. */
export function differenceOf({ members, nameOf }: Pick<RecordedMembers, 'members' | 'nameOf'>, now: Now): Difference {
  const name = (id: number): string => now.names.get(id) ?? nameOf(id) ?? `repository ${id}`;
  const restored = new Set(members);
  const absent = members.filter((id) => !now.members.has(id));
  const surplus = [...now.members.keys()].filter((id) => !restored.has(id));
  return {
    enter: absent
      .filter((id) => now.repositories.has(id))
      .map(name)
      .sort(),
    leave: surplus
      .map((id) => ({ name: name(id), stays: reasonToStay(name(id), now.repositories.get(id)?.status, now) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    missing: absent
      .filter((id) => !now.repositories.has(id))
      .map(name)
      .sort(),
  };
}

function reasonToStay(name: string, status: string | undefined, { exemptions }: Now): string | undefined {
  if (exemptions.has(name)) return 'an exemption decides about it';
  if (status === 'valid_production') return 'it is in production';
  return status === undefined || status === 'unobserved' ? 'it was not observed' : undefined;
}

/** Lines for a terminal. */
export function differenceLines({ enter, leave, missing }: Difference): string[] {
  if (enter.length + leave.length + missing.length === 0) return ['Nothing differs from the membership of now.'];
  return [
    ...enter.map((name) => `  + ${name}  comes back`),
    ...leave
      .filter(({ stays }) => stays === undefined)
      .map(({ name }) => `  - ${name}  leaves, where the pass sees again that it is not in production`),
    ...leave.flatMap(({ name, stays }) => (stays === undefined ? [] : [`  = ${name}  stays: ${stays}`])),
    ...missing.map((name) => `  ? ${name}  is not there any more`),
  ].map((line) => printable(line));
}
