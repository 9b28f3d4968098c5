/** A record in a few words, for a line on a terminal. */
import type { WholeRecord } from '../record/group.js';
import { isRecordOf } from '../record/record.js';

/** How many names are told. */
const SHOWN = 5;

export function summaryOf(record: WholeRecord): string {
  if (isRecordOf('WriteIntended', record)) {
    const { enter, leave, membersBefore, membersAfter } = record.data;
    return `${membersBefore} to ${membersAfter} members${group('enter', enter)}${group('leave', leave)}`;
  }
  if (isRecordOf('FindingsChanged', record)) {
    const changes = record.data.repositories.map(({ name, from, to }) => `${name} ${from ?? '-'} -> ${to ?? '-'}`);
    return cut(changes);
  }
  if (isRecordOf('RolledBack', record)) {
    const { to, kept, missing = [], reason } = record.data;
    const counts = [`kept: ${kept.length}`, `missing: ${missing.length}`];
    const why = typeof reason === 'string' ? [`reason ${reason}`] : [];
    return [`to record ${to.sequence} of ${to.chain} (${to.time})`, ...counts, ...why].join('; ');
  }
  if (isRecordOf('SecurityEvent', record)) return `${record.data.event}: ${record.data.message}`;
  if (isRecordOf('KeyChanged', record)) return `now ${record.data.after}`;
  const parts = Object.entries(record.data).flatMap(([key, value]) => part(key, value));
  return parts.join('; ');
}

const group = (word: string, list: readonly { name: string }[]): string =>
  list.length === 0 ? '' : `; ${word}: ${cut(list.map(({ name }) => name))}`;

const cut = (words: readonly string[]): string =>
  words.length > SHOWN ? `${words.slice(0, SHOWN).join(', ')} and ${words.length - SHOWN} more` : words.join(', ');

/** Hashes and whole specs say nothing to a reader of a line. */
function part(key: string, value: unknown): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    const names = value
      .map((item) => (item as { name?: unknown } | null)?.name)
      .filter((name) => typeof name === 'string');
    return [`${key}: ${names.length === value.length ? cut(names) : value.length}`];
  }
  if (typeof value === 'number' || typeof value === 'boolean') return [`${key} ${value}`];
  return typeof value === 'string' && !value.startsWith('sha256:') ? [`${key} ${value}`] : [];
}
