/** The conditions of an incident, from what is known of it. Messages are for people who respond: what is missing, and what to do. Pure. */
import { counted, filesAre, repositories, repositoriesAre } from './words.js';
import type { ConditionOf, IncidentConditionType, IncidentHold, IncidentSpec } from '../api/index.js';

/** All that the conditions are made of. */
export interface IncidentFacts {
  spec: IncidentSpec;
  /** How many are to be isolated, and how many are. */
  wanted: number;
  isolated: number;
  /** Why somebody is not isolated, or not wholly; one sentence each. */
  faults: readonly string[];
  /** Undefined before anything was looked for. */
  inventory: { refers: number; ran: number; unknown: number; whyUnknown?: string | undefined } | undefined;
  /** Undefined before anything was kept. */
  evidence: { files: number; missing: readonly string[] } | undefined;
  hold: IncidentHold | undefined;
  /** Undefined while nobody asked for it; `isBegun`: something of it was sent, or is about to be; `left`: what is left to be restored. */
  release: { isDone: boolean; isBegun?: boolean; left: readonly string[]; faults: readonly string[] } | undefined;
  respondersUnknown: readonly string[];
  unmatched: readonly string[];
  /** Why nothing is written: an observing policy, one that is suspended, a journal that cannot be written. */
  idle?: string | undefined;
}

type Verdict = Pick<ConditionOf, 'status' | 'reason' | 'message'>;

const MAX_SHOWN = 5;

const RELEASING = 'Releasing';

/** A release was begun, by this process or by one before it. */
export const isReleasing = (conditions: readonly ConditionOf[] = []): boolean =>
  conditions.some(({ type, reason }) => type === 'Isolated' && reason === RELEASING);

const shown = (lines: readonly string[]): string => {
  const more = lines.length > MAX_SHOWN ? [`and ${lines.length - MAX_SHOWN} more`] : [];
  return [...lines.slice(0, MAX_SHOWN), ...more].join('; ');
};

const verdict = (status: Verdict['status'], reason: string, message: string): Verdict => ({ status, reason, message });

/** In their order. A time of transition moves only where the status does. */
export function incidentConditions(
  facts: IncidentFacts,
  { before = [], generation, now }: { before?: readonly ConditionOf[] | undefined; generation: number; now: number },
): ConditionOf[] {
  const verdicts: [IncidentConditionType, Verdict | undefined][] = [
    ['Ready', ready(facts)],
    ['Acknowledged', acknowledged(facts)],
    ['EvidenceKept', evidenceKept(facts)],
    ['Isolated', isolated(facts)],
    ['Inventoried', inventoried(facts)],
    ['Held', held(facts)],
    ['Released', released(facts)],
  ];
  return verdicts.flatMap(([type, given]) => {
    if (given === undefined) return [];
    const old = before.find((each) => each.type === type);
    const lastTransitionTime = old?.status === given.status ? old.lastTransitionTime : new Date(now).toISOString();
    return [
      { type, ...given, message: given.message.slice(0, 2_048), observedGeneration: generation, lastTransitionTime },
    ];
  });
}

function ready(facts: IncidentFacts): Verdict {
  const { hold, idle, release, spec } = facts;
  if (idle !== undefined) return verdict('False', 'NotWritten', idle);
  if (hold !== undefined) return verdict('False', 'Held', `Waits for an approval: ${hold.reason}`);
  if (release?.isDone === true)
    return spec.closed
      ? verdict('True', 'Released', 'Everything is released')
      : verdict(
          'False',
          'Released',
          'It is over, and isolates nobody any more: make another incident to isolate again',
        );
  const faults = [...facts.faults, ...(release?.faults ?? [])];
  const missing = faults.length > 0 ? shown(faults) : whatIsMissing(facts);
  if (missing !== undefined) return verdict('False', 'Progressing', missing);
  const notes = notesOf(facts);
  if (notes.length > 0) return verdict('True', 'Reported', shown(notes));
  return verdict('True', spec.drill ? 'Drill' : 'Applied', 'What the incident asks for is done');
}

/** A status is kept between the steps of a pass too: what is not done yet must not look as if it were. */
function whatIsMissing({ spec, release, wanted, isolated: count }: IncidentFacts): string | undefined {
  if (release !== undefined) return 'The release is not done yet';
  if (spec.drill || count >= wanted) return undefined;
  return `${count} of ${repositoriesAre(wanted)} isolated`;
}

/** What stops nothing and is to be known. */
const notesOf = ({ respondersUnknown, unmatched }: IncidentFacts): string[] => [
  ...unmatched.map((name) => `no repository is called ${name}`),
  ...respondersUnknown.map((slug) => `no team ${slug} was found: it may not push`),
];

function acknowledged({ spec: { commander } }: IncidentFacts): Verdict {
  if (commander !== undefined) return verdict('True', 'Commander', `${commander} leads the response`);
  return verdict('False', 'NoCommander', 'Nobody leads the response yet: set spec.commander');
}

function evidenceKept({ evidence }: IncidentFacts): Verdict {
  if (evidence === undefined) return verdict('False', 'NotYet', 'No evidence was kept yet');
  const { files, missing } = evidence;
  if (missing.length > 0) return verdict('False', 'Missing', `${filesAre(files)} kept; missing: ${shown(missing)}`);
  return verdict('True', 'Kept', `${filesAre(files)} kept, with a manifest`);
}

function isolated({ spec, wanted, isolated: count, faults, hold, release }: IncidentFacts): Verdict {
  if (release?.isDone === true) return verdict('False', 'Released', 'Nothing is isolated any more');
  // Said before its first write: a process that dies in between leaves no more than this.
  if (release?.isBegun === true)
    return verdict('False', RELEASING, 'The release is under way: some repositories are not isolated any more');
  if (hold?.reason === 'TooManyIsolated')
    return verdict(
      'False',
      'TooManyIsolated',
      `${count} of ${repositoriesAre(wanted)} isolated; held until approved: ${hold.count}`,
    );
  if (wanted === 0) return verdict('True', 'NothingToIsolate', 'The incident asks for no repository to be isolated');
  if (spec.drill) return verdict('True', 'Drill', `${repositories(wanted)} would be isolated; nothing is written`);
  if (faults.length > 0 || count < wanted)
    return verdict(
      'False',
      'Incomplete',
      `${count} of ${repositoriesAre(wanted)} isolated${faults.length > 0 ? `: ${shown(faults)}` : ''}`,
    );
  return verdict('True', 'Isolated', `${repositoriesAre(count)} isolated`);
}

function inventoried({ spec, inventory }: IncidentFacts): Verdict {
  if (spec.indicators.actions.length === 0)
    return verdict('True', 'NoIndicators', 'The incident names no action to look for');
  if (inventory === undefined) return verdict('False', 'NotYet', 'Nobody looked yet');
  const { refers, ran, unknown, whyUnknown } = inventory;
  const found = `${counted(refers, 'reference')}, ${counted(ran, 'run')} in the window`;
  if (unknown > 0)
    return verdict(
      'False',
      'Unknown',
      `${found}; ${unknown} ${unknown === 1 ? 'is' : 'are'} not known${whyUnknown ? `: ${whyUnknown}` : ''}`,
    );
  if (spec.window === undefined)
    return verdict('True', 'Referred', `${counted(refers, 'reference')}; set spec.window to find who ran it`);
  return verdict('True', 'Inventoried', found);
}

/** Only while it is so. */
function held({ hold }: IncidentFacts): Verdict | undefined {
  if (hold === undefined) return undefined;
  const names = hold.repositories.slice(0, MAX_SHOWN).join(', ');
  const what = hold.reason === 'TooManyIsolated' ? 'would be isolated' : 'would be released';
  return verdict(
    'True',
    hold.reason,
    `${repositories(hold.count)} ${what} (${names}${hold.count > MAX_SHOWN ? ', …' : ''}); an approval must name ${hold.planHash}`,
  );
}

function released({ release }: IncidentFacts): Verdict {
  if (release === undefined) return verdict('False', 'Open', 'Nobody asked for the release: set spec.closed');
  if (!release.isDone)
    return verdict('False', 'NotReleased', release.faults.length > 0 ? shown(release.faults) : 'The release waits');
  if (release.left.length > 0)
    return verdict('True', 'ReleasedInPart', `Released; not restored: ${shown(release.left)}`);
  return verdict('True', 'Released', 'All settings are as they were, and the rulesets are gone');
}
