/** Messages for tests: every event, at its limit, and full of what others could write. */
import { NOTIFICATION_EVENTS } from '../../pkg/api/index.js';
import { itemOf, resolvedItem, type Item } from '../../pkg/notify/decide/draft.js';
import { EVENT_TABLE } from '../../pkg/notify/event-table.js';
import type { Message } from '../../pkg/notify/message.js';

export const AT = '2026-11-22T10:00:00.000Z';

const WHOLE = {
  ...{ policy: 'platform/acme', organization: 'acme', atMs: Date.parse(AT), covers: [] },
  url: 'https://plus1.example.com/policies/platform/acme',
  run: { status: 'Succeeded', seconds: 12.5, repositories: 5_000 },
};

export function messageOf(item: Item, more: Partial<Message> = {}): Message {
  return { ...WHOLE, id: `0190b0c1-${item.event}-${item.state}`, ...item, ...more };
}

/** 5,000 names as long as GitHub allows some of them. */
export const NAMES = [...Array(5_000).keys()].map((at) => `service-${at}-${'x'.repeat(at % 80)}`);

/** Every event in every state that it can have, each about 5,000 repositories. */
export function everyMessage(message = 'Something of it is wrong', repositories: readonly string[] = NAMES): Message[] {
  return NOTIFICATION_EVENTS.flatMap((event) => {
    const { kind } = EVENT_TABLE[event];
    const item = itemOf({ event, message, repositories }, kind === 'once' ? 'once' : 'open', AT);
    return [messageOf(item), ...(kind === 'once' ? [] : [messageOf(resolvedItem({ event, since: AT }))])];
  });
}

/** A digest with as many items as one can have. */
export function digestMessage(message = 'Something of it is wrong'): Message {
  const items = [...Array(100).keys()].map(() =>
    itemOf({ event: 'DriftRepaired', message, repositories: NAMES }, 'once', AT),
  );
  return messageOf({ ...itemOf({ event: 'DailySummary', message }, 'once', AT) }, { items });
}

/** What a name, a lifecycle or an error text may hold. */
export const HOSTILE = [
  '<!channel>',
  '<!here|here>',
  '@here @everyone @channel',
  '<@U123456>',
  '*bold* _it_ ~strike~ `code`',
  '[click](http://evil.example)',
  '](http://x)',
  '<http://evil.example|good>',
  '<img src=x onerror=alert(1)>',
  '<at>everyone</at>',
  '"><script>alert(1)</script>',
  'line\r\nBcc: evil@example.com\r\n\r\nbody',
  '\u202egnp.exe',
  '\u0000\u001b[31m',
  '{{SUBSTRING(1)}}',
  '&lt;!channel&gt;',
];
