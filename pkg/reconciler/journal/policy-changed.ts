/** Whether a generation of the policy is seen for the first time. Pure. */
import type { PolicySpec } from '../../api/index.js';
import { isRecorded, type Entry, type Recorded } from '../../journal/index.js';
import { redacted } from './redacted.js';

export interface PolicyVersion {
  spec: PolicySpec;
  /** Absent where nobody counts generations, as in a run of `sync`: then each other spec is the next one. */
  generation?: number | undefined;
  /** Field manager of the last change of `spec`, in a cluster. */
  manager?: string | undefined;
}

export function policyChanged(
  { spec: before, generation: last }: Pick<Recorded, 'spec' | 'generation'>,
  { spec, generation, manager }: PolicyVersion,
): Entry[] {
  const after = redacted(asJSON(spec));
  const isSame = isRecorded(before, after);
  const now = generation ?? (last === undefined ? 1 : isSame ? last : last + 1);
  if (last !== undefined && isSame && now <= last) return [];
  return [
    {
      kind: 'PolicyChanged',
      // A chain that begins has this very spec in its first record: what was before it is not known.
      data: { generation: now, before: isSame ? null : (before ?? null), after, manager: manager ?? null },
    },
  ];
}

/** Without fields that are set to undefined, which no JSON holds. */
export const asJSON = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
