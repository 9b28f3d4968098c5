/**
 * `make bench-beside`: what passes take while the controller does something else as well: a SIEM that takes records, one that is down, and
 * people who read the web page, among them slow ones. Processor time of the process and the time of a pass, each beside a controller that
 * does nothing else, in turns, the least of all turns: other work of the machine makes both longer, never shorter.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { Daemon } from '../loop/daemon.js';
import { Receiver } from '../siem/fakes/receiver.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { RULESET } from './model.js';
import { hundredths, table, tenths, whole } from './table.js';

const REPOSITORIES = 2_000;
const PASSES = 10;
/** How often each way is played; the first argument of the command. */
const TURNS = Number(process.argv[2] ?? 2);
const READERS = 200;
/** A tick of proc(5), ms. */
const TICK_MS = 10;

type Way = 'alone' | 'sink' | 'sink that is down' | 'readers';
const WAYS: readonly Way[] = ['alone', 'sink', 'sink that is down', 'readers'];

interface Measured {
  cpuMs: number;
  passMs: number;
}

/** User and system, of the process with that id. */
function cpuOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The number and the sum of seconds of all passes so far; quick ones are off. */
async function passesOf(daemon: Daemon): Promise<{ count: number; seconds: number }> {
  const { text } = await daemon.get('metrics', '/metrics');
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  return { count: sum('plus1_pass_duration_seconds_count'), seconds: sum('plus1_pass_duration_seconds_sum') };
}

async function play(way: Way, github: GitHubSimulator): Promise<Measured> {
  const folder = temporaryFolder();
  const [policies, state] = [join(folder, 'policies'), join(folder, 'state')];
  await mkdir(policies);
  const spec = {
    organization: 'acme',
    github: { apiURL: github.apiURL },
    schedule: { interval: '1s', quickInterval: '0s' },
  };
  await writeFile(
    join(policies, 'acme.yaml'),
    stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
  );
  const receiver = await new Receiver('HTTP').listen();
  if (way === 'sink that is down') receiver.trouble = () => ({ status: 503 });
  const siem = join(folder, 'siem.yaml');
  await writeFile(siem, stringify({ sinks: [{ name: 'siem', type: 'HTTP', url: receiver.url, insecure: true }] }));
  const args = [...(way.startsWith('sink') ? ['--siem', siem] : []), '--web-address', '127.0.0.1:0'];
  const daemon = new Daemon({ github, policies, state, args });
  const stop = new AbortController();
  try {
    await daemon.ready();
    const readers = way === 'readers' ? read(await daemon.address('web'), stop.signal) : Promise.resolve();
    const [before, cpu] = [await passesOf(daemon), cpuOf(daemon.process.pid)];
    let after = before;
    while (after.count < before.count + PASSES) {
      await pause(500);
      after = await passesOf(daemon);
    }
    const count = after.count - before.count;
    const measured = {
      cpuMs: (cpuOf(daemon.process.pid) - cpu) / count,
      passMs: ((after.seconds - before.seconds) * 1_000) / count,
    };
    stop.abort();
    await readers;
    return measured;
  } finally {
    stop.abort();
    await daemon.kill('SIGTERM');
    await receiver.close();
  }
}

/** As many at once, again each second; every other one reads nothing of its answer. */
async function read(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, host } = new URL(url);
  while (!signal.aborted) {
    const sockets = Array.from({ length: READERS }, (_, at): Socket => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(`GET /policies/default/acme/repositories HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      return at % 2 === 0 ? socket.resume() : socket.pause();
    });
    await pause(1_000, undefined, { signal }).catch(() => undefined);
    for (const socket of sockets) socket.destroy();
  }
}

const organization = seedOrganization({
  ...{ login: 'acme', repositories: REPOSITORIES, rulesetName: RULESET, rulesetMembers: 'production' },
  production: Math.round(REPOSITORIES * 0.36),
});
// Without limits the passes follow each other.
const github = await startGitHub({ organizations: [organization], rateLimit: false });
const least = new Map<Way, Measured>();
try {
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const way of WAYS) {
      const { cpuMs, passMs } = await play(way, github);
      console.error(`turn ${turn + 1}, ${way}: ${tenths(cpuMs)} ms of processor time, ${tenths(passMs)} ms a pass`);
      const known = least.get(way);
      least.set(way, {
        cpuMs: Math.min(cpuMs, known?.cpuMs ?? cpuMs),
        passMs: Math.min(passMs, known?.passMs ?? passMs),
      });
    }
  }
} finally {
  await github.close();
  removeTemporaryFolders();
}
const alone = least.get('alone') ?? { cpuMs: 1, passMs: 1 };
console.log(`${whole(REPOSITORIES)} repositories, ${TURNS} turns of ${PASSES} full passes each\n`);
console.log(
  table(
    ['beside', 'processor time a pass, ms', 'ratio', 'time of a pass, ms', 'ratio'],
    [...least].map(([way, { cpuMs, passMs }]) => [
      way,
      tenths(cpuMs),
      hundredths(cpuMs / alone.cpuMs),
      tenths(passMs),
      hundredths(passMs / alone.passMs),
    ]),
  ),
);
