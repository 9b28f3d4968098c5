/** Judges one chain by everything that is known of it. */
import type { Files } from '../chain/files.js';
import { CHECKPOINT, CHECKPOINTS, MANIFEST } from '../chain/place.js';
import type { Head } from '../record/fields.js';
import { isRecordOf } from '../record/record.js';
import type { Checkpoint } from '../proof/checkpoint.js';
import type { VerifierKey } from '../proof/key.js';
import { judgeAttachments } from './attachments.js';
import { judgeCheckpoint, ownCheckpoints, rootsAt, type Found } from './checkpoints.js';
import { readEvidence, type Evidence, type Line, type Segment } from './evidence.js';
import type { ChainVerdict, Fault } from './fault.js';
import { signatureFault, signerOf, trustedKeys, type KeyChange, type Trust } from './keys.js';
import { judgeKept } from './kept.js';
import { judgeManifest, readManifest, type ReadManifest } from './manifest.js';
import { judgeMembership } from './membership.js';
import { judgeSequence, type SequenceVerdict } from './sequence.js';
import { judgeUnsigned, judgeUntold } from './unproved.js';

const OWN_KEY_NOTE = 'key taken from the journal itself';

/** What an auditor brings. */
export interface Proofs {
  /** Verifier keys. */
  keys: readonly VerifierKey[];
  /** Checkpoints that were kept, with the file each was in. */
  checkpoints: readonly { checkpoint: Checkpoint; file: string }[];
}

/** A chain with its records, for those who compare it with others. */
export interface JudgedChain {
  verdict: ChainVerdict;
  evidence: Evidence;
  lines: readonly Line[];
}

export async function judgeChain(files: Files, folder: string, proofs: Proofs): Promise<JudgedChain> {
  const found = await readEvidence(files, folder);
  const read = readManifest(found);
  // A file whose retention is over goes after the manifest has said so: a crash in between leaves it there for a while.
  const isKept = ({ name }: Segment): boolean => name.number > read.start.segment;
  const evidence = { ...found, segments: found.segments.filter(isKept) };
  const lines = evidence.segments.flatMap((segment) => segment.lines);
  const chain =
    read.manifest?.chain ?? lines.find(({ record }) => record !== undefined)?.record?.chain ?? lastParts(folder);
  const sequence = judgeSequence(evidence.segments, chain, read.start);
  const own = ownCheckpoints(evidence, chain);
  const given: Found[] = proofs.checkpoints
    .filter(({ checkpoint }) => checkpoint.origin === `plus1.dev/${chain}`)
    .map((each) => ({ ...each, source: 'given' }));
  const trust = trustedKeys(chain, {
    given: proofs.keys,
    listed: read.manifest?.keys ?? [],
    changes: lines.flatMap(keyChange),
    checkpoints: [...own.found, ...given].map(({ checkpoint }) => checkpoint),
  });
  const signed = [...own.found, ...given];
  const faults = [
    ...sequence.faults,
    ...read.faults,
    ...own.faults,
    ...trust.faults,
    ...manifestMissing(evidence, signed, trust),
  ];
  if (trust.keys.length > 0)
    faults.push(
      ...signed.flatMap(
        ({ checkpoint, file, source }) => signatureFault(checkpoint, { file, isOwn: source !== 'given' }, trust) ?? [],
      ),
    );
  // A checkpoint that is changed is named already, and what it says is not believed.
  if (!faults.some(({ file }) => file === CHECKPOINT || file === CHECKPOINTS))
    faults.push(...judgeKept(evidence, own.found));
  const unproved = [judgeUnsigned(lines, signed, trust), judgeUntold(read.manifest, evidence.segments)];
  faults.push(...unproved.flatMap((each) => each.faults));
  const root = judgeRoots(faults, { evidence, read, sequence, found: signed });
  if (sequence.isInOrder && sequence.faults.length === 0) faults.push(...judgeMembership(lines));
  faults.push(...(await judgeAttachments(files, folder, lines)));
  return {
    verdict: {
      ...summary(chain, { lines, sequence, found: signed, trust }),
      root,
      faults,
      notes: [...notesOf(evidence, own.found, trust), ...unproved.flatMap((each) => each.notes)],
    },
    evidence,
    lines,
  };
}

/** The name of a chain is its path below the root. */
const lastParts = (folder: string): string => folder.split('/').slice(-3).join('/');

function keyChange(line: Line): KeyChange[] {
  const { record } = line;
  return isRecordOf('KeyChanged', record) ? [{ ...record.data, line }] : [];
}

/** Without a key nothing that was signed can be believed. */
function manifestMissing({ manifest }: Evidence, found: readonly Found[], { keys }: Trust): Fault[] {
  if (found.length === 0 || keys.length > 0) return [];
  const why = manifest === undefined ? `${MANIFEST} is missing` : `${MANIFEST} has no key that can be used`;
  return [
    { code: 'signature-wrong', file: CHECKPOINT, line: null, sequence: null, message: `${why}, and no key was given` },
  ];
}

/** Adds what roots show; the root at the end, where there is one. */
function judgeRoots(
  faults: Fault[],
  {
    evidence,
    read,
    sequence,
    found,
  }: { evidence: Evidence; read: ReadManifest; sequence: SequenceVerdict; found: readonly Found[] },
): string | null {
  const { segments } = evidence;
  const lines = segments.flatMap((segment) => segment.lines);
  // A segment that cannot be read is out of order as well.
  const isReadable = sequence.isInOrder;
  const roots = isReadable
    ? rootsAt(new Set(found.map(({ checkpoint }) => checkpoint.size)), segments, read.tree)
    : undefined;
  const isSound = isReadable && sequence.faults.length === 0;
  for (const each of found) {
    const fault = judgeCheckpoint(each, { last: sequence.last, end: lines.at(-1), roots: roots?.at });
    // A line that was changed is named already; that the root is another one follows from it.
    if (fault !== undefined && (isSound || fault.code !== 'root-differs')) faults.push(fault);
  }
  if (isSound && read.faults.length === 0) faults.push(...judgeManifest(read, segments));
  return roots === undefined || roots.end.size === 0 ? null : roots.end.root();
}

function summary(
  chain: string,
  {
    lines,
    sequence,
    found,
    trust,
  }: { lines: readonly Line[]; sequence: SequenceVerdict; found: readonly Found[]; trust: Trust },
): Omit<ChainVerdict, 'root' | 'faults' | 'notes'> {
  const newest = found.find(({ source }) => source === 'newest');
  const key = newest && signerOf(newest.checkpoint, trust.keys);
  return {
    chain,
    first: lines.find(({ record }) => record !== undefined)?.record?.seq ?? 0,
    last: lines.length === 0 ? 0 : sequence.last,
    head: lines.findLast(({ record }) => record !== undefined)?.hash ?? null,
    key: key?.vkey ?? null,
    keySource: key === undefined ? null : trust.source,
    after: lines.slice(0, 1).map(afterOf)[0] ?? null,
  };
}

/** The head that a first record names. */
export function afterOf({ record }: Line): Head | null {
  return isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record) ? record.data.after : null;
}

function notesOf({ segments, manifest }: Evidence, own: readonly Found[], trust: Trust): string[] {
  const rest = segments.at(-1)?.rest ?? 0;
  const lines = segments.reduce((sum, segment) => sum + segment.lines.length, 0);
  return [
    ...(rest > 0 ? [`unfinished-line: ${segments.at(-1)?.name.file} ends with ${rest} bytes without a line end`] : []),
    ...(own.length === 0 ? ['no checkpoint yet: nothing of it is signed'] : []),
    ...(own.length > 0 && trust.source === 'journal' ? [OWN_KEY_NOTE] : []),
    ...(manifest === undefined ? [`${MANIFEST} is missing`] : []),
    ...(lines === 0 ? ['it has no record'] : []),
  ];
}
