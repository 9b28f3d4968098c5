/** Kind: mail that goes in clear, to somebody else, or with a header that others wrote. Against a real mail server. */
import { expect } from 'chai';
import type { Verdict } from '../../pkg/notify/channels/channel.js';
import { mailServer, sendMail } from '../../pkg/notify/channels/email.js';
import { itemOf } from '../../pkg/notify/decide/draft.js';
import { AllowedHosts } from '../../pkg/notify/destination/allowed-hosts.js';
import { DestinationGuard } from '../../pkg/notify/destination/guard.js';
import { certificate } from '../github/support/certificate.js';
import { MailServer, type MailServerOptions } from '../fakes/channels/mail.js';
import { AT, everyMessage, HOSTILE, messageOf } from './messages.js';

const MAIL_HOST = 'mail.example';
const TO = ['security@example.com', 'oncall@example.com'];

describe('Mail', () => {
  const servers: MailServer[] = [];

  const serve = async (options: Partial<MailServerOptions> = {}): Promise<MailServer> => {
    const server = await new MailServer({ ...certificate(MAIL_HOST), ...options }).start();
    servers.push(server);
    return server;
  };

  const send = (
    server: MailServer,
    {
      message = messageOf(itemOf({ event: 'PlanHeld', message: 'm' }, 'open', AT)),
      secret = {},
      allowed = [MAIL_HOST],
    } = {},
  ): Promise<Verdict> => {
    const guard = new DestinationGuard({ allowed: new AllowedHosts(allowed), lookUp: async () => ['127.0.0.1'] });
    const own = {
      host: MAIL_HOST,
      port: String(server.port),
      from: 'plus1@example.com',
      'ca.crt': certificate(MAIL_HOST).cert,
    };
    return sendMail(message, { to: TO, secret: { ...own, ...secret }, guard }, new AbortController().signal);
  };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('is encrypted, and goes to each recipient', async () => {
    const server = await serve({ username: 'plus1', password: 'p' });
    expect(await send(server, { secret: { username: 'plus1', password: 'p' } })).to.include({ kind: 'sent' });
    expect(server.mails.map(({ from, to, isEncrypted }) => ({ from, to, isEncrypted }))).to.deep.equal([
      { from: 'plus1@example.com', to: TO, isEncrypted: true },
    ]);
    expect(server.mails[0]?.text).to.match(/^Subject: \[Plus1\] acme: A guard holds a plan\r?$/m);
  });

  it('is not sent where the server offers no STARTTLS, nor with a certificate of somebody else', async () => {
    const plain = await serve({ isPlain: true });
    expect(await send(plain)).to.include({ kind: 'retry', reason: 'DestinationRefused' });
    const other = await serve(certificate('other.example'));
    expect(await send(other)).to.include({ kind: 'retry', reason: 'Unreachable' });
    expect([...plain.mails, ...other.mails]).to.deep.equal([]);
  });

  it('goes in clear to this machine alone', async () => {
    const server = await serve({ isPlain: true });
    expect(await send(server, { secret: { host: 'localhost' }, allowed: ['localhost'] })).to.include({ kind: 'sent' });
    expect(server.mails[0]?.isEncrypted).to.equal(false);
  });

  it('does not go to a private address that nobody allowed', async () => {
    const server = await serve();
    const verdict = await send(server, { allowed: [] });
    expect(verdict).to.include({ kind: 'retry', reason: 'DestinationRefused' });
    expect((verdict as { fix: string }).fix).to.contain('--notify-allowed-host');
  });

  it('says what the server says', async () => {
    const server = await serve({ username: 'plus1', password: 'p' });
    const denied = await send(server, { secret: { username: 'plus1', password: 'wrong' } });
    expect(denied).to.include({ kind: 'retry', reason: 'Unauthorized' });
    expect((denied as { why: string }).why)
      .to.contain('Invalid username or password')
      .and.not.contain('wrong');
    const strict = await serve({ refused: TO });
    expect(await send(strict)).to.include({ kind: 'refused', reason: 'Rejected' });
    const half = await serve({ refused: TO.slice(1) });
    expect(await send(half)).to.deep.include({ kind: 'sent', detail: 'taken for 1, refused for 1 recipients' });
  });

  it('has the headers of Plus1, and none that others wrote', async () => {
    const server = await serve();
    for (const text of HOSTILE) {
      const [message] = everyMessage(text, [text]);
      if (message !== undefined)
        expect(await send(server, { message: { ...message, organization: text } })).to.include({ kind: 'sent' });
    }
    const known = /^(from|to|subject|message-id|in-reply-to|references|auto-submitted|date|mime-version|content-type)$/;
    for (const { text, to } of server.mails) {
      const head = (text.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
      const names = head.split('\r\n').map((line) => line.split(':')[0]?.toLowerCase());
      expect(names.filter((name) => !known.test(name ?? ''))).to.deep.equal([]);
      expect(to).to.deep.equal(TO);
    }
  });

  it('names the key of the Secret that is wrong, and never its value', () => {
    const good = { host: 'mail.example.com', from: 'plus1@example.com', password: 'hidden' };
    expect(mailServer(good)).to.include({ port: 587 });
    for (const [key, value] of [
      ['host', ''],
      ['host', 'mail example'],
      ['port', '70000'],
      ['from', 'a@b.c, d@e.f'],
      ['from', 'Plus1 <plus1@example.com>'],
    ] as const)
      expect(() => mailServer({ ...good, [key]: value })).to.throw(new RegExp(`\\b${key}\\b`));
  });
});
