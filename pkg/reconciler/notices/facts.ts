/** From a publication to the facts of a look. Pure. */
import type { NotificationEvent } from '../../api/index.js';
import type { LookFacts, Sighting } from '../../notify/index.js';
import type { PassPublication } from '../publishers/publisher.js';
import { firstPass } from './first-pass.js';
import { HAPPENINGS, securityEvent } from './happenings.js';
import { isPass, type Sight } from './sight.js';
import { STATES } from './states.js';

/** What the look says about every event. */
export function factsOf(sight: Sight): Omit<LookFacts, 'isLast'> {
  const { publication, nowMs } = sight;
  const states = new Map<NotificationEvent, Sighting | undefined>();
  for (const [event, read] of STATES) {
    const reading = read(sight);
    if (reading !== 'unknown') states.set(event, reading && { event, ...reading });
  }
  const inputs = publication.kind === 'pass' ? publication.outcome.inputs : undefined;
  for (const [event, reading] of inputs?.notices ?? []) states.set(event, reading && { event, ...reading });
  const once = securityEvent(sight);
  const facts = { nowMs, states, isPass: isPass(sight) };
  return publication.kind === 'pass' ? { ...facts, ...ofPass(publication, once) } : { ...facts, once };
}

function ofPass(pass: PassPublication, security: readonly Sighting[]): Partial<LookFacts> & Pick<LookFacts, 'once'> {
  const { outcome } = pass;
  const { seen, result, startMs, endMs, error, isQuick } = outcome;
  const happened = HAPPENINGS.flatMap(([event, read]) => {
    const found = read(pass);
    return found === undefined ? [] : [{ event, ...found }];
  });
  const first = firstPass(pass);
  const seconds = (endMs - startMs) / 1_000;
  return {
    once: [...security, ...happened],
    ...(first && { first }),
    // A pass that broke off says nothing about how long one takes.
    ...(error === undefined && isQuick !== true && seen?.complete === true && { passSeconds: seconds }),
    run: { status: result, seconds, repositories: seen?.findings.length ?? 0 },
  };
}
