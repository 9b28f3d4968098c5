/** Kind: a channel is set up wrongly, and the person who did it reads a code of ours and not what the channel said. Real servers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { MailServer } from '../fakes/channels/mail.js';
import { PagerDutyFake } from '../fakes/channels/pagerduty.js';
import { slackServer } from '../fakes/channels/slack.js';
import { teamsFake } from '../fakes/channels/teams.js';
import { webhookServer } from '../fakes/channels/webhook.js';
import { plus1, temporaryFolder, type Ran } from '../integration/cli.js';

/** A channel that is wrong, what it says, and what is to be done. */
interface Wrong {
  channel: string;
  type: 'Slack' | 'Teams' | 'PagerDuty' | 'Email' | 'Webhook';
  what: string;
  secret: (host: string) => Record<string, string>;
  answer?: { status: number; text: string };
  words: string;
  fix: RegExp;
}

const ROUTING_KEY = 'A'.repeat(32);
const slackURL = (host: string): Record<string, string> => ({ url: `http://${host}/services/T0/B0/hiddenhidden` });
const teamsURL = (host: string): Record<string, string> => ({ url: `http://${host}/workflows/x?sig=hiddenhidden` });

const WRONG: readonly Wrong[] = [
  {
    ...{ channel: 'slack', type: 'Slack', what: 'an address that Slack does not know' },
    secret: (host) => ({ url: `http://${host}/hiddenhidden` }),
    words: 'ChannelGone: HTTP 404: no_service',
    fix: /new incoming webhook/,
  },
  {
    ...{ channel: 'slack', type: 'Slack', what: 'an archived channel', secret: slackURL },
    answer: { status: 410, text: 'channel_is_archived' },
    words: 'ChannelGone: HTTP 410: channel_is_archived',
    fix: /channel/,
  },
  {
    ...{ channel: 'slack', type: 'Slack', what: 'a page instead of a webhook', secret: slackURL },
    answer: { status: 200, text: '<html>Sign in</html>' },
    words: 'Rejected: not an answer of Slack: HTTP 200: <html>Sign in</html>',
    fix: /the key url holds an incoming webhook of Slack/,
  },
  {
    ...{ channel: 'teams', type: 'Teams', what: 'an address without its signature' },
    secret: (host) => ({ url: `http://${host}/workflows/x` }),
    words: 'Unauthorized: HTTP 401: The authentication credentials are not valid',
    fix: /check the address and the keys in the Secret/,
  },
  {
    ...{ channel: 'teams', type: 'Teams', what: 'a flow that was deleted', secret: teamsURL },
    answer: { status: 404, text: 'The workflow could not be found' },
    words: 'ChannelGone: HTTP 404: The workflow could not be found',
    fix: /make a new address/,
  },
  {
    ...{ channel: 'pager', type: 'PagerDuty', what: 'an unknown key' },
    secret: (host) => ({ url: `http://${host}`, routingKey: ROUTING_KEY }),
    words: 'Invalid routing key',
    fix: /Secret|integration/,
  },
  {
    ...{ channel: 'pager', type: 'PagerDuty', what: 'a key that is none' },
    secret: (host) => ({ url: `http://${host}`, routingKey: 'hiddenhidden' }),
    words: 'SecretInvalid: routingKey is not an integration key of 32 letters and digits',
    fix: /correct the Secret/,
  },
  {
    ...{ channel: 'hook', type: 'Webhook', what: 'another key than the receiver has' },
    secret: (host) => ({
      url: `http://${host}/hiddenhidden`,
      signingKey: `whsec_${btoa('another key of some bytes')}`,
    }),
    words: 'Rejected: HTTP 400: no signature fits',
    fix: /read what the channel says/,
  },
  {
    ...{ channel: 'mail', type: 'Email', what: 'a recipient that the server does not know' },
    secret: (host) => ({ host: 'localhost', port: host.split(':')[1] ?? '', from: 'plus1@example.com' }),
    words: 'No such user here',
    fix: /\w/,
  },
];

describe('plus1 notify test, to a channel that is wrong', () => {
  const started: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.close()));
  });

  async function serve({ type, answer }: Wrong): Promise<string> {
    if (type === 'Email') {
      const mail = await new MailServer({
        key: '',
        cert: '',
        isPlain: true,
        refused: ['security@example.com'],
      }).start();
      started.push(mail);
      return `127.0.0.1:${mail.port}`;
    }
    const server = await serverOf(type);
    started.push(server);
    if (answer !== undefined) server.faults.push(answer);
    return server.host;
  }

  async function test(wrong: Wrong): Promise<Ran & { host: string }> {
    const host = await serve(wrong);
    const [state, credentials] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(credentials, wrong.channel));
    for (const [key, value] of Object.entries(wrong.secret(host)))
      writeFileSync(join(credentials, wrong.channel, key), value);
    const to = wrong.type === 'Email' ? { to: ['security@example.com'] } : {};
    const channel = { name: wrong.channel, type: wrong.type, secretRef: { name: wrong.channel }, ...to };
    mkdirSync(join(state, 'default'));
    const policy = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'default' } },
      spec: { organization: 'acme', github: {}, notifications: [channel] },
      status: {},
    };
    writeFileSync(join(state, 'default', 'acme.json'), JSON.stringify(policy));
    const allowed = wrong.type === 'Email' ? 'localhost' : host;
    const flags = ['--state', state, '--credentials', credentials, '--notify-allowed-host', allowed];
    return { host, ...(await plus1(['notify', 'test', 'acme', ...flags])) };
  }

  for (const wrong of WRONG)
    it(`${wrong.type}, ${wrong.what}: says what the channel says, and what to do`, async () => {
      const { code, stdout, stderr } = await test(wrong);
      expect([code, stderr]).to.deep.equal([1, '']);
      const [line = '', ...more] = stdout.trimEnd().split('\n');
      expect(more, 'one line').to.deep.equal([]);
      expect(line.startsWith(`${wrong.channel} (${wrong.type}): `), line).to.equal(true);
      expect(line).to.contain(wrong.words);
      expect(line.split('Fix: ')[1]).to.match(wrong.fix);
      expect(stdout, 'an address is a secret').not.to.contain('hidden');
    });
});

async function serverOf(type: Exclude<Wrong['type'], 'Email'>): Promise<ChannelServer> {
  if (type === 'Slack') return slackServer();
  if (type === 'Teams') return teamsFake().start();
  if (type === 'PagerDuty') return new PagerDutyFake().server.start();
  return webhookServer().start();
}
