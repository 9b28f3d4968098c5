/** Which repositories are in production and not governed, since when, why, and what to do about it. */
import type { PolicyRecord } from '../policies/index.js';
import type { Exposed, Why } from './pages/exposed.js';
import type { PolicyState, WebSource } from './source.js';
import { conditionOf, type Summary } from './trouble.js';

/** Policies whose journals are read for the overview, and repositories that it names. */
const MOST_POLICIES = 5;
const MOST_REPOSITORIES = 10;

/** The longest first. */
export async function exposedOf(source: WebSource, summaries: readonly Summary[]): Promise<Exposed[]> {
  const found: Exposed[] = [];
  const concerned = summaries.filter(({ exposedSinceMs }) => exposedSinceMs !== undefined);
  for (const { record } of concerned.slice(0, MOST_POLICIES)) {
    const state = await source.state(record);
    for (const { name, ungovernedSince } of state?.rows ?? [])
      if (ungovernedSince !== undefined)
        found.push({ key: record.key, repository: name, since: ungovernedSince, why: whyOf(record, name, state) });
  }
  return found.sort((a, b) => Date.parse(a.since) - Date.parse(b.since)).slice(0, MOST_REPOSITORIES);
}

/** What keeps it out: what somebody wants, else what holds it, else what failed. */
function whyOf(record: PolicyRecord, repository: string, state: PolicyState | undefined): Why {
  const { spec } = record.policy ?? {};
  if (spec?.suspend === true) return { what: 'The policy is suspended', fix: 'set spec.suspend to false' };
  if (spec?.mode === 'Observe') return { what: 'The policy only observes', fix: 'set spec.mode to Enforce' };
  if (heldNames(state).enter.includes(repository)) {
    const { reason = 'a guard' } = record.status.hold ?? {};
    return {
      what: `Its entry is held by ${reason}`,
      fix: 'look at the held plan of the policy, and approve it where it is right',
    };
  }
  const wrong = (['Ready', 'Compliant'] as const)
    .map((type) => conditionOf(record, type))
    .find((condition) => condition?.status === 'False');
  return wrong === undefined ? { what: 'The next pass lets it enter' } : parts(wrong.message);
}

/** Messages of conditions are `CODE: what is wrong. Fix: what to do`, the first and the last where there is one. */
function parts(message: string): Why {
  const {
    code,
    what = '',
    fix,
  } = /^(?:(?<code>PLUS1_\w+): )?(?<what>.*?)(?:\. Fix: (?<fix>.*))?$/s.exec(message)?.groups ?? {};
  return { what, ...(fix !== undefined && { fix }), ...(code !== undefined && { code }) };
}

/** Every name of the plan that is held, as the journal has it. */
export function heldNames(state: PolicyState | undefined): { leave: string[]; enter: string[] } {
  const { leave, enter } = (state?.recorded.hold ?? {}) as { leave?: unknown; enter?: unknown };
  const names = (value: unknown): string[] =>
    Array.isArray(value)
      ? value.map((each) => (each as { name?: unknown } | null)?.name).filter((name) => typeof name === 'string')
      : [];
  return { leave: names(leave), enter: names(enter) };
}
