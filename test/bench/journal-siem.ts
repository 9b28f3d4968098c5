/** How long a journal takes to reach a SIEM that answers at once, and in how much memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../../cmd/plus1/clock.js';
import { silentLog } from '../../pkg/base/index.js';
import { realFiles } from '../../pkg/journal/index.js';
import { createClient, createForwarders, readConfig } from '../../pkg/siem/index.js';

export interface Sent {
  records: number;
  /** Wall, with the sockets. */
  seconds: number;
  /** Of the process, at its most while it was sent. */
  residentMiB: number;
}

/** All chains below `root`, from the first record, as OCSF. */
export async function sendJournal(root: string, records: number): Promise<Sent> {
  let bytes = 0;
  const sink = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((listening) => sink.listen(0, '127.0.0.1', listening));
  const { port } = sink.address() as AddressInfo;
  const config = readConfig(`sinks:\n- {name: fast, type: HTTP, url: "http://127.0.0.1:${port}", insecure: true}`);
  if (!('sinks' in config)) throw new Error(config.faults.join('\n'));

  let sent = 0;
  let resident = 0;
  const stop = new AbortController();
  const began = performance.now();
  await createForwarders({
    ...{ sinks: config.sinks, root, folder: join(root, '.siem'), files: realFiles },
    client: () => createClient({ clock: systemClock }),
    write: async () => undefined,
    ...{ clock: systemClock, random: Math.random, log: silentLog, productVersion: '0.0.0' },
    metrics: () => ({
      lag: () => (resident = Math.max(resident, process.memoryUsage().rss)),
      records: (_, count) => {
        sent += count;
        if (sent >= records) stop.abort();
      },
      up: () => undefined,
    }),
  }).run(stop.signal);
  const seconds = (performance.now() - began) / 1_000;
  sink.close();
  if (bytes === 0) throw new Error('nothing was sent');
  return { records: sent, seconds, residentMiB: resident / 1_048_576 };
}
