/**
 * Slack's incoming webhooks, as their documentation has them, and the limit of all blocks that it does not have.
 * https://docs.slack.dev/reference/block-kit/blocks https://github.com/slackapi/bolt-js/issues/2509
 */
import { ChannelServer, must, taking } from './channel-server.js';

interface Text {
  type: string;
  text: string;
}

interface Block {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: { type: string; text: Text; url: string }[];
}

export const slackFake = (): ChannelServer =>
  new ChannelServer(
    taking(
      ({ path, headers, body }) => {
        must(path.startsWith('/services/'), 'no_service');
        must(headers['content-type']?.startsWith('application/json') === true, 'invalid_payload');
        requireSlack(JSON.parse(body));
        return { status: 200, text: 'ok' };
      },
      (text) => ({ status: text === 'no_service' ? 404 : 400, text }),
    ),
  );

export const slackServer = (): Promise<ChannelServer> => slackFake().start();

/** Throws Slack's own word. */
export function requireSlack(payload: { text?: string; blocks?: Block[] }): void {
  const { text, blocks = [] } = payload;
  must(typeof text === 'string' && text !== '' && text.length <= 40_000, 'no_text');
  must(blocks.length <= 50, 'invalid_blocks');
  must(JSON.stringify(blocks).length <= 13_200, 'msg_blocks_too_long');
  for (const block of blocks) requireBlock(block);
}

function requireBlock({ type, text, fields = [], elements = [] }: Block): void {
  must(['header', 'section', 'actions'].includes(type), 'invalid_blocks');
  if (text !== undefined) requireText(text, type === 'header' ? 150 : 3_000);
  must(type !== 'section' || text !== undefined || fields.length > 0, 'invalid_blocks');
  must(fields.length <= 10, 'invalid_blocks');
  for (const field of fields) requireText(field, 2_000);
  for (const element of elements) {
    must(element.type === 'button' && element.url.length <= 3_000, 'invalid_blocks');
    requireText(element.text, 75);
  }
}

function requireText({ type, text }: Text, max: number): void {
  must(type === 'plain_text' || type === 'mrkdwn', 'invalid_blocks');
  must(text.length > 0 && text.length <= max, 'invalid_blocks');
}

/** What would reach a person or lead somewhere: mentions and links outside of `plain_text`. */
export function slackReach({ text = '', blocks = [] }: { text?: string; blocks?: Block[] }): string[] {
  const texts = blocks.flatMap((block) => [block.text, ...(block.fields ?? [])]).filter((each) => each !== undefined);
  const live = [text, ...texts.filter(({ type }) => type === 'mrkdwn').map((each) => each.text)];
  return live.flatMap((each) => each.match(/<[!@#][^>]*>|<https?:[^>]*>/g) ?? []);
}
