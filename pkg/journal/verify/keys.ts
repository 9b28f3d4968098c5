/** Which keys are believed: those that were given, else those of the manifest, and what they agreed to since. */
import { originOf, type Checkpoint } from '../proof/checkpoint.js';
import { parseVerifierKey, renamed, type VerifierKey } from '../proof/key.js';
import { judgeSignature, type Signature } from '../proof/note.js';
import type { Line } from './evidence.js';
import { fileFault, type Fault } from './fault.js';

export interface KeyChange {
  before: string;
  after: string;
  line: Line;
}

export interface Trust {
  keys: VerifierKey[];
  /** The others that the journal itself names, each once: what they sign must be right all the same. */
  known: VerifierKey[];
  source: 'given' | 'journal';
  faults: Fault[];
}

/**
 * A key that follows another is believed where a checkpoint after the change is signed by both. `given`: of an auditor; one key
 * has another name in each chain. `listed`: of the manifest.
 */
export function trustedKeys(
  chain: string,
  {
    given,
    listed,
    changes,
    checkpoints,
  }: {
    given: readonly VerifierKey[];
    listed: readonly string[];
    changes: readonly KeyChange[];
    checkpoints: readonly Checkpoint[];
  },
): Trust {
  const origin = originOf(chain);
  const source = given.length > 0 ? 'given' : 'journal';
  const followers = new Set(changes.map(({ after }) => after));
  const first = listed.filter((vkey) => !followers.has(vkey)).map(parseVerifierKey);
  const keys = source === 'given' ? given.map((key) => renamed(key, origin)) : first.filter((key) => key !== undefined);
  const faults: Fault[] = [];
  for (const { before, after, line } of changes) {
    const next = parseVerifierKey(after);
    if (next === undefined || next.name !== origin || keys.some(({ vkey }) => vkey === after)) continue;
    const last = keys.find(({ vkey }) => vkey === before);
    const agrees = ({ note, size }: Checkpoint): boolean =>
      last !== undefined &&
      size >= (line.record?.seq ?? 0) &&
      judgeSignature(note, last) === 'signed' &&
      judgeSignature(note, next) === 'signed';
    if (!checkpoints.some(agrees))
      faults.push({
        ...{ code: 'key-changed', file: line.file, line: line.line, sequence: line.record?.seq ?? null },
        message: `the key changed to ${after}, and no checkpoint is signed by both: compare it with one that you kept`,
      });
    keys.push(next);
  }
  // A signature takes longer to check than all else of a checkpoint: by each key once.
  const believed = keys.map(({ vkey }) => vkey);
  const named = new Set([...listed, ...changes.flatMap(({ before, after }) => [before, after])]);
  const others = [...named].filter((vkey) => !believed.includes(vkey)).map(parseVerifierKey);
  return { keys, known: others.filter((key) => key?.name === origin) as VerifierKey[], source, faults };
}

/**
 * Why no believed key signed it, or one of its signatures is none; undefined where all is well. A signature of a key that
 * nobody knows is a changed line in a file of the journal's own; on a checkpoint that was kept it may be that of a witness.
 */
export function signatureFault(
  { note }: Checkpoint,
  { file, isOwn }: { file: string | null; isOwn: boolean },
  { keys, known }: Trust,
): Fault | undefined {
  const judged = keys.map((key) => judgeSignature(note, key));
  if ([...judged, ...known.map((key) => judgeSignature(note, key))].includes('wrong'))
    return fileFault('signature-wrong', file, 'its signature is not one of the key that it names');
  if (!judged.includes('signed')) return fileFault('signature-wrong', file, 'it is signed by no known key');
  const isKnown = ({ name, keyID }: Signature): boolean =>
    [...keys, ...known].some((key) => key.name === name && key.keyID === keyID);
  if (isOwn && !note.signatures.every(isKnown))
    return fileFault('signature-wrong', file, 'it has a signature of a key that the journal does not name');
  return undefined;
}

/** The key that signed it. */
export const signerOf = ({ note }: Checkpoint, keys: readonly VerifierKey[]): VerifierKey | undefined =>
  keys.findLast((key) => judgeSignature(note, key) === 'signed');
