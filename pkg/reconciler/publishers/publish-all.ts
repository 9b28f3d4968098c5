/**
 * Runs a list of publishers, each with its own deadline and apart from the others: one that throws, or that does not answer,
 * keeps no other from publishing. The deadline that cut a pass off must not also cut off the record of it, so that no signal
 * of the pass reaches this.
 */
import { startTimer, type Log, type Timer, type Timers } from '../../base/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { Publication, Publisher } from './publisher.js';

export interface PublishMeans<P> {
  timers: Timers;
  log: Pick<Log, 'error'>;
  /** The publication once a required publisher failed: what comes later in the list must not say that all went well. */
  afterFault: (publication: P, fault: Plus1Error) => P;
}

export interface Published<P> {
  publication: P;
  /** Of the first required publisher that failed. */
  fault?: Plus1Error;
}

/** Publishes to the required ones in the order of the list, as it is amended on the way, then to all others at once. Never throws. */
export async function publishAll<P extends Publication>(
  publishers: readonly Publisher[],
  first: P,
  { timers, log, afterFault }: PublishMeans<P>,
): Promise<Published<P>> {
  let publication = first;
  let fault: Plus1Error | undefined;
  for (const publisher of publishers.filter(({ isRequired, amend }) => isRequired || amend !== undefined)) {
    publication = await amended(publisher, publication, { timers, log });
    if (!publisher.isRequired) continue;
    const failure = await attempt(publisher, publication, { timers, log });
    if (failure === undefined) continue;
    fault ??= failure;
    publication = afterFault(publication, failure);
  }
  // At once, so that the pass waits for the slowest of them and not for their sum.
  const others = publishers.filter(({ isRequired }) => !isRequired);
  await Promise.all(others.map((publisher) => attempt(publisher, publication, { timers, log })));
  return { publication, ...(fault !== undefined && { fault }) };
}

/** With what the publisher lays over its status, where it can. */
async function amended<P extends Publication>(
  publisher: Publisher,
  publication: P,
  means: Omit<PublishMeans<never>, 'afterFault'>,
): Promise<P> {
  const { amend } = publisher;
  if (amend === undefined) return publication;
  let status = publication.status;
  const publish = async (_: Publication, signal: AbortSignal): Promise<void> => {
    const laid = await amend(publication, signal);
    // One that comes after its deadline changes nothing any more.
    if (!signal.aborted) status = laid;
  };
  await attempt({ ...publisher, publish }, publication, means);
  const whole = { ...publication, status };
  return whole.kind === 'pass' ? { ...whole, outcome: { ...whole.outcome, status } } : whole;
}

/** Undefined where it was published. A failure is logged once, and there is nobody left to report a failure of the log to. */
async function attempt(
  publisher: Publisher,
  publication: Publication,
  { timers, log }: Omit<PublishMeans<never>, 'afterFault'>,
): Promise<Plus1Error | undefined> {
  try {
    await inTime(publisher, publication, timers);
    return undefined;
  } catch (thrown) {
    const fault = toPlus1Error(thrown);
    try {
      log.error(publisher.failed, { code: fault.code, error: fault.message });
    } catch {
      // The log itself may be what fails.
    }
    return fault;
  }
}

/**
 * One that does not look at its signal is left behind at its deadline; what it throws after that concerns nobody. Rejected
 * before the signal aborts, so that the error is the one that says how long was waited.
 */
async function inTime(
  { timeoutMs, late, publish }: Publisher,
  publication: Publication,
  timers: Timers,
): Promise<void> {
  const deadline = new AbortController();
  let timer: Timer | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const expire = (): void => {
      const fault = late(timeoutMs / 1_000);
      reject(fault);
      deadline.abort(fault);
    };
    timer = startTimer(timers, expire, timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve(publish(publication, deadline.signal)), tooLate]);
  } finally {
    timer?.cancel();
  }
}
