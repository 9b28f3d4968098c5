/** Preloaded into a process that goes on: tells what it has used so far, whenever it is asked. */
import { readFileSync } from 'node:fs';
import type { Figures } from './measure.js';

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const figures: Figures = { cpuMs: (user + system) / 1_000, peakBytes: Number(peak?.[1] ?? 0) * 1_024 };
  process.send?.(figures);
});
process.channel?.unref();
