/** One parser of what others wrote, with random inputs for it and what must hold whatever comes. */
import type fc from 'fast-check';

export interface Target<T = unknown> {
  /** As `--target` takes it. */
  name: string;
  /** Its share of all cases is this over the sum of all weights. */
  weight: number;
  inputs: fc.Arbitrary<T>;
  /** Parses one input. Throws where something that must hold does not. True where the parser took it. */
  judge: (input: T) => boolean | Promise<boolean>;
  /** At least this share of the inputs must be taken, or the inside of the parser is not reached. */
  leastTaken: number;
}

/** For a list of targets with different inputs. */
export const target = <T>(one: Target<T>): Target => one as unknown as Target;
