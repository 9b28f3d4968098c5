/** What an idle quick pass costs, whatever the size of the organization. PLUS1_TESTS=whole tries 100,000 repositories as well. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { say } from '../builders.js';
import { seedOrganization } from '../fakes/github/index.js';
import { sizeOf } from '../sample.js';
import { Loop, MINUTE } from './loop.js';

/** After the last repository of the largest seed was made: none is from the future. */
const START = Date.UTC(2060, 0, 1);

/** As many as are tried. */
const MOST = sizeOf(100_000, 1_000);

describe('An idle quick pass', function () {
  for (const repositories of [1_000, 100_000].filter((size) => size <= MOST)) {
    it(`of ${repositories} repositories is three requests, three 304, no point and no write`, async function () {
      this.timeout(1_800_000);
      const acme = seedOrganization({
        ...{ login: 'acme', repositories, missingFile: repositories / 20 },
        ...{ production: repositories / 3, missingLifecycle: repositories / 20, rulesetMembers: 'production' as const },
      });
      const loop = await Loop.open({ organizations: [acme], start: START, patienceMs: 1_500_000 });
      try {
        loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '12h', quickInterval: '1m' } }));
        await loop.start();
        expect(loop.ready('acme')).to.equal('True Converged');
        // The first one sees what the write of the first pass changed, where it wrote.
        await loop.pass(2 * MINUTE);
        const before = [loop.object('acme'), loop.lines.length];
        const spent = loop.github.rateLimit.state('user 1001', 'core')?.used;
        const passes = await loop.metric('plus1_passes_total', { kind: 'quick', result: 'succeeded' });
        loop.github.requests.length = 0;
        const cpu = process.cpuUsage();
        await loop.pass(5 * MINUTE);
        const { user } = process.cpuUsage(cpu);
        const count =
          ((await loop.metric('plus1_passes_total', { kind: 'quick', result: 'succeeded' })) ?? 0) - (passes ?? 0);
        expect(count).to.be.at.least(4);
        expect(loop.github.requests.map(({ status, points }) => [status, points])).to.deep.equal(
          Array.from({ length: 3 * count }, () => [304, 0]),
        );
        expect(loop.github.rateLimit.state('user 1001', 'core')?.used).to.equal(spent);
        expect([loop.object('acme'), loop.lines.length]).to.deep.equal(before);
        const bytes = statSync(join(loop.state, '.cache', 'default', 'acme.json')).size;
        const megabytes = (bytes / 1e6).toFixed(1);
        const ms = (user / 1e3 / count).toFixed(0);
        console.log(`      memory ${megabytes} MB on the disk; ${ms} ms of processor a pass, GitHub's model included`);

        const one = acme.expecting('valid_non_production')[0];
        if (one === undefined) throw new Error('there is none to promote');
        say(one, 'production');
        loop.github.requests.length = 0;
        await loop.pass(1.1 * MINUTE);
        expect(acme.ruleset('plus1_enforcement').members).to.include(one.id);
        // Two lists and the ruleset, the row, its file, the ruleset before the write, and the write.
        expect(loop.github.counts()).to.include({ requests: 7, graphql: 2, writes: 1 });
      } finally {
        await loop.close();
      }
    });
  }
});
