/**
 * Preloaded into a client: at its end it writes what the process has used. Hazard: `maxRSS` of Linux starts with the
 * peak of the parent that forked, so VmHWM is taken where there is one (proc(5)).
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Of one process, from its start to its end. */
export interface Figures {
  /** User and system. */
  cpuMs: number;
  peakBytes: number;
}

process.once('exit', () => {
  const { user, system } = process.cpuUsage();
  const figures: Figures = { cpuMs: (user + system) / 1_000, peakBytes: peakKiB() * 1_024 };
  writeFileSync(process.env['BENCH_FIGURES'] ?? '', JSON.stringify(figures));
});

function peakKiB(): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found !== null) return Number(found[1]);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}
