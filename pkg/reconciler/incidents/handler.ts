/**
 * Incidents in a pass of their policy, in the order that the contract gives: what isolating changes is recorded, those who are affected are closed
 * off, the rest of the evidence is kept, runs are cancelled. Nothing that comes later delays what isolates.
 */
import { INCIDENTS, type IncidentSpec, type IncidentStatus } from '../../api/index.js';
import type { ApprovalVerdict } from '../../governance/index.js';
import { heldEntry, mostIsolated, nextDueMs } from '../../incident/index.js';
import { inputRef } from '../../policies/index.js';
import type { PolicyMetrics } from '../../telemetry/index.js';
import { onlyReferring } from '../../workflows/index.js';
import type { InputHandler, InputResult } from '../inputs/handler.js';
import { cancelRuns } from './cancel.js';
import { candidatesOf, namedCandidates } from './candidates.js';
import { Draft, type Incident } from './draft.js';
import { keepEvidence } from './evidence.js';
import { eventsOf } from './events.js';
import { sightOf, takeInventory, wantedOf } from './find.js';
import { holdOf } from './hold.js';
import { closeRefs } from './isolate.js';
import { keepEntries, keptEntries } from './kept-entries.js';
import { faultOf, nowOf, tell, type IncidentPass, type Means } from './means.js';
import { measureIncidents } from './measure.js';
import { noticesOf } from './notices.js';
import type { EvidenceStore } from './ports.js';
import { about, recordTargets } from './record.js';
import { releaseIncident } from './release.js';
import { standingOf, unspokenMembers } from './standing.js';
import { switchOff } from './switch-off.js';

/** What could not be done is tried again after so long. */
const RETRY_MS = 60_000;

export interface IncidentHandlerOptions {
  /** Absent where nothing is kept on a disk. */
  evidence?: EvidenceStore | undefined;
}

/** The handler of the kind. */
export const incidentHandler = (options: IncidentHandlerOptions = {}): InputHandler<IncidentSpec, IncidentStatus> => ({
  kind: INCIDENTS,
  hashOf: ({ status }) => status.hold?.planHash ?? '',
  handle: (pass, signal) => handle(pass, options, signal),
});

async function handle(
  pass: IncidentPass,
  { evidence }: IncidentHandlerOptions,
  signal: AbortSignal,
): Promise<InputResult<IncidentStatus>> {
  const incidents = [...pass.objects].sort(byAge);
  const drafts: Draft[] = [];
  for (const incident of incidents) drafts.push(new Draft(incident, await keptEntries(incident, { evidence, signal })));
  if (drafts.length === 0)
    return {
      statuses: [],
      notices: noticesIn(pass, []),
      measure: (metrics) => measureIncidents(metrics, []),
    };
  const means = await meansOf(pass, drafts, { evidence, signal });
  const verdicts: ApprovalVerdict[] = [];
  for (const draft of drafts) verdicts.push(...(await work(draft, means)));
  return resultOf(pass, drafts, { means, verdicts });
}

const byAge = (a: Incident, b: Incident): number =>
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
  (a.metadata.uid < b.metadata.uid ? -1 : 1);

async function meansOf(
  pass: IncidentPass,
  drafts: readonly Draft[],
  { evidence, signal }: { evidence: EvidenceStore | undefined; signal: AbortSignal },
): Promise<Means> {
  const { organization: login } = pass.request.policy.spec;
  const organization = pass.seen?.organization.login ?? login;
  const seen = candidatesOf(pass);
  const actions = drafts.flatMap(({ spec }) => spec.indicators.actions.map(({ name }) => name));
  return {
    ...{ pass, signal, organization, evidence, drafts, standing: standingOf(pass.broken) },
    candidates: seen ?? (await namedCandidates(drafts, { pass, organization, signal })),
    // Of a pass that saw nothing the last one that did tells: nobody may wait for an outage to isolate more than the policy lets him.
    repositories: pass.seen?.totalCount ?? pass.request.status.compliance?.total,
    index: await pass.index((repository) => onlyReferring(repository, { organization, actions })),
    approvalsMs: pass.deps.reader.time.now(),
    approvals: (await pass.approvals()) ?? [],
    owned: pass.deps.writer === undefined ? undefined : pass.owned,
  };
}

/** One incident. What goes wrong with one does not hold up the others. */
async function work(draft: Draft, means: Means): Promise<ApprovalVerdict[]> {
  try {
    const verdicts = await steps(draft, means);
    if (!draft.isDrill) await keepEntries(draft, means);
    return verdicts;
  } catch (thrown) {
    means.signal.throwIfAborted();
    draft.faults.push(faultOf('the incident', thrown));
    return [];
  }
}

async function steps(draft: Draft, means: Means): Promise<ApprovalVerdict[]> {
  const own = draft.isDrill ? { ...means, owned: undefined } : means;
  if (!draft.isDrill && means.owned === undefined) draft.idle = 'The policy only observes: nothing is written';
  const sight = sightOf(draft, own);
  if (draft.incident.status.timeline?.released !== undefined) {
    draft.release = { isDone: true, isBegun: true, left: leftOf(draft), faults: [] };
    return [];
  }
  if (draft.spec.closed) {
    // Once the release is asked for, files are cleaned up: who referred and who ran stays as it was found.
    if (draft.inventory === undefined) await takeInventory(draft, sight, own);
    const verdicts = await releaseIncident(draft, sight, own);
    await keepClosed(draft, own);
    return verdicts;
  }
  const wanted = await wantedOf(draft, sight, own);
  draft.unmatched = wanted.unmatched;
  const fresh = wanted.targets.filter(({ id }) => !draft.entries.has(id));
  draft.wanted = draft.entries.size + fresh.length;
  const { passing, verdicts } = await admit(draft, fresh, own);
  await recordTargets(draft, passing, own);
  await closeRefs(draft, own);
  await switchOff(draft, own);
  await keepEvidence(draft, own);
  await cancelRuns(draft, own);
  // Where the runs decide about nobody they are asked for last, and kept once they are known.
  if (draft.spec.isolate.matching !== 'Ran') {
    await takeInventory(draft, sight, own);
    if (draft.evidence?.missing.length === 0) await keepEvidence(draft, own);
  }
  return verdicts(draft.faults.length === 0);
}

/** Who asks for a release opens nobody by that: until it begins, what somebody else opened is closed again. */
async function keepClosed(draft: Draft, means: Means): Promise<void> {
  if (draft.isDrill || draft.release?.isBegun === true || draft.isReleased) return;
  await closeRefs(draft, means);
  await switchOff(draft, means);
}

const leftOf = ({ entries }: Draft): string[] =>
  [...entries.values()].flatMap(({ actions, message, name }) => (actions === 'Left' ? [message ?? name] : []));

type Fresh = Parameters<typeof heldEntry>[1];

/** Who of them may be isolated now: all within the limit, or those whom an approval lets pass. */
async function admit(
  draft: Draft,
  fresh: Fresh,
  means: Means,
): Promise<{ passing: Fresh; verdicts: (isDone: boolean) => ApprovalVerdict[] }> {
  const nothing = (): ApprovalVerdict[] => [];
  if (fresh.length === 0) return { passing: [], verdicts: nothing };
  const { isolation } = means.pass.request.policy.spec;
  const counted = [...means.drafts.filter((each) => counts(each, draft)), ...means.standing];
  const now = new Set(counted.flatMap(({ entries }) => [...entries.keys()]));
  for (const id of await unspokenMembers(means)) now.add(id);
  const total = new Set([...now, ...fresh.map(({ id }) => id)]).size;
  if (total <= mostIsolated(isolation.max, means.repositories)) return { passing: fresh, verdicts: nothing };
  const hold = holdOf(draft, heldEntry(draft.uid, fresh), means);
  const passing = fresh.filter(({ id }) => hold.released.has(id));
  if (passing.length < fresh.length) {
    hold.hold();
    const { planHash, reason } = hold.held;
    if (draft.incident.status.hold?.planHash !== planHash)
      await tell(means, [
        {
          kind: 'IncidentHeld',
          data: {
            incident: about(draft),
            planHash,
            reason,
            enter: hold.held.entering.map((change) => ({ ...change })),
            leave: [],
          },
        },
      ]);
  }
  return { passing, verdicts: hold.verdicts };
}

const counts = (each: Draft, draft: Draft): boolean => each === draft || (!each.isDrill && !each.isReleased);

const noticesIn = (
  { broken }: Pick<IncidentPass, 'broken'>,
  made: readonly { draft: Draft; status: IncidentStatus }[],
): ReturnType<typeof noticesOf> =>
  noticesOf(
    made.map(({ draft: { incident, spec }, status }) => ({ name: incident.metadata.name, spec, status })),
    { areAllKnown: broken.length === 0 },
  );

function resultOf(
  pass: IncidentPass,
  drafts: readonly Draft[],
  { means, verdicts }: { means: Means; verdicts: readonly ApprovalVerdict[] },
): InputResult<IncidentStatus> {
  const now = nowOf(means);
  const made = drafts.map((draft) => ({ draft, of: inputRef(draft.incident), status: draft.status(now) }));
  const retries = drafts.some(({ faults, release }) => faults.length > 0 || (release?.faults.length ?? 0) > 0);
  const dues = made.flatMap(({ status }) => (status.timeline && nextDueMs(status.timeline, now)) ?? []);
  const times = [...dues, ...(retries ? [now + RETRY_MS] : [])];
  return {
    statuses: made.map(({ of, status }) => ({ of, status })),
    events: made.flatMap(({ draft, of, status }) => eventsOf(draft, status).map((event) => ({ of, event }))),
    verdicts,
    notices: noticesIn(pass, made),
    ...(times.length > 0 && { nextMs: Math.min(...times) }),
    measure: (metrics: PolicyMetrics) =>
      measureIncidents(
        metrics,
        made.map(({ draft, status }) => ({ spec: draft.spec, status })),
      ),
  };
}
