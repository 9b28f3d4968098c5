/** Runs of `sync` with state and journal against the simulator, and the next run on what a crash left. */
import { performance } from 'node:perf_hooks';
import { PassThrough, Readable } from 'node:stream';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { membersHash } from '../../pkg/base/index.js';
import { plus1 } from '../../cmd/plus1/commands.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { run } from '../../cmd/plus1/program.js';
import { readRecords, Replay } from '../../pkg/journal/index.js';
import { policyFolders } from '../../pkg/journal/read/policy-journal.js';
import { kept, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type LoggedRequest, type Organization } from '../fakes/github/index.js';
import { tryCuts, type Outcome } from './cuts.js';
import type { Mark, Operation } from './operation.js';
import { seeded } from './random.js';
import { Recorder } from './recorder.js';
import { brokenPromises, faultsOf, keptFaults, recordsIn } from './restart.js';

const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
/** Of the lock: its holder died with the process, which this one, with the same number, did not. */
const LOCK = '.lock';

interface Ran {
  code: number | undefined;
  stderr: string;
}

/** The program in this process, so that what it does to the disk is seen. */
async function sync(state: string, github: GitHubSimulator): Promise<Ran> {
  const ran: Ran = { code: undefined, stderr: '' };
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()));
  const io: CommandIO = {
    ...{ stderr, stdout: new PassThrough().resume(), stdin: Readable.from([]), cwd: state },
    env: { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: github.apiURL },
    signal: new AbortController().signal,
    clock: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => 0.5,
    onHangup: () => undefined,
    done: (code) => (ran.code = code),
  };
  const args = ['sync', '--org', 'acme', '--state', state, '--grace-period', '0s'];
  await run(plus1(io), args, io);
  return ran;
}

/** What a PUT asks for. */
function membersOf({ body }: LoggedRequest): number[] {
  const { conditions } = body as { conditions?: { repository_id?: { repository_ids: number[] } } };
  return conditions?.repository_id?.repository_ids ?? [];
}

/** Who enters, who leaves, what somebody else did, and a run that finds nothing to do. */
async function tell(state: string, organization: Organization, github: GitHubSimulator): Promise<void> {
  const runs: (() => void)[] = [
    () => undefined,
    () => say(organization.repository('member-001') ?? missing(), 'deprecated'),
    () => undefined,
    () => void kept(organization).setMembers(kept(organization).members.slice(1)),
  ];
  for (const change of runs) {
    change();
    const { code, stderr } = await sync(state, github);
    if (code !== 0) throw new Error(`sync ended with ${code}: ${stderr}`);
  }
}

const missing = (): never => {
  throw new Error('the town has no such repository');
};

/** Starts on what a crash left, with the ruleset as GitHub had it then, and says what is wrong. */
async function restart(
  state: string,
  { organization, github, first }: { organization: Organization; github: GitHubSimulator; first: readonly number[] },
  marks: readonly Mark[],
): Promise<string[]> {
  rmSync(join(state, LOCK), { recursive: true, force: true });
  const journal = join(state, '.journal');
  const puts = marks.filter((mark) => mark.seen === 'put');
  kept(organization).setMembers(puts.at(-1)?.members ?? first);
  const before = await recordsIn(journal);
  const wrong = [...brokenPromises(before, marks), ...(await keptFaults(journal))];
  const { code, stderr } = await sync(state, github);
  if (code !== 0) wrong.push(`sync ended with ${code}: ${stderr.trim()}`);
  const after = await recordsIn(journal);
  const repairs = ({ records }: typeof before): number =>
    records.filter(({ record }) => record.kind === 'TailRepaired').length;
  if (repairs(after) > repairs(before) !== before.isTorn)
    wrong.push(before.isTorn ? 'a torn tail is not named' : 'TailRepaired, and no tail was torn');
  const replay = new Replay();
  const folders = await policyFolders([journal], { namespace: undefined, name: 'acme' });
  for (const record of (await readRecords(folders)).records) replay.apply(record);
  const [told, live] = [[...replay.members.keys()], kept(organization).members].map(membersHash);
  if (told !== live) wrong.push('the membership by the journal is not that of the ruleset');
  return [...wrong, ...(await faultsOf(journal, undefined))];
}

/** Every boundary asks in one hour what a real organization is asked in weeks. */
const MANY = { rest: 1_000_000, graphql: 1_000_000 };

export interface SyncCrash {
  seed: number;
  /** Of the boundaries, from 0 to 1. */
  share: number;
  /** Makes an empty folder. */
  folder: () => string;
  /** What a process would have done that is less careful. */
  change?: (operations: readonly Operation[]) => readonly Operation[];
}

export async function crashSync({ seed, share, folder, change }: SyncCrash): Promise<Outcome> {
  const root = folder();
  const organization = town({ members: 3, promoted: 2, others: 2 });
  const first = [...kept(organization).members];
  const github = await startGitHub({ organizations: [organization], rateLimit: MANY });
  try {
    const recorder = new Recorder(root);
    github.on('request', (request) => {
      if (request.method !== 'PUT') return;
      const members = membersOf(request);
      recorder.mark({ seen: 'put', members, membersHash: membersHash(members) });
    });
    await recorder.during(() => tell(root, organization, github));
    const operations = change?.(recorder.operations) ?? recorder.operations;
    const [random, chance] = [seeded(seed + 1), seeded(seed + 2)];
    return await tryCuts({
      ...{ root, random, operations, scratch: join(folder(), 'x') },
      start: (state, marks) => restart(state, { organization, github, first }, marks),
      isChosen: () => share === 1 || chance() < share,
    });
  } finally {
    await github.close();
  }
}
