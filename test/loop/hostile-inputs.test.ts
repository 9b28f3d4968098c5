/**
 * Kind: foreign text that stops the process, grows its memory, becomes a label or reaches a terminal. A controller gets random
 * hostile files, policies, answers and names, in two rounds that share nothing. HOSTILE_INPUTS sets how many of each kind
 * there are in a round (40), HOSTILE_SEED where they begin.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { PATH, memberNames, names, say, town } from '../builders.js';
import { hostileName, hostileText } from '../catalog/random-inputs.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { tampering, type TamperingGitHub } from '../integration/tampering-github.js';
import { Daemon } from './daemon.js';

const COUNT = Number(process.env['HOSTILE_INPUTS'] ?? 40);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261_128);
/** In every hostile text, so that it is found where it must not be. */
const MARK = 'xqzw';
/** For a machine that is busy with other tests; each input may cost some tenths of a second. */
const PATIENCE_MS = 60_000 + COUNT * 1_500;
/** The heap of the chart and what a process needs beside it. */
const MAX_PEAK_KIB = 400_000;
/** Characters that a log line may hold as escapes only; the line end is that of the line. */
const RAW = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u;

describe('A controller that is given random hostile input', function () {
  this.timeout(4 * PATIENCE_MS);
  let github: GitHubSimulator;
  let proxy: TamperingGitHub;
  let acme: Organization;
  let folder: string;
  let daemon: Daemon;
  /** Bodies that the next requests get in place of GitHub's. */
  let answers: string[] = [];
  let resources: string[] = [];

  before(async () => {
    acme = town({ members: 3, promoted: 1 });
    github = await startGitHub({ organizations: [acme, town({ login: 'beta', members: 2 })] });
    proxy = await tampering(github, async ({ path, forward }) => {
      const resource = resources.pop();
      const isBeta = path.includes('/orgs/beta');
      const body = isBeta ? answers.pop() : undefined;
      const { status } = await forward();
      const headers = resource === undefined ? {} : { 'x-ratelimit-resource': resource };
      return body === undefined ? { ...(await forward()), headers } : { status, body, headers };
    });
    folder = temporaryFolder();
    for (const name of ['acme', 'beta']) writeFileSync(join(folder, `${name}.yaml`), policy(name));
    daemon = new Daemon({
      github,
      policies: folder,
      state: temporaryFolder(),
      args: ['--allowed-host', new URL(proxy.url).host, '--log-level', 'debug'],
    });
  });
  after(async () => {
    await daemon.kill();
    await proxy.close();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const policy = (organization: string): string =>
    `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: ${organization}}, spec: {organization: ${organization}, github: {apiURL: "${proxy.url}${new URL(github.apiURL).pathname.replace(/\/$/, '')}"}, schedule: {interval: 1h}}}`;

  const sample = (arbitrary: fc.Arbitrary<string>, round: number): string[] =>
    fc.sample(arbitrary, { numRuns: COUNT, seed: SEED + round }).map((text) => `${text}${MARK}`);

  /** What a header may hold (https://www.rfc-editor.org/rfc/rfc9110#section-5.5); a server sends nothing else. */
  const inHeader = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?');

  function putRound(round: number): void {
    const authors = sample(hostileName, round);
    for (const [index, text] of sample(hostileText, round).entries()) {
      const author = { name: authors[index] ?? MARK };
      const name = `hostile-${round}-${index}`;
      acme.createRepository({
        name: index % 2 === 0 ? name : `${name}${authors[index] ?? ''}`,
        files: { [PATH]: text },
        author,
      });
    }
    for (const [index, text] of sample(hostileText, round + 10).entries())
      writeFileSync(join(folder, `hostile-${round}-${index}.yaml`), text);
    answers = sample(hostileText, round + 20);
    resources = sample(hostileName, round + 30).map(inHeader);
  }

  /** Names of the series without their values. */
  async function series(): Promise<string[]> {
    const { text } = await daemon.get('metrics', '/metrics');
    expect(text).to.not.include(MARK);
    // What Node has open just now, by its own words: a connection that is being closed is there for an instant.
    const isOfNow = (line: string): boolean => /^nodejs_active_(?:handles|requests|resources)\{/.test(line);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !isOfNow(line));
    return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
  }

  /** Passes until acme had one that saw what the round put there; every probe on the way is answered. */
  async function passes(): Promise<void> {
    const handled = (): number =>
      daemon.lines.filter(({ msg, organization }) => msg === 'Pass ended' && organization === 'acme').length;
    const before = handled();
    daemon.process.kill('SIGHUP');
    await daemon.until(
      async () => {
        expect(await daemon.get('health', '/healthz')).to.include({ status: 200 });
        await pause(20);
        return handled() > before && answers.length < COUNT;
      },
      'a pass over hostile input',
      PATIENCE_MS,
    );
  }

  function peakKiB(): number {
    if (process.platform !== 'linux') return 0;
    const status = readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  it('answers probes, adds no series, prints nothing raw, stays within its memory, and does its work', async () => {
    await daemon.ready();
    putRound(1);
    await passes();
    const first = await series();
    putRound(2);
    // Production of this pass must enter, whatever else is there.
    say(acme.createRepository({ name: 'late', files: { [PATH]: 'x' } }), 'production');
    await passes();
    expect(await series(), 'series after other hostile input').to.deep.equal(first);
    expect(memberNames(acme)).to.include.members([...names('member', 3), 'promoted-001', 'late']);
    expect(daemon.raw.split('\n').filter((line) => RAW.test(line))).to.deep.equal([]);
    expect(peakKiB()).to.be.lessThan(MAX_PEAK_KIB);
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
