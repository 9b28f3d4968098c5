/** What happens between the passes of a random story: to repositories, to the ruleset, to GitHub and to the process. */
import fc from 'fast-check';
import { kept, PRODUCTION, say } from '../builders.js';
import type { Fault, LoggedRequest, Organization } from '../fakes/github/index.js';
import type { JournalScene } from './journal-scene.js';

const NAMES = ['member-001', 'member-002', 'member-003', 'other-001', 'other-002', 'other-003'];

/** A PUT of the ruleset, or a PATCH of values. */
const isWrite = (request: LoggedRequest): boolean => request.isWrite;

type Change = 'promote' | 'demote' | 'add' | 'remove' | 'delete';

export type Act =
  | { what: Change; which: number }
  | { what: 'create' | 'restart' | 'failover' | 'wait' }
  | { what: 'fault'; fault: Fault };

const FAULTS: Fault[] = [
  { kind: 'put-applied-reset' },
  { kind: 'put-applied-500' },
  { kind: 'put-ignored' },
  { kind: 'reset' },
  { kind: 'status', status: 502 },
  { kind: 'forbidden' },
];

export const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    what: fc.constantFrom('promote', 'demote', 'add', 'remove', 'delete'),
    which: fc.nat({ max: NAMES.length - 1 }),
  }),
  fc.record({ what: fc.constantFrom('create', 'restart', 'failover', 'wait') }),
  fc.record({ what: fc.constant('fault'), fault: fc.constantFrom(...FAULTS) }),
);

let created = 0;

export function play(journal: JournalScene, step: Act): void {
  const { scene } = journal;
  const { organization, github, clock } = scene;
  switch (step.what) {
    case 'create':
      organization.createRepository({ name: `fresh-${(created += 1)}`, files: { 'entity.datadog.yaml': PRODUCTION } });
      return;
    case 'restart':
      return journal.restart();
    case 'failover':
      return journal.restart(journal.roots.length % 2 === 0 ? 'plus1-0' : 'plus1-1');
    case 'wait':
      return clock.pass(3_600_000);
    case 'fault':
      github.faults.when(isWrite, step.fault);
      return;
    case 'promote':
    case 'demote':
    case 'add':
    case 'remove':
    case 'delete':
      return change(organization, step.what, step.which);
  }
}

function change(organization: Organization, what: Change, which: number): void {
  const repository = organization.repository(NAMES[which] ?? '');
  if (repository === undefined) return;
  const ruleset = kept(organization);
  const { id } = repository;
  const changes: Record<Change, () => unknown> = {
    promote: () => say(repository, 'production'),
    demote: () => say(repository, 'deprecated'),
    add: () => ruleset.setMembers(new Set([...ruleset.members, id])),
    remove: () => ruleset.setMembers(ruleset.members.filter((each) => each !== id)),
    delete: () => (which > 3 ? repository.delete() : undefined),
  };
  changes[what]();
}
