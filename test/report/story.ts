/** A month of a small organization as records: what happens in it is written here, and what reports must say of it follows by hand. */
import { membersHash } from '../../pkg/base/index.js';
import type { ChainWriter, Entry } from '../../pkg/journal/index.js';
import { signal, POLICY, Stage } from '../journal/stage.js';

export const HOSTILE = '=cmd()\u202e<img src=x onerror=alert(1)>\u001b[31m';
export const DAY = 86_400_000;

interface World {
  stage: Stage;
  writer: ChainWriter;
  members: Set<number>;
  passes: number;
  apiHost: string;
}

export const NAMES = new Map([
  [1, 'payments'],
  [2, 'ledger'],
  [3, 'audit'],
  [4, HOSTILE],
  [5, 'sandbox'],
]);
const name = (id: number): string => NAMES.get(id) ?? `repository ${id}`;
const member = (
  id: number,
  status = 'valid_production',
): { id: number; name: string; status: string; reason: string } => ({
  ...{ id, name: name(id), status },
  reason: `it is ${status}`,
});

export const changed = (id: number, from: string, to: string): Entry => ({
  kind: 'FindingsChanged',
  data: {
    repositories: [
      {
        ...{ id, name: name(id), from, to, codes: [], owner: 'team-money', path: 'entity.datadog.yaml', line: 7 },
        ...{ commit: 'c0ffee'.padEnd(40, '0'), author: 'alice', pullRequest: 17 },
      },
    ],
  },
});

export const exposed = (kind: 'ExposureStarted' | 'ExposureEnded', id: number, since: string, seconds = 0): Entry => ({
  kind,
  data: { repositories: [{ id, name: name(id), since, seconds }] },
});

/** As one pass writes it: the intent, then what became of it. */
export function write({ members }: Pick<World, 'members'>, enter: number[], leave: number[]): [Entry, Entry] {
  const before = [...members];
  for (const id of leave) members.delete(id);
  for (const id of enter) members.add(id);
  const planHash = membersHash([...enter, 1_000, ...leave]);
  const [hashBefore, hashAfter] = [membersHash(before), membersHash(members)];
  const origin = { commit: 'c0ffee'.padEnd(40, '0'), author: 'alice' };
  return [
    {
      kind: 'WriteIntended',
      data: {
        ...{ planHash, hashBefore, hashAfter, membersBefore: before.length, membersAfter: members.size },
        enter: enter.map((id) => ({ ...member(id), ...origin })),
        leave: leave.map((id) => ({ ...member(id, 'missing_lifecycle'), ...origin })),
      },
    },
    { kind: 'WriteProved', data: { planHash, hashAfter, error: null } },
  ];
}

export const approval = (
  approver: string,
): { approver: string; groups: string[]; kind: string; reason: string; time: string; verified: boolean } => ({
  ...{ approver, groups: ['security'], kind: 'Normal', reason: 'retired with the old shop' },
  ...{ time: '2026-11-06T03:00:00Z', verified: true },
});

export const held = (leave: number[], planHash = membersHash(leave)): Entry => ({
  kind: 'PlanHeld',
  data: {
    planHash,
    reason: 'TooManyLeaving',
    leave: leave.map((id) => member(id, 'missing_lifecycle')),
    enter: [],
    approvals: [],
  },
});
export const released = (leave: number[], approvers: string[]): Entry => ({
  kind: 'PlanReleased',
  data: {
    ...{ planHash: membersHash([2, 3]), reason: 'TooManyLeaving', leave: leave.map((id) => member(id)), enter: [] },
    approvals: approvers.map(approval),
  },
});

/** Of a day of which the last pass at 04:00 saw everything; `complete: false` of one in which none did. */
export function summary(
  date: string,
  production: number,
  { complete = true, exempted = 0, apiHost = 'api.github.com' } = {},
): Entry {
  const end = `${date}T04:00:30.000Z`;
  const known = {
    members: production,
    findings: { valid_production: production, valid_non_production: 1, missing_lifecycle: 1 },
    codes: { 'lifecycle-missing': 1 },
    compliance: { total: production + 2, production, governed: production, ungoverned: 0, percentage: 100, exempted },
    complete: { first: end, last: end, gaps: [] },
    population: {
      ...{ api_host: apiHost, organization_id: 42, credential: { kind: 'app', visibility: 'Full' } },
      ...{ listed: production + 2, total_count: production + 2, unobserved: 0, query_sha256: 'f'.repeat(64) },
      ...{ tool_version: '0.2.0', policy_generation: 3 },
    },
  };
  const nothing = { members: null, findings: null, codes: null, compliance: null, complete: null, population: null };
  return {
    kind: 'DaySummary',
    data: {
      ...{
        date,
        passes: { full: complete ? { Succeeded: 1 } : { Incomplete: 1 } },
        errors: complete ? {} : { PLUS1_GITHUB_DOWN: 1 },
      },
      ...{ longestGapSeconds: 86_400, exposureSeconds: 0, requests: 30, passSeconds: { mean: 12, max: 12 } },
      ...(complete ? known : nothing),
    },
  };
}

/** Writes the month; the clock of the stage is left on 2 December. */
export async function month(options: Stage['options'] = {}, { apiHost = 'api.github.com' } = {}): Promise<Stage> {
  const stage = new Stage();
  stage.options = { actor: 'plus1-sync/0.2.0', ...options };
  stage.nowMs = Date.parse('2026-11-01T04:00:00.000Z');
  const members = new Set([1, 2]);
  const status = (id: number): string =>
    id <= 2 ? 'valid_production' : id === 5 ? 'missing_lifecycle' : 'valid_non_production';
  const writer = await stage.writer({
    snapshot: () => ({
      members: [...members],
      repositories: [1, 2, 3, 4, 5].map((id) => [id, name(id), status(id), '2026-10-01T00:00:00.000Z']),
      ...{ ungoverned: [], hold: null, exemptions: [] },
      spec: { organization: 'acme', mode: 'Enforce' },
      ruleset: { enforcement: 'active' },
    }),
  });
  const world: World = { stage, writer, members, passes: 0, apiHost };
  for (const day of Array.from({ length: 31 }, (_, at) => at + 1)) await play(world, day);
  await writer.checkpoint(signal);
  return stage;
}

/** One pass a day at 04:00, but for days 10 and 11; that of day 20 does not see everything. */
async function play(world: World, day: number): Promise<void> {
  const { stage } = world;
  const date = (number: number): string => new Date(Date.UTC(2026, 10, number)).toISOString().slice(0, 10);
  if (day === 10 || day === 11) return;
  stage.nowMs = Date.parse(`${date(day)}T04:00:00.000Z`);
  world.passes += 1;
  const pass = `6f1c2f0e-0000-4000-8000-${String(world.passes).padStart(12, '0')}`;
  const append = async (entries: Entry[], afterMs = 0): Promise<void> => {
    stage.nowMs += afterMs;
    await world.writer.append(entries, { pass, policy: POLICY }, signal);
  };
  const last = day === 12 ? 9 : day - 1;
  if (day > 1)
    await append([
      summary(date(last), productionOn(last), {
        complete: last !== 20,
        exempted: last >= 21 ? 1 : 0,
        apiHost: world.apiHost,
      }),
    ]);
  await ACTS[day]?.(world, append, date(day));
  await world.writer.checkpoint(signal);
}

/** As the last pass of that day leaves it. */
export const productionOn = (day: number): number =>
  (day >= 16 ? 4 : day >= 6 ? 2 : day >= 2 ? 3 : 2) - (day >= 21 ? 1 : 0);

type Act = (world: World, append: (entries: Entry[], afterMs?: number) => Promise<void>, date: string) => Promise<void>;

const ACTS: Record<number, Act> = {
  // A repository enters, ungoverned for five seconds.
  2: async (world, append, date) => {
    const since = `${date}T04:00:00.000Z`;
    const [intent, proof] = write(world, [3], []);
    await append([
      changed(3, 'valid_non_production', 'valid_production'),
      exposed('ExposureStarted', 3, since),
      intent,
    ]);
    await append([proof, exposed('ExposureEnded', 3, since, 5)], 5_000);
  },
  // Somebody takes one out; it is put back after eight seconds.
  3: async (world, append, date) => {
    const since = `${date}T04:00:00.000Z`;
    world.members.delete(1);
    const drift: Entry = {
      kind: 'DriftSeen',
      data: { added: [], removed: [{ id: 1, name: name(1) }], hashAfter: membersHash(world.members) },
    };
    const [intent, proof] = write(world, [1], []);
    await append([drift, exposed('ExposureStarted', 1, since), intent]);
    await append([proof, exposed('ExposureEnded', 1, since, 8)], 8_000);
  },
  // Two would leave, and a guard holds them; one is approved two days later, and the other declares production again.
  4: async (_, append) =>
    append([
      changed(2, 'valid_production', 'missing_lifecycle'),
      changed(3, 'valid_production', 'missing_lifecycle'),
      held([2, 3]),
    ]),
  6: async (world, append) => {
    const [intent, proof] = write(world, [], [2]);
    await append([{ kind: 'ApprovalGiven', data: { ...approval('bob'), planHash: membersHash([2, 3]) } }, intent]);
    await append([proof, released([2], ['bob']), held([3])], 3_000);
  },
  7: async (_, append) => append([changed(3, 'missing_lifecycle', 'valid_production'), released([], [])]),
  // Six hours over midnight: the write is refused, and goes through later.
  15: async (world, append, date) => {
    const since = `${date}T20:00:00.000Z`;
    const [intent] = write(world, [4], []);
    world.members.delete(4);
    const refused: Entry = {
      kind: 'WriteRefused',
      data: { planHash: 'sha256:refused', error: 'PLUS1_WRITE_REFUSED: 422' },
    };
    await append(
      [changed(4, 'valid_non_production', 'valid_production'), exposed('ExposureStarted', 4, since), intent, refused],
      16 * 3_600_000,
    );
  },
  16: async (world, append) => {
    world.stage.nowMs = Date.parse('2026-11-16T02:00:00.000Z');
    const [intent, proof] = write(world, [4, 2], []);
    await append([
      changed(2, 'missing_lifecycle', 'valid_production'),
      intent,
      proof,
      exposed('ExposureEnded', 4, '2026-11-15T20:00:00.000Z', 21_600),
    ]);
  },
  21: async (_, append) => {
    const exemption = {
      repository: 'ledger',
      effect: 'Release',
      reason: 'sold',
      owner: 'cto',
      expiresAt: '2027-01-01T00:00:00Z',
    };
    await append([{ kind: 'ExemptionStarted', data: exemption }]);
  },
};
