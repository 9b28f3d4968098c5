/**
 * The file of `--siem`: where the journal is sent, sink by sink. Every fault of the file is one line, so that all of them are fixed at
 * once.
 */
import * as v from 'valibot';
import { durationMs, faultLine, parseDuration } from '../api/index.js';
import { KINDS } from '../journal/index.js';
import {
  CORE,
  plainText,
  positions,
  readYAML,
  syntaxFault,
  valueOfDocument,
  type Fault,
  type YAMLText,
} from '../text/index.js';

export const SINK_TYPES = ['Stdout', 'SplunkHEC', 'Datadog', 'OTLP', 'HTTP'] as const;
export type SinkType = (typeof SINK_TYPES)[number];

export const FORMATS = ['OCSF', 'Plus1'] as const;
export type Format = (typeof FORMATS)[number];

export interface Batch {
  /** Records of one request, at most. */
  records: number;
  /** Bytes of the records of one request, at most; a single record may be longer. */
  bytes: number;
  /** Ms that the first record of a batch waits for others. */
  waitMs: number;
}

export interface SinkConfig {
  /** Unique; also the name of its files. */
  name: string;
  type: SinkType;
  format: Format;
  /** Absent for Stdout. */
  url?: string;
  /** Folder of files with what the sink asks for. */
  credentials?: string;
  /** Allows http. */
  insecure: boolean;
  /** Kinds of records; `*` for all. */
  kinds: readonly string[];
  batch: Batch;
}

const MAX_SINKS = 16;
/** Of the file: sixteen sinks take a few kilobytes. */
export const MAX_CONFIG_BYTES = 65_536;

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_048_576 };

const name = v.pipe(
  v.string('a text'),
  v.regex(NAME, '1 to 63 of a-z, 0-9 and -, with a letter or a digit at both ends'),
);
const text = v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty'));
/** A word that is none would send nothing, and look like a journal without news. */
const kind = v.picklist(
  ['*', ...Object.keys(KINDS)],
  'a kind of record, as the reference of the journal names it, or *',
);
const bytes = v.pipe(
  v.union([v.number(), v.string()], 'a size such as 1MiB'),
  v.transform(bytesOf),
  v.number('a size such as 512KiB or 1MiB'),
  v.minValue(1_024, '1KiB to 4MiB'),
  v.maxValue(4_194_304, '1KiB to 4MiB'),
);
const wait = v.pipe(
  v.string('a duration such as 2s'),
  v.check((value) => parseDuration(value) !== undefined, 'a duration such as 2s'),
  v.transform(durationMs),
  v.maxValue(60_000, '0s to 60s'),
);
const records = v.pipe(
  v.number('a whole number from 1 to 1000'),
  v.integer('a whole number from 1 to 1000'),
  v.minValue(1, 'a whole number from 1 to 1000'),
  v.maxValue(1_000, 'a whole number from 1 to 1000'),
);

const sink = v.strictObject({
  name,
  type: v.picklist(SINK_TYPES, `${SINK_TYPES.join(', ')}`),
  format: v.optional(v.picklist(FORMATS, `${FORMATS.join(', ')}`), 'OCSF'),
  url: v.exactOptional(text),
  credentials: v.exactOptional(text),
  insecure: v.optional(v.boolean('true or false'), false),
  kinds: v.optional(v.pipe(v.array(kind, 'a list of kinds'), v.minLength(1, 'at least one kind')), ['*']),
  batch: v.optional(
    v.strictObject({
      records: v.optional(records, 500),
      bytes: v.optional(bytes, '1MiB'),
      wait: v.optional(wait, '2s'),
    }),
    {},
  ),
});

const file = v.strictObject({
  sinks: v.pipe(
    v.array(sink, 'a list of sinks'),
    v.minLength(1, 'at least one sink'),
    v.maxLength(MAX_SINKS, `at most ${MAX_SINKS} sinks`),
  ),
});

function bytesOf(value: number | string): number {
  if (typeof value === 'number') return value;
  const [, digits = '', unit = 'B'] = /^(\d{1,10})(B|KiB|MiB)?$/.exec(value) ?? [];
  return digits === '' ? Number.NaN : Number(digits) * (UNITS[unit] ?? 1);
}

export type ConfigRead = { sinks: SinkConfig[] } | { faults: string[] };

/** The sinks of a file, or what is wrong with it, a line each. Never throws. */
export function readConfig(source: string): ConfigRead {
  const text = plainText(source);
  const read = readYAML(text, CORE);
  const broken = yamlFault(text, read);
  if (broken !== undefined) return { faults: [broken] };
  const [document] = 'documents' in read ? read.documents : [];
  const parsed = v.safeParse(file, document === undefined ? null : valueOfDocument(document));
  if (!parsed.success) return { faults: [...new Set(parsed.issues.map((issue) => faultLine(issue, 'a sink')))] };
  const sinks = parsed.output.sinks.map(({ batch, ...rest }): SinkConfig => {
    return { ...rest, batch: { records: batch.records, bytes: batch.bytes, waitMs: batch.wait } };
  });
  const faults = sinks.flatMap((each, at) => sinkFaults(each, at, sinks));
  return faults.length > 0 ? { faults } : { sinks };
}

function yamlFault(text: string, read: YAMLText): string | undefined {
  if ('costly' in read) return `found ${read.costly.found}, allowed: ${read.costly.allowed}`;
  if ('fault' in read) return faultAt(text, read.fault);
  if (read.documents.length > 1) return `found ${read.documents.length} YAML documents, allowed: one`;
  const [document] = read.documents;
  const [grammar] = document?.broken ?? [];
  const fault = grammar === undefined ? document?.wrong[0] : syntaxFault(text, grammar);
  return fault && faultAt(text, fault);
}

function faultAt(text: string, { offset, says }: Fault): string {
  const { line, column } = positions(text)(offset);
  return `line ${line}, column ${column}: found ${says.found}, expected ${says.expected}`;
}

/** What a schema of one field cannot say. */
function sinkFaults(each: SinkConfig, at: number, sinks: readonly SinkConfig[]): string[] {
  const where = `sinks.${at}`;
  const faults: string[] = [];
  if (sinks.findIndex(({ name: other }) => other === each.name) !== at)
    faults.push(`${where}.name: found ${each.name} twice, allowed: a name of its own`);
  if (each.type === 'Stdout') {
    const given = (['url', 'credentials'] as const).filter((field) => each[field] !== undefined);
    faults.push(...given.map((field) => `${where}.${field}: unknown field, allowed: none for a sink of type Stdout`));
    return faults;
  }
  const fault = urlFault(each);
  if (fault !== undefined) faults.push(`${where}.url: ${fault}`);
  return faults;
}

/** An address is shown nowhere: it may hold a password, and so it may have none. */
function urlFault({ url, insecure }: SinkConfig): string | undefined {
  if (url === undefined) return 'required, allowed: an address such as https://splunk.example.com:8088';
  if (!URL.canParse(url)) return 'allowed: an address such as https://splunk.example.com:8088';
  const { protocol, username, password, hash, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return 'allowed: an address that begins with https://';
  if (username !== '' || password !== '')
    return 'allowed: an address without user and password; put them into credentials';
  if (hash !== '' || hostname === '') return 'allowed: an address with a host, without #';
  if (protocol === 'http:' && !insecure) return 'allowed: https, or http together with insecure: true';
  return undefined;
}
