/**
 * What is wrong with files of policies: reported when it begins or changes, and not at every look. A folder of thousands of files
 * that are no policies would fill a log and hide what matters, so a number of faults have a line each and the others are counted.
 * When one of those is fixed, the next one gets its line.
 */
import { ownTurn } from '../../base/index.js';

/** Faults with a line of their own at any time. */
const SHOWN = 20;
/** Lines of the others in one stretch of work. */
const LINES_A_TURN = 50;

export interface FileFaultReports {
  /** One fault that stands out. */
  fault: (file: string, fault: string) => void;
  /** One of those that are only counted: for logs at debug level. */
  other: (file: string, fault: string) => void;
  /** How many others there are. */
  others: (count: number) => void;
}

interface FileFault {
  file: string;
  fault: string;
}

export class FileFaultLog {
  readonly #reports: FileFaultReports;
  /** By file and place: of this look; of the last one; those of it with a line of their own. */
  #now = new Map<string, FileFault>();
  #before = new Map<string, FileFault>();
  #shown = new Set<string>();
  #others = 0;

  constructor(reports: FileFaultReports) {
    this.#reports = reports;
  }

  /** `about` tells faults of one file apart. */
  add(file: string, about: string, fault: string): void {
    this.#now.set(`${file}\n${about}`, { file, fault });
  }

  /** A look is over: what it did not find is fixed. */
  async endLook(signal: AbortSignal): Promise<void> {
    const [now, before] = [this.#now, this.#before];
    const isOld = (id: string): boolean => before.get(id)?.fault === now.get(id)?.fault;
    const shown = new Set([...this.#shown].filter((id) => now.has(id) && isOld(id)));
    const others: string[] = [];
    for (const [id, { file, fault }] of now) {
      if (shown.has(id)) continue;
      if (shown.size >= SHOWN) {
        others.push(id);
        continue;
      }
      shown.add(id);
      this.#reports.fault(file, fault);
    }
    const count = this.#others;
    this.#before = now;
    this.#now = new Map();
    this.#shown = shown;
    this.#others = others.length;
    if (others.length > 0 && others.length !== count) this.#reports.others(others.length);
    await this.#reportOthers(
      others.filter((id) => !isOld(id)).flatMap((id) => now.get(id) ?? []),
      signal,
    );
  }

  async #reportOthers(faults: readonly FileFault[], signal: AbortSignal): Promise<void> {
    for (const [index, { file, fault }] of faults.entries()) {
      if (index % LINES_A_TURN === 0) await ownTurn();
      signal.throwIfAborted();
      this.#reports.other(file, fault);
    }
  }
}
