/**
 * Bytes of a file or a stream, up to the limit of a catalogue file. A file that is too large is never read whole:
 * whoever validates a folder of others must not run out of memory by it.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MAX_FILE_BYTES } from '../../../pkg/catalog/index.js';

/** Undefined: there is more than the limit. */
export type Bounded = Buffer | undefined;

/** Reads a regular file. Not through a symbolic link, and never waiting: between look and open the path may change. */
export async function readFileBounded(path: string): Promise<Bounded> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if ((await file.stat()).size > MAX_FILE_BYTES) return undefined;
    // One byte more than allowed tells a file that grows while it is read.
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    return undefined;
  } finally {
    await file.close();
  }
}

/** Reads a stream to its end or the limit, whichever comes first; the stream is closed then. */
export async function readStreamBounded(stream: NodeJS.ReadableStream): Promise<Bounded> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
    if (length > MAX_FILE_BYTES) return undefined;
  }
  return Buffer.concat(chunks);
}
