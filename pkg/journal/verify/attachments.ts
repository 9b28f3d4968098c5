/** Whether the attachments that records name are there, and are what they name. */
import { readIfThere, type Files } from '../chain/files.js';
import { ATTACHMENTS, MAX_SEGMENT_BYTES } from '../chain/place.js';
import { referencesIn } from '../record/group.js';
import { hashOf } from '../record/line.js';
import type { Line } from './evidence.js';
import type { Fault } from './fault.js';

export async function judgeAttachments(files: Files, folder: string, lines: readonly Line[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const { file, line, record } of lines) {
    for (const { sha256, bytes } of record === undefined ? [] : referencesIn(record.data)) {
      if (seen.has(sha256)) continue;
      seen.add(sha256);
      const name = `${ATTACHMENTS}/${sha256}.json`;
      const found = await readIfThere(files, `${folder}/${name}`, MAX_SEGMENT_BYTES);
      const why = found === undefined ? 'it is missing' : 'it is not what the record names';
      if (found?.length === bytes && hashOf(found) === `sha256:${sha256}`) continue;
      const message = `${why}; named in ${file}, line ${line}`;
      faults.push({ code: 'attachment-wrong', file: name, line: null, sequence: record?.seq ?? null, message });
    }
  }
  return faults;
}
