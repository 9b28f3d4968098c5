/** Makes a ruleset under a name that nobody has: announced, sent once, and read back by its id. */
import { MAX_SENT_CHARACTERS, type OwnedStatus } from '../../api/index.js';
import { toPlus1Error } from '../../errors/index.js';
import { isEvaluateRefused, type OwnedRuleset, type RulesetBody } from '../../github/index.js';
import { begun, made, stillOpen } from './creations.js';
import { nameInUse, noMemory, tooLarge, tooManyOpen, unproved } from './faults.js';
import { find } from './find.js';
import {
  failureOf,
  idsOf,
  inTurn,
  outcomeOf,
  readOwned,
  termsOf,
  type Failure,
  type OwnedMeans,
  type OwnedWriter,
} from './means.js';
import { createFailed, createIntended, createProved } from './records.js';
import { bodyHash, keptBody } from './sent-ruleset.js';
import type { Wanted } from './wanted.js';

/** Throws where it was not made, or nobody knows. */
export async function create(means: OwnedMeans, wanted: Wanted, signal: AbortSignal): Promise<OwnedRuleset> {
  const { body, withoutEvaluate } = wanted;
  const what = `create the ruleset ${body.name} in ${means.organization}`;
  if (!means.ledger.keeps) throw noMemory(what);
  const { length } = keptBody(body);
  if (length > MAX_SENT_CHARACTERS) throw tooLarge(what, length, MAX_SENT_CHARACTERS);
  const { outcome, ...sent } = await inTurn(means, { what, signal }, (writer) =>
    send(means, { wanted, what, writer, signal }),
  );
  if (outcome.state === 'answered') return readBack(means, { ...sent, body, what, id: outcome.ruleset.id, signal });
  const failure = failureOf(what, outcome);
  await fail(means, { ...sent, body, failure });
  if (withoutEvaluate !== undefined && outcome.state === 'refused' && isEvaluateRefused(body, outcome)) {
    const { withoutEvaluate: _once, ...rest } = wanted;
    return create(means, { ...rest, body: withoutEvaluate }, signal);
  }
  return lookAgain(means, body.name, { failure, signal });
}

interface Sending {
  wanted: Wanted;
  what: string;
  writer: OwnedWriter;
  signal: AbortSignal;
}

/** What was known before it was announced, and what was announced. */
interface Announced {
  before: OwnedStatus | undefined;
  announced: OwnedStatus;
}

interface SentCreation extends Announced {
  outcome: Awaited<ReturnType<typeof outcomeOf<Answered>>>;
}

type Answered = { state: 'answered'; ruleset: OwnedRuleset };

/** In the turn of the write: nobody has the name, what is sent is kept, and it is sent. */
async function send(means: OwnedMeans, { wanted, what, writer, signal }: Sending): Promise<SentCreation> {
  const { ledger, organization, reader } = means;
  const { body } = wanted;
  const [taken] = await idsOf(means, body.name, signal);
  if (taken !== undefined) {
    // It was not there a moment ago. Where an earlier creation is open it may be that one, applied late: the next look finds out.
    if (ledger.get(body.name) !== undefined)
      throw unproved(what, `the ruleset ${taken} has just appeared under that name`);
    throw nameInUse(body.name, organization, taken);
  }
  const nowMs = reader.time.now();
  const before = ledger.get(body.name);
  const announced = begun(before, wanted, nowMs);
  if (announced === undefined) throw tooManyOpen(what);
  await ledger.announce(announced, createIntended(wanted), signal);
  const sending = writer.create(organization, body, signal, termsOf(means, nowMs, true));
  return { before, announced, outcome: await outcomeOf<Answered>(sending, signal) };
}

interface Answer extends Announced {
  body: RulesetBody;
  what: string;
  id: number;
  signal: AbortSignal;
}

/** An answer is believed only where a read shows the ruleset. Its id came with the answer to our own request, so that it is ours. */
async function readBack(
  means: OwnedMeans,
  { before, announced, body, what, id, signal }: Answer,
): Promise<OwnedRuleset> {
  const isVoid = false;
  try {
    const ruleset = await readOwned(means, id, signal);
    if (ruleset?.name !== body.name)
      throw unproved(what, `GitHub answered that it has the id ${id}, and shows no such ruleset`);
    const open = stillOpen(before ?? {}, means.reader.time.now());
    await means.ledger.settle(body.name, made(announced, id, open), createProved(announced, bodyHash(body), id));
    return ruleset;
  } catch (thrown) {
    const { error } = failureOf(what, { state: 'thrown', error: toPlus1Error(thrown), isTaken: true });
    await fail(means, { before, announced, body, failure: { error, isVoid } });
    throw error;
  }
}

/** That this one was refused says nothing of an earlier one of the same body, which may be what it was refused for. */
async function fail(
  { ledger }: OwnedMeans,
  { before, announced, body, failure }: Announced & { body: RulesetBody; failure: Failure },
): Promise<void> {
  const left = failure.isVoid ? before : announced;
  await ledger.settle(body.name, left, createFailed(announced, bodyHash(body), failure));
}

/** It may be there all the same: by this creation, or by an earlier one whose answer was lost. */
async function lookAgain(
  means: OwnedMeans,
  name: string,
  { failure, signal }: { failure: Failure; signal: AbortSignal },
): Promise<OwnedRuleset> {
  if (signal.aborted) throw failure.error;
  const found = await find(means, name, signal);
  if (found === undefined) throw failure.error;
  return found;
}
