/** A Prometheus of our own: own configuration, own data, any free port. `close()` ends it; its folder goes with the tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from '../../integration/cli.js';
import { RULES_FOLDER } from './files.js';

export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

export interface LoadedRule {
  name: string;
  health: 'ok' | 'err' | 'unknown';
  lastError?: string;
}

export interface Prometheus {
  query(expr: string): Promise<Sample[]>;
  rules(): Promise<LoadedRule[]>;
  close(): Promise<void>;
}

/** Scrapes `target` and evaluates the shipped rules, both every second. Alerts go to that Alertmanager, `host:port`, where one is named. */
export async function startPrometheus(executable: string, target: string, alertmanager?: string): Promise<Prometheus> {
  const folder = temporaryFolder();
  const config = join(folder, 'prometheus.yaml');
  await writeFile(
    config,
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(RULES_FOLDER, 'rules.yaml')],
      ...(alertmanager !== undefined && {
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
      }),
      scrape_configs: [{ job_name: 'plus1', static_configs: [{ targets: [target] }] }],
    }),
  );
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn(executable, [...args, '--web.listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /msg="Listening on" address=(\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve(`http://${address}/api/v1`);
    });
    child.on('error', reject);
    void ended.then(() => reject(new Error(`Prometheus ended:\n${text}`)));
  });
  return {
    query: async (expr) => (await ask<{ result: Sample[] }>(`${url}/query?query=${encodeURIComponent(expr)}`)).result,
    rules: async () => {
      const { groups } = await ask<{ groups: { rules: LoadedRule[] }[] }>(`${url}/rules`);
      return groups.flatMap(({ rules }) => rules);
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function ask<T>(url: string): Promise<T> {
  const answer = (await (await fetch(url)).json()) as { status: string; error?: string; data: T };
  if (answer.status !== 'success') throw new Error(`${url}: ${answer.error}`);
  return answer.data;
}
