/** An Alertmanager of our own, and whom it tells. `close()` ends both; its folder goes with the tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { temporaryFolder } from '../../integration/cli.js';

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface Notification {
  status: 'firing' | 'resolved';
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}

export interface Alertmanager {
  /** `host:port`. */
  address: string;
  /** What was delivered so far, in order. */
  received: readonly Notification[];
  close(): Promise<void>;
}

/** Tells at once, without waiting for more of a group. */
export async function startAlertmanager(executable: string): Promise<Alertmanager> {
  const received: Notification[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(JSON.parse(body) as Notification);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const folder = temporaryFolder();
  const config = join(folder, 'alertmanager.yaml');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const route = { receiver: 'hook', group_by: ['alertname'], group_wait: '1ms', group_interval: '1s' };
  await writeFile(
    config,
    stringify({ route, receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true }] }] }),
  );
  const addresses = ['--web.listen-address=127.0.0.1:0', '--cluster.listen-address='];
  const child = spawn(executable, [`--config.file=${config}`, `--storage.path=${join(folder, 'data')}`, ...addresses], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    receiver.closeAllConnections();
    receiver.close();
  };
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const found = /msg="Listening on" address=(\S+)/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.on('error', reject);
      void ended.then(() => reject(new Error(`Alertmanager ended:\n${log}`)));
    });
    return { address, received, close };
  } catch (error) {
    await close();
    throw error;
  }
}
