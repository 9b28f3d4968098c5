/**
 * What the demo says. Everything goes to one stream, so that a pipe shows what a terminal shows; colours only where
 * there is a terminal to see them.
 */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Wide enough for a plan's hash, narrow enough for half a screen. */
const RULE_WIDTH = 100;

export class Narrator {
  readonly #stream: NodeJS.WritableStream & { isTTY?: boolean };
  #acts = 0;
  /** An empty line stands there already. */
  #isAfterHead = false;

  constructor(stream: NodeJS.WritableStream & { isTTY?: boolean }) {
    this.#stream = stream;
  }

  /** The head of an act, numbered. */
  act(title: string): void {
    this.#acts += 1;
    const head = `── ${this.#acts}. ${title} `;
    this.#line(`\n${this.#paint('bold', head.padEnd(RULE_WIDTH, '─'))}\n`);
    this.#isAfterHead = true;
  }

  /** Says what is about to happen, or why it did. */
  say(...lines: string[]): void {
    for (const line of lines) if (line !== '' || !this.#isAfterHead) this.#line(line);
  }

  /** A command as it is typed. */
  command(text: string): void {
    this.#line(`${this.#isAfterHead ? '' : '\n'}${this.#paint('bold', `$ ${text}`)}`);
  }

  /** What a command printed, as it printed it. */
  output(text: string): void {
    this.#line(text.replace(/\n+$/, ''));
  }

  /** Something that was looked up on the other side, and is so. */
  proved(fact: string): void {
    this.#line(`${this.#paint('green', '✓')} ${fact}`);
  }

  #line(text: string): void {
    this.#isAfterHead = false;
    this.#stream.write(`${text}\n`);
  }

  #paint(style: Style, text: string): string {
    return this.#stream.isTTY === true ? styleText(style, text, { validateStream: false }) : text;
  }
}
