import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { StoredPolicy } from '../../pkg/policies/index.js';
import { kept, memberNames, PRODUCTION, say, town } from '../builders.js';
import { startGitHub } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { departures } from '../integration/history.js';
import { kstatusFaults } from '../kstatus.js';
import { sampleOf } from '../sample.js';
import { Daemon } from './daemon.js';

/** From the begin of a pass to its end: that many parts with that many instants each, of which a sample plays one a part. */
const PARTS = 5;
const IN_PART = 10;
const INSTANTS = Array.from({ length: PARTS }, (_, part) => {
  const instants = Array.from({ length: IN_PART }, (_, at) => (part + at / IN_PART) / PARTS);
  return sampleOf(instants, 1, `instants ${part}`);
}).flat();
/** Of each request. */
const LATENCY_MS = 15;

describe('A controller that is killed at any instant', function () {
  this.timeout(240_000);

  it(`loses no clock, tears no file, and converges when it is started again (${INSTANTS.length} kills over a pass)`, async () => {
    const acme = town({ members: 60, others: 60 });
    const github = await startGitHub({ organizations: [acme], latency: { requestMs: LATENCY_MS } });
    const [policies, state] = [temporaryFolder(), temporaryFolder()];
    const spec = `{organization: acme, github: {apiURL: "${github.apiURL}"}, schedule: {interval: 1h}}`;
    writeFileSync(
      join(policies, 'acme.yaml'),
      `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: acme}, spec: ${spec}}`,
    );
    const clocks = new Map<number, string>();
    const instants: number[] = [];
    let onRequest = (): void => undefined;
    github.on('request', () => onRequest());
    let daemon = new Daemon({ github, policies, state });

    /** One enters, one begins to leave, and now and then somebody takes one out: three times in a row is a contest. */
    const change = (run: number): string => {
      say(acme.get(`member-${String(run + 1).padStart(3, '0')}`), 'deprecated');
      if (run % 3 === 0) kept(acme).setMembers(kept(acme).members.slice(0, -1));
      return acme.createRepository({ name: `fresh-${run}`, files: { 'entity.datadog.yaml': PRODUCTION } }).name;
    };
    /** Asks for a pass, and waits until it has ended; `before` is asked now and then, and may end the wait. */
    const pass = async (before: () => boolean = () => false): Promise<void> => {
      const ended = passesOf(daemon);
      github.requests.length = 0;
      daemon.process.kill('SIGHUP');
      await daemon.until(() => before() || passesOf(daemon) > ended, 'the pass ended');
    };
    /** Kills it when that part of a pass is over: counted in requests, since on a busy machine a time is another instant. */
    const killAt = async (part: number, requests: number): Promise<void> => {
      let isKilled = false;
      const kill = (): void => void (isKilled = daemon.process.kill('SIGKILL'));
      onRequest = () => {
        if (github.requests.length === Math.floor(part * requests) + 1)
          setTimeout(kill, ((part * requests) % 1) * LATENCY_MS);
      };
      // A pass with fewer requests than usual ends before.
      await pass(() => isKilled);
      await daemon.kill();
      onRequest = () => undefined;
    };

    try {
      await daemon.ready();
      change(0);
      await pass();
      const usual = github.requests.length;
      for (const [index, part] of INSTANTS.entries()) {
        const run = index + 1;
        const fresh = change(run);
        await killAt(part, usual);
        instants.push(github.requests.length);
        look(state, clocks);
        github.requests.length = 0;
        daemon = new Daemon({ github, policies, state });
        await daemon.ready();
        const status = look(state, clocks);
        expect(status.conditions?.find(({ type }) => type === 'Ready')?.status, `run ${run}`).to.equal('True');
        expect(memberNames(acme), `run ${run}`).to.include(fresh);
        expect(status.leaving).to.have.length(run + 1);
      }
      expect(new Set(instants).size, `the kills are spread over the pass: ${instants.join()}`).to.be.greaterThan(2);
      expect(departures(kept(acme)), 'nobody left').to.deep.equal([]);
      expect(memberNames(acme).filter((name) => name.startsWith('member-'))).to.have.length(60);
    } finally {
      await daemon.kill();
      await github.close();
    }
    expect(github.contractViolations).to.deep.equal([]);
  });
});

/** How many passes it says that it ended. */
const passesOf = ({ lines }: Daemon): number => lines.filter(({ msg }) => msg === 'Pass ended').length;

/** Every file parses, and every clock that was ever seen still runs as it began. */
function look(state: string, clocks: Map<number, string>): NonNullable<StoredPolicy['status']> {
  for (const path of readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')))
    JSON.parse(readFileSync(join(state, path), 'utf8'));
  const object = JSON.parse(readFileSync(join(state, 'default', 'acme.json'), 'utf8')) as StoredPolicy;
  expect(kstatusFaults(object)).to.deep.equal([]);
  const running = new Map(object.status?.leaving?.map(({ id, since }) => [id, since]));
  for (const [id, since] of clocks) expect(running.get(id), `the clock of ${id}`).to.equal(since);
  for (const [id, since] of running) clocks.set(id, since);
  return object.status ?? {};
}
