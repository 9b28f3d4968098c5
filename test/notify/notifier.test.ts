/**
 * Kind: a message that is lost, or comes twice. Days of notifications in virtual time, against the strict fakes, without sockets:
 * outages, limits, restarts, failovers.
 */
import { expect } from 'chai';
import { NOTIFICATION_EVENTS, type NotificationChannel, type NotificationStatus } from '../../pkg/api/index.js';
import { silentLog } from '../../pkg/base/index.js';
import { attempter } from '../../pkg/notify/delivery/attempt.js';
import type { Kept } from '../../pkg/notify/delivery/kept.js';
import { emptyKept, readKept } from '../../pkg/notify/delivery/kept.js';
import { Notifier } from '../../pkg/notify/delivery/notifier.js';
import type { LookFacts } from '../../pkg/notify/delivery/policy-notices.js';
import type { NotifyStore } from '../../pkg/notify/delivery/store.js';
import { AllowedHosts } from '../../pkg/notify/destination/allowed-hosts.js';
import { DestinationGuard } from '../../pkg/notify/destination/guard.js';
import { retryAfter } from '../../pkg/notify/destination/post.js';
import { EVENT_TABLE } from '../../pkg/notify/event-table.js';
import type { Sighting } from '../../pkg/notify/sighting.js';
import { VirtualClock } from '../fakes/clock.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { PagerDutyFake } from '../fakes/channels/pagerduty.js';
import { slackFake } from '../fakes/channels/slack.js';
import { teamsFake } from '../fakes/channels/teams.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import { NAMES } from './messages.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEY = { namespace: 'platform', name: 'acme' };

const channel = (type: 'Slack' | 'Teams' | 'PagerDuty' | 'Webhook', more: object = {}): NotificationChannel => ({
  ...{ name: type.toLowerCase(), type, secretRef: { name: type.toLowerCase() }, delivery: 'Immediate' },
  ...{ digestTime: '09:00', suspend: false, minSeverity: 'Info', ...more },
});
const ALL = (['Slack', 'Teams', 'PagerDuty', 'Webhook'] as const).map((type) => channel(type));

/** What a volume keeps: text, so that nothing of a process stays in it. */
class Volume implements NotifyStore {
  text: string | undefined;
  load = async (): Promise<Kept> =>
    this.text === undefined ? emptyKept() : (readKept(JSON.parse(this.text)) ?? emptyKept());
  save = async (_key: unknown, kept: Kept): Promise<void> => void (this.text = JSON.stringify(kept));
  remove = async (): Promise<void> => void (this.text = undefined);
}

class Stage {
  readonly clock = new VirtualClock(Date.parse('2026-11-22T06:00:00Z'));
  readonly slack = slackFake();
  readonly teams = teamsFake();
  readonly pagerDuty = new PagerDutyFake();
  readonly webhook: ChannelServer = webhookServer(() => this.clock.now());
  volume = new Volume();
  status: NotificationStatus[] = [];
  failing: string | undefined;
  readonly counts = new Map<string, number>();
  readonly secrets: Record<string, Record<string, string>> = {
    slack: { url: 'https://hooks.slack.com/services/T0/B0/hidden' },
    teams: { url: 'https://prod.westus.logic.azure.com/workflows/1?sig=hidden' },
    pagerduty: { routingKey: this.pagerDuty.key },
    webhook: { url: 'https://hooks.example.com/plus1', signingKey: SIGNING_KEY },
  };
  channels: NotificationChannel[] = ALL;
  #notifier = this.#open();
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #ids = 0;

  #open(): Notifier {
    const servers: Record<string, ChannelServer> = {
      'hooks.slack.com': this.slack,
      'prod.westus.logic.azure.com': this.teams,
      'events.pagerduty.com': this.pagerDuty.server,
      'hooks.example.com': this.webhook,
    };
    const attempt = attempter({
      readSecret: async (_namespace, name) => ({ ...this.secrets[name] }),
      guard: new DestinationGuard({ allowed: new AllowedHosts([]), lookUp: async () => [] }),
      post: async ({ url, headers = {}, body }) => {
        const { host, pathname, search } = new URL(url);
        const asked = {
          path: `${pathname}${search}`,
          headers: { 'content-type': 'application/json', ...headers },
          body,
        };
        const answer = servers[host]?.answer(asked);
        if (answer === undefined) throw new Error(`nobody listens at ${host}`);
        const afterMs = retryAfter(answer.headers?.['retry-after'] ?? null, this.clock.now());
        return {
          status: answer.status,
          text: answer.text ?? '',
          ...(afterMs !== undefined && { retryAfterMs: afterMs }),
        };
      },
      clock: this.clock,
    });
    return new Notifier({
      ...{ attempt, clock: this.clock, log: silentLog, store: this.volume, random: () => 0 },
      newID: () => `id-${(this.#ids += 1)}`,
      readSecret: async (_namespace, name) => ({ ...this.secrets[name] }),
      count: (_key, _organization, { channel: name, result }) =>
        void this.counts.set(`${name} ${result}`, (this.counts.get(`${name} ${result}`) ?? 0) + 1),
      // As the reconciler does it: the status is published, and no pass.
      refresh: () => void this.#refresh(),
    });
  }

  #refresh(): void {
    const notices = this.#notifier.notices(KEY);
    if (notices !== undefined) [this.status, this.failing] = [notices.status, notices.failing];
  }

  start(): this {
    this.#stop = new AbortController();
    this.#running = this.#notifier.run(this.#stop.signal);
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.clock.advance(0);
    await this.#running;
  }

  /** The process ends, and another one begins. `isLost`: on another machine, with the status alone. */
  async again({ isLost = false } = {}): Promise<void> {
    await this.stop();
    if (isLost) this.volume = new Volume();
    this.#notifier = this.#open();
    this.start();
  }

  /** As the keeper of reports says it. */
  happen(message: string): Promise<void> {
    return this.#notifier.happened(KEY, { event: 'DailySummary', message, since: '2026-11-22T06:00:00.000Z' });
  }

  async look(facts: Partial<LookFacts> = {}): Promise<void> {
    const policy = { key: KEY, organization: 'acme', channels: this.channels, url: 'https://plus1.example.com/p' };
    const whole = { nowMs: this.clock.now(), states: new Map(), once: [], isPass: true, ...facts };
    const notices = await this.#notifier.look(policy, this.status, whole, new AbortController().signal);
    [this.status, this.failing] = [notices.status, notices.failing];
    await this.clock.advance(1);
  }

  /** A look every ten minutes. */
  async lookFor(ms: number, facts: () => Partial<LookFacts>): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
      await this.look(facts());
      await this.clock.advance(10 * MINUTE - 1);
    }
  }

  get types(): string[] {
    return this.webhook.taken.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { state: string } };
      return `${type.replace('dev.plus1.', '')} ${data.state}`;
    });
  }
}

const seen = (...sightings: (Sighting | undefined)[]): Pick<LookFacts, 'states'> => ({
  states: new Map(sightings.flatMap((each) => (each === undefined ? [] : [[each.event, each]]))),
});
const held: Sighting = { event: 'PlanHeld', message: '3 would leave' };
const HELD = seen(held);
const OVER: Pick<LookFacts, 'states'> = { states: new Map([['PlanHeld', undefined]]) };

describe('Notifications of one policy', () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage().start()));
  afterEach(() => stage.stop());

  it('are every event, about 5,000 repositories, to every channel', async () => {
    for (const event of NOTIFICATION_EVENTS) {
      const sighting = { event, message: `${event} happened`, repositories: NAMES, isUrgent: true as const };
      const once = EVENT_TABLE[event].kind === 'once' ? [sighting] : [];
      await stage.look({ once, ...(once.length === 0 && seen(sighting)), isLast: true });
    }
    await stage.clock.advance(5 * MINUTE);
    const sent = NOTIFICATION_EVENTS.length;
    for (const name of ['slack', 'teams', 'pagerduty', 'webhook'])
      expect([name, stage.counts.get(`${name} sent`), stage.counts.get(`${name} failed`)]).to.deep.equal([
        name,
        sent,
        undefined,
      ]);
  });

  it('are opened once, repeated a day later and resolved once, over restarts and failovers', async () => {
    await stage.lookFor(2 * HOUR, () => HELD);
    await stage.again();
    await stage.lookFor(2 * HOUR, () => HELD);
    await stage.again({ isLost: true });
    await stage.lookFor(21 * HOUR, () => HELD);
    await stage.again({ isLost: true });
    await stage.lookFor(2 * HOUR, () => OVER);
    expect(stage.types).to.deep.equal(['PlanHeld open', 'PlanHeld open', 'PlanHeld resolved']);
    expect([...stage.pagerDuty.open.keys()]).to.deep.equal([]);
    expect(stage.pagerDuty.resolved).to.deep.equal(['plus1/platform/acme/PlanHeld']);
    expect(stage.slack.taken).to.have.length(3);
  });

  it('come in order and once after an outage of most of a day', async () => {
    for (const server of [stage.webhook, stage.slack]) server.outage = { status: 503 };
    await stage.lookFor(10 * HOUR, () => HELD);
    await stage.again();
    await stage.lookFor(10 * HOUR, () => OVER);
    expect(stage.types).to.deep.equal([]);
    expect(stage.status.find(({ name }) => name === 'webhook')).to.include({ ready: false, reason: 'Unavailable' });
    for (const server of [stage.webhook, stage.slack]) server.outage = undefined;
    await stage.lookFor(2 * HOUR, () => OVER);
    expect(stage.types).to.deep.equal(['PlanHeld open', 'PlanHeld resolved']);
    expect(stage.slack.taken).to.have.length(2);
    expect(stage.failing).to.equal(undefined);
  });

  it('are given up after a day, counted, and told again while they stand', async () => {
    stage.channels = [channel('Webhook')];
    stage.webhook.outage = { status: 503 };
    await stage.lookFor(26 * HOUR, () => HELD);
    expect(stage.counts.get('webhook dropped')).to.equal(1);
    stage.webhook.outage = undefined;
    await stage.lookFor(2 * HOUR, () => HELD);
    expect(stage.types).to.deep.equal(['PlanHeld open']);
  });

  it('wait as long as the channel asks for', async () => {
    stage.channels = [channel('Slack')];
    stage.slack.faults.push({ status: 429, headers: { 'retry-after': '900' } });
    await stage.look(HELD);
    await stage.clock.advance(14 * MINUTE);
    expect(stage.slack.received).to.have.length(1);
    await stage.clock.advance(2 * MINUTE);
    expect(stage.slack.taken).to.have.length(1);
  });

  it('stop at a channel that is gone, and begin again with another Secret', async () => {
    stage.channels = [channel('Slack')];
    stage.slack.outage = { status: 410, text: 'channel_is_archived' };
    await stage.lookFor(5 * HOUR, () => ({ ...HELD, once: [{ event: 'DriftRepaired', message: 'm' }] }));
    expect(stage.slack.received).to.have.length(1);
    expect(stage.status[0]).to.include({ ready: false, reason: 'ChannelGone' });
    expect(stage.failing).to.contain('channel_is_archived').and.not.contain('hidden');
    stage.slack.outage = undefined;
    await stage.again();
    await stage.lookFor(HOUR, () => HELD);
    expect(stage.slack.received).to.have.length(1);
    stage.secrets['slack'] = { url: 'https://hooks.slack.com/services/T0/B1/other' };
    await stage.lookFor(HOUR, () => HELD);
    expect(stage.slack.taken).to.have.length(1);
    expect(stage.status[0]).to.include({ ready: true, reason: 'Delivered' });
  });

  it('are not tried again where the channel refuses the message itself', async () => {
    stage.channels = [channel('PagerDuty')];
    stage.secrets['pagerduty'] = { routingKey: 'X'.repeat(32) };
    await stage.lookFor(5 * HOUR, () => HELD);
    expect(stage.pagerDuty.server.received).to.have.length(1);
    expect(stage.failing).to.contain('Invalid routing key').and.not.contain('XXXXXX');
  });

  it('are one pair an hour of a policy that flaps every minute', async () => {
    stage.channels = [channel('Webhook')];
    for (let minute = 0; minute < 240; minute += 1) {
      await stage.look(minute % 2 === 0 ? HELD : OVER);
      await stage.clock.advance(MINUTE - 1);
    }
    expect(stage.types).to.deep.equal([...Array(4).keys()].flatMap(() => ['PlanHeld open', 'PlanHeld resolved']));
  });

  it('are one digest a day for a channel that asks for it', async () => {
    stage.channels = [channel('Webhook', { delivery: 'Daily' })];
    await stage.lookFor(48 * HOUR, () => ({ ...HELD, once: [{ event: 'DriftRepaired', message: 'm' }] }));
    expect(stage.types).to.deep.equal(['DailySummary once', 'DailySummary once']);
    const { body } = stage.webhook.taken[1] ?? { body: '{}' };
    const { data } = JSON.parse(body) as { data: { events: { event: string }[]; events_omitted: number } };
    expect(data.events.length + data.events_omitted).to.be.greaterThan(50);
  });

  it('tell what no look sees with the next look, once, whatever dies in between', async () => {
    stage.channels = [channel('Webhook')];
    await stage.happen('of a policy that nobody looked at');
    await stage.look();
    await stage.happen('2026-11-21: 3 of 3');
    await stage.again();
    await stage.look();
    await stage.look();
    expect(stage.types).to.deep.equal(['DailySummary once']);
    expect(stage.webhook.taken[0]?.body).to.include('2026-11-21: 3 of 3');
  });

  it('tell of slow passes once, when a mean of ten is known', async () => {
    stage.channels = [channel('Webhook')];
    for (let pass = 0; pass < 12; pass += 1) await stage.look({ passSeconds: 100 });
    expect(stage.types).to.deep.equal([]);
    for (let pass = 0; pass < 5; pass += 1) await stage.look({ passSeconds: 130 });
    expect(stage.types).to.deep.equal(['PassSlower open']);
    await stage.look({ passSeconds: 100 });
    expect(stage.types).to.deep.equal(['PassSlower open', 'PassSlower resolved']);
  });
});
