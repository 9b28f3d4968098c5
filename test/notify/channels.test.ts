/** Kind: a message that a channel does not take, or that reaches more people than it should. Against strict fakes of each. */
import { expect } from 'chai';
import { slackBody } from '../../pkg/notify/channels/slack.js';
import { teamsBody } from '../../pkg/notify/channels/teams.js';
import { pagerDutyBody } from '../../pkg/notify/channels/pagerduty.js';
import { webhook, webhookBody, MAX_BODY_BYTES } from '../../pkg/notify/channels/webhook.js';
import { mailText } from '../../pkg/notify/channels/mail-text.js';
import { itemOf } from '../../pkg/notify/decide/draft.js';
import type { Message } from '../../pkg/notify/message.js';
import { requireSlack, slackReach } from '../fakes/channels/slack.js';
import { cardReach, requireCard } from '../fakes/channels/teams.js';
import { SIGNING_KEY } from '../fakes/channels/webhook.js';
import { AT, digestMessage, everyMessage, HOSTILE, messageOf, NAMES } from './messages.js';

const LONG = 'x'.repeat(20_000);
const ALL: Message[] = [
  ...everyMessage(),
  ...everyMessage(LONG),
  digestMessage(),
  digestMessage('"'.repeat(2_000)),
  ...HOSTILE.flatMap((text) =>
    everyMessage(
      text,
      NAMES.map(() => text),
    ),
  ),
];
const hostile = HOSTILE.flatMap((text) => [...everyMessage(text, [text]), digestMessage(text)]);

/** Of 5,000 names some are shown; together with those that are told as left out they are all. */
const counted = (text: string): number => Number(/and (\d+) more/.exec(text)?.[1] ?? 0);

const posted = (message: Message): Parameters<typeof requireSlack>[0] => JSON.parse(JSON.stringify(slackBody(message)));

describe('Slack', () => {
  it('takes every event at its limit', () => {
    for (const message of ALL) expect(() => requireSlack(posted(message)), message.event).not.to.throw();
  });

  it('has no mention and no link of what others wrote', () => {
    for (const message of hostile) expect(slackReach(posted(message)), message.message).to.deep.equal([]);
  });

  it('says how many names it leaves out', () => {
    const body = JSON.stringify(slackBody(everyMessage()[0] as Message));
    expect(counted(body) + body.match(/service-\d+-/g)!.length).to.equal(5_000);
  });
});

describe('Teams', () => {
  it('takes every event at its limit', () => {
    for (const message of ALL) expect(() => requireCard(teamsBody(message)), message.event).not.to.throw();
  });

  it('makes no link, mention or emphasis of what others wrote', () => {
    for (const message of hostile) expect(cardReach(teamsBody(message)), message.message).to.deep.equal([]);
  });

  it('shows ten names, and says how many it leaves out', () => {
    const body = teamsBody(everyMessage()[0] as Message);
    expect(body.match(/service-\d+-/g)).to.have.length(10);
    expect(counted(body)).to.equal(4_990);
  });
});

describe('PagerDuty', () => {
  const KEY = 'R'.repeat(32);

  it('has a summary, a source and a key of its lengths for every event', () => {
    for (const message of ALL) {
      const body = pagerDutyBody(message, KEY) as { dedup_key?: string; payload?: { summary: string } };
      expect((body.dedup_key ?? '').length).to.be.at.most(255);
      expect([...(body.payload?.summary ?? '')].length).to.be.at.most(1_024);
      expect(Buffer.byteLength(JSON.stringify(body))).to.be.below(512 * 1_024);
    }
  });

  it('has the same key for an event, its repetition and its end, whatever the message says', () => {
    const sighting = { event: 'PlanHeld' as const, message: '3 would leave' };
    const open = messageOf(itemOf(sighting, 'open', AT));
    const again = messageOf(itemOf({ ...sighting, message: '4 would leave' }, 'open', AT), { id: 'other', atMs: 5 });
    const end = messageOf(itemOf(sighting, 'resolved', AT), { id: 'third' });
    const keys = [open, again, end].map((message) => pagerDutyBody(message, KEY)['dedup_key']);
    expect(new Set(keys)).to.deep.equal(new Set(['plus1/platform/acme/PlanHeld']));
    expect(pagerDutyBody(end, KEY)).to.deep.equal({ routing_key: KEY, event_action: 'resolve', dedup_key: keys[0] });
  });

  it('wakes nobody for what only informs', () => {
    const body = pagerDutyBody(messageOf(itemOf({ event: 'RepositoriesEntered', message: 'm' }, 'once', AT)), KEY);
    expect(body).not.to.have.property('event_action');
  });
});

describe('A webhook', () => {
  it('gets less than 20 kB of every event', () => {
    for (const message of ALL) expect(Buffer.byteLength(webhookBody(message))).to.be.below(MAX_BODY_BYTES);
  });

  it('gets the fields of the contract and those of the specification', () => {
    const [event] = [messageOf(itemOf({ event: 'PlanHeld', message: 'm', repositories: ['a', 'b'] }, 'open', AT))];
    const body = JSON.parse(webhookBody(event)) as Record<string, unknown>;
    expect(body).to.deep.include({
      specversion: '1.0',
      type: 'dev.plus1.PlanHeld',
      subject: 'platform/acme',
      id: event.id,
    });
    expect(body['data']).to.deep.include({
      ...{ event: 'PlanHeld', state: 'open', severity: 'Warning', policy: 'platform/acme', organization: 'acme' },
      ...{ message: 'm', since: AT, repositories: ['a', 'b'], omitted: 0, url: event.url },
      ...{ workflow: 'plus1-enforcement', status: 'Succeeded', duration: 12.5, repositories_processed: 5_000 },
    });
  });

  it('gets the alert of the specification for what is High', () => {
    const message = messageOf(itemOf({ event: 'PassFailed', message: 'm' }, 'open', AT));
    const { type, data } = JSON.parse(webhookBody(message)) as { type: string; data: Record<string, unknown> };
    expect(type).to.equal('dev.plus1.PassFailed');
    expect(data).to.deep.include({
      ...{ event: 'plus1_enforcement_failure', name: 'PassFailed', severity: 'High', organization: 'acme' },
      ...{ timestamp: AT, details: 'm' },
    });
  });

  it('is signed by every key, and refuses a key that is none', () => {
    const [message] = everyMessage();
    const secret = { url: 'https://hooks.example.com/', signingKey: `${SIGNING_KEY}  ${SIGNING_KEY}` };
    const { headers } = webhook.request(message as Message, secret, 1_000);
    expect(headers?.['webhook-signature']).to.match(/^v1,\S+ v1,\S+$/);
    for (const signingKey of ['', 'whsec_', 'whsec_AAAA', SIGNING_KEY.slice(6)])
      expect(() => webhook.request(message as Message, { ...secret, signingKey }, 0)).to.throw(/signingKey/);
  });
});

describe('Mail', () => {
  it('has one line of subject, and no element of what others wrote', () => {
    for (const message of hostile) {
      const { subject, html } = mailText(message);
      expect(subject).to.match(/^[^\r\n]+$/);
      const tags = new Set(html.match(/<\/?[a-z!][^\s>]*/gi));
      expect([...tags].filter((tag) => !ELEMENTS.has(tag.replace('/', '')))).to.deep.equal([]);
      expect(html.match(/(?:href|src)="[^"]*"/g)).to.deep.equal([`href="${message.url}"`]);
    }
  });

  it('says how many names it leaves out', () => {
    const { text } = mailText(everyMessage()[0] as Message);
    expect(counted(text) + text.match(/service-\d+-/g)!.length).to.equal(5_000);
  });
});

const ELEMENTS = new Set([
  '<!doctype',
  '<meta',
  '<body',
  '<p',
  '<table',
  '<tr',
  '<th',
  '<td',
  '<ul',
  '<li',
  '<a',
  '<wbr',
]);
