/**
 * Egress rules in a pass. A rule is judged by its approvals, by time, by other rules, by the index of workflow files and by DNS, and its status
 * says what came of it. With delivery `Audit` nothing is written to GitHub; with `SharedFile` a pull request brings one file to what the rules
 * say.
 */
import {
  durationMs,
  EGRESS_RULES,
  type EgressRule,
  type EgressRuleSpec,
  type EgressRuleStatus,
  type NotificationEvent,
  type PolicyStatus,
} from '../../../api/index.js';
import {
  carryingOf,
  deniedOf,
  egressDigest,
  endMs,
  exactNames,
  jobsOf,
  NOTICE_MS,
  phaseOf,
  type Jobs,
  type Terms,
} from '../../../egress/index.js';
import { SharedTexts } from '../../../base/index.js';
import { inputRef, keyString, type InputRef, type PolicyEvent } from '../../../policies/index.js';
import type { GivenApproval } from '../../../governance/index.js';
import type { Resolution } from '../../../workflows/index.js';
import { governedProduction } from '../../effective.js';
import { conditionStatus } from '../conditions.js';
import type { InputHandler, InputPass, InputResult } from '../handler.js';
import { consentTo, strayReviews, type Consented } from './consent.js';
import { eventsOf } from './events.js';
import { dueTimes, judge } from './judge.js';
import type { Known } from './known.js';
import { egressMeasure } from './measure.js';
import { resolveNames, type ResolveName } from './names.js';
import { SharedFilePass, sharedStatus } from './shared-file/shared-file-pass.js';
import { reviewApprovals } from './shared-file/rules.js';
import type { SharedStatus } from './shared-file/means.js';
import { goneSince, withdrawnAfter, type Withdrawn } from './withdrawn.js';
import { listed } from './words.js';

type Pass = InputPass<EgressRuleSpec, EgressRuleStatus>;

export interface EgressHandlerOptions {
  resolve: ResolveName;
  /** The operator's limit on how far ahead an Emergency ends, ms. */
  emergencyLimitMs: number;
}

/** What a pass knows of jobs. */
type Sight = { jobs: Jobs } | { unknown: string };

export class EgressHandler implements InputHandler<EgressRuleSpec, EgressRuleStatus> {
  readonly kind = EGRESS_RULES;
  readonly #options: EgressHandlerOptions;
  /** Rules in force of each policy as the last pass left them, by uid. */
  readonly #inForce = new Map<string, ReadonlyMap<string, EgressRule>>();

  constructor(options: EgressHandlerOptions) {
    this.#options = options;
  }

  hashOf(rule: EgressRule): string {
    return egressDigest(rule);
  }

  async handle(pass: Pass, signal: AbortSignal): Promise<InputResult<EgressRuleStatus>> {
    const { request, objects, broken, nowMs } = pass;
    const { metadata, spec } = request.policy;
    const before = this.#inForce.get(keyString(metadata)) ?? new Map<string, EgressRule>();
    if (objects.length + broken.length + before.size === 0 && request.status.egress === undefined)
      return { statuses: [], measure: egressMeasure([], []) };
    const given = await pass.approvals();
    const sight = await jobsSeen(pass);
    const answers = await this.#answers(pass, signal);
    const there = new Set([...objects, ...broken].map((object) => object.metadata.uid));
    const gone = goneSince(before, there);
    const withdrawn = withdrawnAfter(request.status.egress?.withdrawn ?? [], gone, nowMs);
    const seenNow = { given, sight, answers };
    const judged = this.#judged(pass, seenNow);
    const shared = await SharedFilePass.run(pass, judged, withdrawn, signal);
    const known = shared === undefined ? judged : shared.over(this.#judged(pass, { ...seenNow, shared }));
    const statuses = known.map((each) => ({ known: each, status: judge(each) }));

    this.#remember(keyString(metadata), known, before, broken);
    const digests = new Set(known.map(({ digest }) => digest));
    const strays = strayReviews(given ?? [], digests, { nowMs, timeoutMs: durationMs(spec.guards.approval.timeout) });
    return {
      statuses: statuses.map(({ known: { rule }, status }) => ({ of: inputRef(rule), status })),
      events: [
        ...statuses.flatMap(({ known: { rule }, status }) => told(inputRef(rule), eventsOf(rule, status))),
        ...gone.flatMap((rule) => told(inputRef(rule), [withdrawnEvent(rule, nowMs)])),
      ],
      verdicts: [...known.flatMap(({ consented }) => consented.verdicts), ...strays],
      nextMs: first([...known.flatMap(dueTimes), ...withdrawn.map(({ until }) => Date.parse(until))]),
      policy: { egress: egressStatus(withdrawn, sharedStatus(request, shared)) },
      notices: noticesOf(statuses),
      measure: egressMeasure(statuses, withdrawn),
    };
  }

  #judged(
    { request, objects, nowMs }: Pass,
    seen: {
      given: readonly GivenApproval[] | undefined;
      sight: Sight;
      answers: Known['answers'];
      shared?: SharedFilePass;
    },
  ): Known[] {
    const terms: Terms = { nowMs, emergencyLimitMs: this.#options.emergencyLimitMs };
    const rules = request.policy.spec.guards.approval;
    const all = objects.map((rule) => {
      const digest = egressDigest(rule);
      const hasEnded = endMs(rule.spec) <= nowMs;
      const reviews = reviewApprovals(rule, digest, seen.shared?.mergedOf(digest));
      const consented =
        seen.given === undefined
          ? unread(rule, digest)
          : consentTo(digest, { approvals: seen.given, reviews }, rules, { nowMs, hasEnded });
      return { rule, digest, consented, phase: phaseOf(rule, consented.consent, terms) };
    });
    const denies = all.filter(({ rule, phase }) => rule.spec.effect === 'Deny' && phase === 'InForce');
    return all.map((each) => ({
      ...each,
      terms,
      required: rules.required,
      denied:
        each.rule.spec.effect === 'Deny'
          ? []
          : deniedOf(
              each.rule,
              denies.map(({ rule }) => rule),
            ),
      carrying: 'jobs' in seen.sight ? carryingOf(each.rule.spec, seen.sight.jobs) : seen.sight,
      answers: seen.answers,
      jobs: 'jobs' in seen.sight ? seen.sight.jobs : undefined,
    }));
  }

  /** Asked by full passes alone: a quick one comes every minute, and what DNS says changes less often. */
  async #answers({ objects, seen, nowMs, deps }: Pass, signal: AbortSignal): Promise<Known['answers']> {
    if (seen?.isQuick === true) return undefined;
    const rules = objects.filter(({ spec }) => spec.effect === 'Allow' && endMs(spec) > nowMs);
    const names = [...new Set(rules.flatMap(({ spec }) => exactNames(spec.endpoints)))];
    if (names.length === 0) return new Map<string, Resolution>();
    return resolveNames(names, { resolve: this.#options.resolve, timers: deps.timers }, signal);
  }

  /** Of one that cannot be read now, what was known stays. */
  #remember(
    key: string,
    known: readonly Known[],
    before: ReadonlyMap<string, EgressRule>,
    broken: Pass['broken'],
  ): void {
    const kept = broken.flatMap(({ metadata: { uid } }) => before.get(uid) ?? []);
    const inForce = known.filter(({ phase }) => phase === 'InForce').map(({ rule }) => rule);
    const all = [...inForce, ...kept];
    if (all.length === 0) this.#inForce.delete(key);
    else this.#inForce.set(key, new Map(all.map((rule) => [rule.metadata.uid, rule])));
  }
}

/** Approvals that cannot be read prove nothing, and take nothing away either. */
function unread({ status }: EgressRule, digest: string): Consented {
  const isApproved = status.digest === digest && conditionStatus(status, 'Approved') === 'True';
  return { consent: { isApproved }, counting: [], verdicts: [] };
}

async function jobsSeen({ request, seen, acted, index }: Pass): Promise<Sight> {
  if (!request.policy.spec.workflows.enabled)
    return { unknown: 'workflows.enabled of the policy is false: nobody reads workflow files' };
  if (seen === undefined || acted === undefined)
    return { unknown: 'the pass did not see which repositories are governed' };
  const governed = new Set(governedProduction(seen, acted.live));
  const texts = new SharedTexts();
  const indexed = await index(({ id, name, files }) => ({
    id,
    ...jobsOf(governed.has(id) ? texts.in({ name, files }) : { name, files: [] }),
  }));
  if (indexed === undefined) return { unknown: 'no index of workflow files is kept yet' };
  const jobs = indexed.flatMap((each) => each.jobs);
  const unread = indexed.flatMap((each) => each.unread);
  const known = new Set(indexed.map(({ id }) => id));
  const pending = seen.findings.filter(({ id }) => governed.has(id) && !known.has(id)).map(({ name }) => name);
  return { jobs: { jobs, unread: [...unread, ...pending] } };
}

/** Undefined where there is nothing to be kept. */
function egressStatus(withdrawn: readonly Withdrawn[], sharedFile: SharedStatus | undefined): PolicyStatus['egress'] {
  if (withdrawn.length === 0 && sharedFile === undefined) return undefined;
  return { ...(withdrawn.length > 0 && { withdrawn: [...withdrawn] }), ...(sharedFile && { sharedFile }) };
}

const told = (of: InputRef, events: readonly PolicyEvent[]): { of: InputRef; event: PolicyEvent }[] =>
  events.map((event) => ({ of, event }));

function withdrawnEvent({ spec }: EgressRule, nowMs: number): PolicyEvent {
  const isNoticed = spec.effect === 'Allow' && spec.kind === 'Normal';
  const end = new Date(Math.min(nowMs + NOTICE_MS, endMs(spec))).toISOString();
  const until = isNoticed ? `until ${end} the lists that are rendered still have` : 'no list that is rendered has';
  const what = spec.effect === 'Deny' ? 'it denied' : 'it allowed';
  return {
    ...{ type: 'Normal', reason: 'EgressRuleWithdrawn', action: 'Withdraw' },
    message: `it was taken away at ${new Date(nowMs).toISOString()}; ${what} ${listed(spec.endpoints)}; ${until} ${isNoticed ? 'them' : 'them on its account'}`,
  };
}

const first = (times: readonly number[]): number | undefined => (times.length === 0 ? undefined : Math.min(...times));

/** What is open as long as it is so. */
function noticesOf(
  statuses: readonly { known: Known; status: EgressRuleStatus }[],
): NonNullable<InputResult['notices']> {
  const those = (type: string, is: string): string[] =>
    statuses
      .filter(({ status }) => conditionStatus(status, type) === is)
      .map(({ known: { rule }, status }) => {
        const message = status.conditions?.find((each) => each.type === type)?.message ?? '';
        return `${rule.metadata.name}: ${message}`;
      });
  const open = (event: NotificationEvent, found: readonly string[]) =>
    [event, found.length === 0 ? undefined : { message: listed(found) }] as const;
  return [
    open('EgressReviewDue', those('ReviewDue', 'True')),
    open('EgressNameUnresolvable', those('Resolvable', 'False')),
  ];
}
