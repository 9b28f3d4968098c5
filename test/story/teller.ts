/** Who hears the story: a person who watches, or nobody. */
export interface Teller {
  /** What is about to happen, or why it did. */
  say(...lines: string[]): void;
  /** A command as it is typed. */
  command(text: string): void;
  /** What it printed. */
  output(text: string): void;
  /** Something that was looked up on the other side, and is so. */
  proved(fact: string): void;
}

/** For tests: what does not hold is thrown, and the rest need not be heard. */
export const SILENT: Teller = {
  say: () => undefined,
  command: () => undefined,
  output: () => undefined,
  proved: () => undefined,
};
