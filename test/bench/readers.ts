/**
 * Two hundred people who read the web page at once, again each second, every other one of whom reads nothing of its answer. A process of its
 * own: what they take is no part of what is measured. At its end it prints how many answers there were, by their status.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const READERS = 200;
const EACH_MS = 1_000;

const [, , url = ''] = process.argv;
const { hostname, port, host, pathname } = new URL(url);
const counts = new Map<string, number>();
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

function read(at: number): Socket {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  if (at % 2 > 0) return socket.pause();
  return socket.once('data', (chunk) => {
    const status = chunk.toString('latin1', 9, 12);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  });
}

while (!stop.signal.aborted) {
  const sockets = Array.from({ length: READERS }, (_, at) => read(at));
  await pause(EACH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  for (const socket of sockets) socket.destroy();
}
process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
