/** Servers on any free port, closed after each test, and sockets for what fetch would never send. */
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../cmd/plus1/clock.js';
import type { Log } from '../../pkg/base/index.js';
import { createServers, type Check, type Servers, type ServersOptions } from '../../pkg/server/index.js';

export interface Line {
  level: string;
  msg: string;
  fields: Record<string, unknown>;
}

/** A log that keeps its lines. */
export function memoryLog(lines: Line[] = [], fixed: Record<string, unknown> = {}): Log & { lines: Line[] } {
  const at =
    (level: string) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      void lines.push({ level, msg, fields: { ...fixed, ...fields } });
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => memoryLog(lines, { ...fixed, ...fields }),
  };
}

export const pass: Check = () => ({ ok: true, message: 'fine' });
export const fail =
  (message: string): Check =>
  () => ({ ok: false, message });

export const SOURCE = { contentType: 'text/plain; version=0.0.4; charset=utf-8', metrics: async () => 'up 1\n' };

const open: Servers[] = [];
const sockets: Socket[] = [];

/** Both servers on loopback, unless told otherwise. */
export async function start(options: Partial<ServersOptions> = {}): Promise<Servers & { log: { lines: Line[] } }> {
  const log = memoryLog();
  const servers = await createServers({
    clock: systemClock,
    metricsAddress: '127.0.0.1:0',
    healthAddress: '127.0.0.1:0',
    registry: SOURCE,
    checks: { healthz: {}, readyz: {} },
    log,
    ...options,
  });
  open.push(servers);
  return { ...servers, log };
}

export async function stopAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((servers) => servers.close(AbortSignal.abort())));
}

export interface Answer {
  status: number;
  body: string;
  headers: Headers;
}

export async function ask(address: string | undefined, path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`http://${address}${path}`, init);
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

/** A connection that sent `text`; `ended` resolves with what came back when the other side closes. */
export async function raw(
  address: string | undefined,
  text: string,
): Promise<{ socket: Socket; ended: Promise<string> }> {
  const { hostname, port } = new URL(`http://${address}`);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let received = '';
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(text);
  return { socket, ended };
}
