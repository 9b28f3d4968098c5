/**
 * The end of an isolation, which an approval lets pass: settings are set back and compared, then the rulesets of the incident are deleted. Each
 * step is done again by the next pass where this one ends before it is known what became of it.
 */
import type { IncidentCheck, IsolatedRepository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { FailedWrite, RepositoryAt } from '../../github/index.js';
import {
  heldRelease,
  isReleasing,
  isolationName,
  ISOLATION_TARGETS,
  sameSettings,
  stillNeededBy,
  type Sighted,
} from '../../incident/index.js';
import { governs, type ApprovalVerdict } from '../../governance/index.js';
import { openUntilMs } from '../owned/open-change.js';
import type { Draft } from './draft.js';
import { holdOf } from './hold.js';
import { faultOf, isolationOf, keep, keepOrThrow, mayChange, nowOf, tell, type Means } from './means.js';
import { about, nameNow, othersOf } from './record.js';
import { releaseTerms, type ReleaseTerms } from './release-terms.js';
import { requireSame } from './same-repository.js';
import { otherRulesets, ownSight, type OtherRulesets, type OwnSight } from './standing.js';
import { sendSwitch, type SwitchWrite } from './switch-turn.js';

/** What the person who approves sees first. */
export function releaseChecks(draft: Draft, sight: Sighted, { pass, index }: Means): IncidentCheck[] {
  const ids = new Set(draft.entries.keys());
  const names = new Set([...draft.entries.values()].map(({ name }) => name));
  return [governedCheck(ids, pass), checklistCheck(), indicatorCheck(names, sight, index !== undefined)];
}

function governedCheck(ids: ReadonlySet<number>, { seen, acted }: Means['pass']): IncidentCheck {
  const name = 'governed';
  if (seen === undefined) return { name, result: 'Unknown', message: 'this pass did not see the repositories' };
  const live = acted?.live ?? seen.ruleset;
  // Membership in a ruleset that is switched off, or empty of rules, protects nothing.
  const isGoverned = (id: number): boolean => live.members.has(id) && governs(live, seen.branches.get(id));
  const own = seen.findings.filter(({ id }) => ids.has(id));
  const production = own.filter(({ status }) => status === 'valid_production');
  const open = production.filter(({ id }) => !isGoverned(id)).map((finding) => finding.name);
  if (open.length > 0) return { name, result: 'Fail', message: `not governed: ${open.slice(0, 10).join(', ')}` };
  const isKnown = new Set(own.filter(({ status }) => status !== 'unobserved').map(({ id }) => id));
  const unknown = [...ids].filter((id) => !isKnown.has(id) && !isGoverned(id)).length;
  if (unknown > 0) return { name, result: 'Unknown', message: `${unknown} of ${ids.size} were not read in this pass` };
  return {
    name,
    result: 'Pass',
    message: `${production.length} of ${ids.size} are in production, all of them governed`,
  };
}

const checklistCheck = (): IncidentCheck => ({
  name: 'checklist',
  result: 'Unknown',
  message: 'no onboarding checklist is kept: look at it by hand',
});

function indicatorCheck(names: ReadonlySet<string>, { refers, unknown }: Sighted, hasIndex: boolean): IncidentCheck {
  const name = 'indicators';
  const found = refers.filter(({ repository }) => names.has(repository));
  const open = unknown.filter(({ repository }) => names.has(repository));
  if (found.length > 0) {
    const shown = found
      .slice(0, 5)
      .map(({ repository, file, line, action }) => `${repository}/${file}:${line} ${action}`);
    return { name, result: 'Fail', message: `${found.length} references are left: ${shown.join(', ')}` };
  }
  if (!hasIndex) return { name, result: 'Unknown', message: 'no index of workflow files is kept' };
  if (open.length > 0) return { name, result: 'Unknown', message: `${open.length} files could not be read` };
  return { name, result: 'Pass', message: 'no file refers to an indicator' };
}

/** Holds the release until it is approved, then does what is left of it. */
export async function releaseIncident(draft: Draft, sight: Sighted, means: Means): Promise<ApprovalVerdict[]> {
  const isBegun = isReleasing(draft.incident.status.conditions);
  draft.release = { isDone: false, isBegun, left: [], faults: [] };
  let own: OwnSight;
  try {
    own = await ownSight(draft, means);
    takeLost(draft, own, means);
  } catch (thrown) {
    means.signal.throwIfAborted();
    // What waits goes on waiting: an approval counts for the hold that was there when it was given.
    draft.hold = draft.incident.status.hold;
    draft.release.faults.push(faultOf('whom its rulesets close off', thrown));
    return [];
  }
  draft.checks = releaseChecks(draft, sight, means);
  if (draft.entries.size === 0 || draft.isDrill) {
    draft.release.isDone = true;
    return [];
  }
  const held = heldRelease(draft.uid, [...draft.entries.values()]);
  const hold = holdOf(draft, held, means);
  const isApproved = held.leaving.every(({ id }) => hold.released.has(id));
  if (!isApproved) {
    hold.hold();
    return hold.verdicts(false);
  }
  if (means.owned === undefined) {
    draft.release.faults.push('nothing is written: see Ready');
    return hold.verdicts(false);
  }
  // What Plus1 does not know as its own it does not delete; and while it stands the release is not done, whatever else is set back.
  draft.release.faults.push(...own.unknown.map(unknownRuleset));
  if (own.unknown.length > 0) {
    hold.hold();
    return hold.verdicts(false);
  }
  // Its approvals count, and wait with it: in this mode nobody leaves what protects, in no way.
  if (means.pass.request.policy.spec.mode === 'EnterOnly') {
    draft.idle = 'The policy lets nobody leave while its mode is EnterOnly: nothing is released';
    hold.hold();
    return hold.verdicts(false);
  }
  // What waits stays in the status until nothing is left of it: an approval counts for a hold that was there when it was given.
  hold.hold();
  await release(draft, { ...means, terms: releaseTerms(draft, held, means) });
  draft.release.isDone = draft.release.faults.length === 0;
  if (draft.release.isDone) draft.hold = undefined;
  return hold.verdicts(draft.release.isDone);
}

/**
 * Those whose record is lost, since the status has no room for them and the file beside it went, or the status itself did: the release opens
 * them with the others, and must not do so without showing them. Whom the rulesets close off is asked of the rulesets, whatever is kept.
 */
function takeLost(draft: Draft, { members }: OwnSight, means: Means): void {
  for (const id of members) {
    if (draft.entries.has(id)) continue;
    const name = nameNow(id, `id ${id}`, means);
    const message = `${name}: what its Actions were before is lost; look at them by hand`;
    draft.entries.set(id, { id, name, why: 'Unknown', actions: 'Left', message });
  }
}

const unknownRuleset = ({ id, name }: OwnSight['unknown'][number]): string =>
  `the ruleset ${id} is named ${name}, and the status of the policy does not have it as made by Plus1: delete it by hand`;

interface Releasing extends Means {
  terms: ReleaseTerms;
}

async function release(draft: Draft, means: Releasing): Promise<void> {
  const { release: outcome } = draft;
  if (outcome === undefined || !(await mayGoOn(outcome, means))) return;
  const rows = [...draft.entries.values()];
  const repositories = rows.map(({ id, name }) => ({ id, name }));
  await tell(means, [{ kind: 'ReleaseIntended', data: { incident: about(draft), repositories } }]);
  await announce(draft, means);
  // One after the other: each is compared before the next one is set back.
  const others = await otherRulesets(draft, means);
  for (const row of rows) {
    if (!(await mayGoOn(outcome, means))) return;
    await restore(draft, row, { ...means, others });
  }
  if (outcome.faults.length > 0) return;
  for (const target of ISOLATION_TARGETS) {
    const name = isolationName(draft.uid, target);
    try {
      const { assertMayRelease, mayGo } = means.terms;
      await means.owned?.asking(assertMayRelease).remove(name, means.signal, mayGo);
      delete draft.rulesets[target];
    } catch (thrown) {
      means.signal.throwIfAborted();
      // Why the one must stay holds for the other as well.
      return void outcome.faults.push(faultOf(name, thrown));
    }
  }
  for (const [id, { rulesetID: _deleted, ...entry }] of draft.entries) draft.entries.set(id, entry);
  const { left } = outcome;
  await tell(means, [{ kind: 'IncidentReleased', data: { incident: about(draft), repositories, left } }]);
}

/** False where nothing more may be released; the outcome says why. */
async function mayGoOn({ faults }: NonNullable<Draft['release']>, means: Releasing): Promise<boolean> {
  try {
    await means.terms.assertMayGoOn();
    return true;
  } catch (thrown) {
    means.signal.throwIfAborted();
    faults.push(faultOf('the release', thrown));
    return false;
  }
}

/** Nothing is set back before the status says so. Throws where it cannot be kept: a release waits for the disk. */
async function announce(draft: Draft, means: Means): Promise<void> {
  if (draft.release === undefined || draft.release.isBegun) return;
  draft.release.isBegun = true;
  try {
    await keepOrThrow(means, draft);
  } catch (thrown) {
    draft.release.isBegun = false;
    throw thrown;
  }
}

/** The switch of one repository, where this incident set it. */
async function restore(
  draft: Draft,
  row: IsolatedRepository,
  means: Releasing & { others: OtherRulesets },
): Promise<void> {
  const { release: outcome } = draft;
  if (row.actions === 'Left') return void outcome?.left.push(row.message ?? row.name);
  if (row.actionsBefore === undefined || row.actions === 'Restored' || outcome === undefined) return;
  const leave = (why: string): void => {
    const message = `${row.name}: ${why}`.slice(0, 1_024);
    outcome.left.push(message);
    draft.entries.set(row.id, { ...row, actions: 'Left', message });
  };
  const needed = stillNeededBy(othersOf(row.id, draft, means));
  if (needed !== undefined) return leave(`isolated by ${needed} as well, whose release sets its Actions back`);
  const other = means.others.get(row.id);
  if (other !== undefined) return leave(other);
  // Once it is set back nobody looks any more: what may still switch it off comes first.
  const untilMs = openUntilMs(row.disableTime, nowOf(means));
  if (untilMs !== undefined) return void outcome.faults.push(mayChange(`the switch of ${row.name}`, untilMs));
  try {
    const why = await settingBack(draft, row, means);
    if (why !== undefined) return leave(why);
    const { message: _solved, ...rest } = row;
    draft.entries.set(row.id, { ...rest, actions: 'Restored' });
    await keep(means, draft);
  } catch (thrown) {
    means.signal.throwIfAborted();
    outcome.faults.push(faultOf(`${row.name}: its Actions are not set back`, thrown));
  }
}

/** Why it cannot be set back at all; undefined where it is as it was. Throws where a later pass may do it. */
async function settingBack(draft: Draft, row: IsolatedRepository, means: Releasing): Promise<string | undefined> {
  const place = await placeOf(row, means);
  if (typeof place === 'string') return place;
  const before = row.actionsBefore ?? { enabled: true };
  const now = await isolationOf(means).actionsSettings(place, means.signal);
  if (sameSettings(now, before)) return undefined;
  // On already, and not by us: what somebody chose since is theirs.
  if (now.enabled && row.message !== RESTORING)
    return 'somebody else switched its Actions on meanwhile, with other settings';
  // With its time: where it has no known outcome it may be applied after somebody took the release back.
  draft.entries.set(row.id, { ...row, message: RESTORING, restoreTime: new Date(nowOf(means)).toISOString() });
  await keepOrThrow(means, draft);
  const refusal = await setBack({ row, before }, place, means);
  if (refusal?.state === 'refused') {
    if (/archived/i.test(refusal.why)) return 'it is archived, and takes no settings';
    throw refusal.error ?? new Plus1Error('PLUS1_WRITE_REFUSED', refusal.why);
  }
  const after = await isolationOf(means).actionsSettings(place, means.signal);
  await requireSame(row, place.name, means);
  if (sameSettings(after, before)) return undefined;
  throw new Plus1Error('PLUS1_WRITE_UNPROVED', 'they are not as they were before');
}

/** Where it is now; a text where it is no repository of the organization any more. Throws where GitHub does not say. */
async function placeOf(
  { id }: IsolatedRepository,
  { pass, organization, signal }: Means,
): Promise<RepositoryAt | string> {
  const fate = await pass.deps.reader.lookUp(id, signal);
  if (fate.state === 'missing') return 'it is gone';
  if (fate.state === 'unknown') throw new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', fate.why);
  if (fate.owner.toLowerCase() !== organization.toLowerCase()) return `it belongs to ${fate.owner} now`;
  return { organization, name: fate.name };
}

/** Kept before the write: what is found then is half of our own work. */
const RESTORING = 'its Actions are being set back';

async function setBack(
  { row, before }: { row: IsolatedRepository; before: NonNullable<IsolatedRepository['actionsBefore']> },
  at: RepositoryAt,
  means: Releasing,
): Promise<FailedWrite | undefined> {
  const { signal, terms } = means;
  const send = (write: SwitchWrite['write']): ReturnType<typeof sendSwitch> =>
    sendSwitch({ row, at, assertMaySend: terms.assertMayRelease, write }, means);
  const outcome = await send((isolation, options) => isolation.setActions(at, before, signal, options));
  const { selected } = before;
  if (outcome.state !== 'answered' || selected === undefined) return outcome.state === 'answered' ? undefined : outcome;
  const second = await send((isolation, options) => isolation.setSelected(at, selected, signal, options));
  return second.state === 'answered' ? undefined : second;
}
