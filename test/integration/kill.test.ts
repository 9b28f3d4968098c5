/** The executable killed for real (SIGKILL), with and without a state on disk, and told to stop (SIGTERM). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type LoggedRequest, type Organization } from '../fakes/github/index.js';
import { kept, memberNames, names, town } from '../builders.js';
import { TARGETINGS } from '../targetings.js';
import { plus1, policyArguments, spawnPlus1, temporaryFolder, type Child } from './cli.js';
import { departures, productionThatLeft } from './history.js';

const RIGHT = [...names('member', 20), 'promoted-001'];

interface Moment {
  when: string;
  kill: (github: GitHubSimulator, child: () => Child) => void;
  /** The write was announced and did not come whole: GitHub may still apply it. */
  isOpen?: boolean;
}

const killed = (child: () => Child): void => void child().process.kill('SIGKILL');

/** Calls `work` at the n-th write. */
function atWrite(nth: number, work: () => unknown): (request: LoggedRequest) => unknown {
  let seen = 0;
  return ({ isWrite }) => {
    seen += isWrite ? 1 : 0;
    return isWrite && seen === nth ? work() : undefined;
  };
}

/** Beside one write, where something is at stake; milliseconds after the last one the outcome is being written to disk. */
function momentsOf(writes: number): Moment[] {
  const nths = Array.from({ length: writes }, (_, index) => index + 1);
  const which = (nth: number): string => (writes === 1 ? 'the write' : `write ${nth} of ${writes}`);
  return [
    ...nths.map((nth): Moment => ({
      when: `before ${which(nth)} is applied`,
      isOpen: true,
      kill: (github, child) => {
        const die = atWrite(nth, () => {
          killed(child);
          return new Promise<never>(() => undefined);
        });
        github.beforeRequest(async (request) => void (await die(request)));
      },
    })),
    ...nths.map((nth): Moment => ({
      when: `after ${which(nth)} is applied and before its answer`,
      isOpen: nth < writes,
      kill: (github, child) => {
        const die = atWrite(nth, () => killed(child));
        github.beforeRequest(async (request) => void die(request));
      },
    })),
    ...[0, 2, 6, 15].map((ms): Moment => ({
      when: `${ms} ms after the answer to the last write`,
      kill: (github, child) =>
        github.on(
          'response',
          atWrite(writes, () => setTimeout(() => killed(child), ms)),
        ),
    })),
    {
      when: 'while it reads files',
      kill: (github, child) =>
        github.on('request', ({ operation }) => (operation === 'files' ? killed(child) : undefined)),
    },
  ];
}

for (const { how, targeting } of TARGETINGS)
  describe(`A killed run that targets ${how}`, function () {
    // One PUT; or one PATCH for who enters and one for those who leave.
    const MOMENTS = momentsOf(targeting === 'RepositoryID' ? 1 : 2);
    let github: GitHubSimulator;
    let organization: Organization;
    beforeEach(async () => {
      organization = town({ members: 20, demoted: 2, promoted: 1, others: 40, targeting });
      github = await startGitHub({ organizations: [organization] });
    });
    afterEach(async () => {
      expect(productionThatLeft(organization)).to.deep.equal([]);
      expect(github.contractViolations).to.deep.equal([]);
      await github.close();
    });

    const start = (args: string[]): Child => spawnPlus1(args, { github });

    for (const { when, kill, isOpen } of MOMENTS) {
      it(`${when}, with a state: ${isOpen === true ? 'a run once it is settled' : 'the next run'} finishes, and the window has counted each leaver once`, async () => {
        const state = temporaryFolder();
        const args = ['sync', ...policyArguments(organization, github), '--state', state];
        const child = start(args);
        kill(github, () => child);
        await child.ended;
        github.reset();
        const file = join(state, 'default', 'acme.json');
        if (isOpen === true) {
          const early = await plus1(args, { github });
          expect(early.code, early.stderr).to.equal(0);
          expect(memberNames(organization), 'who enters').to.deep.equal([...names('demoted', 2), ...RIGHT]);
          expect(JSON.parse(readFileSync(file, 'utf8')).status.window).to.include({ left: 2 });
          setBack(file);
        }
        const next = await plus1(args, { github });
        expect(next.code, next.stderr).to.equal(0);
        expect(memberNames(organization)).to.deep.equal(RIGHT);
        expect(departures(kept(organization))).to.have.length(2);
        const { status } = JSON.parse(readFileSync(file, 'utf8'));
        expect(status.window).to.include({ left: 2 });
        expect(status).to.not.have.property('pendingWrite');
      });
    }

    for (const { when, kill } of MOMENTS.filter(({ when: at }) => /^(before|after) /.test(at))) {
      it(`${when}, where the next run has another state: it finishes`, async () => {
        const bare = policyArguments(organization, github);
        const child = start(['sync', ...bare, '--state', temporaryFolder()]);
        kill(github, () => child);
        await child.ended;
        github.reset();
        const next = await plus1(['sync', ...bare, '--state', temporaryFolder()], { github });
        expect(next.code, next.stderr).to.equal(0);
        expect(memberNames(organization)).to.deep.equal(RIGHT);
      });
    }

    it('that is told to stop ends at once with one line, and leaves a state that the next run can read', async () => {
      const state = temporaryFolder();
      github.latency = { requestMs: 400 };
      const args = ['sync', ...policyArguments(organization, github), '--state', state];
      const child = start(args);
      github.on('request', ({ operation }) => void (operation === 'list' && child.process.kill('SIGTERM')));
      const ran = await Promise.race([child.ended, sleep(10_000).then(() => undefined)]);
      expect(ran?.code).to.equal(1);
      expect(ran?.stderr).to.match(/^PLUS1_INTERRUPTED: .+ Fix: .+\.\n$/);
      expect(ran?.stdout).to.equal('');
      github.latency = {};
      github.reset();
      expect((await plus1(args, { github })).code).to.equal(0);
    });
  });

/** As if the open write had begun 21 minutes earlier. */
function setBack(file: string): void {
  const text = readFileSync(file, 'utf8');
  const { startTime } = (JSON.parse(text) as { status: { pendingWrite: { startTime: string } } }).status.pendingWrite;
  writeFileSync(file, text.replaceAll(startTime, new Date(Date.parse(startTime) - 1_260_000).toISOString()));
}
