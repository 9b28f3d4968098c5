/** A write as its records tell it: what is to be sent, and what became of it. Pure. */
import { membersHash } from '../../base/index.js';
import type { Data, Entry } from '../../journal/index.js';
import type { PlanItem } from '../../governance/index.js';
import type { Intent, WriteEnd } from '../pass-record.js';
import type { ChangeOrigin } from '../types.js';

/** Who started the change of a repository, as far as that is known. */
export type OriginOf = (id: number) => ChangeOrigin | undefined;

/** `WriteIntended`: on the disk before the PUT is sent. */
export function writeIntended({ decision, live }: Pick<Intent, 'decision' | 'live'>, originOf: OriginOf): Entry {
  const { toEnter, toLeave, target, plan } = decision;
  return {
    kind: 'WriteIntended',
    data: {
      planHash: plan.hash,
      enter: toEnter.map((item) => memberOf(item, originOf)),
      leave: toLeave.map((item) => memberOf(item, originOf)),
      membersBefore: live.members.size,
      membersAfter: target.length,
      hashBefore: membersHash(live.members),
      hashAfter: membersHash(target),
    },
  };
}

function memberOf({ id, name, status, reason }: PlanItem, originOf: OriginOf): Data<'WriteIntended'>['enter'][number] {
  const { commit, author } = originOf(id) ?? {};
  return { id, name, status, reason, commit: commit ?? null, author: author ?? null };
}

/** An intent that was kept, and whose write was never sent. */
export const writeSuperseded = ({ planHash }: { planHash: string }): Entry => ({
  kind: 'WriteSuperseded',
  data: { planHash },
});

/** The outcome of a PUT. `hashAfter` is left out where nobody could read the ruleset. */
export function writeEnded({ planHash }: { planHash: string }, { state, live, error }: WriteEnd): Entry {
  const kinds = { proved: 'WriteProved', unproved: 'WriteUnproved', refused: 'WriteRefused' } as const;
  return {
    kind: kinds[state],
    data: { planHash, ...(live && { hashAfter: membersHash(live.members) }), error: error ?? null },
  };
}
