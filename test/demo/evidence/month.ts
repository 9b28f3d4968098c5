/**
 * A month of an organization in virtual time: growth, drift, a held plan that is approved, an exemption, refused writes, a day and a half
 * without passes, a failover, a rollback. Real passes against the simulator of GitHub, four a day; each replica keeps a journal.
 */
import { join } from 'node:path';
import type { RollbackRequest } from '../../../pkg/policies/index.js';
import { kept, PATH, PRODUCTION, say } from '../../builders.js';
import type { LoggedRequest } from '../../fakes/github/index.js';
import { Approvals } from '../../integration/held-scene.js';
import { JournalScene } from '../../integration/journal-scene.js';
import type { Scene, SpecInput } from '../../integration/passes.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Of the month: October 2026, in UTC. */
export const MONTH_START = Date.parse('2026-10-01T00:00:00.000Z');
export const MONTH_NAME = '2026-10';
const DAYS = 31;
const STEP = 6 * HOUR;

const SCHEDULE = { interval: '6h' };
const CALM: SpecInput = { schedule: SCHEDULE, exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };
const STRICT: SpecInput = { schedule: SCHEDULE, exit: { gracePeriod: '0s' }, guards: { maxLeaving: 1 } };
const APPROVER = 'alice@example.com';

/** Who plays what: names of repositories of the organization. */
export interface MonthCast {
  /** Not in production at first; they declare it on the 2nd, the 3rd and the 14th. */
  newcomers: readonly [string, string, string];
  /** Members that stop declaring it on the 8th; the first comes back on the 18th. */
  leavers: readonly [string, string, string];
  /** In production, and released by an exemption on the 20th. */
  exempted: string;
  /** Made on the 25th. */
  fresh: string;
}

/** What somebody who watches the month is told. */
export interface MonthWatch {
  /** Repositories that an exemption decides about from now on. */
  exempted?: (names: readonly string[]) => void;
  beforePass?: () => void;
  /** `atMs`: when the pass looked. Not called for passes after the month. */
  afterPass?: (atMs: number) => void;
  /** GitHub refuses the write of the pass after the month: what declares production then is not governed. */
  endsBadly?: true;
}

interface Month {
  scene: Scene;
  journal: JournalScene;
  cast: MonthCast;
  watch: MonthWatch;
  approvals: Approvals;
  spec: SpecInput;
  rollback: RollbackRequest | undefined;
}

/** What happens before the pass of that day and hour. */
const ACTS: Readonly<Record<string, (month: Month) => void>> = {
  '2 6': ({ scene, cast }) => say(scene.organization.get(cast.newcomers[0]), 'production'),
  '3 12': ({ scene, cast }) => say(scene.organization.get(cast.newcomers[1]), 'production'),
  // Somebody takes one out by hand.
  '5 0': ({ scene: { organization } }) => void kept(organization).setMembers(kept(organization).members.slice(1)),
  '8 6': (month) => {
    month.spec = STRICT;
    for (const name of month.cast.leavers) say(month.scene.organization.get(name), 'deprecated');
  },
  '9 18': ({ scene, approvals }) => void approvals.give(APPROVER, scene.status.hold?.planHash),
  '10 12': (month) => void (month.spec = CALM),
  '14 6': ({ scene, cast }) => say(scene.organization.get(cast.newcomers[2]), 'production'),
  '18 0': ({ journal }) => journal.restart('plus1-1'),
  '18 12': ({ scene, cast }) => say(scene.organization.get(cast.leavers[0]), 'production'),
  '19 0': ({ journal }) => journal.restart('plus1-0'),
  '20 6': (month) => {
    const { exempted } = month.cast;
    month.spec = { ...CALM, exemptions: [exemptionOf(exempted)] };
    month.watch.exempted?.([exempted]);
  },
  '25 6': ({ scene, cast }) =>
    void scene.organization.createRepository({ name: cast.fresh, files: { [PATH]: PRODUCTION } }),
  '27 6': (month) =>
    void (month.rollback = { to: '2026-10-07T00:00:00Z', reason: 'the services are needed for one more week' }),
  '29 6': (month) => void (month.rollback = undefined),
};

/** On the first day after the month. */
function endMonth({ scene, cast, watch }: Month): void {
  if (watch.endsBadly !== true) return;
  const { organization } = scene;
  say(organization.get(cast.leavers[1]), 'production');
  organization.createRepository({
    name: 'broken-api',
    files: { [PATH]: 'apiVersion: v3\nkind: service\nmetadata: [\n' },
  });
  scene.github.faults.when(isPut, { kind: 'forbidden' });
}

const exemptionOf = (repository: string): NonNullable<SpecInput['exemptions']>[number] => ({
  ...{ repository, effect: 'Release', reason: 'sold to another company', owner: 'cto' },
  expiresAt: '2027-06-01T00:00:00Z',
});

const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

/** Plays it, and one day more. The roots of the journals of both replicas, the first one first. */
export async function playMonth(scene: Scene, cast: MonthCast, watch: MonthWatch = {}): Promise<string[]> {
  const journal = new JournalScene(scene);
  const approvals = new Approvals(scene.clock.now);
  journal.approvals = approvals;
  const month: Month = { scene, journal, cast, watch, approvals, spec: CALM, rollback: undefined };
  scene.clock.pass(MONTH_START - scene.clock.now());
  for (let ms = MONTH_START; ms < MONTH_START + DAYS * DAY + STEP; ms += STEP) await playPass(month, ms);
  return journal.roots.map((root) => join(root, 'journal'));
}

async function playPass(month: Month, ms: number): Promise<void> {
  const { scene, journal, watch } = month;
  const [day, hour] = [Math.floor((ms - MONTH_START) / DAY) + 1, ((ms - MONTH_START) % DAY) / HOUR];
  // Nobody looks for a day and a half.
  if (ms >= MONTH_START + 10 * DAY && ms < MONTH_START + 11.5 * DAY) return;
  ACTS[`${day} ${hour}`]?.(month);
  // GitHub refuses two writes, six hours apart.
  if (day === 14 && (hour === 6 || hour === 12)) scene.github.faults.when(isPut, { kind: 'forbidden' });
  if (day > DAYS) endMonth(month);
  watch.beforePass?.();
  scene.clock.pass(ms - 60_000 - scene.clock.now());
  const { spec, rollback } = month;
  await journal.pass({ spec, ...(rollback && { rollback }) });
  scene.github.reset();
  if (day <= DAYS) watch.afterPass?.(ms);
}
