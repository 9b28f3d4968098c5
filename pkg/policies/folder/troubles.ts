/** What is wrong with files of policies, told when it begins or changes and not at every look. */

export class Troubles {
  readonly #tell: (file: string, trouble: string) => void;
  #before = new Map<string, string>();
  #now = new Map<string, string>();

  constructor(tell: (file: string, trouble: string) => void) {
    this.#tell = tell;
  }

  /** `about` tells troubles of one file apart. */
  add(file: string, about: string, trouble: string): void {
    const id = `${file}\n${about}`;
    if (this.#before.get(id) !== trouble && this.#now.get(id) !== trouble) this.#tell(file, trouble);
    this.#now.set(id, trouble);
  }

  /** A look is over: what it did not find is fixed. */
  endLook(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
