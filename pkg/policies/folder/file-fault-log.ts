/** What is wrong with files of policies: reported when it begins or changes, and not at every look. */
export class FileFaultLog {
  readonly #report: (file: string, fault: string) => void;
  #before = new Map<string, string>();
  #now = new Map<string, string>();

  constructor(report: (file: string, fault: string) => void) {
    this.#report = report;
  }

  /** `about` tells faults of one file apart. */
  add(file: string, about: string, fault: string): void {
    const id = `${file}\n${about}`;
    if (this.#before.get(id) !== fault && this.#now.get(id) !== fault) this.#report(file, fault);
    this.#now.set(id, fault);
  }

  /** A look is over: what it did not find is fixed. */
  endLook(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
