/** Whether `manifest.json` describes what is there. Nothing in it is believed before this. */
import { isDeepStrictEqual } from 'node:util';
import { originOf } from '../proof/checkpoint.js';
import { parseManifest, type Manifest, type SegmentEntry } from '../proof/manifest.js';
import { parseVerifierKey } from '../proof/key.js';
import { Tree } from '../proof/tree.js';
import { MANIFEST, segmentFile } from '../chain/place.js';
import { NO_HASH } from '../record/record.js';
import type { Evidence, Segment } from './evidence.js';
import { fileFault, type Fault } from './fault.js';
import type { Start } from './sequence.js';

export interface ReadManifest {
  manifest?: Manifest;
  faults: Fault[];
  /** Where the records that are there begin. */
  start: Start;
  tree: Tree;
}

export function readManifest({ manifest: text }: Evidence): ReadManifest {
  const nothing = { start: { seq: 0, hash: NO_HASH, segment: 0 }, tree: Tree.empty() };
  if (text === undefined) return { ...nothing, faults: [] };
  const manifest = parseManifest(text);
  if (manifest === undefined)
    return { ...nothing, faults: [fileFault('not-canonical', MANIFEST, 'it is no manifest in the form of RFC 8785')] };
  const faults: Fault[] = [];
  if (manifest.origin !== originOf(manifest.chain))
    faults.push(fileFault('signature-wrong', MANIFEST, 'its origin is not that of its chain'));
  for (const vkey of manifest.keys) {
    if (parseVerifierKey(vkey)?.name === manifest.origin) continue;
    faults.push(fileFault('signature-wrong', MANIFEST, 'a key in it is no verifier key of this chain'));
  }
  const last = manifest.removed.at(-1);
  if (last === undefined) return { ...nothing, manifest, faults };
  const tree = Tree.at(last.last, last.edge);
  if (tree === undefined || tree.root() !== last.root || !isRow(manifest.removed))
    return {
      ...nothing,
      manifest,
      faults: [...faults, differs('the segments that were removed contradict each other')],
    };
  return { manifest, faults, tree, start: { seq: last.last, hash: last.hash, segment: numberOf(last) } };
}

const numberOf = ({ file }: Pick<SegmentEntry, 'file'>): number => Number.parseInt(file, 10);

const isRow = (removed: readonly SegmentEntry[]): boolean =>
  removed.every(({ first, last, file, from, until }, at) => {
    const before = removed[at - 1];
    return (
      first === (before?.last ?? 0) + 1 &&
      last >= first &&
      plain(file) === segmentFile(at + 1) &&
      from <= until &&
      (before === undefined || before.until <= from)
    );
  });

const differs = (message: string): Fault => fileFault('root-differs', MANIFEST, message);

/** Compares the manifest with the records, which are in order, and have no fault. */
export function judgeManifest({ manifest, tree: before }: ReadManifest, segments: readonly Segment[]): Fault[] {
  if (manifest === undefined) return [];
  const faults: Fault[] = [];
  const tree = before.copy();
  for (const segment of segments) {
    const entry = manifest.segments.find((each) => numberOf(each) === segment.name.number);
    faults.push(...judgeEntry(entry, segment, { tree, isLast: segment === segments.at(-1) }));
  }
  return [...faults, ...listedMissing(manifest, segments), ...judgeRemoved(manifest, segments)];
}

/** Segments at the end that it describes and that are not there. */
function listedMissing({ segments: listed }: Manifest, segments: readonly Segment[]): Fault[] {
  const here = new Set(segments.map(({ name }) => name.number));
  return listed
    .filter((entry) => !here.has(numberOf(entry)))
    .map(({ file, first }) => ({
      ...{ code: 'segment-missing', file, line: null, sequence: first },
      message: `the segment is missing, though ${MANIFEST} describes it`,
    }));
}

function judgeEntry(
  entry: SegmentEntry | undefined,
  segment: Segment,
  { tree, isLast }: { tree: Tree; isLast: boolean },
): Fault[] {
  const { name, lines, fileHash } = segment;
  const described = describe(segment, entry?.last, tree);
  if (entry === undefined) return isLast ? [] : [differs(`it does not describe ${name.file}`)];
  const { file, fileHash: wanted, ...rest } = entry;
  const faults: Fault[] = [];
  if (plain(file) !== plain(name.file) || !isDeepStrictEqual(rest, described))
    faults.push(differs(`its description of ${name.file} is not that of the records there`));
  else if (!isLast && lines.at(-1)?.record?.seq !== entry.last)
    faults.push(differs(`${name.file} has records after the last one that it describes`));
  if (name.isCompressed && wanted !== fileHash)
    faults.push(fileFault('line-changed', name.file, 'the compressed file was changed, though its lines are the same'));
  return faults;
}

const plain = (file: string): string => file.replace(/\.gz$/, '');

type Described = Omit<SegmentEntry, 'file' | 'fileHash'>;

/** The records up to number `until`. Adds all of them to the tree. */
function describe({ lines }: Segment, until: number | undefined, tree: Tree): Described | undefined {
  const first = lines[0]?.record;
  let described: Described | undefined;
  for (const { bytes, record, hash } of lines) {
    tree.append(bytes);
    if (record === undefined || first === undefined || record.seq !== until) continue;
    described = {
      ...{ first: first.seq, last: record.seq, hash, root: tree.root(), edge: tree.edge },
      ...{ from: first.time, until: record.time },
    };
  }
  return described;
}

/** What records say of segments that were removed. */
function judgeRemoved({ removed }: Manifest, segments: readonly Segment[]): Fault[] {
  const told = segments
    .flatMap(({ lines }) => lines)
    .flatMap(({ record }) => (record?.kind === 'SegmentRemoved' ? [record.data as Partial<SegmentEntry>] : []));
  return told
    .filter(({ file, hash, root, from, until, first, last }) => {
      const entry = removed.find((each) => each.first === first);
      if (entry === undefined) return false;
      const said = { file, hash, root, from, until, last };
      const { file: n, hash: h, root: r, from: f, until: u, last: z } = entry;
      return !isDeepStrictEqual(said, { file: n, hash: h, root: r, from: f, until: u, last: z });
    })
    .map(({ file }) => differs(`its description of ${file}, which was removed, is not that of the record of it`));
}
