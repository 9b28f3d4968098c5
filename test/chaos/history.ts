/** A short history of two passes, to judge by: what a test is about is changed in it. */
import { PRODUCTION, RETIRED } from '../builders.js';
import { Chronicle, type Put, type Sight } from './model/chronicle.js';
import type { Row, Spec } from './model/spec.js';

export const HOUR = 3_600_000;
/** When the first pass of a history begins. */
export const BEGIN = Date.UTC(2026, 10, 2, 10);

export const SPEC: Spec = {
  organization: 'acme',
  github: { apiURL: 'https://github.example' },
  catalog: { productionLifecycles: ['production'], onInvalid: 'Retain', onMissing: 'Release' },
  repositories: { exclude: [], forks: 'Include' },
  schedule: { interval: '1h', quickInterval: '0s' },
  mode: 'Enforce',
  suspend: false,
  exit: { gracePeriod: '1h' },
  guards: {
    maxLeaving: 1,
    window: '24h',
    minMembers: 1,
    approval: { policy: 'WhenHeld', required: 1, timeout: '4h' },
  },
  exemptions: [],
};

export const rowOf = (id: number, input: Partial<Row> = {}): Row => ({
  ...{ id, name: `svc-${id}`, isArchived: false, isDisabled: false, isFork: false },
  ...input,
});

/** A history whose policy is `SPEC`, with changes. */
export function historyOf(spec: Partial<Spec> = {}): History {
  const history = new History();
  history.versions.push({ at: BEGIN - HOUR, spec: { ...SPEC, ...spec } });
  return history;
}

export class History extends Chronicle {
  #passes = 0;

  /** A pass that begins so long after `BEGIN`, of one minute. `files`: what GitHub shows of each repository by id. */
  pass(afterMs: number, files: Record<number, string | null> = {}): void {
    const number = (this.#passes += 1);
    const start = BEGIN + afterMs;
    this.passes.push({ life: 1, pass: number, id: `pass-${number}`, start, end: start + 60_000, isTroubled: false });
    for (const [id, text] of Object.entries(files)) {
      this.shows({ id: Number(id), kind: 'row', row: rowOf(Number(id)) });
      this.shows({ id: Number(id), kind: 'file', texts: [text] });
    }
  }

  /** Something that the last pass was shown. */
  shows(sight: Pick<Sight, 'id' | 'kind' | 'row' | 'texts'>): void {
    const { pass, start } = this.last;
    this.sights.push({ at: start + 1_000, life: 1, pass, ...sight });
  }

  /** The last pass sends this membership, having read that one; it is applied at once. */
  put(members: number[], read: number[], input: Partial<Put> = {}): Put {
    const { pass, start } = this.last;
    const path = '/orgs/acme/rulesets/7';
    const put: Put = {
      ...{ at: start + 5_000, life: 1, pass, start, path, members, read, before: `GET ${path}`, hasIntent: true },
      body: { conditions: { ref_name: {}, repository_id: { repository_ids: members } } },
      ...{ truth: read.map((id) => ({ row: rowOf(id), text: RETIRED, changedAt: 0 })), isAnswered: true },
      appliedAt: start + 5_000,
      ...input,
    };
    this.puts.push(put);
    return put;
  }

  get last(): Chronicle['passes'][number] {
    const last = this.passes.at(-1);
    if (last === undefined) throw new Error('no pass has begun');
    return last;
  }
}

/** 1 is retired, seen so by two passes two hours apart, and leaves in the second. */
export function leaving(spec: Partial<Spec> = {}, input: Partial<Put> = {}): History {
  const history = historyOf(spec);
  history.pass(0, { 1: RETIRED, 2: PRODUCTION });
  history.pass(2 * HOUR, { 1: RETIRED, 2: PRODUCTION });
  history.put([2], [1, 2], input);
  return history;
}

/** The same, and 2 leaves after it, an hour and more later. */
export function leavingAgain(spec: Partial<Spec> = {}): History {
  const history = historyOf(spec);
  history.pass(0, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION });
  history.pass(2 * HOUR, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION });
  history.put([2, 3], [1, 2, 3]);
  history.pass(4 * HOUR, { 2: RETIRED, 3: PRODUCTION });
  history.put([3], [2, 3]);
  return history;
}
