/** The hourly limits of a credential that several policies and other people use, over a folder. */
import { expect } from 'chai';
import { town } from '../builders.js';
import { sizeOf } from '../sample.js';
import { HOUR, Loop, MINUTE } from './loop.js';

/** Of an hour. */
const MINUTES = sizeOf(55, 12);

const USER = 'user:plus1-bot';

describe('The budget of a credential', function () {
  it('with 3,000 of 5,000 used by others: full passes are stretched, and never go under a fifth', async () => {
    const loop = await Loop.open({ organizations: [town({ members: 2 })] });
    try {
      const { rateLimit } = loop.github;
      rateLimit.use('core', 3_000);
      rateLimit.use('graphql', 3_000);
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '3s' } }));
      await loop.start();
      const fully = async (result: string): Promise<number> =>
        (await loop.metric('plus1_passes_total', { kind: 'full', result })) ?? 0;
      for (let minute = 0; minute < MINUTES; minute += 1) {
        await loop.pass(MINUTE);
        for (const resource of ['core', 'graphql'] as const)
          expect(rateLimit.state(USER, resource)?.remaining, resource).to.be.at.least(1_000);
      }
      expect(await fully('failed'), 'none met the fifth').to.equal(0);
      // 1,000 requests an hour that others leave, three a pass.
      expect((await fully('succeeded')) / MINUTES).to.be.within(4.4, 6);
      expect(loop.ready('acme')).to.equal('True Converged');
      expect(loop.status('acme').effectiveInterval).to.equal('11s');
      expect(loop.events('IntervalStretched').map((event) => event['message'])).to.have.length(1);
      expect(loop.events('IntervalStretched')[0]?.['message']).to.match(
        /^Full passes come every \d+s in place of every 3s/,
      );
      expect(await loop.metric('plus1_interval_stretched')).to.equal(1);
    } finally {
      await loop.close();
    }
  });

  it('is not spent by more than half: passes come less often, until the policy asks for less', async () => {
    const loop = await Loop.open({ organizations: [town({ members: 2 })] });
    try {
      const { limits } = loop.github.rateLimit;
      limits.core = 600;
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '10s' } }));
      await loop.start();
      await loop.pass(59 * MINUTE);
      expect(loop.github.rateLimit.state(USER, 'core')?.used).to.be.within(220, 300);
      await loop.edit('acme.yaml', loop.policy('acme', { schedule: { interval: '5m' } }), 'acme');
      expect(loop.status('acme')).to.not.have.property('effectiveInterval');
      expect(await loop.metric('plus1_interval_stretched')).to.equal(0);
    } finally {
      await loop.close();
    }
  });

  it('of a policy that is suspended is free for the others', async () => {
    const organizations = ['acme', 'beta'].map((login) => town({ login, members: 1 }));
    const loop = await Loop.open({ organizations });
    try {
      loop.github.rateLimit.limits.core = 600;
      const file = (login: string, suspend: boolean): string =>
        loop.policy(login, { suspend, schedule: { interval: '60s' } });
      for (const login of ['acme', 'beta']) loop.put(`${login}.yaml`, file(login, false));
      await loop.start();
      await loop.pass(3 * MINUTE);
      expect(loop.status('beta').effectiveInterval, 'six requests a minute of five').to.be.a('string');
      await loop.edit('acme.yaml', file('acme', true), 'acme');
      await loop.pass(3 * MINUTE);
      expect(loop.status('beta')).to.not.have.property('effectiveInterval');
    } finally {
      await loop.close();
    }
  });

  it('is not spent by more than half by passes that fail and are tried again', async () => {
    const acme = town({ members: 2 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      loop.github.rateLimit.limits.core = 100;
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '5s' } }));
      await loop.start();
      loop.github.faults.when(({ kind }) => kind === 'graphql', { kind: 'status', status: 502 }, Infinity);
      await loop.pass(59 * MINUTE);
      expect(loop.github.rateLimit.state(USER, 'core')?.used).to.be.within(30, 50);
    } finally {
      await loop.close();
    }
  });

  it('is asked for by policies one after the other, spread over their interval, with quick passes between', async () => {
    const organizations = Array.from({ length: 8 }, (_, number) => town({ login: `org-${number}`, members: 1 }));
    const loop = await Loop.open({ organizations });
    try {
      for (const { login } of organizations)
        loop.put(`${login}.yaml`, loop.policy(login, { schedule: { interval: '1h', quickInterval: '5m' } }));
      await loop.start();
      await loop.pass(HOUR);
      loop.github.requests.length = 0;
      await loop.pass(2 * HOUR);
      const listings = loop.github.requests.filter(({ operation }) => operation === 'list');
      expect(listings.length, 'two an hour each').to.be.within(15, 18);
      const times = listings.map(({ at }) => at).sort((a, b) => a - b);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect(Math.min(...gaps), 'none together').to.be.at.least(MINUTE);
      expect(Math.max(...gaps), 'no long pause').to.be.at.most(20 * MINUTE);
    } finally {
      await loop.close();
    }
  });
});
