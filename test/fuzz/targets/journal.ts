/** The journal as it lies on a disk, and the notes that prove it: both may have been changed by anybody. */
import { expect } from 'chai';
import fc from 'fast-check';
import { canonical, isCanonical, MAX_LINE_BYTES, parseLine } from '../../../pkg/journal/record/line.js';
import { Groups } from '../../../pkg/journal/record/group.js';
import { NO_HASH, type JournalRecord } from '../../../pkg/journal/record/record.js';
import { membersAt } from '../../../pkg/journal/index.js';
import { parseCheckpoint, signCheckpoint, splitNotes } from '../../../pkg/journal/proof/checkpoint.js';
import { keptOf } from '../../../pkg/journal/proof/kept.js';
import { generateKey, parseVerifierKey, signingKey } from '../../../pkg/journal/proof/key.js';
import { manifestText, newManifest, parseManifest } from '../../../pkg/journal/proof/manifest.js';
import { judgeSignature, parseNote } from '../../../pkg/journal/proof/note.js';
import { Tree } from '../../../pkg/journal/proof/tree.js';
import { CONTEXT, event, intended, proved, snapshotOf } from '../../journal/stage.js';
import { mutatedText } from '../mutate/text.js';
import { mutatedTree } from '../mutate/tree.js';
import { target } from '../target.js';

const CHAIN = 'platform/acme/one';
const started = {
  kind: 'ChainStarted',
  data: { ...snapshotOf([1, 2, 3]), tool: '0.1.0', after: null, reason: null, requestedAt: null },
};
const ENTRIES: { kind: string; data: object }[] = [
  started,
  intended([1, 2, 3], [4], [1]),
  proved([2, 3, 4]),
  event('odd'),
];
const RECORDS = ENTRIES.map(({ kind, data }, index) => ({
  ...{ v: 1, chain: CHAIN, seq: index + 1, prev: NO_HASH, time: `2026-11-02T10:00:0${index}.000Z` },
  ...{ kind, actor: 'plus1-controller/0.1.0', pass: CONTEXT.pass, policy: CONTEXT.policy, data },
}));

export const records = target<unknown>({
  name: 'journal-records',
  weight: 6,
  leastTaken: 0.3,
  inputs: mutatedTree([RECORDS]),
  judge: (changed) => {
    const lines = Array.isArray(changed) ? (changed as unknown[]) : [changed];
    const groups = new Groups();
    const read = lines.flatMap((value): JournalRecord[] => {
      const bytes = Buffer.from(canonical(value));
      const record = parseLine(bytes);
      if (record === undefined) return [];
      expect(bytes.length).to.be.at.most(MAX_LINE_BYTES);
      expect(isCanonical(bytes)).to.equal(true);
      return [record];
    });
    const whole = read.flatMap((record) => groups.push(record) ?? []);
    const at = membersAt('2100-01-01T00:00:00.000Z', whole);
    if (at.ok) for (const { id } of at.members) expect(Number.isSafeInteger(id)).to.equal(true);
    return read.length > 0;
  },
});

export const lines = target<string>({
  name: 'journal-lines',
  weight: 3,
  leastTaken: 0.05,
  inputs: mutatedText(RECORDS.map(canonical)),
  judge: (line) => {
    const bytes = Buffer.from(line);
    const record = parseLine(bytes);
    // Another spelling of a record is no other record.
    if (isCanonical(bytes)) expect(canonical(JSON.parse(bytes.toString()))).to.equal(bytes.toString());
    return record !== undefined;
  },
});

const key = signingKey(generateKey(), `plus1.dev/${CHAIN}`);
const tree = Tree.empty();
for (const record of RECORDS) tree.append(Buffer.from(canonical(record)));
const NOTE = signCheckpoint(CHAIN, tree, [key], keptOf('a'));

export const notes = target<string>({
  name: 'checkpoints',
  weight: 2,
  leastTaken: 0.02,
  inputs: mutatedText([NOTE, `${NOTE}\n${NOTE}`], {
    pieces: ['— ', '\n\n', '+', '/', '=', 'AAAA', 'plus1.dev/'],
    most: 2,
  }),
  judge: (text) => {
    const note = parseNote(text);
    const signed = parseNote(NOTE);
    if (note !== undefined && judgeSignature(note, key.verifier) === 'signed') expect(note.text).to.equal(signed?.text);
    const checkpoint = parseCheckpoint(text);
    if (checkpoint !== undefined) expect(Number.isSafeInteger(checkpoint.size)).to.equal(true);
    if (checkpoint?.kept !== undefined) expect(Number.isSafeInteger(checkpoint.kept.bytes)).to.equal(true);
    for (const each of splitNotes(text)) if (each !== undefined) expect(each.origin).to.not.equal('');
    return checkpoint !== undefined;
  },
});

const MANIFEST = manifestText({
  ...newManifest(CHAIN, [key.verifier.vkey]),
  segments: [
    {
      file: '00000001.jsonl',
      first: 1,
      last: 4,
      hash: NO_HASH,
      root: tree.root(),
      edge: tree.edge,
      from: RECORDS[0]?.time ?? '',
      until: RECORDS[3]?.time ?? '',
    },
  ],
});

export const manifests = target<string>({
  name: 'manifests',
  weight: 2,
  leastTaken: 0.02,
  inputs: fc.oneof(
    mutatedText([MANIFEST]),
    mutatedTree([JSON.parse(MANIFEST)]).map((value) => `${canonical(value)}\n`),
  ),
  judge: (text) => {
    const manifest = parseManifest(text);
    if (manifest !== undefined) expect(manifestText(manifest)).to.equal(text);
    for (const vkey of manifest?.keys ?? []) {
      const parsed = parseVerifierKey(vkey);
      if (parsed !== undefined) expect(parsed.vkey).to.equal(vkey);
    }
    return manifest !== undefined;
  },
});
