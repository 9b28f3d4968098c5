/**
 * Named health checks and the text they answer with, in the form that Kubernetes' own endpoints have. A check reads memory
 * and returns at once: one that did I/O could hang, and a probe that hangs restarts a healthy process. A liveness check
 * must look at neither GitHub nor the disk, or their outage becomes a restart storm.
 */

export interface CheckResult {
  ok: boolean;
  /** A plain state such as "3 of 200 policies looked at": strangers read it, so no error text, no name, no secret. */
  message: string;
}

export type Check = () => CheckResult;
export type Checks = Readonly<Record<string, Check>>;

/** What a failed check says where its own words are not for strangers. */
const WITHHELD = 'reason withheld';

export interface Verdict {
  name: string;
  ok: boolean;
  message: string;
  /** Present where the check itself threw. */
  error?: unknown;
}

/** Runs the checks that are not excluded; one that throws has failed. */
export function runChecks(checks: Checks, excluded: readonly string[] = []): Verdict[] {
  return Object.entries(checks)
    .filter(([name]) => !excluded.includes(name))
    .map(([name, check]) => run(name, check));
}

function run(name: string, check: Check): Verdict {
  try {
    const { ok, message } = check();
    return { name, ok, message };
  } catch (error) {
    return { name, ok: false, message: WITHHELD, error };
  }
}

export interface ReportOptions {
  /** `healthz` or `readyz`. */
  probe: string;
  verbose: boolean;
  /** False: the failed check is named, and its message stays inside. */
  tell: boolean;
  /** Names of `?exclude=` that no check has: a misspelt one would otherwise seem to work. */
  unknown: readonly string[];
}

/** The body of the answer: `ok`, or a line for each check. */
export function report(verdicts: readonly Verdict[], { probe, verbose, tell, unknown }: ReportOptions): string {
  const ok = verdicts.every((verdict) => verdict.ok);
  if (ok && !verbose) return 'ok';
  const lines = verdicts.map((verdict) => line(verdict, tell));
  const warnings = unknown.map((name) => `warning: there is no check ${JSON.stringify(name)} to exclude`);
  return [...lines, ...warnings, `${probe} check ${ok ? 'passed' : 'failed'}`, ''].join('\n');
}

function line({ name, ok, message }: Verdict, tell: boolean): string {
  return ok ? `[+]${name} ok` : `[-]${name} failed: ${tell ? message : WITHHELD}`;
}
