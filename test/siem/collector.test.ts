/**
 * The journal through a real OpenTelemetry Collector: it reads what is sent as everything behind a collector will, and answers as one does.
 * Skipped where `make otel-collector` has not built it.
 */
import { expect } from 'chai';
import { freePorts } from '../e2e/support/free-ports.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { SiemBench } from './bench.js';
import { Collector, findCollector } from './collector.js';

interface LogRecord {
  timeUnixNano: string;
  attributes: unknown[];
}

/** As the collector hands them on. */
function recordsOf(body: string): LogRecord[] {
  const { resourceLogs } = JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[] };
  return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
}

const firsts = (keys: readonly string[]): string[] => [...new Set(keys)];

describe('Sending the journal through an OpenTelemetry Collector', function () {
  const executable = findCollector();
  let bench: SiemBench;
  let collector: Collector;

  before(function () {
    if (executable === undefined) this.skip();
  });
  beforeEach(async () => {
    bench = await SiemBench.open('OTLP');
    const [port = 0] = await freePorts(1);
    collector = new Collector(executable ?? '', { port, backend: bench.receiver.url });
    bench.configure(`sinks:\n- {name: sink, type: OTLP, url: "${collector.url}", insecure: true, batch: {records: 4}}`);
  });
  afterEach(async () => {
    await bench?.close();
    await collector?.kill();
  });
  after(removeTemporaryFolders);

  const arrived = (): boolean =>
    firsts(bench.receiver.keys).length >= bench.all.length && bench.metrics.sent >= bench.all.length;

  it('brings each record once, in order, with its key, kind and time', async () => {
    await collector.start();
    await bench.record(25);
    bench.start();
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
    const first = recordsOf(bench.receiver.requests[0]?.body ?? '')[0];
    expect(first).to.deep.include({ severityNumber: 9, severityText: 'INFO', eventName: 'plus1.ChainStarted' });
    expect(first?.attributes).to.deep.include({ key: 'log.record.uid', value: { stringValue: bench.all[0] } });
    expect(Number(first?.timeUnixNano) / 1e6).to.equal(bench.receiver.events[0]?.['time']);
    expect(bench.metrics).to.include({ rejected: 0, lagRecords: 0, isUp: true });
  });

  it('loses nothing, and keeps the order, where the collector is away at first and is killed later', async () => {
    await bench.record(6);
    bench.start();
    await bench.until(() => bench.lines.some(({ level }) => level === 'warn'));
    expect(bench.receiver.keys).to.deep.equal([]);
    await collector.start();
    await bench.until(arrived);
    await collector.kill();
    await bench.record(9);
    await bench.until(() => !bench.metrics.isUp);
    await collector.start();
    await bench.until(arrived);
    expect(firsts(bench.receiver.keys)).to.deep.equal(bench.all);
    expect(bench.metrics).to.include({ rejected: 0, lagRecords: 0, isUp: true });
  });

  it('waits for what is behind the collector, whose refusals it hands on', async () => {
    await collector.start();
    let isDown = true;
    bench.receiver.trouble = () => (isDown ? { status: 503 } : undefined);
    bench.start();
    await bench.record(10);
    await bench.until(() => bench.receiver.requests.length > 3);
    expect(bench.metrics).to.include({ sent: 0, rejected: 0, isUp: false });
    isDown = false;
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
  });
});
