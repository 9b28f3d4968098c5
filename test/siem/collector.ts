/** The OpenTelemetry Collector as a process, where it was built already (`make otel-collector`). */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binFolder } from '../cluster/go-build.js';
import { CACHE_FOLDER } from '../cluster/provide-tools.js';
import { otelCollector } from '../cluster/tools.js';
import { temporaryFolder } from '../temporary-folder.js';
import { TOKEN } from './fakes/receiver.js';

const PATIENCE_MS = 60_000;

/** The executable, or undefined: nothing is built for it. */
export function findCollector(): string | undefined {
  const path = join(binFolder(otelCollector(), CACHE_FOLDER), 'otel-collector');
  return existsSync(path) ? path : undefined;
}

/** Takes logs at a port and hands each request on before it answers: without a queue, what is behind it refuses through it. */
export class Collector {
  readonly #executable: string;
  readonly #config = join(temporaryFolder(), 'collector.yaml');
  readonly #port: number;
  #process: ChildProcess | undefined;
  #said = '';

  constructor(executable: string, { port, backend }: { port: number; backend: string }) {
    this.#executable = executable;
    this.#port = port;
    writeFileSync(this.#config, configOf(port, backend));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const started = spawn(this.#executable, ['--config', `file:${this.#config}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = started;
    started.stderr?.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    for (const until = performance.now() + PATIENCE_MS; !(await isOpen(this.#port)); await sleep(50))
      if (started.exitCode !== null || performance.now() > until) throw new Error(`no collector: ${this.#said}`);
  }

  /** As a machine that is lost. */
  async kill(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    if (ended === undefined || ended.exitCode !== null) return;
    await new Promise((done) => {
      ended.once('exit', done);
      ended.kill('SIGKILL');
    });
  }
}

/** https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/otlphttpexporter */
const configOf = (port: number, backend: string): string => `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:${port}
exporters:
  otlphttp:
    endpoint: ${backend}
    encoding: json
    compression: none
    headers: {authorization: Bearer ${TOKEN}}
    sending_queue: {enabled: false}
    retry_on_failure: {enabled: false}
service:
  telemetry: {metrics: {level: none}, logs: {level: warn}}
  pipelines:
    logs: {receivers: [otlp], exporters: [otlphttp]}
`;

function isOpen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => (): void => {
      socket.destroy();
      done(is);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
