/** A journal, a sink and a clock: what the tests of the forwarder stand on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as realSleep } from 'node:timers/promises';
import type { Log, Timers } from '../../pkg/base/index.js';
import { realFiles } from '../../pkg/journal/index.js';
import { createClient, createForwarders, readConfig, type Forwarders, type SinkConfig } from '../../pkg/siem/index.js';
import { inRealTime, VirtualClock } from '../fakes/clock.js';
import { CONTEXT, event, signal, Stage } from '../journal/stage.js';
import { temporaryFolder } from '../temporary-folder.js';
import { Receiver, TOKEN, type Protocol } from './fakes/receiver.js';
import type { ChainWriter } from '../../pkg/journal/index.js';

export interface Line {
  level: string;
  msg: string;
  fields: Record<string, unknown>;
}

export class SiemBench {
  readonly clock = new VirtualClock(Date.parse('2026-11-28T04:00:00.000Z'));
  /** How long each wait of the forwarders was to be, ms. */
  readonly waits: number[] = [];
  readonly folder = join(temporaryFolder(), '.siem');
  readonly lines: Line[] = [];
  readonly metrics = { lagRecords: 0, lagSeconds: 0, sent: 0, rejected: 0, isUp: false };
  readonly stage: Stage;
  readonly receiver: Receiver;
  readonly written: string[] = [];
  shortage: string | undefined;
  /** The folder of the sink's credentials. */
  credentials = '';
  #config: SinkConfig[] = [];
  #writer: ChainWriter | undefined;
  #forwarders: Forwarders | undefined;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(receiver: Receiver, stage: Stage) {
    this.receiver = receiver;
    this.stage = stage;
  }

  /** `more`: fields of the sink, as YAML. */
  static async open(protocol: Protocol, more = ''): Promise<SiemBench> {
    const bench = new SiemBench(await new Receiver(protocol).listen(), new Stage());
    const credentials = temporaryFolder();
    bench.credentials = credentials;
    writeFileSync(join(credentials, 'token'), `${TOKEN}\n`);
    bench.configure(
      `sinks:\n- {name: sink, type: ${protocol}, url: "${bench.receiver.url}", insecure: true, credentials: ${credentials}, ${more}}`,
    );
    return bench;
  }

  configure(text: string): void {
    const read = readConfig(text);
    if (!('sinks' in read)) throw new Error(read.faults.join('\n'));
    this.#config = read.sinks;
  }

  start(): void {
    this.#stop = new AbortController();
    const { metrics } = this;
    this.#forwarders = createForwarders({
      ...{ sinks: this.#config, root: this.stage.root, folder: this.folder, files: realFiles },
      // Its bound on an answer is of real time: the answer comes by a real socket.
      client: () => createClient({ clock: inRealTime(this.clock) }),
      write: async (text) => void this.written.push(text),
      ...{ clock: this.#timed(), random: () => 0.5, log: logTo(this.lines), productVersion: '0.2.0' },
      metrics: () => ({
        lag: (records, seconds) => Object.assign(metrics, { lagRecords: records, lagSeconds: seconds }),
        records: (result, count) => void (metrics[result] += count),
        up: (isUp) => void (metrics.isUp = isUp),
      }),
      shortage: async () => this.shortage,
    });
    this.#running = this.#forwarders.run(this.#stop.signal);
  }

  /** The clock, noting what is waited for: on a busy machine virtual time runs on while a file is read. */
  #timed(): Timers {
    const { clock, waits } = this;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (run, ms) => {
        waits.push(ms);
        return clock.setTimeout(run, ms);
      },
    };
  }

  /** Gracefully. */
  async stop(): Promise<void> {
    this.#stop.abort();
    let isOver = false;
    void this.#running.then(() => (isOver = true));
    // In small steps: the last records go by real sockets, within a bound of virtual time.
    await this.until(() => isOver, 1);
  }

  /** As a process that is killed: what it does not know is gone. The old one is left alone, with nobody to write to. */
  async kill(): Promise<void> {
    const { trouble } = this.receiver;
    this.receiver.trouble = () => 'drop';
    await this.stop();
    this.receiver.trouble = trouble;
  }

  /** So many records, one after the other; a chain begins with the first. */
  async record(count: number, text = 'something'): Promise<void> {
    this.stage.nowMs = this.clock.now();
    this.#writer ??= await this.stage.writer();
    for (let made = 0; made < count; made += 1) await this.#writer.append([event(text)], CONTEXT, signal);
    const { head } = this.#writer;
    if (head !== undefined) this.#forwarders?.wrote(head);
  }

  get writer(): ChainWriter {
    return this.#writer ?? (undefined as never);
  }

  /** Records that the chain has, as keys. */
  get all(): string[] {
    const { head } = this.writer;
    return Array.from({ length: head?.sequence ?? 0 }, (_, at) => `${this.writer.chain}/${at + 1}`);
  }

  /** Lets time pass, a second at a time, whenever no request is under way. */
  async until(isDone: () => boolean, stepMs = 1_000): Promise<void> {
    for (let left = 20_000; !isDone(); left -= 1) {
      if (left === 0) throw new Error(`it did not happen: ${JSON.stringify(this.lines.slice(-3))}`);
      await realSleep(1);
      if (this.receiver.busy === 0) await this.clock.advance(stepMs);
    }
  }

  async close(): Promise<void> {
    this.receiver.trouble = () => undefined;
    await this.stop();
    await this.receiver.close();
  }
}

function logTo(lines: Line[]): Log {
  const at =
    (level: string) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      void lines.push({ level, msg, fields });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: () => log };
  return log;
}
