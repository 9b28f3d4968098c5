/**
 * `make bench-journal`: a year of one organization, 10,000 repositories of which 4,000 are members, with two changes a day, written
 * by the journal itself. Prints its size, the processor time of a start and of `journal at`, and how often a write is flushed,
 * what its reports take, how long a SIEM takes to get all of it, and how much longer a pass takes.
 * Ends with 1 where a figure is beyond its bound.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { membersHash } from '../../pkg/base/index.js';
import {
  membersAt,
  openChain,
  readRecords,
  realFiles,
  type ChainWriter,
  type Entry,
  type Files,
} from '../../pkg/journal/index.js';
import { generateKey } from '../../pkg/journal/proof/key.js';
import { policyFolders } from '../../pkg/journal/read/policy-journal.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { passCosts, type Costs } from './journal-passes.js';
import { reportCosts } from './journal-reports.js';
import { sendJournal } from './journal-siem.js';

const REPOSITORIES = 10_000;
const MEMBERS = 4_000;
const DAYS = 365;
const CHANGES_A_DAY = 2;
const DAY_MS = 86_400_000;
const START_MS = Date.parse('2025-01-01T00:00:00Z');
const MIB = 1_048_576;

const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'plus1-bench-journal-'));
const policy = {
  namespace: 'default',
  name: 'acme',
  uid: '3f9a1c07-1111-4222-8333-444455556666',
  organization: 'acme',
  ruleset: 'plus1_enforcement',
};

let flushes = 0;
const counting: Files = {
  ...realFiles,
  open: async (path) => countingFile(await realFiles.open(path)),
  create: async (path) => countingFile(await realFiles.create(path)),
  syncFolder: async (path) => {
    flushes += 1;
    await realFiles.syncFolder(path);
  },
};

function countingFile(file: Awaited<ReturnType<Files['open']>>): Awaited<ReturnType<Files['open']>> {
  return {
    ...file,
    sync: async () => {
      flushes += 1;
      await file.sync();
    },
  };
}

const id = (at: number): number => 500_000_000 + at * 37;
const name = (at: number): string => `team-${at % 211}-service-${at}`;
const iso = (ms: number): string => new Date(ms).toISOString();

let nowMs = START_MS;
const members = new Set(Array.from({ length: MEMBERS }, (_, at) => at));
const keys = [generateKey()];

const snapshot = (): Parameters<ChainWriter['join']>[1] => ({
  members: [...members].map(id).sort((a, b) => a - b),
  repositories: Array.from({ length: REPOSITORIES }, (_, at) => [
    ...([id(at), name(at)] as const),
    ...([
      members.has(at) ? 'valid_production' : at % 3 === 0 ? 'missing_file' : 'valid_non_production',
      iso(START_MS),
    ] as const),
  ]),
  ungoverned: [],
  hold: null,
  exemptions: [],
  spec: { organization: 'acme', ruleset: { name: 'plus1_enforcement' } },
});

const open = async (known?: ChainWriter['head']): Promise<ChainWriter> =>
  (
    await openChain(
      {
        ...{ root, writer: '0badcafe', keys, actor: 'plus1-controller/0.2.0', tool: '0.2.0', files: counting },
        ...{ now: () => nowMs, random: () => '8c1d22ab' },
      },
      { pass: null, policy, snapshot, known },
      signal,
    )
  ).writer;

/** One repository enters, or leaves: what a pass records before and after its PUT, and of the day. */
async function change(writer: ChainWriter, number: number): Promise<number> {
  const at = number % 2 === 0 ? MEMBERS + number : number;
  const isEntering = !members.has(at);
  const before = [...members].map(id);
  const commit = number.toString(16).padStart(40, '0');
  const repository = { id: id(at), name: name(at), commit, author: 'octocat' };
  const [from, to] = isEntering
    ? ['valid_non_production', 'valid_production']
    : ['valid_production', 'valid_non_production'];
  if (isEntering) members.add(at);
  else members.delete(at);
  const after = [...members].map(id);
  const planHash = membersHash([number]);
  const context = { pass: `6f1c2f0e-0000-4000-8000-${String(number).padStart(12, '0')}`, policy };
  const member = { ...repository, status: to, reason: `its lifecycle is ${to}` };
  const planned: Entry[] = [
    {
      kind: 'FindingsChanged',
      data: {
        repositories: [
          {
            ...repository,
            from,
            to,
            codes: [],
            owner: 'group:platform',
            path: 'entity.datadog.yaml',
            line: 12,
            pullRequest: number,
          },
        ],
      },
    },
    {
      kind: 'WriteIntended',
      data: {
        ...{ planHash, enter: isEntering ? [member] : [], leave: isEntering ? [] : [member] },
        ...{ membersBefore: before.length, membersAfter: after.length },
        ...{ hashBefore: membersHash(before), hashAfter: membersHash(after) },
      },
    },
  ];
  const start = flushes;
  await writer.append(planned, context, signal);
  await writer.append(
    [{ kind: 'WriteProved', data: { planHash, hashAfter: membersHash(after), error: null } }],
    context,
    signal,
  );
  await writer.checkpoint(signal);
  return flushes - start;
}

const summary = (date: string): Entry => ({
  kind: 'DaySummary',
  data: {
    ...{
      date,
      passes: { full: { Succeeded: 24 } },
      errors: {},
      longestGapSeconds: 3_600,
      exposureSeconds: 120,
      requests: 2_400,
    },
    ...{ passSeconds: { mean: 41.5, max: 63.2 }, members: members.size, compliance: { ratio: 0.999 } },
    findings: { valid_production: members.size, valid_non_production: 4_000, missing_file: 2_000 },
    codes: { 'lifecycle-missing': 12, 'owner-missing': 40 },
    population: { host: 'api.github.com', organization: 1, total: REPOSITORIES, listed: REPOSITORIES, unobserved: 0 },
  },
});

const cpuSeconds = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1e6, result];
};

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const moreBy = ({ without, with: kept }: Costs): number => (kept / without - 1) * 100;
const told = ({ without, with: kept }: Costs): string => `${without.toFixed(3)} and ${kept.toFixed(3)} s`;

let isBeyond = false;
function figure(what: string, value: number, bound: number, unit: string): void {
  isBeyond ||= value > bound;
  console.log(`${what.padEnd(44)} ${value.toFixed(2).padStart(8)} ${unit}, bound ${bound}`);
}

try {
  let writer = await open();
  const costs: number[] = [];
  const [written] = await cpuSeconds(async () => {
    for (let day = 0; day < DAYS; day += 1) {
      nowMs = START_MS + day * DAY_MS + 60_000;
      if (day > 0) await writer.append([summary(iso(nowMs - DAY_MS).slice(0, 10))], { pass: null, policy }, signal);
      for (let each = 0; each < CHANGES_A_DAY; each += 1) {
        nowMs += 8 * 3_600_000;
        costs.push(await change(writer, day * CHANGES_A_DAY + each));
      }
    }
  });
  const { head } = writer;
  const [started] = await cpuSeconds(async () => (writer = await open(head)));
  const [asked, found] = await cpuSeconds(async () => {
    const folders = await policyFolders([root], { namespace: undefined, name: 'acme' });
    return membersAt(iso(START_MS + 200 * DAY_MS), (await readRecords(folders)).records);
  });
  const [verified, verdict] = await cpuSeconds(() => verify({ folders: [root], keys: [], checkpoints: [], heads: [] }));
  if (!verdict.whole || !found.ok) throw new Error('the journal is not whole');
  const sorted = [...costs].sort((a, b) => a - b);
  console.log(
    `${REPOSITORIES} repositories, ${members.size} members, ${DAYS} days, ${costs.length} writes, ${head?.sequence} records`,
  );
  figure('size on disk', bytesBelow(root) / MIB, 30, 'MiB');
  figure('processor time of a start', started, 1, 's');
  figure('processor time of journal at', asked, 2, 's');
  figure('flushes of a write and its checkpoint, median', sorted[sorted.length >> 1] ?? 0, 3, '');
  const beside = mkdtempSync(join(tmpdir(), 'plus1-bench-reports-'));
  const reports = await reportCosts(root, beside).finally(() => rmSync(beside, { recursive: true, force: true }));
  figure('processor time of a daily report', reports.daily.cpuMs / 1_000, 2, 's');
  figure('processor time of a certification', reports.certification.cpuMs / 1_000, 15, 's');
  figure('memory of a certification', reports.certification.peakBytes / MIB, 300, 'MiB');
  figure('the larger page', reports.pageBytes / MIB, 3, 'MiB');
  const sent = await sendJournal(root, head?.sequence ?? 0);
  figure(`wall of ${sent.records} records to a SIEM that answers at once`, sent.seconds, 120, 's');
  const { idle, writing } = await passCosts(REPOSITORIES, join(root, 'of-passes'));
  figure('processor time of an idle pass, more by', moreBy(idle), 5, '%');
  figure('the same of a pass with a write', moreBy(writing), 5, '%');
  console.log(`  seconds: ${told(idle)} idle, ${told(writing)} with a write, without and with a journal`);
  console.log(`  the same where a day or a month ends: at most ${sorted.at(-1)}`);
  console.log(`  memory of the process at its most while they were sent: ${sent.residentMiB.toFixed(0)} MiB`);
  console.log(
    `  processor time of the year's records ${written.toFixed(1)} s, of journal verify ${verified.toFixed(2)} s`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
if (isBeyond) process.exitCode = 1;
