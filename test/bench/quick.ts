/** The controller at rest: what a quick pass takes where nothing changed, whatever the size of the organization. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Figures } from './measure.js';
import { LOGIN } from './model.js';
import type { Simulator } from './simulator.js';

export interface QuickRun {
  passes: number;
  requests: number;
  points: number;
  /** Of one pass, with all that a controller at rest does beside it. */
  cpuMs: number;
  /** Of the process, its first full pass included. */
  peakBytes: number;
}

const INTERVAL_S = 10;
/** Intervals that are counted. */
const COUNTED = 12;
/** Requests of a quick pass. */
const A_PASS = 3;
/** A full pass over 100,000 repositories, on a busy machine. */
const MOST_INTERVALS = 180;

export async function quickRun(
  { main, live, folder, state }: { main: string; live: string; folder: string; state: string },
  simulator: Simulator,
): Promise<QuickRun> {
  const { apiURL } = simulator;
  const policies = join(folder, 'policies');
  await mkdir(policies, { recursive: true });
  const spec = {
    organization: LOGIN,
    github: { apiURL },
    schedule: { interval: '24h', quickInterval: `${INTERVAL_S}s` },
  };
  const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: LOGIN }, spec };
  await writeFile(join(policies, 'policy.yaml'), JSON.stringify(policy));
  const off = ['--metrics-address', '0', '--health-address', '0', '--allowed-host', new URL(apiURL).host];
  const args = ['controller', '--policies', policies, '--state', state, ...off];
  const child = spawn(process.execPath, ['--import', pathToFileURL(live).href, main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, GITHUB_TOKEN: 'ghp_bench', GITHUB_API_URL: apiURL },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const figures = async (): Promise<Figures> => {
    child.send('figures');
    const [told] = (await once(child, 'message', { signal: AbortSignal.timeout(60_000) })) as [Figures];
    return told;
  };
  try {
    for (let at = 0; ; at += 1) {
      await pause(INTERVAL_S * 1_000);
      const { counts } = await simulator.tally();
      if (counts.requests === A_PASS && counts.points === 0) break;
      if (at === MOST_INTERVALS) throw new Error('the controller does not come to rest');
    }
    const before = await figures();
    await pause(COUNTED * INTERVAL_S * 1_000);
    const [after, { counts }] = [await figures(), await simulator.tally()];
    const passes = Math.round(counts.requests / A_PASS);
    const cpuMs = (after.cpuMs - before.cpuMs) / passes;
    return { passes, requests: counts.requests / passes, points: counts.points, cpuMs, peakBytes: after.peakBytes };
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}
