/**
 * Microsoft Teams, by a webhook of Workflows: an Adaptive Card of 1.4, since a newer one is taken and not shown
 * (https://github.com/prometheus/alertmanager/issues/3920). Teams re-encodes a card and drops it, after its 2xx, beyond 28,672 bytes
 * (https://github.com/MicrosoftDocs/msteams-docs/issues/11274): 18,000 of ours leave room for that.
 */
import { factsOf, itemLine, line, more, namesThatFit, nameList } from '../lines.js';
import type { Message } from '../message.js';
import { required, type HTTPChannel } from './channel.js';

const MAX_CARD_BYTES = 18_000;
/** The page has them all. */
const MOST_NAMES = 10;

type Element = Record<string, unknown>;

export const teams: HTTPChannel = {
  request: (message, secret) => ({ url: required(secret, 'url'), body: teamsBody(message) }),
  judge: () => undefined,
};

/** What is posted. */
export function teamsBody(message: Message): string {
  const lines = (message.items ?? []).map(itemLine);
  for (let shown = lines.length; ; shown = Math.floor(shown / 2)) {
    const body = JSON.stringify(envelope(message, lines.slice(0, shown), lines.length - shown));
    if (Buffer.byteLength(body) <= MAX_CARD_BYTES || shown === 0) return body;
  }
}

function envelope(message: Message, lines: readonly string[], left: number): Element {
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: card(message, lines, left) }] };
}

function card(message: Message, lines: readonly string[], left: number): Element {
  const { title, sentence, rows } = factsOf(message);
  const { names, left: more } = namesThatFit(message, { max: 2_000, most: MOST_NAMES });
  const facts = rows.map(([name, value]) => ({ title: name, value: plain(value) }));
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { type: 'TextBlock', size: 'Large', weight: 'Bolder', wrap: true, color: colorOf(message), text: plain(title) },
      text(sentence),
      { type: 'FactSet', facts },
      ...(names.length === 0 ? [] : [text(nameList(names, more))]),
      ...[...lines, ...leftOut(left)].map(text),
    ],
    ...(message.url === undefined
      ? {}
      : { actions: [{ type: 'Action.OpenUrl', title: 'Open in Plus1', url: message.url }] }),
  };
}

const leftOut = (left: number): string[] => (left === 0 ? [] : [more(left)]);

/** A run of text has no Markdown: https://adaptivecards.io/explorer/RichTextBlock.html */
const text = (value: string): Element => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: line(value, 1_500) }],
});

/**
 * Titles and facts are read as Markdown: what would begin a link, emphasis, a list or a mention is written with a backslash.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
const plain = (value: string): string =>
  value
    .replace(/[\\`*_{}[\]()#+!<>|~-]/g, '\\$&')
    .replace(/:\/\//g, ':\\//')
    .replace(/@/g, '@\u200b');

function colorOf({ state, severity }: Message): string {
  if (state === 'resolved') return 'Good';
  return { High: 'Attention', Warning: 'Warning', Info: 'Accent' }[severity];
}
