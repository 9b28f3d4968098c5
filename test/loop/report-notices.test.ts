/** Kind: a report is written and nobody hears of it. Over a folder, in virtual time, with a channel. */
import { expect } from 'chai';
import { keeping } from '../../cmd/plus1/report-source.js';
import { silentLog } from '../../pkg/base/index.js';
import { ReportKeeper } from '../../pkg/report/index.js';
import { town } from '../builders.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import { temporaryFolder } from '../temporary-folder.js';
import { DAY, HOUR, Loop } from './loop.js';

/** As `Date` counts days. */
const MONDAY = 1;

interface Told {
  type: string;
  data: { message: string; state: string; severity: string };
}

describe('The loop over a folder: channels hear of reports', () => {
  let loop: Loop;
  let hook: ChannelServer;

  beforeEach(async () => {
    hook = await webhookServer(() => loop.clock.now()).start();
    loop = await Loop.open({ organizations: [town({ members: 3 })], notifyAllowedHost: [hook.host] });
    loop.secret('hook', { url: `http://${hook.host}/hiddenpath`, signingKey: SIGNING_KEY });
    const events = ['DailySummary', 'WeeklySummary'];
    const channel = { name: 'hook', type: 'Webhook', secretRef: { name: 'hook' }, events };
    loop.put('acme.yaml', loop.policy('acme', { notifications: [channel], schedule: { interval: '6h' } }));
    await loop.start();
  });
  afterEach(async () => {
    await loop.close();
    await hook.close();
  });

  const told = (): Told[] => hook.taken.map(({ body }) => JSON.parse(body) as Told);

  it('of each day and each week, in a sentence, before the next pass', async () => {
    const keeper = new ReportKeeper({
      ...{ root: temporaryFolder(), journal: `${loop.state}/.journal`, clock: loop.clock, log: silentLog },
      ...{ retentionMs: 30 * DAY, journalRetentionMs: 400 * DAY },
      ...{ frameworks: async () => [], shortage: async () => undefined },
    });
    const [reports] = keeping(keeper, loop.running);
    const stop = new AbortController();
    await reports?.start(stop.signal, (error) => expect.fail(String(error)));
    const chain = loop.status('acme').journal?.chain ?? '';
    let [expected, weeks] = [0, 0];
    for (let day = 0; day < 2; day += 1) {
      await loop.pass(DAY - ((loop.clock.now() - 7 * HOUR) % DAY));
      keeper.wrote({ chain });
      await loop.clock.advance(5_000);
      if (new Date(loop.clock.now()).getUTCDay() === MONDAY) weeks += 1;
      expected = day + 1 + weeks;
      // With its answer: no time may pass while one is on its way.
      await loop.until(() => loop.logged('Notification sent').length === expected, `what day ${day} tells was sent`);
      await loop.settle();
    }
    const of = (event: string): Told[] => told().filter(({ type }) => type === `dev.plus1.${event}`);
    stop.abort();
    await reports?.stop();
    const days = of('DailySummary');
    expect(days).to.have.length(2);
    expect(days.at(-1)?.data).to.include({ state: 'once', severity: 'Info' });
    expect(days.at(-1)?.data.message).to.match(
      /^\d{4}-\d\d-\d\d: 3 of 3 production repositories are governed, 0s ungoverned in all; 0 entered, 0 left$/,
    );
    expect(weeks).to.be.greaterThan(0);
    expect(of('WeeklySummary')).to.have.length(weeks);
    expect(of('WeeklySummary').at(-1)?.data.message).to.match(/^\d{4}-W\d\d: 3 of 3 /);
  });
});
