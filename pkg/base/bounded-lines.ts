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

/** Hands each line to `take`, without its end; a part of the file in each turn of the event loop. Throws FileFault. */
export async function readBoundedLines(
  path: string,
  reading: BoundedLines,
  take: (line: Uint8Array) => void,
): Promise<void> {
  const { maxBytes, maxLineBytes, signal } = reading;
  await withBoundedFile(path, reading, async (file) => {
    const part = Buffer.alloc(PART_BYTES);
    let rest: Buffer[] = [];
    let restBytes = 0;
    for (let bytes = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(part, 0, part.length, null);
      bytes += bytesRead;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      let start = 0;
      for (let end = part.indexOf(LINE_FEED); end !== -1 && end < bytesRead; end = part.indexOf(LINE_FEED, start)) {
        const line = part.subarray(start, end);
        take(rest.length === 0 ? line : Buffer.concat([...rest, line]));
        [rest, restBytes] = [[], 0];
        start = end + 1;
      }
      restBytes += bytesRead - start;
      if (restBytes > maxLineBytes)
        throw new FileFault('LINE_TOO_LONG', `a line of it is longer than ${maxLineBytes} bytes`);
      if (bytesRead > start) rest.push(Buffer.from(part.subarray(start, bytesRead)));
      if (bytesRead > 0) continue;
      if (restBytes > 0) take(Buffer.concat(rest));
      return;
    }
  });
}
