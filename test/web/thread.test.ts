/** The page in a thread of its own: what it costs the passes, and what becomes of it when it breaks. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import type { Log } from '../../pkg/base/index.js';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { openWebThread } from '../../pkg/web/index.js';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { Daemon } from '../loop/daemon.js';
import { executable } from '../program.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

const NS_A_MS = 1_000_000;
const LOWEST = constants.priority.PRIORITY_LOW;
const READERS = 200;
const ROUNDS = 5;
const median = (of: number[]): number => of.sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? NaN;

describe('The thread of the web page', () => {
  let github: GitHubSimulator;
  let policies: string;
  let daemon: Daemon;
  let url: string;

  before(async () => {
    const seed = { login: 'acme', repositories: 200, production: 70, rulesetMembers: 'production' } as const;
    github = await startGitHub({ organizations: [seedOrganization(seed)], rateLimit: false });
    const folder = temporaryFolder();
    policies = join(folder, 'policies');
    mkdirSync(policies);
    write('acme', 'acme');
    daemon = new Daemon({ github, policies, state: join(folder, 'state'), args: ['--web-address', '127.0.0.1:0'] });
    await daemon.ready();
    url = await daemon.address('web');
  });
  after(async () => {
    await daemon.kill();
    await github.close();
    removeTemporaryFolders();
  });

  function write(name: string, organization: string): void {
    const spec = { organization, github: { apiURL: github.apiURL }, schedule: { quickInterval: '0s' } };
    const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name }, spec };
    writeFileSync(join(policies, `${name}.yaml`), JSON.stringify(policy));
  }

  const text = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();

  it('shows the repositories of a policy, and what changes among the policies', async () => {
    expect(await text('/policies/default/acme/repositories')).to.contain('200 repositories.');
    expect(await text('/')).not.to.contain('default/second');
    write('second', 'nobody');
    await daemon.until(async () => (await text('/')).includes('default/second'), 'the page shows the new policy');
  });

  it('leaves the processor to the passes where both want it', function () {
    if (process.platform !== 'linux') return this.skip();
    const { pid } = daemon.process;
    const nice = (id: string): number =>
      Number(
        readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[16],
      );
    // The tests may run at a low priority themselves.
    const own = getPriority();
    expect(nice(String(pid))).to.equal(own);
    expect(
      readdirSync(`/proc/${pid}/task`)
        .map(nice)
        .filter((each) => each > own),
    ).to.deep.equal(own < LOWEST ? [Math.min(LOWEST, own + 10)] : []);
  });

  it('takes less than a hundredth of the thread of the passes while 200 read at once, every other one slowly', async function () {
    if (process.platform !== 'linux') return this.skip();
    const { pid } = daemon.process;
    const passesMs = (): number =>
      Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / NS_A_MS;
    const shareOf = async (during: () => Promise<unknown>): Promise<number> => {
      const [cpuMs, beganMs] = [passesMs(), performance.now()];
      await during();
      return (passesMs() - cpuMs) / (performance.now() - beganMs);
    };
    const [rest, read]: [number[], number[]] = [[], []];
    let answered = 0;
    await round(url);
    const before = memoryOf(pid);
    for (let at = 0; at < ROUNDS; at += 1) {
      rest.push(await shareOf(() => pause(1_000)));
      read.push(await shareOf(async () => (answered += await round(url))));
    }
    // Those that are refused cost as much as others, and must not cost the passes either.
    expect(answered).to.be.greaterThan((READERS / 2) * ROUNDS * 0.9);
    expect(median(read) - median(rest)).to.be.lessThan(0.01);
    // What garbage there may be until it is collected.
    expect(memoryOf(pid) - before).to.be.lessThan(67_108_864);
  });

  it('refuses to start where another has its port', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const flags = ['--policies', policies, '--state', temporaryFolder(), '--web-address', `127.0.0.1:${port}`];
    const { status, stderr } = spawnSync(process.execPath, [executable('plus1'), 'controller', ...flags], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(status, stderr).to.equal(2);
    expect(stderr).to.contain(`--web-address: cannot listen on 127.0.0.1:${port}: it is in use already`);
    other.close();
  });
});

/** What a process has in memory, bytes. */
const memoryOf = (pid: number | undefined): number =>
  1_024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** How many of those that read had an answer, after a second. */
async function round(url: string): Promise<number> {
  const { hostname, port, host } = new URL(url);
  let answered = 0;
  const sockets = Array.from({ length: READERS }, (_, at): Socket => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET /policies/default/acme/repositories HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    return at % 2 > 0 ? socket.pause() : socket.once('data', () => (answered += 1));
  });
  const end = performance.now() + 1_000;
  while (performance.now() < end || (answered < READERS / 2 && performance.now() < end + 20_000)) await pause(20);
  for (const socket of sockets) socket.destroy();
  return answered;
}

describe('A web page whose thread breaks', () => {
  /** Each copy is its own program: it listens, and ends when it is told of policies for the first time. */
  const SCRIPT = `
    import { parentPort, workerData } from 'node:worker_threads';
    parentPort.on('message', ({ kind, difference }) => {
      if (kind === 'close') parentPort.postMessage({ kind: 'closed' });
      else throw new Error('broken by ' + difference.length + ' of ' + workerData.address);
    });
    parentPort.postMessage({ kind: 'listening', address: '127.0.0.1:4321' });
    if (workerData.address === '127.0.0.1:0') parentPort.postMessage({ kind: 'ask' });`;
  const record: PolicyRecord = {
    ...{ key: { namespace: 'a', name: 'b' }, faults: [], generation: 1, createdMs: 0, uid: 'u', status: {} },
  };

  it('is opened again at the address that it had, and the log says why it ended', async () => {
    const lines: string[] = [];
    const waits: number[] = [];
    const log: Log = {
      ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, with: () => log },
      error: (msg, fields) => lines.push(`${msg}: ${String(fields?.['error'])}`),
    };
    let again: () => void;
    const waited = new Promise<void>((resolve) => (again = resolve));
    const server = await openWebThread({
      script: new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`),
      data: { address: '127.0.0.1:0', auth: undefined, isVerbose: false },
      ...{ policies: () => [record], following: () => undefined, log },
      clock: {
        ...systemClock,
        setTimeout: (run, ms) => {
          waits.push(ms);
          const timer = systemClock.setTimeout(run, 1);
          again();
          return timer;
        },
      },
    });
    await waited;
    expect(server.address).to.equal('127.0.0.1:4321');
    expect(lines).to.deep.equal(['Web page ended: broken by 1 of 127.0.0.1:0']);
    expect(waits[0]).to.equal(1_000);
    await server.close();
  });
});
