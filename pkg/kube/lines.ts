/** Lines of a stream, whole, whatever chunks they come in. A line that is too long ends the stream with an error. */
import { StringDecoder } from 'node:string_decoder';

/** etcd takes no object over 1.5 MiB. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** What follows the last line break is dropped: the stream was cut in the middle of it. */
export async function* lines(
  stream: AsyncIterable<Uint8Array>,
  maxCharacters: number = MAX_LINE_CHARACTERS,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const pieces = decoder.write(Buffer.from(chunk)).split('\n');
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        yield parts.join('');
        [parts, length] = [[], 0];
      }
      parts.push(piece);
      length += piece.length;
      if (length > maxCharacters) throw new RangeError(`a line of more than ${maxCharacters} characters`);
    }
  }
}
