/** What approvers do: approve what is held, approve an older plan, take an approval back. */
import { ApprovalFolder, RollbackFolder } from '../../../pkg/policies/index.js';
import type { Random } from '../random.js';
import { linesOf } from '../run/journal-on-disk.js';
import { POLICY, Simulation } from '../run/simulation.js';
import type { Act, Acts } from './action.js';

const PEOPLE = ['ann', 'bob', 'cyd'];
const UID_DIGITS = 12;

async function give(sim: Simulation, planHash: string, approver: string): Promise<void> {
  const { approvals } = sim.chronicle;
  const number = approvals.length + 1;
  const at = sim.timeline.now();
  const name = `${POLICY}-${number}`;
  const given = { at, approver, planHash };
  approvals.push(given);
  sim.count('approval');
  sim.note(`${approver} approves ${planHash} as ${name}`);
  const folder = new ApprovalFolder({ state: Simulation.path('person', 'state') });
  const object = {
    apiVersion: 'plus1.dev/v1alpha1' as const,
    kind: 'Plus1Approval' as const,
    metadata: {
      ...{ name, namespace: 'default', uid: `00000000-0000-4000-8000-${String(number).padStart(UID_DIGITS, '0')}` },
      creationTimestamp: new Date(at).toISOString(),
    },
    spec: {
      policyRef: { name: POLICY },
      planHash,
      approver,
      groups: [],
      kind: 'Normal' as const,
      reason: 'seen and right',
    },
  };
  // A disk that takes nothing takes no approval either.
  await folder
    .add(object, new AbortController().signal)
    .catch(() => void approvals.splice(approvals.indexOf(given), 1));
}

/** Those who look at what is held now. */
export const approve: Act = async (sim, random) => {
  const hash = sim.status.hold?.planHash;
  if (hash === undefined) return;
  const people = random.chance(0.6) ? PEOPLE.slice(0, sim.spec.guards.approval.required) : [random.pick(PEOPLE)];
  for (const approver of people) await give(sim, hash, approver);
};

const approveOld = async (sim: Simulation, random: Random): Promise<void> => {
  const { approvals } = sim.chronicle;
  if (approvals.length === 0) return;
  await give(sim, random.pick(approvals).planHash, random.pick(PEOPLE));
};

const withdraw: Act = (sim, random) => {
  const folder = `.approvals/default/${POLICY}`;
  if (!sim.state.has(folder) || sim.state.refuses !== undefined) return;
  const names = sim.state.list(folder).map(([name]) => name);
  if (names.length === 0) return;
  const name = random.pick(names);
  const given = sim.chronicle.approvals[Number(/-(\d+)\.json$/.exec(name)?.[1]) - 1];
  if (given === undefined) return;
  given.withdrawnAt ??= sim.timeline.now();
  sim.state.remove(`${folder}/${name}`);
  sim.note(`${name} is withdrawn`);
};

/** Back to a record of the journal, or to a time; the same again from time to time. */
const rollBack: Act = async (sim, random) => {
  const lines = [...linesOf(sim.state, { isSafe: false }).values()].at(-1) ?? [];
  const line = lines.at(random.below(Math.max(1, lines.length)));
  if (line === undefined) return;
  await ask(sim, { kind: 'rollback', to: random.chance(0.6) ? String(line.seq) : secondAfter(line.time) });
};

/** A time before the first record is one that no rollback knows. */
const secondAfter = (time: string): string =>
  `${new Date(Math.ceil(Date.parse(time) / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;

export const release: Act = (sim) => ask(sim, { kind: 'release' });

async function ask(sim: Simulation, what: { kind: 'rollback'; to: string } | { kind: 'release' }): Promise<void> {
  const at = sim.timeline.now();
  const key = { namespace: 'default', name: POLICY };
  const folder = new RollbackFolder({ state: Simulation.path('person', 'state') });
  sim.note(`somebody asks: ${JSON.stringify(what)}`);
  const { signal } = new AbortController();
  const isTaken = await folder.ask(key, what, at, signal).then(
    () => true,
    // A disk that takes nothing more may have taken the request before it failed: then it counts as asked.
    async () => (await folder.waiting(key, signal).catch(() => undefined))?.kind === what.kind,
  );
  if (!isTaken) return sim.note('the request is not kept');
  sim.chronicle.asks.push({ at, kind: what.kind });
  sim.mounts.tell('state/.rollback/asked');
}

export const APPROVERS: Acts = {
  rollback: [1, rollBack],
  release: [0.7, release],
  approve: [5, approve],
  'approve-old': [0.8, approveOld],
  withdraw: [0.3, withdraw],
};
