/**
 * A large file of ours, line by line: whole in memory it would be there three times over, as bytes, as text and as values. A line is what
 * a line feed ends, and what stands behind the last one.
 */
import { FileFault, tooLarge, withBoundedFile, type BoundedReading } from './bounded-file.js';

const PART_BYTES = 262_144;
const LINE_FEED = 0x0a;

export interface BoundedLines extends BoundedReading {
  maxLineBytes: number;
}

/**
 * Hands each line to `take`, without its end, and whether it has one; a part of the file in each turn of the event loop. No further one is
 * read before the promise of one is kept. The bytes of a line are those of the next one as soon as `take` has ended: memory of its own for each would stay until a
 * collection of all that is old. Throws FileFault.
 */
export async function readBoundedLines(
  path: string,
  reading: BoundedLines,
  take: (line: Uint8Array, isEnded: boolean) => void | Promise<void>,
): Promise<void> {
  const { maxBytes, maxLineBytes, signal } = reading;
  await withBoundedFile(path, reading, async (file) => {
    let room = Buffer.allocUnsafeSlow(2 * PART_BYTES);
    /** Bytes of a line that is begun; they stand first. */
    let begun = 0;
    for (let bytes = 0; ;) {
      signal?.throwIfAborted();
      if (room.length - begun < PART_BYTES) room = Buffer.concat([room], 2 * room.length);
      const { bytesRead } = await file.read(room, begun, PART_BYTES, null);
      bytes += bytesRead;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      const filled = room.subarray(0, begun + bytesRead);
      let start = 0;
      for (let end = filled.indexOf(LINE_FEED, begun); end !== -1; end = filled.indexOf(LINE_FEED, start)) {
        const taken = take(filled.subarray(start, end), true);
        if (taken !== undefined) await taken;
        start = end + 1;
      }
      filled.copyWithin(0, start);
      begun = filled.length - start;
      if (begun > maxLineBytes)
        throw new FileFault('LINE_TOO_LONG', `a line of it is longer than ${maxLineBytes} bytes`);
      if (bytesRead > 0) continue;
      if (begun > 0) await take(room.subarray(0, begun), false);
      return;
    }
  });
}
