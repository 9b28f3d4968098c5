/**
 * Slack, by an incoming webhook. Words that others wrote are `plain_text`, in which Slack finds no mention, no link and no emphasis;
 * `text` is what shows where blocks do not. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://docs.slack.dev/reference/block-kit/blocks
 */
import { cut } from '../../text/index.js';
import { factsOf, itemLine, namesThatFit, nameList, more } from '../lines.js';
import type { Message } from '../message.js';
import type { ChannelAnswer } from '../destination/exchange.js';
import { required, type HTTPChannel, type Verdict } from './channel.js';
import { wordsOf } from './judge.js';

/** Of all blocks together. Slack refuses some 13,200. https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_BLOCKS_CHARACTERS = 12_000;
/** Of one text of a section. */
const MAX_TEXT = 3_000;
const MAX_HEADER = 150;

type Block = Record<string, unknown>;

export const slack: HTTPChannel = {
  request: (message, secret) => ({ url: required(secret, 'url'), body: JSON.stringify(slackBody(message)) }),
  judge,
};

/** What is posted. */
export function slackBody(message: Message): { text: string; blocks: Block[] } {
  const { title, sentence, rows } = factsOf(message);
  const blocks: Block[] = [
    { type: 'header', text: plain(`${SIGNS[signOf(message)]} ${title}`, MAX_HEADER) },
    section(sentence),
    { type: 'section', fields: rows.map(([name, value]) => plain(`${name}\n${value}`, 1_500)) },
  ];
  const room = MAX_BLOCKS_CHARACTERS - JSON.stringify(blocks).length - 600;
  return {
    // Where a client shows it, it is mrkdwn: only `& < >` begin anything that could reach somebody.
    text: escaped(cut(`${title}: ${sentence}`, MAX_TEXT)),
    blocks: [...blocks, ...details(message, room), ...link(message)],
  };
}

function details(message: Message, room: number): Block[] {
  if (message.items !== undefined) return items(message.items.map(itemLine), room);
  if (message.repositories.length === 0) return [];
  // A text of JSON is longer than its characters where they are escaped.
  const { names, left } = namesThatFit(message, { max: Math.min(MAX_TEXT - 40, Math.floor(room / 2)) });
  return [section(nameList(names, left))];
}

function items(lines: readonly string[], room: number): Block[] {
  const blocks: Block[] = [];
  let used = 0;
  for (const [at, line] of lines.entries()) {
    const block = section(`• ${line}`);
    used += JSON.stringify(block).length + 1;
    // 50 blocks are the most.
    if (used > room || at >= 40) return [...blocks, section(more(lines.length - at))];
    blocks.push(block);
  }
  return blocks;
}

/** The address is ours: it comes from `--web-url`. */
function link({ url }: Message): Block[] {
  if (url === undefined) return [];
  const button = { type: 'button', text: plain('Open in Plus1', 75), url: url.slice(0, 3_000), action_id: 'open' };
  return [{ type: 'actions', elements: [button] }];
}

const section = (text: string): Block => ({ type: 'section', text: plain(text, MAX_TEXT) });
const plain = (text: string, max: number): Block => ({ type: 'plain_text', text: cut(text, max), emoji: false });
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const SIGNS = { High: '🔴', Warning: '🟠', Info: '🔵', resolved: '🟢' } as const;
const signOf = ({ state, severity }: Message): keyof typeof SIGNS => (state === 'resolved' ? 'resolved' : severity);

/** Words of Slack by which a webhook is gone for good. https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks */
const GONE = /channel_is_archived|channel_not_found|no_service|no_team|team_disabled|invalid_token|no_active_hooks/;
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/channel_is_archived/, 'restore the channel in Slack, or make a webhook for another one and put it into the Secret'],
  [
    /action_prohibited|posting_to_general_channel_denied/,
    'let an administrator of Slack allow the app to post in this channel',
  ],
  [/invalid_payload|invalid_blocks|msg_blocks_too_long/, 'report it: Slack refuses a message of Plus1'],
];

function judge(answer: ChannelAnswer): Verdict | undefined {
  if (answer.status >= 200 && answer.status < 300) {
    // A body of another kind is not Slack's: some proxy, or the address of a page.
    if (answer.text.trim() === 'ok') return { kind: 'sent', detail: 'ok' };
    const fix = 'check that the key url holds an incoming webhook of Slack';
    return { kind: 'retry', reason: 'Rejected', why: `not an answer of Slack: ${wordsOf(answer)}`, fix };
  }
  const why = wordsOf(answer);
  const known = FIXES.find(([words]) => words.test(answer.text))?.[1];
  if (GONE.test(answer.text) && answer.status < 500) {
    const fix = known ?? 'make a new incoming webhook in Slack and put it into the Secret';
    return { kind: 'gone', reason: 'ChannelGone', why, fix };
  }
  if (known === undefined || answer.status >= 500) return undefined;
  return { kind: 'refused', reason: 'Rejected', why, fix: known };
}
