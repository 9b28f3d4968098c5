/** The sinks of a process, as `--siem` names them: read once at start, so that a wrong file ends the process before a pass. */
import { join, resolve } from 'node:path';
import { faultText, readBoundedText, StorageReserve, type Log, type Timers } from '../../pkg/base/index.js';
import { runnable, type Runnable } from '../../pkg/controller/index.js';
import { errorLine, Plus1Error } from '../../pkg/errors/index.js';
import { realFiles } from '../../pkg/journal/index.js';
import {
  createClient,
  createForwarders,
  MAX_CONFIG_BYTES,
  readConfig,
  type Forwarders,
  type SinkClient,
  type SinkConfig,
} from '../../pkg/siem/index.js';
import type { Metrics } from '../../pkg/telemetry/index.js';
import type { Environment } from './environment.js';
import type { CommandIO } from './io.js';
import { journalRoot, type JournalSetup } from './journal-source.js';
import { version } from './version.js';

/** In the state folder: cursors, and records that a sink refused. */
const SIEM = '.siem';

/** Throws PLUS1_FILE_UNREADABLE or PLUS1_USAGE; of several faults the others are told on standard error before, a line each. */
export async function readSinks(
  file: string,
  { cwd, stderr }: Pick<CommandIO, 'cwd' | 'stderr'>,
): Promise<SinkConfig[]> {
  const text = await readBoundedText(resolve(cwd, file), { maxBytes: MAX_CONFIG_BYTES }).catch((cause: unknown) => {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `--siem: cannot read ${file}: ${faultText(cause)}`, { cause });
  });
  const read = readConfig(text);
  if ('sinks' in read) return read.sinks.map((sink) => withFolder(sink, cwd));
  const errors = read.faults.map(
    (fault) => new Plus1Error('PLUS1_USAGE', `${file}: ${fault}`, { fix: 'correct the file of --siem' }),
  );
  const last = errors.pop();
  for (const error of errors) stderr.write(`${errorLine(error)}\n`);
  throw last ?? new Plus1Error('PLUS1_USAGE', `${file}: found no sink`);
}

const withFolder = (sink: SinkConfig, cwd: string): SinkConfig =>
  sink.credentials === undefined ? sink : { ...sink, credentials: resolve(cwd, sink.credentials) };

export interface SiemSetup {
  sinks: readonly SinkConfig[];
  flags: JournalSetup['flags'];
  /** The state folder. */
  state: string;
  environment: Pick<Environment, 'proxy'>;
  clock: Timers;
  log: Log;
  metrics: Metrics;
}

/** Undefined where there is no sink. Touches nothing yet. */
export function openSiem(
  { sinks, flags, state, environment, clock, log, metrics }: SiemSetup,
  io: Pick<CommandIO, 'cwd' | 'random' | 'stdout'>,
): Forwarders | undefined {
  if (sinks.length === 0) return undefined;
  const reserve = new StorageReserve({ folder: state });
  return createForwarders({
    ...{ sinks, clock, log, random: io.random, files: realFiles, productVersion: version() },
    root: journalRoot(flags, state, io),
    folder: join(resolve(io.cwd, state), SIEM),
    client: clientOf(environment, clock),
    write: writerTo(io.stdout),
    metrics: (sink) => metrics.siem(sink),
    shortage: (bytes) => reserve.shortage(bytes),
  });
}

export const clientOf = ({ proxy }: Pick<Environment, 'proxy'>, clock: Timers): (() => SinkClient) => {
  return () => createClient({ clock, proxy });
};

/** Resolves once the stream has taken the text: a reader that is slow slows its sink, and fills no memory. */
export function writerTo(stream: NodeJS.WritableStream): (text: string) => Promise<void> {
  return (text) =>
    new Promise((done, fail) => stream.write(text, (error?: Error | null) => (error ? fail(error) : done())));
}

/** Started before the loop and stopped after it, so that the last records of the process are sent too. */
export const forwarding = (forwarders: Forwarders | undefined): Runnable[] =>
  forwarders === undefined ? [] : [runnable('siem', (signal) => forwarders.run(signal))];
