/**
 * What each channel makes of a message, as HTML: the very bytes that it was sent, in the looks of that channel. Not the channel itself, so
 * that what is drawn is what the message says and in which order. Throws at an element that it does not know, which would be missing.
 */
import { html, type Html } from '../../../pkg/html/index.js';

interface Text {
  text: string;
}

interface SlackBlock {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: { text: Text }[];
}

/** https://docs.slack.dev/reference/block-kit/blocks */
export function slackPicture(body: string): Html {
  const { blocks } = JSON.parse(body) as { blocks: SlackBlock[] };
  return html`<div class="slack">
    <div class="avatar">P1</div>
    <div><b>Plus1</b> <span class="tag">APP</span> <span class="dim">10:00 AM</span>${blocks.map(slackBlock)}</div>
  </div>`;
}

const lines = (text: string): Html[] => text.split(/\r?\n/).map((line) => html`${line}<br />`);

/** Machines without a font of emoji draw none: https://fonts.google.com/noto/specimen/Noto+Color+Emoji */
const SIGNS: Readonly<Record<string, string>> = { '🔴': 'red', '🟠': 'orange', '🔵': 'blue', '🟢': 'green' };

function signed(text: string): Html {
  const [sign = '', ...rest] = text.split(' ');
  return SIGNS[sign] === undefined ? html`${text}` : html`<span class="sign ${SIGNS[sign]}"></span> ${rest.join(' ')}`;
}

function slackBlock({ type, text, fields, elements = [] }: SlackBlock): Html {
  if (type === 'header') return html`<h1>${signed(text?.text ?? '')}</h1>`;
  if (type === 'section' && fields !== undefined)
    return html`<div class="fields">${fields.map((field) => html`<div>${lines(field.text)}</div>`)}</div>`;
  if (type === 'section') return html`<p>${lines(text?.text ?? '')}</p>`;
  if (type === 'actions')
    return html`<div>${elements.map((each) => html`<span class="button">${each.text.text}</span>`)}</div>`;
  throw new Error(`no picture of a block ${type}`);
}

interface CardElement {
  type: string;
  text?: string;
  color?: string;
  inlines?: Text[];
  facts?: { title: string; value: string }[];
}

/** https://adaptivecards.io/explorer/ */
export function teamsPicture(body: string): Html {
  const { attachments } = JSON.parse(body) as {
    attachments: { content: { body: CardElement[]; actions?: { title: string }[] } }[];
  };
  const [{ content } = { content: { body: [] } }] = attachments;
  const { actions = [] } = content as { actions?: { title: string }[] };
  return html`<div class="teams">
    <div class="dim">Workflows · 10:00</div>
    <div class="card">
      ${content.body.map(cardElement)}
      <div>${actions.map(({ title }) => html`<span class="button">${title}</span>`)}</div>
    </div>
  </div>`;
}

/** A backslash before a sign of Markdown says that it is none. */
const withoutBackslashes = (text: string): string => text.replace(/\\(.)/g, '$1').replaceAll('\u200b', '');

function cardElement({ type, text = '', color = '', inlines = [], facts = [] }: CardElement): Html {
  if (type === 'TextBlock') return html`<h1 class="${color}">${withoutBackslashes(text)}</h1>`;
  if (type === 'RichTextBlock') return html`<p>${inlines.map((run) => run.text).join('')}</p>`;
  if (type === 'FactSet')
    return html`<table>
      ${facts.map(({ title, value }) => html`<tr><th>${title}</th><td>${withoutBackslashes(value)}</td></tr>`)}
    </table>`;
  throw new Error(`no picture of an element ${type}`);
}

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
export function pagerDutyPicture(body: string): Html {
  const {
    payload,
    links = [],
    dedup_key: key,
  } = JSON.parse(body) as {
    payload: {
      summary: string;
      source: string;
      severity: string;
      class: string;
      custom_details: Record<string, unknown>;
    };
    links?: { text: string }[];
    dedup_key: string;
  };
  const rows = Object.entries({
    severity: payload.severity,
    source: payload.source,
    class: payload.class,
    ...payload.custom_details,
  });
  const value = (each: unknown): string => (Array.isArray(each) ? each.join(', ') : String(each));
  return html`<div class="pagerduty">
    <div class="bar"><b>Triggered</b> · ${key}</div>
    <h1>${payload.summary}</h1>
    <table>
      ${rows.map(([name, each]) => html`<tr><th>${name}</th><td>${value(each)}</td></tr>`)}
    </table>
    <div>${links.map(({ text }) => html`<span class="button">${text}</span>`)}</div>
  </div>`;
}

/** Headers and the part of HTML, as a mail program shows them; that part is markup, and stands in a frame of its own. */
export function mailPicture(source: string): Html {
  const header = (name: string): string => new RegExp(`^${name}: (.*)`, 'm').exec(source)?.[1]?.trim() ?? '';
  const [, part] = source.split(
    /^Content-Type: text\/html.*\r?\nContent-Transfer-Encoding: quoted-printable\r?\n\r?\n/m,
  );
  if (part === undefined) throw new Error('the mail has no part of HTML');
  const markup = unquoted(part.replace(/\r?\n--[^\n]*--\s*$/, '')).replace(/\r?\n/g, ' ');
  return html`<div class="mail">
    <h1>${header('Subject')}</h1>
    <div class="dim">From ${header('From')} to ${header('To')}</div>
    <iframe srcdoc="${markup}" height="360"></iframe>
  </div>`;
}

/** https://www.rfc-editor.org/rfc/rfc2045#section-6.7 */
function unquoted(text: string): string {
  const bytes = text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export const STYLE = `
  body { margin: 0; padding: 20px; width: 640px; box-sizing: border-box; font: 15px/1.45 system-ui, "Liberation Sans", sans-serif; color: #1d1c1d; background: #fff }
  h1 { font-size: 18px; margin: 6px 0 } p { margin: 6px 0 } iframe { border: 0; width: 100%; margin-top: 8px }
  .dim { color: #616061; font-size: 13px } .button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; margin-top: 10px; font-weight: 600; font-size: 14px }
  table { border-collapse: collapse; margin: 8px 0 } th { text-align: left; vertical-align: top; padding: 2px 16px 2px 0; white-space: nowrap; font-weight: 600 } td { padding: 2px 0; overflow-wrap: anywhere }
  .slack { display: grid; grid-template-columns: 36px 1fr; gap: 10px } .slack .avatar { width: 36px; height: 36px; border-radius: 6px; background: #1f4b3f; color: #fff; display: grid; place-items: center; font-weight: 700 }
  .slack .tag { background: #e8e8e8; border-radius: 2px; font-size: 10px; padding: 1px 4px; color: #616061 } .slack .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 8px 0 }
  .sign { display: inline-block; width: 14px; height: 14px; border-radius: 50%; vertical-align: -1px } .red { background: #d92d20 } .orange { background: #f08c00 } .blue { background: #1c7ed6 } .green { background: #2b8a3e }
  .teams { background: #f5f5f5; padding: 14px; border-radius: 6px } .teams .card { background: #fff; border-radius: 6px; padding: 12px 16px; margin-top: 6px; box-shadow: 0 1px 3px #0003 }
  .teams .Warning { color: #9a5b00 } .teams .Attention { color: #b3261e } .teams .Good { color: #1b6e1b }
  .pagerduty { border: 1px solid #ddd; border-radius: 6px; padding: 14px 16px } .pagerduty .bar { background: #fbeaea; color: #8c1d18; margin: -14px -16px 10px; padding: 8px 16px; border-radius: 6px 6px 0 0; font-size: 13px }
  .mail { border: 1px solid #ddd; border-radius: 6px; padding: 14px 16px }
`;
