/** One run: trouble for so long, then none; in the end everything must be as it should be. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { kept, town } from '../builders.js';
import { Random } from '../chaos/random.js';
import { Stage, type PolicyObject } from '../e2e/kube-stage.js';
import { eventually } from '../e2e/support/eventually.js';
import type { Organization } from '../fakes/github/index.js';
import { Pair } from './pair.js';
import { ask, TROUBLES, type Scenery } from './troubles.js';
import { GRACE_MS, isProduction, isRetained, Witness } from './witness.js';

const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));
const LOGINS = ['acme', 'globex', 'initech'];
/** Between two troubles, on average. */
const MEAN_MS = 2_500;
/** A lease that nobody gave back, a watch that fell silent, a server that comes back. */
const CALM_MS = 240_000;
/** What a write without a known outcome holds back, with the pass that follows it. */
const OPEN_WRITE_MS = 24 * 60_000;
/** A leader that lost its lease, or one that was asked to end. */
const EXIT_CODES = new Set<number | null>([0, 1, null]);

export interface PairOptions {
  seconds: number;
  seed: number;
  /** The folder with the executables. Default: that of the shared cluster. */
  tools?: string;
  /** Wait until writes without a known outcome hold nothing back any more: up to 24 minutes. */
  isPatient?: boolean;
  say?: (line: string) => void;
}

export interface PairOutcome {
  wrong: readonly string[];
  /** What happened, and how often. */
  counts: Record<string, number>;
}

export async function runPair(options: PairOptions): Promise<PairOutcome> {
  const organizations = LOGINS.map((login) => town({ login, members: 12, demoted: 2, promoted: 3, others: 8 }));
  const { tools } = options;
  const stage = await Stage.start(organizations, {
    ...(tools !== undefined && { tools }),
    github: { rateLimit: false },
  });
  const troubles = new Map<string, number>();
  let pair: Pair | undefined;
  const witness = new Witness(stage.github, organizations, () => pair as Pair);
  witness.look();
  try {
    pair = await Pair.start(stage);
    await stage.apply(...LOGINS.map((login) => stage.policy(login, policy())));
    const scenery = { stage, pair, organizations, random: new Random(options.seed, 'pair') };
    await trouble(scenery, { options, witness, troubles });
    await calm(scenery, options);
    const wrong = await judge(scenery, options);
    await pair.stop();
    return {
      wrong: [...witness.wrong, ...wrong, ...strangeExits(pair), ...journals(stage, pair), ...recorded(stage, witness)],
      counts: {
        ...Object.fromEntries([...troubles].sort()),
        ...witness.counts,
        'leases taken': pair.takes.length,
        processes: pair.seats.reduce((sum, { lives }) => sum + lives.length, 0),
        'leases lost': pair.exitCodes.filter((code) => code === 1).length,
        'requests through the proxies': pair.seats.reduce((sum, { proxy }) => sum + proxy.requests.length, 0),
      },
    };
  } finally {
    await pair?.stop();
    await stage.end();
  }
}

const policy = (): Record<string, unknown> => ({
  exit: { gracePeriod: `${GRACE_MS / 1_000}s` },
  guards: { maxLeaving: '100%', window: '1h' },
  schedule: { interval: '20s', quickInterval: '10s' },
});

async function trouble(
  scenery: Scenery,
  run: { options: PairOptions; witness: Witness; troubles: Map<string, number> },
): Promise<void> {
  const { random } = scenery;
  const { seconds, say = () => undefined } = run.options;
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    await sleep(-Math.log(1 - random.next()) * MEAN_MS);
    const [name, [, act]] = random.weighed(Object.entries(TROUBLES).map((entry) => [entry[1][0], entry] as const));
    run.troubles.set(name, (run.troubles.get(name) ?? 0) + 1);
    // The API server may be away, and so may what would be struck: then nothing happens.
    try {
      await act(scenery);
    } catch (error) {
      say(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
    run.witness.look();
  }
}

/** All is whole again, and everybody in production is governed. */
async function calm({ stage, pair, organizations }: Scenery, { isPatient = false }: PairOptions): Promise<void> {
  stage.github.faults.clear();
  for (const seat of pair.seats) {
    seat.proxy.heal();
    const pid = pair.alive(seat)?.process.pid;
    if (pid !== undefined) process.kill(pid, 'SIGCONT');
  }
  await eventually(() => pair.seats.every((seat) => pair.alive(seat) !== undefined), {
    what: 'both processes',
    timeoutMs: CALM_MS,
  });
  for (const organization of organizations) {
    const isDone = async (): Promise<boolean> => {
      await ask({ stage }, organization.login, String(performance.now()));
      await sleep(5_000);
      const extra = difference(organization).extra;
      return difference(organization).missing.length === 0 && (extra.length === 0 || !isPatient);
    };
    const timeoutMs = CALM_MS + (isPatient ? OPEN_WRITE_MS : 0);
    // What is not as it should be then is told by the judge.
    await eventually(isDone, { what: `${organization.login} to converge`, timeoutMs }).catch(() => undefined);
  }
  // What somebody changed last is looked at once more, and its status is kept.
  for (const { login } of organizations) await stage.pass(login);
}

function difference(organization: Organization): { missing: string[]; extra: string[] } {
  const { members } = kept(organization);
  const right = organization.repositories.filter(isProduction);
  // An hour breaks files of members, and these stay.
  const may = organization.repositories.filter((one) => isProduction(one) || isRetained(one));
  return {
    missing: right.filter(({ id }) => !members.includes(id)).map(({ fullName }) => fullName),
    extra: members
      .filter((id) => !may.some((one) => one.id === id))
      .map((id) => organization.repository(id)?.fullName ?? `#${id}`),
  };
}

async function judge({ stage, organizations }: Scenery, { isPatient = false }: PairOptions): Promise<string[]> {
  const wrong: string[] = [];
  for (const organization of organizations) {
    const { missing, extra } = difference(organization);
    const object = await stage.read(organization.login);
    const isHeld = object.status.pendingWrite !== undefined || !isPatient;
    if (missing.length > 0) wrong.push(`${missing.join(', ')} in production and not governed; ${told(object)}`);
    if (extra.length > 0 && !isHeld) wrong.push(`${extra.join(', ')} not in production and governed; ${told(object)}`);
    if (object.status.observedGeneration !== object.metadata.generation)
      wrong.push(`${organization.login} was not observed`);
  }
  wrong.push(...stage.github.contractViolations);
  return wrong;
}

const told = ({ status }: PolicyObject): string =>
  JSON.stringify({ conditions: status.conditions, pendingWrite: status.pendingWrite });

function strangeExits({ exitCodes }: Pair): string[] {
  return exitCodes.filter((code) => !EXIT_CODES.has(code)).map((code) => `a process ended with ${code}`);
}

/** Of both places: each must be there, and whole. */
function journals(stage: Stage, pair: Pair): string[] {
  return pair.seats.flatMap(({ name }) => {
    const folder = join(stage.folder, name, '.journal');
    if (!existsSync(folder)) return [`there is no journal of ${name}`];
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'journal', 'verify', folder], {
      encoding: 'utf8',
    });
    return status === 0 ? [] : [`the journal of ${name} is not whole: ${stdout}${stderr}`];
  });
}

/** No write without an intent on a disk. */
function recorded(stage: Stage, { counts }: Witness): string[] {
  const intents = stage.records('WriteIntended').length;
  return intents >= counts.writes ? [] : [`${counts.writes} writes, and ${intents} intents in the journals`];
}
