/** Kind: somebody is told too often, too late or not at all, by a run of `sync`. The channels are strict, and real servers. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { names, say, town } from '../builders.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { slackServer } from '../fakes/channels/slack.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder, type Ran } from './cli.js';

const HOUR = 3_600_000;

interface Body {
  type: string;
  data: Record<string, unknown> & { repositories: string[]; message: string };
}

describe('plus1 sync, with channels', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let folder: string;
  let hook: ChannelServer;
  let slack: ChannelServer;
  let nowMs: number;

  beforeEach(async () => {
    acme = town({ members: 5, promoted: 2, others: 2 });
    nowMs = Date.parse('2026-11-22T10:00:00Z');
    github = await startGitHub({ organizations: [acme], clock: () => nowMs });
    folder = temporaryFolder();
    hook = await webhookServer(() => nowMs).start();
    slack = await slackServer();
    secret('hook', { url: `http://${hook.host}/plus1`, signingKey: SIGNING_KEY });
    secret('slack', { url: `http://${slack.host}/services/T0/B0/hiddenhiddenhidden` });
  });
  afterEach(() => Promise.all([github.close(), hook.close(), slack.close()]));

  function secret(name: string, keys: Record<string, string>): void {
    mkdirSync(join(folder, 'credentials', name), { recursive: true });
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, 'credentials', name, key), value);
  }

  const channel = (name: string, more: object = {}): object => ({
    ...{ name, type: name === 'slack' ? 'Slack' : 'Webhook', secretRef: { name }, minSeverity: 'Info' },
    ...more,
  });

  async function sync({ spec = {}, args = [] }: { spec?: object; args?: string[] } = {}): Promise<Ran> {
    const metadata = { name: 'acme', namespace: 'platform' };
    const whole = { organization: 'acme', github: {}, notifications: [channel('hook')], ...spec };
    const path = join(folder, 'policy.json');
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata, spec: whole }),
    );
    const hosts = [hook, slack].flatMap(({ host }) => ['--notify-allowed-host', host]);
    const flags = ['--state', join(folder, 'state'), '--credentials', join(folder, 'credentials'), ...hosts];
    const begin = performance.now();
    // Time goes on while it sends.
    const clock = (): number => nowMs + Math.floor(performance.now() - begin);
    return plus1(['sync', '-f', path, ...flags, ...args], { github, clock });
  }

  const status = (): PolicyStatus =>
    (JSON.parse(readFileSync(join(folder, 'state/platform/acme.json'), 'utf8')) as { status: PolicyStatus }).status;
  const bodies = (): Body[] => hook.taken.map(({ body }) => JSON.parse(body) as Body);
  const types = (): string[] =>
    bodies().map(({ type, data }) => `${type.replace('dev.plus1.', '')} ${String(data['state'])}`);

  it('sends one message of a first pass over 1,000 repositories with 400 entering and 100 findings', async () => {
    await github.close();
    acme = town({ members: 50, promoted: 400, others: 550 });
    for (const name of names('other', 100)) acme.get(name).commit('entity.datadog.yaml', 'apiVersion: [v3\n');
    github = await startGitHub({ organizations: [acme], clock: () => nowMs });
    expect((await sync()).code).to.equal(0);
    expect(types()).to.deep.equal(['FirstPass once']);
    expect(bodies()[0]?.data.message).to.contain('400 entered').and.to.contain('100 invalid_yaml');
    expect(status().notifications?.map(({ lastSentTime: _time, ...rest }) => rest)).to.deep.equal([
      { name: 'hook', ready: true, reason: 'Delivered', open: [] },
    ]);
  });

  it('tells what enters once, and a failure once until it is over', async () => {
    await sync();
    say(acme.get('other-001'), 'production');
    await sync();
    expect(types().slice(1)).to.deep.equal(['RepositoriesEntered once']);
    expect(bodies()[1]?.data.repositories).to.deep.equal(['other-001']);
    const ruleset = acme.rulesets[0];
    if (ruleset === undefined) throw new Error('no ruleset');
    const { name } = ruleset;
    ruleset.edit({ name: 'renamed' });
    for (let run = 0; run < 3; run += 1) await sync();
    expect(types().slice(2)).to.deep.equal(['PassFailed open']);
    expect(
      status().notifications?.[0]?.open?.map(({ event, sentTime }) => [event, sentTime !== undefined]),
    ).to.deep.include(['PassFailed', true]);
    ruleset.edit({ name });
    await sync();
    expect(types()).to.include('PassFailed resolved');
    const told = types().length;
    await sync();
    expect(types()).to.have.length(told);
  });

  it('keeps what could not be delivered, and delivers it in the next run', async () => {
    hook.outage = { status: 503, text: 'down for maintenance' };
    const ran = await sync();
    expect(ran.code).to.equal(0);
    expect(ran.stderr).to.contain('hook (Webhook): Unavailable: HTTP 503: down for maintenance');
    expect(status().conditions?.find(({ type }) => type === 'NotificationsFailing')?.status).to.equal('True');
    expect(status().notifications?.[0]).to.include({ ready: false, reason: 'Unavailable' });
    hook.outage = undefined;
    nowMs += HOUR;
    await sync();
    expect(types()).to.deep.equal(['FirstPass once']);
    expect(status().conditions?.map(({ type }) => type)).not.to.include('NotificationsFailing');
  });

  it('sends nothing to a private address that nobody allowed, and shows no address', async () => {
    secret('hook', { url: 'http://169.254.169.254/latest/hiddenhidden', signingKey: SIGNING_KEY });
    const ran = await sync();
    expect(status().notifications?.[0]).to.include({ ready: false, reason: 'DestinationRefused' });
    expect(ran.stderr).to.contain('--notify-allowed-host 169.254.169.254').and.not.contain('hiddenhidden');
    expect(readFileSync(join(folder, 'state/platform/acme.json'), 'utf8')).not.to.contain('hiddenhidden');
  });

  it('stops at a channel that is gone until its Secret changes', async () => {
    const spec = { notifications: [channel('slack')] };
    slack.outage = { status: 410, text: 'channel_is_archived' };
    const ran = await sync({ spec });
    expect(ran.stderr).to.contain('channel_is_archived').and.to.contain('make a webhook for another one');
    expect(ran.stderr).not.to.contain('hiddenhidden');
    slack.outage = undefined;
    say(acme.get('other-001'), 'production');
    await sync({ spec });
    expect(slack.taken).to.deep.equal([]);
    secret('slack', { url: `http://${slack.host}/services/T0/B0/anotheranother` });
    say(acme.get('other-002'), 'production');
    await sync({ spec });
    expect(slack.taken).to.have.length(1);
  });

  it('tells that a run came to no pass, and that the next one did', async () => {
    const missing = { github: { credentials: { secretRef: { name: 'nobody-made-it' } } } };
    expect((await sync({ spec: missing })).code).to.equal(1);
    expect((await sync({ spec: missing })).code).to.equal(1);
    expect(types()).to.deep.equal(['PassFailed open']);
    expect(bodies()[0]?.data.message).to.contain('PLUS1_SECRET_NOT_FOUND');
    await sync();
    expect(types().sort()).to.deep.equal(['FirstPass once', 'PassFailed open', 'PassFailed resolved']);
  });

  it('sends nothing in a dry run', async () => {
    await sync({ args: ['--dry-run'] });
    expect(hook.received).to.deep.equal([]);
  });
});
