/** What has to hold of a controller while it is given hostile input, and the figures of a run that is large enough to have some. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { GitHubSimulator } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import type { TamperingGitHub } from '../integration/tampering-github.js';
import { Daemon } from './daemon.js';

/** How many inputs of each kind a round has, and where they begin. */
export const COUNT = Number(process.env['HOSTILE_INPUTS'] ?? 40);
export const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261_128);
/** In every hostile text, so that it is found where it must not be. */
export const MARK = 'xqzw';
/** The heap of the chart and what a process needs beside it. */
const MAX_PEAK_KIB = 400_000;
/** Characters that a log line may hold as escapes only; the line end is that of the line. */
const RAW = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u;
/** From here on a run is one of those whose figures are kept in docs/design/testing.md. */
const LARGE = 1_000;

interface Attacked {
  github: GitHubSimulator;
  /** What answers for GitHub. */
  proxy: TamperingGitHub;
}

/** A policy that asks the proxy. */
export const policyOf = ({ github, proxy }: Attacked, organization: string): string =>
  `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: ${organization}}, spec: {organization: ${organization}, github: {apiURL: "${proxy.url}${new URL(github.apiURL).pathname.replace(/\/$/, '')}"}, schedule: {interval: 1h}}}`;

/** A controller over that folder, which may ask the proxy, and logs all it does. */
export const attackedDaemon = ({ github, proxy }: Attacked, policies: string): Daemon =>
  new Daemon({
    ...{ github, policies, state: temporaryFolder() },
    args: ['--allowed-host', new URL(proxy.url).host, '--log-level', 'debug'],
  });

/** What a header may hold (https://www.rfc-editor.org/rfc/rfc9110#section-5.5); a server sends nothing else. */
export const inHeader = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?');

export class HostileWatch {
  readonly #daemon: Daemon;
  readonly #begun = performance.now();
  #probes = 0;
  #slowestMs = 0;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** A probe of the kubelet, answered. */
  async probe(): Promise<void> {
    const begin = performance.now();
    expect(await this.#daemon.get('health', '/healthz')).to.include({ status: 200 });
    this.#probes += 1;
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - begin);
  }

  /** Names of the series without their values. */
  async series(): Promise<string[]> {
    const { text } = await this.#daemon.get('metrics', '/metrics');
    expect(text).to.not.include(MARK);
    // What Node has open just now, by its own words: a connection that is being closed is there for an instant.
    const isOfNow = (line: string): boolean => /^nodejs_active_(?:handles|requests|resources)\{/.test(line);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !isOfNow(line));
    return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
  }

  /** Throws where something was printed raw, or memory was not in its bounds. Reports a large run on standard error. */
  end(inputs: string): void {
    expect(this.#daemon.raw.split('\n').filter((line) => RAW.test(line))).to.deep.equal([]);
    const peak = this.#peakKiB();
    if (COUNT >= LARGE)
      console.error(
        `${inputs}: ${Math.round((performance.now() - this.#begun) / 1_000)} s, peak ${Math.round(peak / 1_024)} MiB, ` +
          `slowest of ${this.#probes} probes ${Math.round(this.#slowestMs)} ms`,
      );
    expect(peak).to.be.lessThan(MAX_PEAK_KIB);
  }

  #peakKiB(): number {
    if (process.platform !== 'linux') return 0;
    const status = readFileSync(`/proc/${this.#daemon.process.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  }
}
