/** Lists of a status that may be long: so many entries as it takes, and how many there are. Pure. */
import { MAX_INCIDENT_ENTRIES, type IncidentInventory, type IncidentStatus } from '../api/index.js';

export const bounded = <T>(list: readonly T[]): T[] => list.slice(0, MAX_INCIDENT_ENTRIES);

export const boundedInventory = ({ refers, ran, unknown }: IncidentInventory): IncidentInventory => ({
  ...{ refers: bounded(refers), ran: bounded(ran), unknown: bounded(unknown) },
});

export const totals = (
  isolated: number,
  { refers, ran, unknown }: IncidentInventory,
): NonNullable<IncidentStatus['total']> => ({
  ...{ isolated, refers: refers.length, ran: ran.length, unknown: unknown.length },
});
