/** Turns for others within work on lines: those of a large organization take seconds of processor time. */
import { ownTurn } from '../../base/index.js';

/** What is made, or read and checked, in one turn of the event loop: some ten lines as long as a line may be. */
const TURN_BYTES = 262_144;

export class Turns {
  #bytes = 0;

  /** After a line: the turn of others, where one is due. */
  after({ length }: Uint8Array): Promise<void> | undefined {
    this.#bytes += length;
    if (this.#bytes < TURN_BYTES) return undefined;
    this.#bytes = 0;
    return ownTurn();
  }
}
