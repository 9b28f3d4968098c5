/**
 * Kind: foreign text that stops the process, grows its memory, becomes a label or reaches a terminal. A controller gets random
 * hostile files, policies, answers and names, in two rounds that share nothing. HOSTILE_INPUTS sets how many of each kind
 * there are in a round (40), HOSTILE_SEED where they begin.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { PATH, memberNames, names, say, town } from '../builders.js';
import { hostileName, hostileText } from '../catalog/random-inputs.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { tampering, type TamperingGitHub } from '../integration/tampering-github.js';
import type { Daemon } from './daemon.js';
import { attackedDaemon, COUNT, HostileWatch, inHeader, MARK, policyOf, SEED } from './hostile-watch.js';

/** For a machine that is busy with other tests; each input may cost some tenths of a second. */
const PATIENCE_MS = 60_000 + COUNT * 1_500;
describe('A controller that is given random hostile input', function () {
  this.timeout(4 * PATIENCE_MS);
  let github: GitHubSimulator;
  let proxy: TamperingGitHub;
  let acme: Organization;
  let folder: string;
  let daemon: Daemon;
  let watch: HostileWatch;
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
    for (const name of ['acme', 'beta']) writeFileSync(join(folder, `${name}.yaml`), policyOf({ github, proxy }, name));
    daemon = attackedDaemon({ github, proxy }, folder);
    watch = new HostileWatch(daemon);
  });
  after(async () => {
    await daemon.kill();
    await proxy.close();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const sample = (arbitrary: fc.Arbitrary<string>, round: number): string[] =>
    fc.sample(arbitrary, { numRuns: COUNT, seed: SEED + round }).map((text) => `${text}${MARK}`);

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

  /** Passes until acme had one that saw what the round put there; every probe on the way is answered. */
  async function passes(): Promise<void> {
    const handled = (): number =>
      daemon.lines.filter(({ msg, organization }) => msg === 'Pass ended' && organization === 'acme').length;
    const before = handled();
    daemon.process.kill('SIGHUP');
    await daemon.until(
      async () => {
        await watch.probe();
        await pause(20);
        return handled() > before && answers.length < COUNT;
      },
      'a pass over hostile input',
      PATIENCE_MS,
    );
  }

  it('answers probes, adds no series, prints nothing raw, stays within its memory, and does its work', async () => {
    await daemon.ready(PATIENCE_MS);
    putRound(1);
    await passes();
    const first = await watch.series();
    putRound(2);
    // Production of this pass must enter, whatever else is there.
    say(acme.createRepository({ name: 'late', files: { [PATH]: 'x' } }), 'production');
    await passes();
    expect(await watch.series(), 'series after other hostile input').to.deep.equal(first);
    expect(memberNames(acme)).to.include.members([...names('member', 3), 'promoted-001', 'late']);
    watch.end(`${2 * COUNT} files, policies and names`);
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
