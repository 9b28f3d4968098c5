import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { StoredPolicy } from '../../pkg/policies/index.js';
import { kept, memberNames, PRODUCTION, say, town } from '../builders.js';
import { startGitHub } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { departures } from '../integration/history.js';
import { kstatusFaults } from '../kstatus.js';
import { sampleOf } from '../sample.js';
import { Daemon } from './daemon.js';

const RUNS = 50;
/** Which of the instants, from the begin of a pass to its end, are played. */
const INSTANTS = sampleOf(
  Array.from({ length: RUNS }, (_, run) => run / RUNS),
  12,
  'instants',
);

describe('A controller that is killed at any instant', function () {
  this.timeout(240_000);

  it(`loses no clock, tears no file, and converges when it is started again (${INSTANTS.length} kills over a pass)`, async () => {
    const acme = town({ members: 60, others: 60 });
    const github = await startGitHub({ organizations: [acme], latency: { requestMs: 15 } });
    const [policies, state] = [temporaryFolder(), temporaryFolder()];
    const spec = `{organization: acme, github: {apiURL: "${github.apiURL}"}, schedule: {interval: 1h}}`;
    writeFileSync(
      join(policies, 'acme.yaml'),
      `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: acme}, spec: ${spec}}`,
    );
    const clocks = new Map<number, string>();
    const instants: number[] = [];
    let daemon = new Daemon({ github, policies, state });
    try {
      await daemon.ready();
      const lengthMs = await aPass(daemon);
      for (const [run, part] of INSTANTS.entries()) {
        // One enters, one begins to leave, and now and then somebody takes one out: three times in a row is a contest.
        const fresh = acme.createRepository({ name: `fresh-${run}`, files: { 'entity.datadog.yaml': PRODUCTION } });
        say(acme.get(`member-${String(run + 1).padStart(3, '0')}`), 'deprecated');
        if (run % 3 === 0) kept(acme).setMembers(kept(acme).members.slice(0, -1));
        daemon.process.kill('SIGHUP');
        await pause(lengthMs * part);
        await daemon.kill();
        instants.push(github.requests.length);
        look(state, clocks);
        github.requests.length = 0;
        daemon = new Daemon({ github, policies, state });
        await daemon.ready();
        const status = look(state, clocks);
        expect(status.conditions?.find(({ type }) => type === 'Ready')?.status, `run ${run}`).to.equal('True');
        expect(memberNames(acme), `run ${run}`).to.include(fresh.name);
        expect(status).to.not.have.property('pendingWrite');
        expect(status.leaving).to.have.length(run + 1);
      }
      expect(new Set(instants).size, 'the kills are spread over the pass').to.be.greaterThan(3);
      expect(departures(kept(acme)), 'nobody left').to.deep.equal([]);
      expect(memberNames(acme).filter((name) => name.startsWith('member-'))).to.have.length(60);
    } finally {
      await daemon.kill();
      await github.close();
    }
    expect(github.contractViolations).to.deep.equal([]);
  });
});

/** How long a pass takes, from the signal to its record. */
async function aPass(daemon: Daemon): Promise<number> {
  const passes = async (): Promise<number> =>
    Number(/^plus1_pass_duration_seconds_count\S* (\d+)/m.exec((await daemon.get('metrics', '/metrics')).text)?.[1]);
  const before = await passes();
  const begin = performance.now();
  daemon.process.kill('SIGHUP');
  await daemon.until(async () => (await passes()) > before, 'the pass ended');
  return performance.now() - begin;
}

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
