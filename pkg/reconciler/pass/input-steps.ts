/**
 * The objects that are inputs of a pass, in the pass: read when it begins, and handled, kind by kind, when the membership was written or
 * the pass has failed. Nothing here fails a pass: who enters the ruleset must not wait for another kind.
 */
import { isDeepStrictEqual } from 'node:util';
import type { InputObject, InputStatus } from '../../api/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { GivenApproval } from '../../governance/index.js';
import { inputRef, type BrokenInput, type InputRef, type PolicyInputs } from '../../policies/index.js';

import type { ApprovalPort } from '../pass-record.js';
import type { PassOutcome, PassRequest } from '../types.js';
import { readIndex } from '../workflows/workflow-index.js';
import { conditionsOf } from '../inputs/conditions.js';
import type { InputDependencies, InputHandler, InputPass, InputResult } from '../inputs/handler.js';
import type { InputsOutcome } from '../inputs/outcome.js';
import type { OwnedLedger } from '../owned/ledger.js';
import type { OwnedMeans } from '../owned/means.js';
import { OwnedRulesets } from '../owned/owned-rulesets.js';
import type { PassDependencies } from './pass-dependencies.js';
import { isTrusted } from './trusted-time.js';

interface Sight extends Pick<PassOutcome, 'request' | 'startMs' | 'seen' | 'acted'> {
  error?: Plus1Error | undefined;
  owned: OwnedLedger;
}

export class InputSteps {
  readonly #deps: PassDependencies;
  readonly #handlers: readonly InputHandler[];
  readonly #inputs: PolicyInputs;
  readonly #hashes: ReadonlySet<string>;

  private constructor(deps: PassDependencies, handlers: readonly InputHandler[], inputs: PolicyInputs) {
    this.#deps = deps;
    this.#handlers = handlers;
    this.#inputs = inputs;
    this.#hashes = new Set(handlers.flatMap((handler) => hashesOf(handler, inputs)));
  }

  /** Undefined where no kind is handled, or the objects cannot be read: that is one line of the log, and nothing is decided. */
  static async begin(deps: PassDependencies, signal: AbortSignal): Promise<InputSteps | undefined> {
    const { record, handlers = [], log } = deps;
    if (record.inputs === undefined || handlers.length === 0) return undefined;
    try {
      return new InputSteps(deps, handlers, await record.inputs.list(signal));
    } catch (thrown) {
      const { code, message } = toPlus1Error(thrown);
      log.warn('Objects not read', { code, error: message });
      return undefined;
    }
  }

  /** The dependencies of the membership's steps: approvals of an object are none of its plans. */
  get dependencies(): PassDependencies {
    const { record } = this.#deps;
    const { approvals } = record;
    if (approvals === undefined) return this.#deps;
    const port: ApprovalPort = {
      ...(approvals.areClaims !== undefined && { areClaims: approvals.areClaims }),
      keep: (verdicts, signal) => approvals.keep(verdicts, signal),
      list: async (signal) => (await approvals.list(signal)).filter((given) => !this.#isOfObject(given)),
    };
    return { ...this.#deps, record: { ...record, approvals: port } };
  }

  /** Never throws. */
  async end(sight: Sight, signal: AbortSignal): Promise<InputsOutcome | undefined> {
    if (signal.aborted) return undefined;
    const results: InputResult[] = [];
    for (const handler of this.#handlers) {
      const result = await this.#handle(handler, sight, signal);
      if (result !== undefined) results.push(result);
    }
    return this.#outcome(results);
  }

  async #handle(handler: InputHandler, sight: Sight, signal: AbortSignal): Promise<InputResult | undefined> {
    try {
      return await handler.handle(this.#passOf(handler, sight, signal), signal);
    } catch (thrown) {
      const { code, message } = toPlus1Error(thrown);
      if (!signal.aborted)
        this.#deps.log.warn('Objects not handled', { kind: handler.kind.kind, code, error: message });
      return undefined;
    }
  }

  #passOf(
    { kind: { kind } }: InputHandler,
    { request, startMs, seen, acted, error, owned }: Sight,
    signal: AbortSignal,
  ): InputPass {
    const deps = this.#means(request);
    // Of a pass that saw no ruleset, the policy is asked for all the same: it may have been suspended, or have gone.
    const assertMayWrite = (): void | Promise<void> => deps.record.assertMayWrite(seen?.ruleset);
    return {
      request,
      objects: this.#inputs.objects.filter((object) => object.kind === kind),
      broken: this.#inputs.broken.filter((object) => object.kind === kind),
      nowMs: deps.reader.time.now(),
      startMs,
      isSkewed: seen?.skewed !== false || !isTrusted(deps.reader.time),
      ...(seen && { seen }),
      ...(acted && { acted }),
      ...(error && { error }),
      owned: ownedBy(deps, owned, { seen, request, assertMayWrite }),
      assertMayWrite,
      requireUnchanged: (object) => requireUnchanged(object, deps),
      index: async (project) => {
        const kept = await readIndex(deps.record.known?.workflows, project, signal);
        const isOurs = seen === undefined || kept?.head.organizationID === seen.organization.id;
        return isOurs ? kept?.repositories : undefined;
      },
      approvals: () => this.#approvals(signal),
      deps,
    };
  }

  #means({ policy }: PassRequest): InputDependencies {
    const { writer, ...deps } = this.#deps;
    return { ...deps, ...(writer !== undefined && policy.spec.mode !== 'Observe' && { writer }) };
  }

  async #approvals(signal: AbortSignal): Promise<readonly GivenApproval[] | undefined> {
    const { record, log } = this.#deps;
    try {
      return (await record.approvals?.list(signal))?.filter((given) => this.#isOfObject(given)) ?? [];
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn('Approvals of objects not read', { error: toPlus1Error(thrown).message });
      return undefined;
    }
  }

  #isOfObject({ planHash, kind }: GivenApproval): boolean {
    return kind === 'Review' || this.#hashes.has(planHash);
  }

  #outcome(results: readonly InputResult[]): InputsOutcome {
    const nowMs = this.#deps.reader.time.now();
    const { objects, broken } = this.#inputs;
    const before = new Map([...objects, ...broken].map((object) => [idOf(inputRef(object)), object.status]));
    const said = [
      // What is kept of one that is not known is all that there is of it: nothing is laid over that.
      ...broken
        .filter(({ isPastUnread }) => isPastUnread !== true)
        .map((object) => ({ of: inputRef(object), status: brokenStatus(object, nowMs) })),
      ...results.flatMap(({ statuses }) => statuses),
    ];
    const times = results.flatMap(({ nextMs }) => nextMs ?? []);
    return {
      statuses: said.filter(({ of, status }) => !isDeepStrictEqual(asKept(before.get(idOf(of))), asKept(status))),
      events: results.flatMap(({ events = [] }) => events),
      policy: Object.assign({}, ...results.map(({ policy }) => policy ?? {})) as InputsOutcome['policy'],
      notices: results.flatMap(({ notices = [] }) => notices),
      verdicts: results.flatMap(({ verdicts = [] }) => verdicts),
      entries: results.flatMap(({ entries = [] }) => entries),
      measures: results.flatMap(({ measure }) => measure ?? []),
      ...(times.length > 0 && { nextMs: Math.min(...times) }),
    };
  }
}

const ownedBy = (
  { reader, writer, record }: InputDependencies,
  ledger: OwnedLedger,
  { seen, request: { policy, status }, assertMayWrite }: OwnedTerms,
): OwnedRulesets =>
  new OwnedRulesets({
    ...{ organization: seen?.organization.login ?? policy.spec.organization, reader, writer, ledger, assertMayWrite },
    targetedBy: (id) =>
      id === seen?.ruleset.id || id === status.ruleset?.id ? 'this policy' : record.targetedBy?.(id),
  });

interface OwnedTerms extends Pick<Sight, 'request'>, Pick<OwnedMeans, 'assertMayWrite'> {
  seen: Sight['seen'] | undefined;
}

/** Of a pass of minutes: who takes an order back meanwhile means the writes that are not sent yet. */
function requireUnchanged(object: Omit<InputObject, 'spec'>, { record }: InputDependencies): void {
  const { kind, metadata } = object;
  if (record.inputs?.generationOf(inputRef(object)) === metadata.generation) return;
  throw new Plus1Error(
    'PLUS1_INTERRUPTED',
    `the ${kind} ${metadata.name} changed or went during the pass; nothing more is written for it`,
  );
}

function hashesOf(handler: InputHandler, { objects }: PolicyInputs): string[] {
  const own = objects.filter(({ kind }) => kind === handler.kind.kind);
  return own.flatMap((object) => handler.hashOf?.(object) ?? []);
}

const idOf = ({ kind, uid }: InputRef): string => `${kind} ${uid}`;

const asKept = (status: InputStatus | undefined): unknown => JSON.parse(JSON.stringify(status ?? {}));

/** What was done for it stays, and what was known of it as well. */
function brokenStatus(object: BrokenInput, nowMs: number): InputStatus {
  const ready = { type: 'Ready', status: 'False', reason: 'InvalidSpec', message: object.faults.join('; ') } as const;
  const others = (object.status.conditions ?? []).filter(({ type }) => type !== 'Ready');
  const { generation: observedGeneration } = object.metadata;
  return { ...object.status, observedGeneration, conditions: [...conditionsOf(object, [ready], nowMs), ...others] };
}
