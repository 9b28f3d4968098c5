/** A message as mail: subject, text and HTML. Pure. */
import { factsOf, itemLine, line, namesThatFit, nameList } from '../lines.js';
import type { Message } from '../message.js';

export interface MailText {
  subject: string;
  text: string;
  html: string;
}

/** What is read. HTML holds text alone: no image, no style from elsewhere, no link but that of `--web-url`. */
export function mailText(message: Message): MailText {
  const { title, sentence, rows } = factsOf(message);
  const { names, left } = namesThatFit(message, { max: 60_000 });
  const list = names.length === 0 && left === 0 ? '' : nameList(names, left);
  const items = (message.items ?? []).map(itemLine);
  const { url } = message;
  const text = [
    sentence,
    rows.map(([name, value]) => `${name}: ${value}`).join('\n'),
    ...(list === '' ? [] : [`Repositories: ${list}`]),
    ...(items.length === 0 ? [] : [items.map((each) => `- ${each}`).join('\n')]),
    ...(url === undefined ? [] : [url]),
  ];
  return {
    subject: line(`[Plus1] ${message.organization}: ${title}`, 200),
    text: `${text.join('\n\n')}\n`,
    html: page([
      `<p>${escaped(sentence)}</p>`,
      `<table>${rows.map(([name, value]) => `<tr><th align="left" valign="top">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('')}</table>`,
      ...(list === '' ? [] : [`<p>Repositories: ${escaped(list)}</p>`]),
      ...(items.length === 0 ? [] : [`<ul>${items.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>`]),
      ...(url === undefined ? [] : [`<p><a href="${entities(url)}">Open in Plus1</a></p>`]),
    ]),
  };
}

const page = (parts: readonly string[]): string =>
  `<!doctype html><meta charset="utf-8"><body>${parts.join('\n')}</body>\n`;

/** Mail programs make links of what looks like one: its parts are kept apart. */
const escaped = (text: string): string => entities(text).replace(/:\/\//g, ':<wbr>//').replace(/@/g, '&#64;<wbr>');

const entities = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
