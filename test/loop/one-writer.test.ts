/** Two processes over one state folder would each count the guards' window for themselves. The second ends, and says why. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder, type Ran } from '../integration/cli.js';
import { Daemon } from './daemon.js';

describe('One state folder', function () {
  let github: GitHubSimulator;
  let acme: Organization;
  let policies: string;
  let state: string;
  const daemons: Daemon[] = [];

  beforeEach(async () => {
    acme = town({ members: 20 });
    github = await startGitHub({ organizations: [acme] });
    [policies, state] = [temporaryFolder(), temporaryFolder()];
    const spec = `{organization: acme, github: {apiURL: "${github.apiURL}"}, schedule: {interval: 1h}}`;
    writeFileSync(
      join(policies, 'acme.yaml'),
      `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: acme}, spec: ${spec}}`,
    );
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.kill();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const start = (): Daemon => {
    const daemon = new Daemon({ github, policies, state });
    daemons.push(daemon);
    return daemon;
  };
  const sync = (...more: string[]): Promise<Ran> =>
    plus1(['sync', '--org', 'acme', '--state', state, '--grace-period', '0s', ...more], { github });
  const inUse = (pid: number | undefined): RegExp =>
    new RegExp(`PLUS1_STATE_LOCKED: the state folder is in use by the process with pid ${pid} `);
  const member = (number: number): string => `member-${String(number).padStart(3, '0')}`;
  const demote = (from: number, to: number): void => {
    for (let number = from; number <= to; number += 1) say(acme.get(member(number)), 'deprecated');
  };

  it('is written by one sync at a time: the guard counts what both would let leave', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    demote(1, 5);
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    github.beforeRequest(async ({ operation }) => {
      if (operation !== 'orgs/get') return;
      begun();
      await gate;
    });
    const first = sync();
    await isBegun;
    const second = await sync();
    expect([second.code, second.stdout]).to.deep.equal([1, '']);
    expect(second.stderr)
      .to.match(inUse(process.pid))
      .and.match(/Fix: wait until that process has ended/);
    open();
    expect((await first).code).to.equal(0);
    demote(6, 10);
    expect((await sync()).code).to.equal(3);
    expect(memberNames(acme)).to.have.length(15);
  });

  it('is written by one controller: a sync and a second controller end with 1; a plan reads it all the same', async () => {
    const daemon = start();
    await daemon.ready();
    const ran = await sync();
    expect([ran.code, ran.stdout]).to.deep.equal([1, '']);
    expect(ran.stderr).to.match(inUse(daemon.process.pid));
    const second = start();
    expect(await second.ended).to.include({ code: 1 });
    expect(String(second.lines.find(({ msg }) => msg === 'Stopped by a fault')?.['error'])).to.match(
      /in use by the process with pid/,
    );
    const dry = await plus1(['plan', '-f', join(policies, 'acme.yaml'), '--state', state], { github });
    expect([dry.code, dry.stderr]).to.deep.equal([0, '']);
    expect(await daemon.kill('SIGTERM')).to.include({ code: 0 });
    expect((await sync()).code).to.equal(0);
  });

  /** Another process took the lock over: this one was stopped for so long that it counted as dead. */
  const takenOver = (): void => {
    const numbers = readdirSync(join(state, '.lock')).map(Number);
    writeFileSync(join(state, '.lock', String(Math.max(...numbers) + 1)), '{}');
  };

  it('is not written, and GitHub neither, by a sync that lost the lock between its intent and its PUT', async () => {
    demote(1, 1);
    const looks = (): number => github.requests.filter(({ operation }) => operation === 'repos/get-org-ruleset').length;
    let before: string | undefined;
    github.beforeRequest(({ operation }) => {
      // The second look comes after the intent was kept, right before the PUT.
      if (operation !== 'repos/get-org-ruleset' || looks() < 2 || before !== undefined) return Promise.resolve();
      takenOver();
      before = readFileSync(join(state, 'default', 'acme.json'), 'utf8');
      return Promise.resolve();
    });
    const ran = await sync();
    expect([ran.code, github.counts().writes]).to.deep.equal([1, 0]);
    expect(ran.stderr).to.match(
      /PLUS1_STATE_LOCKED: the lock of the state folder .* was lost: another process took it/,
    );
    expect(before).to.include('pendingWrite');
    expect(readFileSync(join(state, 'default', 'acme.json'), 'utf8')).to.equal(before);
  });

  it('is left by a controller that lost the lock: it writes nothing more, and ends with 1', async () => {
    const daemon = start();
    await daemon.ready();
    takenOver();
    const kept = readFileSync(join(state, 'default', 'acme.json'), 'utf8');
    demote(1, 1);
    daemon.process.kill('SIGHUP');
    expect(await daemon.ended).to.include({ code: 1 });
    expect(String(daemon.lines.find(({ msg }) => msg === 'Stopped by a fault')?.['error'])).to.match(
      /the lock of the state folder .* was lost: another process took it over/,
    );
    expect(github.counts().writes).to.equal(0);
    expect(readFileSync(join(state, 'default', 'acme.json'), 'utf8')).to.equal(kept);
  });

  it('is free at once after a controller was killed, and after one that was told to stop in the middle of a pass', async () => {
    const daemon = start();
    await daemon.ready();
    await daemon.kill('SIGKILL');
    const next = start();
    await next.ready();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    github.beforeRequest(() => gate);
    const before = github.requests.length;
    next.process.kill('SIGHUP');
    await next.until(() => github.requests.length > before, 'a pass began');
    const ended = next.kill('SIGTERM');
    open();
    await ended;
    expect((await sync()).code).to.equal(0);
  });
});
