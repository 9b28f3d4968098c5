/** The page, in the thread that is its own. */
import type { MessagePort } from 'node:worker_threads';
import type { Log, LogLevel, Timers } from '../../base/index.js';
import { hasCode } from '../../errors/index.js';
import type { OpenServer } from '../../server/index.js';
import { createWebServer } from '../server.js';
import type { WebSource, WebSourceOptions } from '../source.js';
import { PolicyCopy } from './copy.js';
import type { FromThread, ThreadData, ToThread } from './messages.js';

export interface ServingThread {
  /** To the thread of the passes. */
  port: MessagePort;
  data: ThreadData;
  clock: Timers;
  makeSource: (of: Pick<WebSourceOptions, 'home' | 'refresh' | 'following'>) => WebSource;
}

/** Opens it, and closes it when it is told to. Says of both that it is so. */
export async function serveInThread({ port, data, clock, makeSource }: ServingThread): Promise<void> {
  const tell = (message: FromThread): void => port.postMessage(message);
  const copy = new PolicyCopy(() => tell({ kind: 'ask' }), clock);
  const source = makeSource({ home: copy, refresh: () => copy.refresh(), following: () => copy.following });
  const { address, auth, isVerbose } = data;
  let server: OpenServer | undefined;
  try {
    server = await createWebServer({ address, auth, source, log: toldLog(tell, isVerbose), clock });
  } catch (error) {
    if (!hasCode(error, 'PLUS1_USAGE')) throw error;
    return tell({ kind: 'refused', message: error.message, fix: error.fix });
  }
  port.on('message', (message: ToThread) => {
    if (message.kind === 'policies') return copy.take(message);
    void server?.close().finally(() => tell({ kind: 'closed' }));
  });
  tell({ kind: 'listening', address: server?.address ?? address });
}

/** Lines go to the one who writes them all. Those of single requests are not even sent where nobody wants them. */
function toldLog(tell: (message: FromThread) => void, isVerbose: boolean, fixed: Record<string, unknown> = {}): Log {
  const at =
    (level: LogLevel) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      tell({ kind: 'log', level, msg, fields: { ...fixed, ...fields } });
  return {
    debug: isVerbose ? at('debug') : () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => toldLog(tell, isVerbose, { ...fixed, ...fields }),
  };
}
