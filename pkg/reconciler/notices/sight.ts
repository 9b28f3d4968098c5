/** What a source of notifications looks at: one publication, and what only the process knows. */
import type { Condition, PolicyStatus } from '../../api/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { Sighting } from '../../notify/index.js';
import type { IdlePublication, PassPublication } from '../publishers/publisher.js';

export interface Sight {
  publication: PassPublication | IdlePublication;
  /** Unix ms. */
  nowMs: number;
  /** When the credential ends, Unix ms; null: it has no end; undefined: nobody knows. */
  expiryMs: number | null | undefined;
  /** Without a complete pass for so long, ms, something is wrong. */
  incompleteMs: number;
  /** The first failure is told: nothing tries again soon. */
  isSparse: boolean;
  /** Security events that this look recorded. Undefined where no journal is kept. */
  security?: readonly string[] | undefined;
}

/** `unknown`: this look cannot tell, and what was told before stays. Undefined: it is not so. */
export type Reading = Omit<Sighting, 'event'> | undefined | 'unknown';

/** The error that a look ended with. */
export function errorOf({ publication }: Sight): Plus1Error | undefined {
  if (publication.kind === 'pass') return publication.outcome.error;
  const { cause } = publication;
  return cause.kind === 'stopped' || cause.kind === 'unreadable' ? cause.error : undefined;
}

/** A pass, or what was to be one. */
export const isPass = (sight: Sight): boolean => sight.publication.kind === 'pass' || errorOf(sight) !== undefined;

export const conditionOf = ({ conditions }: PolicyStatus, type: Condition['type']): Condition | undefined =>
  conditions?.find((each) => each.type === type);
