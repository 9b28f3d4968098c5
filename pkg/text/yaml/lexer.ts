/**
 * The library's lexer, but for one rule. Lines inside brackets and quotes may be indented less than YAML 1.2 asks for:
 * libyaml and go-yaml read them, so that other tools see a repository in production whose file would be broken here. They are
 * read as well, and their places are kept for a warning. What libyaml refuses stays refused: the mark of a document inside
 * brackets or quotes, and a tab that stands for the missing indentation of a plain scalar.
 */
import { Lexer } from 'yaml';

type Step = Generator<string, unknown, unknown>;

/** What is overridden is private in the library's types. The tests of the folder of examples fail where a version moves it. */
interface LexerInside {
  buffer: string;
  pos: number;
  flowLevel: number;
  indentNext: number;
  indentValue: number;
  lex(source: string): Generator<string>;
  continueScalar(offset: number): number;
  getLine(): string | null;
  parseFlowCollection(): Step;
  parseLineStart(): Step;
  parsePlainScalar(): Step;
  parseQuotedScalar(): Step;
  pushNewline(): Generator<string, number, unknown>;
}

const Base = Lexer as unknown as new () => LexerInside;

const ENDS = new Set([',', '[', ']', '{', '}', '#', '']);

/** Places beyond these are not kept: a warning names the first ones. */
const MAX_KEPT = 60;

export class LenientLexer extends Base {
  /** Offsets of lines that are indented too little. */
  readonly unindented: number[] = [];
  /** The indentation that the library would ask for, while it asks for none. */
  #wanted = 0;
  #isNewLine = false;
  #isPlain = false;
  #hasLeft = false;

  override *parseFlowCollection(): Step {
    return yield* this.#leniently(super.parseFlowCollection());
  }

  override *parseQuotedScalar(): Step {
    // From within brackets the indentation is already put aside.
    return this.#wanted > 0 ? yield* super.parseQuotedScalar() : yield* this.#leniently(super.parseQuotedScalar());
  }

  override *parsePlainScalar(): Step {
    this.#isPlain = true;
    const next = yield* super.parsePlainScalar();
    this.#isPlain = false;
    return next;
  }

  override *parseLineStart(): Step {
    this.#hasLeft = true;
    return yield* super.parseLineStart();
  }

  override *pushNewline(): Generator<string, number, unknown> {
    const length = yield* super.pushNewline();
    if (length > 0) this.#isNewLine = true;
    return length;
  }

  /** Within brackets this is asked for the line right after its indentation. */
  override getLine(): string | null {
    const line = super.getLine();
    if (this.#wanted > 0 && this.#isNewLine) {
      this.#isNewLine = false;
      if (this.indentValue < this.#wanted && this.#isContent(line ?? '')) this.#keep(this.pos);
    }
    return line;
  }

  /** Neither a comment nor the last bracket below its key, which the library takes where it stands. */
  #isContent(line: string): boolean {
    const isEnd = this.flowLevel === 1 && this.indentValue === this.#wanted - 1 && /^[\]}]/.test(line);
    return line !== '' && !line.startsWith('#') && !isEnd;
  }

  override continueScalar(offset: number): number {
    const wanted = this.#wanted;
    if (wanted === 0) return super.continueScalar(offset);
    this.indentNext = wanted;
    const strict = super.continueScalar(offset);
    this.indentNext = 0;
    const lenient = super.continueScalar(offset);
    if (strict !== -1 || lenient === -1) return strict === -1 ? lenient : strict;
    const first = this.#firstOf(offset);
    if (this.#isPlain && first === '\t') return -1;
    // These end a plain text; the line is looked at again with what follows.
    if (!this.#isPlain || !ENDS.has(first)) this.#keep(offset);
    return lenient;
  }

  *#leniently(step: Step): Step {
    const wanted = this.indentNext;
    this.#wanted = wanted;
    this.#isNewLine = false;
    this.#hasLeft = false;
    this.indentNext = 0;
    const next = yield* step;
    // A step that gave up and began a line has set the indentation of that line.
    if (!this.#hasLeft) this.indentNext = wanted;
    this.#wanted = 0;
    return next;
  }

  /** The first character of a line that is no blank. */
  #firstOf(offset: number): string {
    let at = offset;
    while (this.buffer[at] === ' ') at += 1;
    return this.buffer[at] ?? '';
  }

  #keep(offset: number): void {
    if (this.unindented.length < MAX_KEPT) this.unindented.push(offset);
  }
}
