/**
 * HTML by one template tag. Each value is escaped, whatever it is; what is HTML already is a value of `Html`, which nothing but the
 * tag makes. Text of others stays text: what a screen would act on, or would hide, is shown as an escape.
 */
import { printable } from '../text/index.js';
import { placesOf } from './places.js';

/** Nothing is shown for null, undefined and false. Lists are shown one after the other. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/** Markup that is whole and safe. Only the tag makes it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** The tag itself: `` html`<p>${text}</p>` ``. Throws a TypeError for a value where escaping does not protect. */
  static tag(this: void, literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
    const places = placesOf(literals);
    let markup = literals[0] ?? '';
    for (const [at, value] of values.entries()) {
      markup += (places[at] === 'attribute' ? attributeOf(value) : markupOf(value)) + (literals[at + 1] ?? '');
    }
    return new Html(markup);
  }

  /** The markup. */
  toString(): string {
    return this.#markup;
  }
}

export const html = Html.tag;

function attributeOf(value: HtmlValue): string {
  if (value instanceof Html || Array.isArray(value)) throw new TypeError('markup cannot stand in an attribute');
  return markupOf(value);
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return value.map(markupOf).join('');
}

const REFERENCES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escaped = (text: string): string => printable(text).replace(/[&<>"'`]/g, (char) => REFERENCES[char] ?? char);

/** A link where the address is one of the web, or one within the same site; else the text alone: `javascript:` is an address, too. */
export function link(address: string, text: HtmlValue): Html {
  return isFollowed(address) ? html`<a href="${address}">${text}</a>` : html`${text}`;
}

/** Relative addresses are resolved by the browser, which drops control characters first. */
const isFollowed = (address: string): boolean =>
  /^https?:\/\//i.test(address) || /^(?:[\w.~%-]+(?:[/?#]|$)|[#?]|\.{1,2}\/)/.test(address);

export interface Page {
  title: string;
  /** What stands in `head` beside character set, width and title. */
  head?: Html;
  body: HtmlValue;
}

/** A whole document, in English. */
export function page({ title, head, body }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;
}
