/**
 * PagerDuty, by Events API v2: one alert for each event of a policy, which its end resolves. What only informs is a change event.
 * https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ https://developer.pagerduty.com/docs/send-change-events
 */
import { cut } from '../../text/index.js';
import { factsOf, itemLine, namesThatFit } from '../lines.js';
import { identityOf, type Message } from '../message.js';
import type { ChannelAnswer } from '../destination/exchange.js';
import { required, SecretFault, type HTTPChannel, type Verdict } from './channel.js';
import { wordsOf } from './judge.js';

const DEFAULT_URL = 'https://events.pagerduty.com';
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;
const SEVERITIES = { High: 'error', Warning: 'warning', Info: 'info' } as const;

export const pagerDuty: HTTPChannel = {
  request: (message, secret) => {
    const key = required(secret, 'routingKey');
    if (!/^[0-9A-Za-z]{32}$/.test(key))
      throw new SecretFault('routingKey is not an integration key of 32 letters and digits');
    const root = (secret['url']?.trim() ?? DEFAULT_URL).replace(/\/+$/, '');
    const path = isChange(message) ? '/v2/change/enqueue' : '/v2/enqueue';
    return { url: `${root}${path}`, body: JSON.stringify(pagerDutyBody(message, key)) };
  },
  judge,
};

/** Nobody is woken by what only happened and is not wrong. */
const isChange = ({ severity, state }: Message): boolean => severity === 'Info' && state === 'once';

/** What is posted. */
export function pagerDutyBody(message: Message, routingKey: string): Record<string, unknown> {
  const { title, sentence, rows } = factsOf(message);
  const summary = cut(`${message.organization}: ${title}: ${sentence}`, MAX_SUMMARY);
  const links = message.url === undefined ? {} : { links: [{ href: message.url, text: 'Open in Plus1' }] };
  const timestamp = new Date(message.atMs).toISOString();
  const details = { ...Object.fromEntries(rows), ...repositories(message) };
  if (isChange(message))
    return {
      routing_key: routingKey,
      payload: { summary, source: source(message), timestamp, custom_details: details },
      ...links,
    };
  const dedup = { dedup_key: dedupKey(message) };
  if (message.state === 'resolved') return { routing_key: routingKey, event_action: 'resolve', ...dedup };
  return {
    ...{ routing_key: routingKey, event_action: 'trigger', ...dedup, client: 'Plus1', ...links },
    payload: {
      ...{ summary, source: source(message), severity: SEVERITIES[message.severity], timestamp },
      ...{ component: message.policy, class: message.event, custom_details: details },
    },
  };
}

const source = ({ organization }: Message): string => `github.com/${organization}`;

function dedupKey(message: Message): string {
  // What happened once and is not over by itself is an alert of its own; a person closes it.
  const key = message.state === 'once' ? `${identityOf(message)}/${message.id}` : identityOf(message);
  return key.length <= MAX_DEDUP_KEY ? key : `${key.slice(0, 180)}/${key.slice(-70)}`;
}

function repositories(message: Message): Record<string, unknown> {
  const items = message.items === undefined ? {} : { Events: message.items.map(itemLine) };
  const { names, left } = namesThatFit(message, { max: 20_000 });
  return {
    ...items,
    ...(names.length === 0 ? {} : { Repositories: names }),
    ...(left === 0 ? {} : { 'Left out': left }),
  };
}

function judge(answer: ChannelAnswer): Verdict | undefined {
  const why = wordsOf(answer);
  if (answer.status === 400) {
    const fix = 'check that routingKey is the integration key of a service with Events API v2';
    return { kind: 'refused', reason: 'Rejected', why, fix };
  }
  // The address is PagerDuty's own: a 404 says that something else answers.
  if (answer.status === 404) {
    const fix = 'check the key url of the Secret; without it Plus1 uses https://events.pagerduty.com';
    return { kind: 'retry', reason: 'Rejected', why, fix };
  }
  return undefined;
}
