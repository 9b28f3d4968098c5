/** Kind: a controller that passes well and tells nobody, or whose status never says what was delivered. As a process, in real time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { say, town } from '../builders.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder } from '../integration/cli.js';
import { Daemon } from './daemon.js';

describe('A controller with a channel', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let hook: ChannelServer;
  let daemon: Daemon | undefined;
  let [policies, state, credentials] = ['', '', ''];

  beforeEach(async () => {
    acme = town({ members: 3, promoted: 1, others: 1 });
    github = await startGitHub({ organizations: [acme] });
    hook = await webhookServer().start();
    [policies, state, credentials] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    mkdirSync(join(credentials, 'hook'));
    writeFileSync(join(credentials, 'hook', 'url'), `http://${hook.host}/hiddenpath`);
    writeFileSync(join(credentials, 'hook', 'signingKey'), SIGNING_KEY);
    write({});
  });
  afterEach(async () => {
    await daemon?.kill();
    await Promise.all([github.close(), hook.close()]);
  });

  function write(more: object): void {
    const channel = { name: 'hook', type: 'Webhook', secretRef: { name: 'hook' }, minSeverity: 'Info' };
    const schedule = { interval: '1h', quickInterval: '0s' };
    const spec = {
      organization: 'acme',
      github: { apiURL: github.apiURL },
      schedule,
      notifications: [channel],
      ...more,
    };
    const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec };
    writeFileSync(join(policies, 'acme.json'), JSON.stringify(policy));
  }

  function start(allowed: readonly string[]): Daemon {
    const hosts = allowed.flatMap((host) => ['--notify-allowed-host', host]);
    daemon = new Daemon({ github, policies, state, args: ['--credentials', credentials, ...hosts] });
    return daemon;
  }

  const status = (): PolicyStatus => {
    const path = join(state, 'default', 'acme.json');
    if (!existsSync(path)) return {};
    return (JSON.parse(readFileSync(path, 'utf8')) as { status?: PolicyStatus }).status ?? {};
  };
  const types = (): string[] => hook.taken.map(({ body }) => (JSON.parse(body) as { type: string }).type);

  it('says in the status what was delivered, long before the next pass, and repeats nothing after a restart', async () => {
    const first = start([hook.host]);
    await first.until(() => hook.taken.length > 0, 'the first message came');
    await first.until(() => status().notifications?.[0]?.reason === 'Delivered', 'the status says so');
    const { completionTime } = status().lastPass ?? {};
    const metrics = (await first.get('metrics', '/metrics')).text;
    expect(metrics).to.match(/plus1_notifications_total\{[^}]*name="hook"[^}]*result="sent"[^}]*\} 1/);
    await first.kill('SIGTERM');
    expect(status().lastPass?.completionTime).to.equal(completionTime);

    say(acme.get('other-001'), 'production');
    const second = start([hook.host]);
    await second.until(() => types().includes('dev.plus1.RepositoriesEntered'), 'what entered is told');
    await second.until(() => (status().lastPass?.entered ?? 0) > 0, 'the pass is kept');
    expect(types()).to.deep.equal(['dev.plus1.FirstPass', 'dev.plus1.RepositoriesEntered']);
    expect(first.raw + second.raw).not.to.contain('hiddenpath');
  });

  it('tells of an incident as soon as a pass knows of it, with the severity of the incident', async () => {
    const running = start([hook.host]);
    await running.until(() => hook.taken.length > 0, 'the first message came');
    const spec = {
      ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'Critical', drill: true },
      ...{ reason: 'A token of CI was seen in a public log', owner: 'security' },
    };
    const incident = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Incident', metadata: { name: 'token' }, spec };
    writeFileSync(join(policies, 'token.json'), JSON.stringify(incident));
    await running.until(() => types().includes('dev.plus1.IncidentOpened'), 'the incident is told');
    const told = hook.taken.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
    expect(told.find(({ type }) => type === 'dev.plus1.IncidentOpened')?.data).to.include({
      ...{ state: 'open', severity: 'High', message: 'token (drill): Critical: A token leaked' },
    });
  });

  it('says in its condition why a message is not delivered; a test message says it too', async () => {
    const running = start([]);
    await running.until(
      () => status().conditions?.some(({ type }) => type === 'NotificationsFailing') === true,
      'the condition is there',
    );
    const condition = status().conditions?.find(({ type }) => type === 'NotificationsFailing');
    expect(condition?.message).to.contain(`--notify-allowed-host ${hook.host}`).and.not.contain('hiddenpath');
    const flags = ['--state', state, '--credentials', credentials];
    const refused = await plus1(['notify', 'test', 'acme', ...flags]);
    expect([refused.code, refused.stdout]).to.deep.equal([
      1,
      `hook (Webhook): DestinationRefused: ${hook.host} is not reached by https. Fix: put a public https address into the Secret, or let the operator allow the host with --notify-allowed-host ${hook.host}\n`,
    ]);
    const sent = await plus1([
      'notify',
      'test',
      'acme',
      '--name',
      'hook',
      ...flags,
      '--notify-allowed-host',
      hook.host,
    ]);
    expect([sent.code, sent.stdout]).to.deep.equal([0, 'hook (Webhook): sent: HTTP 204\n']);
    hook.faults.push({ status: 400, text: 'no such tenant' });
    const wrong = await plus1(['notify', 'test', 'default/acme', ...flags, '--notify-allowed-host', hook.host]);
    expect(wrong.stdout).to.contain('Rejected: HTTP 400: no such tenant. Fix: ');
    const unknown = await plus1(['notify', 'test', 'acme', '--name', 'other', ...flags]);
    expect([unknown.code, unknown.stderr]).to.deep.equal([
      1,
      'PLUS1_NOT_KNOWN: the policy default/acme has no channel "other". Fix: look at spec.notifications of the policy.\n',
    ]);
  });
});
