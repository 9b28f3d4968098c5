/**
 * What of a part of a record the replay needs. The first records of an organization name each of its repositories, and are put together from
 * hundreds of parts: whole, the parts are in memory with all that was seen of 100,000 repositories, until the last one was read. Pure.
 */
import * as v from 'valibot';
import { SharedTexts } from '../../base/index.js';
import type { Needed } from './group.js';
import { repositoryChange } from './kinds.js';
import type { JournalRecord } from './record.js';

/** For the parts of one chain, in order. */
export function replayedParts(): Needed {
  /** Of one group: times are as many as there are records. */
  let texts = new SharedTexts();
  return (part) => {
    if (part.part?.[0] === 1) texts = new SharedTexts();
    const rows = part.data['repositories'];
    const shorter = ROWS[part.kind];
    if (shorter === undefined || !Array.isArray(rows)) return part;
    return withRows(
      part,
      (rows as unknown[]).map((row) => shorter(row, texts)),
    );
  };
}

const withRows = (part: JournalRecord, repositories: unknown[]): JournalRecord => ({
  ...part,
  data: { ...part.data, repositories },
});

type Shorter = (row: unknown, texts: SharedTexts) => unknown;

/** `[id, name, status, since]`: a few statuses, and mostly one time. */
const started: Shorter = (row, texts) => {
  if (!Array.isArray(row) || row.length !== STARTED_LENGTH) return row;
  const [id, name, status, since] = row as unknown[];
  return [id, name, texts.in(status), texts.in(since)];
};

const STARTED_LENGTH = 4;

/** What is none of ours stays as it is: then the whole record is none, as it is without this. */
const changed: Shorter = (row, texts) => {
  if (!v.is(repositoryChange, row)) return row;
  const { id, name, from, to } = row;
  return { id, name, from: texts.in(from), to: texts.in(to) };
};

/** By the kind of the record. */
const ROWS: Readonly<Record<string, Shorter>> = {
  ChainStarted: started,
  SegmentStarted: started,
  FindingsChanged: changed,
};
