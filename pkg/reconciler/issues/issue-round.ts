/**
 * The work of one pass on issues, one repository after the other. What is about to be told in a comment is kept before the write that it
 * belongs to, and what a write came to right after it: a process that ends in between opens nothing twice and says nothing twice.
 */
import type { FindingStatus } from '../../api/index.js';
import type { Issue, IssueAnswer, IssueChange, IssueHome, IssueTracker } from '../../github/index.js';
import {
  adopted,
  commentMarker,
  decide,
  deleted,
  duplicateText,
  looked,
  markerStart,
  NO_CAUSE,
  readMarker,
  REFUSED_MS,
  type IssueMemory,
  type IssueScope,
  type IssueStep,
  type LiveIssue,
  type Moment,
  type Want,
} from '../../issues/index.js';

/** One repository of the pass. */
export interface IssueCase {
  id: number;
  name: string;
  status: FindingStatus;
  want: Want;
}

export interface RoundOptions {
  tracker: IssueTracker;
  scope: IssueScope;
  /** Login. */
  organization: string;
  labels: readonly string[];
  moment: Moment;
  /** Issues that may be opened or changed. */
  most: number;
  /** What is remembered, by repository. */
  memories: Map<number, IssueMemory>;
  /** Keeps what is remembered. Never throws. */
  keep: (signal: AbortSignal) => Promise<void>;
}

/** Refused for a missing right: where this often with no write in between, the right is missing everywhere. Reads need another right. */
const MOST_FORBIDDEN = 3;

export class IssueRound {
  readonly #options: RoundOptions;
  /** What became of repositories where GitHub took nothing. */
  readonly notes: { repository: string; why: string }[] = [];
  opened = 0;
  closed = 0;
  #changes = 0;
  #forbidden = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  /** Nothing more may be changed in this pass. */
  get isFull(): boolean {
    return this.#changes >= this.#options.most || this.isRefused;
  }

  /** GitHub refuses one repository after the other. */
  get isRefused(): boolean {
    return this.#forbidden >= MOST_FORBIDDEN;
  }

  /** An issue that is known: read, and changed where it has to be. */
  async tend(of: IssueCase, signal: AbortSignal): Promise<void> {
    const { tracker, moment } = this.#options;
    const memory = this.#memory(of);
    const { number, etag } = memory;
    if (number === undefined) return;
    const answer = await tracker.read(this.#home(of), number, etag, signal);
    if (answer.state === 'refused' && answer.why === 'gone') return this.#set(of, deleted(memory, moment.nowMs));
    const found = this.#taken(of, answer);
    if (found === undefined) return;
    const live = found.value === undefined ? asRemembered(memory) : this.#live(of, found.value);
    const tag = found.value?.etag ?? etag;
    this.#set(of, { ...looked(memory, live, moment.nowMs), lookedMs: moment.nowMs, ...(tag && { etag: tag }) });
    await this.#step(of, live, signal);
  }

  /** One that nobody knows of: looked for, and opened where there is none. */
  async open(of: IssueCase, signal: AbortSignal): Promise<void> {
    const { want } = of;
    if (want.kind !== 'open') return;
    const known = await this.#find(of, signal);
    if (known === undefined) return;
    if (known.length > 0) return this.#adopt(of, known, signal);
    const { tracker, labels } = this.#options;
    this.#changes += 1;
    const { title, body, hash, cause } = want;
    const made = this.#taken(of, await tracker.open(this.#home(of), { title, body, labels }, signal));
    if (made === undefined) return;
    this.opened += 1;
    this.#forbidden = 0;
    this.#set(of, { ...this.#memory(of), number: made.value.number, state: 'open', hash, cause });
    await this.#options.keep(signal);
    // Another process may have opened one in the same moment.
    const again = await this.#find(of, signal);
    if (again !== undefined && again.length > 1) await this.#adopt(of, again, signal);
  }

  /** Undefined where nothing may be opened there now. */
  async #find(of: IssueCase, signal: AbortSignal): Promise<Issue[] | undefined> {
    const { tracker, scope } = this.#options;
    const found = this.#taken(of, await tracker.find(this.#home(of), markerStart(scope, of.id), signal));
    if (found === undefined) return undefined;
    const { issues, isCut } = found.value;
    if (issues.length > 0 || !isCut) return issues;
    this.#refuse(of, 'it has more than 1,000 issues, and none of the first of them is of Plus1');
    return undefined;
  }

  /** The oldest counts; others that are open are closed. */
  async #adopt(of: IssueCase, issues: readonly Issue[], signal: AbortSignal): Promise<void> {
    const { tracker, scope, moment } = this.#options;
    const [first, ...others] = [...issues].sort((a, b) => a.number - b.number);
    if (first === undefined) return;
    for (const { number, state } of others) {
      if (state !== 'open') continue;
      this.#changes += 1;
      const { body } = duplicateText(scope, of.id, first.number);
      await tracker.change(this.#home(of), number, { body, state: 'closed', stateReason: 'not_planned' }, signal);
    }
    const live = this.#live(of, first);
    const { snoozedUntilMs: _snoozedUntilMs, ...before } = this.#memory(of);
    this.#set(of, adopted(before, { number: first.number, live }, moment.nowMs));
    await this.#options.keep(signal);
    await this.#step(of, live, signal);
  }

  async #step(of: IssueCase, live: LiveIssue, signal: AbortSignal): Promise<void> {
    const { want, status } = of;
    const step = decide(this.#memory(of), { want, live, status }, this.#options.moment);
    if (step.do === 'nothing') return this.#sayOwed(of, live.marker?.hash, signal);
    if (this.isFull) return;
    await this.#change(of, step, signal);
  }

  async #change(of: IssueCase, step: Change, signal: AbortSignal): Promise<void> {
    const { tracker, keep } = this.#options;
    const { owed: _owed, ...before } = this.#memory(of);
    const { number = 0 } = before;
    this.#changes += 1;
    if (step.comment !== undefined) {
      this.#set(of, { ...before, owed: step.comment });
      await keep(signal);
    }
    const change = { body: step.body, ...turnOf(step) };
    const written = this.#taken(of, await tracker.change(this.#home(of), number, change, signal));
    if (written === undefined) return;
    this.#count(step);
    this.#forbidden = 0;
    const { isLeftOpen: _isLeftOpen, snoozedUntilMs: _snoozedUntilMs, closedBy: _closedBy, ...rest } = this.#memory(of);
    const { hash, cause } = step;
    const now = step.do === 'close' ? ({ state: 'closed', closedBy: 'plus1' } as const) : ({ state: 'open' } as const);
    this.#set(of, { ...rest, ...now, hash, cause });
    await keep(signal);
    const { owed } = this.#memory(of);
    if (owed !== undefined) await this.#say(of, owed.body, signal);
  }

  #count(step: Change): void {
    if (step.do === 'close') this.closed += 1;
    else if (step.reopen) this.opened += 1;
  }

  /** A comment that an earlier pass did not get to, or does not know of. */
  async #sayOwed(of: IssueCase, hash: string | undefined, signal: AbortSignal): Promise<void> {
    const { owed, number = 0 } = this.#memory(of);
    if (owed === undefined) return;
    if (owed.hash !== hash) return this.#forgetOwed(of);
    const isSaid = await this.#options.tracker.hasComment(this.#home(of), number, commentMarker(owed.key), signal);
    if (isSaid.state === 'unknown') return;
    if (isSaid.state === 'refused' || isSaid.value) return this.#forgetOwed(of);
    await this.#say(of, owed.body, signal);
  }

  async #say(of: IssueCase, body: string, signal: AbortSignal): Promise<void> {
    const { number = 0 } = this.#memory(of);
    const answer = await this.#options.tracker.comment(this.#home(of), number, body, signal);
    // One that GitHub does not take, as where the talk is locked, is not tried again.
    if (answer.state === 'unknown') return;
    this.#forgetOwed(of);
    await this.#options.keep(signal);
  }

  #forgetOwed(of: IssueCase): void {
    const { owed: _owed, ...rest } = this.#memory(of);
    this.#set(of, rest);
  }

  /** The answer where there is one; of the others what is to be remembered is. */
  #taken<T>(of: IssueCase, answer: IssueAnswer<T>): { value: T } | undefined {
    if (answer.state === 'done') {
      const { refused: _refused, ...rest } = this.#memory(of);
      this.#set(of, rest);
      return answer;
    }
    if (answer.state === 'unknown') return undefined;
    this.#forbidden += answer.why === 'forbidden' ? 1 : 0;
    this.#refuse(of, REFUSALS[answer.why] ?? answer.text);
    return undefined;
  }

  /** Told once, and again only where the reason is another one. */
  #refuse(of: IssueCase, why: string): void {
    const memory = this.#memory(of);
    if (memory.refused?.why !== why) this.notes.push({ repository: of.name, why });
    const { owed: _owed, ...rest } = memory;
    this.#set(of, { ...rest, refused: { why, untilMs: this.#options.moment.nowMs + REFUSED_MS } });
  }

  #live(of: IssueCase, { state, stateReason, body }: Issue): LiveIssue {
    const marker = readMarker(body, markerStart(this.#options.scope, of.id));
    return { state, ...(stateReason !== undefined && { stateReason }), ...(marker && { marker }) };
  }

  #memory({ id }: IssueCase): IssueMemory {
    return this.#options.memories.get(id) ?? { id };
  }

  #set({ id }: IssueCase, memory: IssueMemory): void {
    this.#options.memories.set(id, memory);
  }

  #home({ name }: IssueCase): IssueHome {
    return { organization: this.#options.organization, repository: name };
  }
}

type Change = Exclude<IssueStep, { do: 'nothing' }>;

/** What becomes of its state. */
function turnOf(step: Change): IssueChange {
  if (step.do === 'close') return { state: 'closed', stateReason: 'completed' };
  return step.reopen ? { state: 'open' } : {};
}

/** GitHub says that nothing changed since then. */
function asRemembered({ state = 'open', closedAs, hash, cause = NO_CAUSE, closedBy }: IssueMemory): LiveIssue {
  const reason = closedAs === undefined ? {} : { stateReason: closedAs };
  return { state, ...reason, ...(hash !== undefined && { marker: { cause, hash, isClosed: closedBy === 'plus1' } }) };
}

const REFUSALS: Readonly<Record<string, string>> = {
  off: 'issues are switched off there',
  archived: 'it is archived',
  gone: 'GitHub does not show it to this credential',
};
