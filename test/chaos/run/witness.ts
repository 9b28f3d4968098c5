/** Writes down what each process of a run asks, sends and is shown: the truth that invariants are judged by. */
import { membersHash } from '../../../pkg/base/index.js';
import { SOMEBODY, type Exchanged } from '../../fakes/github/index.js';
import type { Put } from '../model/chronicle.js';
import { shownBy } from '../model/sights.js';
import { holdsIntent } from './journal-on-disk.js';
import type { Running } from './lives.js';
import type { Sent } from './network.js';
import type { Simulation } from './simulation.js';

export class Witness {
  readonly #sim: Simulation;
  /** Of all passes of the run. */
  passNumber = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  passBegins(running: Running, id: string): void {
    const { chronicle, timeline, state } = this.#sim;
    running.pass = this.passNumber += 1;
    running.read = undefined;
    const isTroubled = state.refuses !== undefined || Number.isFinite(state.room);
    chronicle.passes.push({ life: running.number, pass: running.pass, id, start: timeline.now(), isTroubled });
    this.#sim.note(`p${running.number} begins pass ${running.pass}`);
  }

  passEnds(running: Running): void {
    const { chronicle, timeline, status } = this.#sim;
    const pass = chronicle.passes.findLast((each) => each.pass === running.pass);
    if (pass !== undefined && !running.life.isDead) pass.end = timeline.now();
    if (status.hold !== undefined) this.#sim.count('hold');
    this.#sim.note(`p${running.number} ends pass ${running.pass}`);
  }

  /** Nobody may rely on what the passes of that process that run now have kept. */
  trouble({ number }: Running): void {
    for (const pass of this.#sim.chronicle.passes)
      if (pass.life === number && pass.end === undefined) pass.isTroubled = true;
  }

  /** A process died: was it between a PUT and its outcome? */
  died({ number }: Running): void {
    const { chronicle, state, count } = this.#sim;
    const put = chronicle.puts.findLast((each) => each.life === number);
    const isOpen = put !== undefined && holdsIntent(state, membersHash(put.members), { isSafe: false });
    if (isOpen) count('killed-between');
  }

  sent(running: Running, sent: Sent): void {
    const { chronicle, timeline } = this.#sim;
    const isWrite = sent.method === 'PUT';
    if (isWrite) this.#put(running, sent);
    const kind = sent.path.endsWith('/graphql') ? 'graphql' : 'rest';
    const operation = kind === 'graphql' ? 'query' : `${sent.method} ${sent.path}`;
    chronicle.asked.push({ at: timeline.now(), life: running.number, kind, isWrite, operation });
    running.before = `${sent.method} ${sent.path}`;
  }

  #put(running: Running, { path, body }: Sent): void {
    const sim = this.#sim;
    const members = membersOf(body);
    const pass = sim.chronicle.passes.findLast((each) => each.pass === running.pass);
    sim.chronicle.puts.push({
      ...{ at: sim.timeline.now(), life: running.number, pass: running.pass, start: pass?.start ?? 0 },
      ...{ path, body, members, read: running.read, before: running.before, truth: sim.truth(), isAnswered: false },
      hasIntent: holdsIntent(sim.state, membersHash(members), { isSafe: true }),
    });
    sim.count('put');
    sim.note(`p${running.number} PUT ${members.join(',')} (read ${running.read?.join(',') ?? 'nothing'})`);
  }

  served({ request, answer, fault }: Exchanged): void {
    const { chronicle, ruleset, timeline, note } = this.#sim;
    note(`GitHub: ${request.operation} ${request.path} ${answer.status} ${fault?.kind ?? ''}`);
    if (request.method !== 'PUT') return;
    const put = chronicle.puts.findLast((each) => sameBody(each, request.body));
    if (put === undefined || put.appliedAt !== undefined) return;
    const isOurs = ruleset.history.at(-1)?.actor.id !== SOMEBODY.id;
    if (isOurs && membersHash(ruleset.members) === membersHash(put.members)) put.appliedAt = timeline.now();
  }

  answered(running: Running, exchanged: Exchanged): void {
    const { chronicle, timeline, organization } = this.#sim;
    const { request, answer, fault } = exchanged;
    const at = timeline.now();
    const { number: life, pass } = running;
    this.#limits(life, exchanged, at);
    if (fault?.kind === 'truncated' || fault?.kind === 'malformed') return;
    for (const sight of shownBy(exchanged, organization.id)) chronicle.sights.push({ at, life, pass, ...sight });
    if (answer.status !== 200) return;
    if (request.operation === 'repos/get-org-ruleset') running.read = membersOf(parsed(answer.body));
    if (request.method !== 'PUT') return;
    const put = chronicle.puts.findLast((each) => each.life === life);
    if (put !== undefined) put.isAnswered = put.appliedAt !== undefined;
  }

  #limits(life: number, { request, answer }: Exchanged, at: number): void {
    const header = (name: string): number => Number(answer.headers[name]);
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => header(`x-ratelimit-${name}`));
    if (limit === undefined || remaining === undefined || reset === undefined || Number.isNaN(limit)) return;
    const retry = header('retry-after');
    this.#sim.chronicle.limits.push({
      ...{ at, life, kind: request.kind, limit, remaining, resetAt: reset * 1_000 },
      ...(!Number.isNaN(retry) && answer.status !== 502 && { retryAt: at + retry * 1_000 }),
    });
  }
}

const sameBody = ({ body }: Put, other: unknown): boolean => JSON.stringify(body) === JSON.stringify(other);

const parsed = (body: unknown): unknown => (Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body);

/** Of a ruleset, or of what is written of one. */
function membersOf(body: unknown): number[] {
  const { conditions } = body as { conditions?: { repository_id?: { repository_ids?: number[] } } };
  return [...(conditions?.repository_id?.repository_ids ?? [])];
}
