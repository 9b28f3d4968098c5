import { expect } from 'chai';
import fc from 'fast-check';
import { html, link, page } from '../../pkg/html/index.js';
import { printable } from '../../pkg/text/index.js';
import { anyCharacter } from '../characters.js';

const REFERENCES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };
const read = (markup: string): string =>
  markup.replace(/&(#?\w+);/g, (whole, name: string) => REFERENCES[name] ?? whole);

describe('the html tag', () => {
  it('shows any text as that text, in an element and in an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const [, title = '', inner = ''] =
          /^<p title="([^"<>'`]*)">([^"<>'`]*)<\/p>$/.exec(html`<p title="${text}">${text}</p>`.toString()) ?? [];
        expect(read(title)).to.equal(printable(text));
        expect(read(inner)).to.equal(printable(text));
      }),
    );
  });

  it('shows what would act on a screen, and what reverses the order of reading, as escapes', () => {
    expect(html`<td>${'a\u001b[31mb\u202ec\u0000'}</td>`.toString()).to.equal('<td>a\\u001b[31mb\\u202ec\\u0000</td>');
  });

  it('takes its own markup as it is, lists one after the other, and nothing for what is not there', () => {
    const rows = ['a', '<b>'].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${rows}${null}${undefined}${false}${0}</ul>`.toString()).to.equal(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
  });

  for (const [what, make] of [
    ['an attribute without quotes', () => html`<a href=${'x'}>y</a>`],
    ['the name of an attribute', () => html`<a class="b" ${'onclick'}="x">y</a>`],
    ['the name of a tag', () => html`<${'img'}></${'img'}>`],
    ['a script', () => html`<script>const x = '${'x'}';</script>`],
    ['a style', () => html`<style>p { color: ${'red'}; }</style>`],
    ['a tag that does not end', () => html`<a href="${'x'}"`],
    ['markup in an attribute', () => html`<a title="${html`<b>x</b>`}">y</a>`],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(make).to.throw(TypeError);
      // The second time as well: what a template may hold is found out once.
      expect(make).to.throw(TypeError);
    });
  }

  it('takes a value after a style that is closed', () => {
    expect(html`<style>p > b { color: red; }</style><p>${'<'}</p>`.toString()).to.contain('<p>&lt;</p>');
  });

  it('links addresses of the web and of the same site alone', () => {
    for (const address of ['https://x.example/a?b=c', 'policies/a', '../b', '#c', '?page=2', 'a.html'])
      expect(link(address, 'x').toString(), address).to.match(/^<a href="/);
    for (const address of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '\u0001https://x',
      'a:b',
    ])
      expect(link(address, 'x').toString(), address).to.equal('x');
  });

  it('makes a document whose title is text', () => {
    const text = page({ title: '</title><script>', body: html`<main>x</main>` }).toString();
    expect(text).to.match(/^<!doctype html>\n<html lang="en">/);
    expect(text).to.contain('<title>&lt;/title&gt;&lt;script&gt;</title>').and.not.contain('<script');
  });
});
