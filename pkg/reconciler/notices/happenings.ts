/** What happened in a pass and is told once: one source for each event, as a list. Pure. */
import type { NotificationEvent } from '../../api/index.js';
import type { Sighting } from '../../notify/index.js';
import { contestedEvents, errorEvents } from '../journal/security-events.js';
import { changesOf, type RepositoryChange } from '../publishers/changes.js';
import { eventsOf } from '../publishers/pass-events.js';
import type { PassPublication } from '../publishers/publisher.js';
import { errorOf, type Sight } from './sight.js';

type Happening = Omit<Sighting, 'event'>;
type Read = (pass: PassPublication) => Happening | undefined;
/** A source. A new one is one line of the list below. */
type Source = readonly [NotificationEvent, Read];

const BY_OTHERS = ['Repository added by someone else', 'Repository removed by someone else'] as const;

export const HAPPENINGS: readonly Source[] = [
  ['EmergencyBypass', told('EmergencyBypass')],
  ['DriftRepaired', told('DriftRepaired', ...BY_OTHERS)],
  ['RulesetChanged', told('RulesetChanged', ...BY_OTHERS)],
  ['RepositoryDemoted', told('RepositoryDemoted', 'Exit clock started')],
  ['ExemptionExpiring', told('ExemptionExpiring')],
  ['RepositoriesEntered', changed('Repository entered', 'entered the ruleset')],
  ['RepositoriesLeft', changed('Repository left', 'left the ruleset')],
];

/** All events of that reason are one message, with the repositories of those lines of the log. */
function told(reason: string, ...lines: RepositoryChange['msg'][]): Read {
  return ({ outcome, previous }) => {
    const messages = eventsOf(outcome, previous)
      .filter((event) => event.reason === reason)
      .map(({ message }) => message);
    if (messages.length === 0) return undefined;
    return { message: messages.join('; '), repositories: namesOf(outcome, previous, lines) };
  };
}

function changed(line: RepositoryChange['msg'], words: string): Read {
  return ({ outcome, previous }) => {
    const repositories = namesOf(outcome, previous, [line]);
    if (repositories.length === 0) return undefined;
    const what = repositories.length === 1 ? '1 repository' : `${repositories.length} repositories`;
    return { message: `${what} ${words}`, repositories };
  };
}

const namesOf = (
  outcome: PassPublication['outcome'],
  previous: PassPublication['previous'],
  lines: readonly RepositoryChange['msg'][],
): string[] =>
  changesOf(outcome, previous)
    .filter(({ msg }) => lines.includes(msg))
    .map(({ repository }) => repository);

/** As the journal has them; without one, those that need no memory. Also of a look that came to no pass. */
export function securityEvent(sight: Sight): Sighting[] {
  const { previous, status } = sight.publication;
  const messages = sight.security ?? [
    ...[...errorEvents(errorOf(sight), previous), ...contestedEvents(status, previous)].flatMap((entry) =>
      entry.kind === 'SecurityEvent' ? [entry.data.message] : [],
    ),
  ];
  return messages.length === 0 ? [] : [{ event: 'SecurityEvent', message: messages.join('; ') }];
}
