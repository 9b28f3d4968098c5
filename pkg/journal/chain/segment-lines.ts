/**
 * The lines of a segment, one after the other. Hazard: of 100,000 repositories it is long, and a pass that opens its chain has all of them
 * in memory already. Nothing of a line stays but what is taken of it, and others have their turn in between.
 */
import { segmentBytes } from './closed.js';
import type { Files } from './files.js';
import { splitLines } from './lines.js';
import { MAX_SEGMENT_BYTES, type SegmentName } from './place.js';
import { Turns } from './turns.js';

export interface SegmentPlace {
  folder: string;
  /** Undefined: there is no file, and so no line. */
  name: SegmentName | undefined;
}

/**
 * Hands each line to `take`, without its line end; the bytes of one are those of the next one once `take` has ended. Gives back what stands
 * behind the last line end. Throws what `take` throws, and what the file system throws.
 */
export async function readSegment(
  files: Files,
  { folder, name }: SegmentPlace,
  take: (line: Buffer) => void,
): Promise<Buffer> {
  if (name === undefined) return Buffer.alloc(0);
  const path = `${folder}/${name.file}`;
  const turns = new Turns();
  if (name.isCompressed) {
    const { lines, rest } = splitLines(await segmentBytes(await files.read(path, MAX_SEGMENT_BYTES), true));
    for (const line of lines) {
      take(line);
      await turns.after(line);
    }
    return rest;
  }
  let rest = Buffer.alloc(0);
  await files.readLines(path, MAX_SEGMENT_BYTES, (line, isEnded) => {
    if (!isEnded) {
      rest = Buffer.from(line);
      return undefined;
    }
    take(line);
    return turns.after(line);
  });
  return rest;
}
