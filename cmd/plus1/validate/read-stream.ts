/** Bytes of a stream, up to the limit of a catalogue file, so that a long input cannot exhaust the memory. */
import { constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { MAX_FILE_BYTES } from '../../../pkg/catalog/index.js';

/** Undefined: there is more than the limit. */
export type Bounded = Buffer | undefined;

/** Reads to the end, the limit or the signal, whichever comes first; the stream is closed then. */
export async function readStreamBounded(stream: Readable, signal: AbortSignal): Promise<Bounded> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of addAbortSignal(signal, stream)) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    chunks.push(bytes);
    length += bytes.length;
    if (length > MAX_FILE_BYTES) return undefined;
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a pipe. Opened without waiting and read by events: a thread that waits in `open` or `read` for a writer that never
 * comes is ended by no signal.
 */
export async function readPipeBounded(path: string, signal: AbortSignal): Promise<Bounded> {
  // A number and no FileHandle, which would close it a second time when it is collected.
  const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return readStreamBounded(new Socket({ fd, readable: true, writable: false }), signal);
}
