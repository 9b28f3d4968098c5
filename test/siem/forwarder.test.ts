/** The journal arrives at a sink whole and in order, whatever breaks; what comes twice has the same key. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { SiemBench } from './bench.js';
import type { Protocol } from './fakes/receiver.js';

/** A week is two thousand requests: for one of the sinks. */
const WEEK_S = 7 * 24 * 3_600;
const HOUR_S = 3_600;
const PROTOCOLS: Protocol[] = ['SplunkHEC', 'Datadog', 'OTLP', 'HTTP'];

/** Without repetitions, in the order of the first arrival. */
const firsts = (keys: readonly string[]): string[] => [...new Set(keys)];

describe('Sending the journal', function () {
  let bench: SiemBench;
  afterEach(() => bench.close());
  after(removeTemporaryFolders);

  /** All records, and the answers to them. */
  const arrived = (): boolean =>
    firsts(bench.receiver.keys).length >= bench.all.length && bench.metrics.sent >= bench.all.length;

  for (const protocol of PROTOCOLS) {
    describe(`to ${protocol}`, () => {
      it('brings each record once and in order, also those from before it started', async () => {
        bench = await SiemBench.open(protocol, 'batch: {records: 7}');
        await bench.record(10);
        bench.start();
        await bench.until(arrived);
        await bench.record(15);
        await bench.until(arrived);
        expect(bench.receiver.keys).to.deep.equal(bench.all);
        expect(bench.metrics).to.deep.equal({
          lagRecords: 0,
          lagSeconds: 0,
          sent: bench.all.length,
          rejected: 0,
          isUp: true,
        });
      });

      it('brings all of it after a long outage, in order', async () => {
        const outageS = protocol === 'HTTP' ? WEEK_S : HOUR_S;
        bench = await SiemBench.open(protocol, 'batch: {records: 7}');
        let outage = true;
        const troubles = [
          { status: 503 },
          'drop',
          { status: 429, headers: { 'retry-after': '30' } },
          'drop-after',
        ] as const;
        bench.receiver.trouble = ({ body }) => (outage ? troubles[body.length % troubles.length] : undefined);
        bench.start();
        await bench.record(20);
        const from = bench.clock.monotonic();
        await bench.until(() => bench.clock.monotonic() - from >= outageS * 1_000, outageS);
        expect(bench.metrics).to.include({ isUp: false, sent: 0 });
        expect(bench.metrics.lagRecords).to.equal(bench.all.length);
        expect(bench.metrics.lagSeconds).to.be.within(outageS - 60, outageS + 3_600);
        outage = false;
        await bench.until(arrived);
        expect(firsts(bench.receiver.keys)).to.deep.equal(bench.all);
        expect(bench.lines.filter(({ level }) => level === 'warn')).to.have.length(1);
        expect(bench.lines.at(-1)).to.include({ msg: 'SIEM sink works again' });
      });

      it('keeps a record that is refused in a file, and goes on', async () => {
        bench = await SiemBench.open(protocol);
        await bench.record(12);
        const bad = bench.all[5] ?? '';
        bench.receiver.refuses = (key) => key === bad;
        bench.start();
        await bench.until(() => bench.metrics.rejected === 1 && bench.metrics.lagRecords === 0);
        expect(firsts(bench.receiver.keys).sort()).to.deep.equal(bench.all.filter((key) => key !== bad).sort());
        const kept = readFileSync(join(bench.folder, 'sink.rejected.jsonl'), 'utf8').trimEnd().split('\n');
        expect(kept.map((line) => (JSON.parse(line) as { key: string }).key)).to.deep.equal([bad]);
        expect(bench.metrics.rejected).to.equal(1);
      });

      it('loses nothing and repeats only whole batches where the process is killed around an answer', async () => {
        bench = await SiemBench.open(protocol, 'batch: {records: 3}');
        await bench.record(10);
        for (let killed = 0; killed < 4; killed += 1) {
          bench.receiver.trouble = ({ body }) => (body.length % 2 === 0 ? 'drop-after' : undefined);
          bench.start();
          const before = bench.receiver.requests.length;
          await bench.until(() => bench.receiver.requests.length > before + 1);
          await bench.kill();
          await bench.record(2);
        }
        bench.receiver.trouble = () => undefined;
        bench.start();
        await bench.until(arrived);
        expect(firsts(bench.receiver.keys)).to.deep.equal(bench.all);
      });
    });
  }

  it('stops at a credential that is refused, skips nothing, and tries again every ten minutes', async () => {
    bench = await SiemBench.open('Datadog');
    bench.receiver.trouble = () => ({ status: 403 });
    await bench.record(5);
    bench.start();
    await bench.until(() => bench.receiver.requests.length === 3);
    expect(longOf(bench).slice(0, 2)).to.deep.equal([600_000, 600_000]);
    expect(bench.metrics).to.include({ isUp: false, rejected: 0 });
    expect(bench.lines.filter(({ level }) => level === 'error')).to.have.length(1);
    bench.receiver.trouble = () => undefined;
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
  });

  it('skips nothing where the index of a Splunk token is wrong, which is no fault of a record', async () => {
    bench = await SiemBench.open('SplunkHEC');
    bench.receiver.trouble = () => ({ status: 400, body: '{"text":"Incorrect index","code":7}' });
    await bench.record(3);
    bench.start();
    await bench.until(() => bench.receiver.requests.length === 2);
    expect(bench.metrics.rejected).to.equal(0);
  });

  it('takes no 200 of Splunk for an answer whose code says that its queues are full', async () => {
    bench = await SiemBench.open('SplunkHEC');
    bench.receiver.trouble = () => ({ status: 200, body: '{"text":"Server is busy","code":9}' });
    await bench.record(3);
    bench.start();
    await bench.until(() => bench.receiver.requests.length === 3);
    expect(bench.metrics.sent).to.equal(0);
  });

  it('waits as long as Retry-After says, and never longer than five minutes', async () => {
    bench = await SiemBench.open('HTTP');
    const times: number[] = [];
    const waits = ['120', '86400'];
    bench.receiver.trouble = () => {
      times.push(bench.clock.monotonic());
      const wait = waits[times.length - 1];
      return wait === undefined ? undefined : { status: 429, headers: { 'retry-after': wait } };
    };
    await bench.record(1);
    bench.start();
    await bench.until(arrived);
    expect(longOf(bench)).to.deep.equal([120_000, 300_000]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).to.be.at.least(120_000);
    expect((times[2] ?? 0) - (times[1] ?? 0)).to.be.at.least(300_000);
  });

  it('stops where a hundred records in a row are refused: a sink that takes nothing loses nothing more', async () => {
    bench = await SiemBench.open('HTTP', 'batch: {records: 50}');
    bench.receiver.refuses = () => true;
    await bench.record(150);
    bench.start();
    await bench.until(() => bench.metrics.rejected >= 100);
    await bench.until(() => bench.lines.some(({ level }) => level === 'error'), 1);
    expect(bench.metrics.rejected).to.be.lessThan(110);
  });

  it('sends what waits in a graceful stop, and ends within five seconds where the sink does not answer', async () => {
    bench = await SiemBench.open('HTTP', 'batch: {wait: 60s}');
    bench.start();
    // Past the look at its start, into the minute in which it gathers what comes together.
    await bench.until(() => bench.clock.monotonic() > 5_000, 1);
    await bench.record(3);
    await bench.until(() => bench.clock.monotonic() > 10_000, 1);
    expect(bench.receiver.requests).to.deep.equal([]);
    await bench.stop();
    expect(bench.receiver.keys).to.deep.equal(bench.all);
    bench.receiver.trouble = () => ({ status: 503 });
    bench.start();
    await bench.record(2);
    const from = bench.clock.monotonic();
    await bench.stop();
    expect(bench.clock.monotonic() - from).to.be.at.most(10_000);
  });

  it('sends the kinds that are asked for, and the line itself in the form Plus1', async () => {
    bench = await SiemBench.open('HTTP', 'format: Plus1, kinds: [SecurityEvent]');
    await bench.record(2);
    bench.start();
    await bench.until(() => bench.receiver.keys.length === 2);
    await bench.until(() => bench.metrics.lagRecords === 0);
    const [first] = bench.receiver.events;
    expect(first).to.include({ v: 1, kind: 'SecurityEvent', seq: 2 });
  });

  it('sends a record that is as long as records get, alone where it must be', async () => {
    bench = await SiemBench.open('HTTP', 'batch: {bytes: 1KiB}');
    await bench.record(3, 'x'.repeat(20_000));
    bench.start();
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
  });

  it('goes on in a chain whose segments were closed and compressed, and sends none twice', async () => {
    bench = await SiemBench.open('HTTP', 'batch: {records: 5}');
    bench.stage.options = { segmentBytes: 4_000 };
    bench.start();
    for (let round = 0; round < 8; round += 1) {
      await bench.record(4, 'x'.repeat(600));
      await bench.until(arrived);
    }
    const { folder } = bench.writer;
    expect(readdirSync(folder).filter((name) => name.endsWith('.gz')).length).to.be.greaterThan(3);
    await bench.stop();
    bench.start();
    await bench.record(1);
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
  });

  it('sends everything again, under the same keys, where its cursor was lost or cannot be read', async () => {
    bench = await SiemBench.open('HTTP');
    await bench.record(4);
    bench.start();
    await bench.until(arrived);
    await bench.stop();
    writeFileSync(join(bench.folder, 'sink.json'), 'half a fi');
    bench.start();
    await bench.until(() => bench.receiver.keys.length === 10);
    expect(bench.receiver.keys).to.deep.equal([...bench.all, ...bench.all]);
    expect(bench.lines.some(({ msg }) => msg === 'SIEM cursor unreadable')).to.equal(true);
  });

  it('goes on where the volume has no room for its files', async () => {
    bench = await SiemBench.open('HTTP');
    bench.shortage = 'the volume is full';
    await bench.record(3);
    bench.start();
    await bench.until(arrived);
    await bench.record(3);
    await bench.until(arrived);
    expect(bench.receiver.keys).to.deep.equal(bench.all);
    expect(existsSync(join(bench.folder, 'sink.json'))).to.equal(false);
    expect(bench.lines.filter(({ msg }) => msg === 'SIEM cursor not kept')).to.have.length(1);
  });

  it('shows no token in what it says, and stops where the file of the token is missing', async () => {
    bench = await SiemBench.open('SplunkHEC');
    rmSync(join(bench.credentials, 'token'));
    await bench.record(1);
    bench.start();
    await bench.until(() => bench.lines.some(({ level }) => level === 'error'), 1);
    expect(JSON.stringify(bench.lines)).to.contain('token').and.not.to.contain('secret-token');
    expect(bench.receiver.requests).to.deep.equal([]);
  });
});

/** Waits after an answer that asked for one; those for records and for another look are shorter. */
const longOf = ({ waits }: SiemBench): number[] => waits.filter((ms) => ms > 60_000);
