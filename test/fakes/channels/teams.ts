/**
 * A webhook of Teams Workflows: 202 for what it takes. What is too large fails after that, in the flow: the fake refuses it at once.
 * https://github.com/MicrosoftDocs/msteams-docs/issues/11274 https://adaptivecards.io/explorer/
 */
import { ChannelServer, must, taking } from './channel-server.js';

interface Element {
  type: string;
  text?: string;
  inlines?: { type: string; text: string }[];
  facts?: { title: string; value: string }[];
}

export interface Card {
  attachments: {
    contentType: string;
    content: { type: string; version: string; body: Element[]; actions?: { type: string; url: string }[] };
  }[];
}

/** Of Teams' own encoding, in which characters take two bytes. */
const MAX_BYTES = 28_672;

export const teamsFake = (): ChannelServer =>
  new ChannelServer(
    taking(
      ({ path, headers, body }) => {
        must(path.includes('sig='), 'The authentication credentials are not valid');
        must(headers['content-type']?.startsWith('application/json') === true, 'Unsupported media type');
        requireCard(body);
        return { status: 202 };
      },
      (text) => ({ status: text.startsWith('The authentication') ? 401 : 400, text }),
    ),
  );

/** Throws what is wrong. */
export function requireCard(body: string): void {
  // One that grows by a fifth when it is encoded once more, as was measured.
  must(Buffer.byteLength(body) * 1.2 <= MAX_BYTES, 'Request Entity too large');
  const { attachments } = JSON.parse(body) as Card;
  const [{ contentType, content } = { contentType: '', content: undefined }] = attachments;
  must(contentType === 'application/vnd.microsoft.card.adaptive' && content !== undefined, 'no Adaptive Card');
  must(content.type === 'AdaptiveCard' && content.version === '1.4', 'a version that is not shown');
  for (const element of content.body) {
    must(['TextBlock', 'RichTextBlock', 'FactSet'].includes(element.type), `unknown element ${element.type}`);
    must(element.type !== 'TextBlock' || (element.text ?? '') !== '', 'a TextBlock without text');
    must(element.type !== 'FactSet' || (element.facts ?? []).length > 0, 'a FactSet without facts');
  }
  for (const { type, url } of content.actions ?? []) must(type === 'Action.OpenUrl' && URL.canParse(url), 'no action');
}

/** Links, mentions and emphasis that Markdown would make of what others wrote. */
export function cardReach(body: string): string[] {
  const { attachments } = JSON.parse(body) as Card;
  const elements = attachments.flatMap(({ content }) => content.body);
  const markdown = elements.flatMap(({ text, facts = [] }) => [text ?? '', ...facts.map(({ value }) => value)]);
  return markdown.flatMap((each) => each.match(/(?<!\\)\]\(|(?<!\\)<at>|https?:\/\/|(?<!\\)\*|(?<!\\)_/g) ?? []);
}
