/** One catalogue file to what it says. Reads the text once; everything it learns is a plain value with a place. */
import { positions, printable, quote, type Position } from '../text/index.js';
import type { ReasonCode } from './codes.js';
import { readEntity, type EntityReading, type Identity } from './entity.js';
import { parsedFile } from './parsed-file.js';
import { reporter, type Reporter, type Says } from './reporter.js';
import {
  MAX_FILE_BYTES,
  OLDER_NAMES,
  type CatalogFile,
  type Evidence,
  type JudgeSettings,
  type Reason,
  type UnreadableWhy,
} from './types.js';

/** What one file says. `reasons` leaves silence out: whether it matters, only all files together tell. */
export interface FileReading {
  state: 'entities' | 'invalid_yaml' | 'unreadable' | 'absent' | 'unobserved';
  /** Non-empty documents. */
  documents: number;
  /** Documents that are no v3 entity, a file without any document included. */
  invalid: number;
  said: (Evidence & { production: boolean; owner?: string })[];
  /** Whom its entities name as owners. */
  owners: string[];
  /** Reasons without those about silence, and all of them. */
  reasons: { spoken: Reason[]; silent: Reason[] };
}

/** What all files of one repository share while they are read: where each kind and name was first seen. */
export type Seen = Map<string, string>;

/** Reads one file. */
export function readFile(file: CatalogFile, settings: JudgeSettings, seen: Seen): FileReading {
  switch (file.state) {
    case 'present':
      return readContent(file, settings, seen);
    case 'unreadable':
      return unread('unreadable', file.path, UNREADABLE[file.why]);
    case 'absent':
      return unread('absent', file.path, [
        'file-missing',
        {
          found: file.beside === undefined ? 'no file' : `no file, but ${quote(file.beside)} beside it`,
          expected: 'a catalogue file',
          fix: fixOfAbsence(file.beside),
        },
      ]);
    case 'unobserved':
      return unread('unobserved', file.path, [
        'file-unobserved',
        {
          found: printable(file.why),
          expected: 'an answer about the file',
          fix: 'nothing in the repository; it is asked for again in the next pass',
        },
      ]);
  }
}

function fixOfAbsence(beside: string | undefined): string {
  if (beside === undefined)
    return 'add one at this path: one elsewhere is not read, and without it the repository counts as not in production';
  const name = 'or name it in catalog.paths; under this name nobody reads it';
  return OLDER_NAMES.includes(beside)
    ? `run plus1 migrate on that one where it is of an older schema, then rename it, ${name}`
    : `rename that one, ${name}`;
}

function readContent(file: CatalogFile & { state: 'present' }, settings: JudgeSettings, seen: Seen): FileReading {
  const { path } = file;
  const read = parsedFile(file);
  if ('why' in read) return unread('unreadable', path, UNREADABLE[read.why]);
  const { text, parsed } = read;
  const positionOf = positions(text);
  const report = reporter(path, positionOf);
  if (parsed.costly !== undefined) {
    const { code, offset, says } = parsed.costly;
    report.report(code, offset, says);
    return nothingRead('unreadable', report.reasons());
  }
  if (parsed.faults.length > 0) {
    for (const fault of parsed.faults) report.report(fault.code, fault.offset, fault.says);
    return { ...nothingRead('invalid_yaml', report.reasons()), documents: parsed.documents.length };
  }
  for (const { code, offset, says } of parsed.warnings) report.report(code, offset, says);
  if (parsed.documents.length === 0) report.report('no-entity', undefined, NO_ENTITY);
  const entities = parsed.documents.map((document) => {
    const entity = readEntity(document, settings.productionLifecycles, report.report);
    if (entity.state !== 'invalid') reportRepetition(entity.identity, path, positionOf, { seen, report });
    return entity;
  });
  const spoken = report.reasons();
  return {
    ...summarize(entities, path, positionOf),
    documents: entities.length,
    reasons: { spoken, silent: withSilence(entities, report) ?? spoken },
  };
}

function summarize(
  entities: readonly EntityReading[],
  file: string,
  positionOf: (offset: number) => Position,
): Pick<FileReading, 'state' | 'invalid' | 'said' | 'owners'> {
  const said = entities.flatMap((entity) => {
    if (entity.state !== 'said') return [];
    const { text, offset, production } = entity.lifecycle;
    const { owner } = entity.identity;
    return [{ file, ...positionOf(offset), lifecycle: text, production, ...(owner !== undefined && { owner }) }];
  });
  const invalid = entities.length === 0 ? 1 : entities.filter((entity) => entity.state === 'invalid').length;
  const owners = entities.flatMap((entity) => (entity.state === 'invalid' ? [] : (entity.identity.owner ?? [])));
  return { state: 'entities', invalid, said, owners };
}

function withSilence(entities: readonly EntityReading[], report: Reporter): Reason[] | undefined {
  const silent = entities.flatMap((entity) => (entity.state === 'silent' ? [entity.silence] : []));
  if (silent.length === 0) return undefined;
  for (const { offset, found, expected, fix } of silent)
    report.report('lifecycle-missing', offset, { found, expected, fix });
  return report.reasons();
}

function reportRepetition(
  identity: Identity,
  path: string,
  positionOf: (offset: number) => Position,
  { seen, report }: { seen: Seen; report: Reporter },
): void {
  const key = JSON.stringify([identity.kind, identity.name]);
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, `${path}:${positionOf(identity.offset).line}`);
    return;
  }
  report.report('duplicate-entity', identity.offset, {
    found: `kind ${quote(identity.kind)} and name ${quote(identity.name)} for a second time, first at ${printable(first)}`,
    expected: 'every kind and name once',
    fix: 'rename or remove one of the two',
  });
}

function unread(
  state: 'unreadable' | 'absent' | 'unobserved',
  path: string,
  [code, says]: readonly [ReasonCode, Says],
): FileReading {
  const report = reporter(path, () => ({ line: 1, column: 1 }));
  report.report(code, undefined, says);
  return nothingRead(state, report.reasons());
}

function nothingRead(state: FileReading['state'], reasons: Reason[]): FileReading {
  return { state, documents: 0, invalid: 0, said: [], owners: [], reasons: { spoken: reasons, silent: reasons } };
}

const NO_ENTITY: Says = {
  found: 'no document',
  expected: 'at least one entity',
  fix: 'write an entity with apiVersion: v3, kind, metadata.name and spec.lifecycle',
};

const IN_PLACE = 'put the file itself there';

const UNREADABLE: Readonly<Record<UnreadableWhy, readonly [ReasonCode, Says]>> = {
  too_large: [
    'file-too-large',
    {
      found: `more than ${MAX_FILE_BYTES} bytes`,
      expected: `at most ${MAX_FILE_BYTES} bytes`,
      fix: 'split the file or make it smaller',
    },
  ],
  binary: ['file-binary', { found: 'NUL bytes', expected: 'text in UTF-8', fix: 'save the file as text' }],
  not_utf8: [
    'file-not-utf8',
    { found: 'bytes that are not UTF-8', expected: 'text in UTF-8', fix: 'save the file with the encoding UTF-8' },
  ],
  symlink: ['file-symlink', { found: 'a symbolic link', expected: 'a regular file', fix: IN_PLACE }],
  submodule: ['file-submodule', { found: 'a submodule', expected: 'a regular file', fix: IN_PLACE }],
  directory: ['file-directory', { found: 'a directory', expected: 'a regular file', fix: IN_PLACE }],
  lfs_pointer: [
    'file-lfs-pointer',
    {
      found: 'a pointer of Git LFS',
      expected: 'the content itself',
      fix: 'take the path out of .gitattributes and commit the file itself',
    },
  ],
  disabled: [
    'file-disabled',
    {
      found: 'a repository that GitHub disabled',
      expected: 'a repository whose files can be read',
      fix: 'ask GitHub Support why it is disabled',
    },
  ],
};
