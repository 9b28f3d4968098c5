/** One act of the demo. To add one: a file in `acts/`, and a line in the list of `main.ts`. */
import type { Stage } from './stage.js';

export interface Act {
  title: string;
  /** Throws DemoFault where something is not as the act says; the demo then ends with exit code 1. */
  play(stage: Stage): Promise<void>;
}

/** What the audience was told does not hold. */
export class DemoFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoFault';
  }
}
