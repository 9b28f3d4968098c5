/**
 * webhooks: forgeries leave at most one record an hour. What is counted of an hour goes with the process, and clocks of machines are set, so
 * that their number is held against the hours of the run and the processes that it had.
 */
import { linesOf } from '../run/journal-on-disk.js';
import type { Simulation } from '../run/simulation.js';

const HOUR = 3_600_000;

export function webhooks({ state, timeline, lives, hooks }: Simulation): string[] {
  const records = [...linesOf(state, { isSafe: false }).values()]
    .flat()
    .filter(({ kind, data }) => kind === 'SecurityEvent' && data['code'] === 'WebhookSignature');
  const most = Math.ceil(timeline.elapsedMs / HOUR) + lives.made;
  return [
    ...(records.length > most ? [`webhooks: ${records.length} records of forgeries, at most ${most} may be`] : []),
    ...(records.length > hooks.forgeries ? ['webhooks: more records than forgeries'] : []),
  ];
}
