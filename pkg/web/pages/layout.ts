/** The frame of every page, and the small things that all of them show. Links are relative: the page may lie under any path. */
import { html, page, type Html, type HtmlValue } from '../../html/index.js';
import type { Following } from '../source.js';

export interface Frame {
  /** Of the page, before `Plus1`. */
  title: string;
  /** From this page to the overview, such as `../../`. */
  up: string;
  following: Following | undefined;
  /** Places within the policy that the page is about. */
  places?: readonly { name: string; to: string; isHere?: boolean }[];
}

export function frame({ title, up, following, places = [] }: Frame, body: HtmlValue): Html {
  const home = up === '' ? './' : up;
  return page({
    title: `${title} · Plus1`,
    head: html`<link rel="stylesheet" href="${up}style.css">`,
    body: html`<header><a class="home" href="${home}">Plus1</a>${
      places.length > 0 &&
      html`<nav aria-label="Policy"><ul>${places.map(
        ({ name, to, isHere = false }) =>
          html`<li>${isHere ? html`<a href="${to}" aria-current="page">${name}</a>` : html`<a href="${to}">${name}</a>`}</li>`,
      )}</ul></nav>`
    }</header>
<main>
${following && html`<div class="note"><p>This replica does not lead: ${following.leader} does. What it shows is as old as its own last record.</p></div>`}
<h1>${title}</h1>
${body}
</main>
<footer><p>Read-only. Nothing on these pages changes anything. <a href="${up}api/v1/openapi.json">API</a></p></footer>`,
  });
}

/** A time as people read it, with the exact one beside it. */
export const time = (iso: string | undefined): HtmlValue =>
  iso === undefined
    ? html`<span class="soft">never</span>`
    : html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;

/** How long ago, or how long, in two units at most. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  if (days > 0) return hours > 0 && days < 10 ? `${days} d ${hours} h` : `${days} d`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** `1 repository`, `2 repositories`. */
export const repositoriesOf = (count: number): string => `${count} ${count === 1 ? 'repository' : 'repositories'}`;

/** Links to the pages before and after. `to`: the address of a page. */
export function pages(
  { page: at, pages: all }: { page: number; pages: number },
  to: (page: number) => string,
): HtmlValue {
  if (all <= 1) return '';
  return html`<nav class="pages" aria-label="Pages"><ul>${at > 1 && html`<li><a href="${to(at - 1)}" rel="prev">Previous</a></li>`}<li>Page ${at} of ${all}</li>${at < all && html`<li><a href="${to(at + 1)}" rel="next">Next</a></li>`}</ul></nav>`;
}

/** One part of an address. A name that is a dot or two would be a step upwards. */
export const part = (name: string): string =>
  /^\.{1,2}$/.test(name) ? name.replaceAll('.', '%2E') : encodeURIComponent(name);
