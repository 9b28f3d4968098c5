/** `plus1 siem test`: one marked record to each sink. */
import { sendTest } from '../../pkg/siem/index.js';
import { readEnvironment } from './environment.js';
import { clockOf, EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { clientOf, readSinks, writerTo } from './siem-source.js';
import { version } from './version.js';

export interface SiemTestOptions {
  siem: string;
}

/** Tells the exit code. Never throws. */
export function runSiemTest({ siem }: SiemTestOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const environment = readEnvironment(io.env);
    const sinks = await readSinks(siem, io);
    const clock = clockOf(io);
    const options = {
      clock,
      client: clientOf(environment, clock),
      write: writerTo(io.stdout),
      productVersion: version(),
    };
    const results = await sendTest(sinks, options, io.signal);
    const width = Math.max(...results.map(({ sink }) => sink.length));
    for (const { sink, isTaken, message } of results) {
      const line = `${sink.padEnd(width)}  ${isTaken ? 'ok    ' : 'failed'}  ${message}\n`;
      // The test record of Stdout is a line of standard output: what is said of it is none.
      io.stderr.write(line);
    }
    return results.every(({ isTaken }) => isTaken) ? EXIT.ok : EXIT.failed;
  });
}
