/**
 * Kind: foreign files judged in one stretch of work, which leaves probes, signals and the lease without an answer, and of
 * which nothing is kept. What the process works while a probe waits is held against what one file costs here and now: processor
 * time of both, since no wall time is right on a machine that does something else as well.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { PATH, town } from '../builders.js';
import { verdictOn } from '../catalog/build.js';
import { fill } from '../catalog/hostile-inputs.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { Daemon } from './daemon.js';

const FILES = 100;
/** A machine that is busy with other tests needs it. */
const PATIENCE_MS = 90_000;

/** Just below the bounds, of the shape that costs the most. */
const HOSTILE = `[${fill(`${'['.repeat(120)}${']'.repeat(120)},`, 29_000)}]`;

/** What judging the file costs a process that just started, ms of processor time. */
function costMs(): number {
  const begin = process.cpuUsage();
  for (let run = 0; run < 3; run += 1) verdictOn(HOSTILE);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 3_000;
}

/** Ticks of a hundredth of a second, on every Linux that Node runs on: https://man7.org/linux/man-pages/man7/time.7.html */
const TICK_MS = 10;

/** What a process has worked so far, ms of processor time; elsewhere than on Linux nothing. */
function workedMs(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name in brackets, which may hold blanks: utime and stime are the fields 14 and 15 of the line.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

describe('A controller that judges many hostile files', function () {
  this.timeout(300_000);
  let github: GitHubSimulator;
  let acme: Organization;
  let policies: string;
  let state: string;
  let daemon: Daemon;

  beforeEach(async () => {
    acme = town({ members: 3, promoted: 1 });
    for (let index = 0; index < FILES; index += 1)
      acme.createRepository({ name: `hostile-${index}`, files: { [PATH]: HOSTILE } });
    github = await startGitHub({ organizations: [acme] });
    policies = temporaryFolder();
    state = temporaryFolder();
    const spec = `{organization: acme, github: {apiURL: "${github.apiURL}"}, schedule: {interval: 1h}}`;
    writeFileSync(
      join(policies, 'acme.yaml'),
      `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: acme}, spec: ${spec}}`,
    );
  });
  afterEach(async () => {
    await daemon.kill();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const start = (): Daemon => (daemon = new Daemon({ github, policies, state }));

  /** Repositories whose verdict is kept on disk. */
  function kept(): string[] {
    try {
      const text = readFileSync(join(state, '.cache', 'default', 'acme.json'), 'utf8');
      const { repositories } = JSON.parse(text) as { repositories: { name: string; verdict?: unknown }[] };
      return repositories.filter(({ verdict }) => verdict !== undefined).map(({ name }) => name);
    } catch {
      return [];
    }
  }

  /** Repositories in questions for files. */
  function asked(): string[] {
    const ids = github.requests.flatMap(({ operation, body }) =>
      operation === 'files' ? (body as { variables: { ids: string[] } }).variables.ids : [],
    );
    return acme.repositories.filter(({ nodeID }) => ids.includes(nodeID)).map(({ name }) => name);
  }

  it('answers probes between two files, and ends soon with 0 at SIGTERM', async () => {
    const oneMs = costMs();
    start();
    await daemon.until(() => kept().length > 3, 'it judged some', PATIENCE_MS);
    const waits: number[] = [];
    while (kept().length < FILES * 0.8 && waits.length < 5) {
      const before = workedMs(daemon.process.pid);
      expect(await daemon.get('health', '/healthz')).to.include({ status: 200 });
      waits.push(workedMs(daemon.process.pid) - before);
      await pause(10);
    }
    expect(waits.length, 'probes while files were judged').to.be.greaterThan(3);
    expect(Math.max(...waits), `one file costs ${Math.round(oneMs)} ms`).to.be.lessThan(8 * oneMs + 300);
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });

  it('keeps the verdicts as they come: after SIGKILL none of these files is read again', async () => {
    start();
    await daemon.until(() => kept().length > 3, 'it judged some', PATIENCE_MS);
    await daemon.kill('SIGKILL');
    const before = kept();
    expect(before.length, 'killed before the end').to.be.lessThan(FILES);
    github.reset();
    start();
    await daemon.until(() => kept().length > before.length + 3, 'it judged more', PATIENCE_MS);
    expect(asked().filter((name) => before.includes(name) && name.startsWith('hostile'))).to.deep.equal([]);
    expect(asked()).to.have.length.greaterThan(0);
  });
});
