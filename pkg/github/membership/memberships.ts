/** The memberships by their way of targeting. A way that one of read, write and comparison does not know does not compile. */
import type { LiveRuleset, PolicySpec, Targeting } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { BY_ID, sameMembersByID } from './by-id.js';
import { ByProperty, samePropertyMembers, type ByPropertyOptions } from './by-property.js';
import type { Membership } from './membership.js';

const SAME_AS: Record<Targeting, Membership['sameAs']> = {
  RepositoryID: sameMembersByID,
  CustomProperty: samePropertyMembers,
};

/** What a policy says of its membership. */
export type Aim = Pick<PolicySpec['ruleset'], 'targeting' | 'property'>;

/** The membership that a policy names. */
export function membershipOf({ targeting, property }: Aim, means: Omit<ByPropertyOptions, 'property'>): Membership {
  switch (targeting) {
    case 'RepositoryID':
      return BY_ID;
    case 'CustomProperty': {
      // The schema asks for it.
      if (property === undefined)
        throw new Plus1Error('PLUS1_INTERNAL', 'targeting by property, and no property is named');
      return new ByProperty({ ...means, property });
    }
  }
}

/** True where `shown` is the ruleset `live` with exactly those members, and otherwise as it was. */
export const holdsWrite = (shown: LiveRuleset, live: LiveRuleset, members: readonly number[]): boolean =>
  SAME_AS[live.targeting](shown, live, members);
