/**
 * Observe what changed: the second kind of observing. The repositories that GitHub's lists name are looked at again by id, beside those
 * that this pass may decide about: members whose exit clock is due or would start, those that ought to be members and are none, and
 * what was not observed. Of all others counts what the last look left. That can keep one in the ruleset; it never lets one leave.
 */
import type { LiveRuleset } from '../../api/index.js';
import { judge, type Verdict } from '../../catalog/index.js';
import { withoutReading, type ObservedRepository, type PassTime } from '../../github/index.js';
import { exempt, findingEffect, toConfirm, toNameAgain, toSee, wantsFiles } from '../../governance/index.js';
import type { Changed } from '../anchor.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { PassRequest } from '../types.js';
import { classifyAll } from './classify.js';
import { inventoryRequest, type ObserveDependencies, type Observed } from './observed.js';
import { twoReadings } from './trusted-time.js';

type Remembered = ObservedRepository<Verdict>;

/** Throws Plus1Error where nothing can be said at all. */
export async function observeChanges(
  request: PassRequest,
  glance: Changed,
  { reader, verdicts, rulesets, found }: ObserveDependencies,
  signal: AbortSignal,
): Promise<Observed> {
  const { anchor, marks } = glance;
  const { organization } = anchor;
  verdicts.requireOrganization(organization.id);
  const ruleset = await rulesets.glanced(glance.ruleset, organization.login, signal);
  found?.(ruleset);
  const before = new Map(recall(request, verdicts).map((observed) => [observed.repository.id, observed]));
  const asked = new Map(
    [...toRead(request, { ruleset, before: [...before.values()], time: reader.time }, verdicts)].map((id) => [
      id,
      before.get(id)?.repository,
    ]),
  );
  // Where the memory has it, by its own node id: the two APIs may write it in two ways.
  for (const repository of glance.repositories) asked.set(repository.id, asked.get(repository.id) ?? repository);
  const repositories = [...asked.values()].filter((repository) => repository !== undefined);
  const witnesses = [...before.values()].filter(({ verdict }) => verdict !== undefined);
  const again = await reader.readAgain<Verdict>(
    {
      ...inventoryRequest(request, organization, verdicts, signal),
      ...{ repositories, organizationID: organization.id },
      witnesses: witnesses.map(({ repository }) => repository).filter(({ id }) => !asked.has(id)),
    },
    signal,
  );
  const seen = new Map(again.repositories.map((observed) => [observed.repository.id, observed]));
  const silent = repositories
    .filter(({ id }) => !seen.has(id))
    .map((repository): Remembered => ({ repository, isDoubtful: true, isUnseen: true, failed: true }));
  for (const observed of silent) {
    verdicts.learn(observed);
    seen.set(observed.repository.id, observed);
  }
  const all = [...new Map([...before, ...seen]).values()];
  return {
    ...{ organization, ruleset, marks },
    inventory: { repositories: all, totalCount: all.length, listed: false },
    ...{ isQuick: true, unsettled: glance.unsettled },
  };
}

/** What the last look left, with the verdicts of those whose row tells all. */
function recall({ policy: { spec } }: PassRequest, verdicts: VerdictCache): Remembered[] {
  return verdicts.recall().map((observed) => {
    if (observed.verdict !== undefined) return observed;
    const files = withoutReading(observed.repository, spec.catalog.paths);
    return files === undefined ? observed : { ...observed, verdict: judge(files, spec.catalog) };
  });
}

interface Look {
  ruleset: LiveRuleset;
  before: readonly Remembered[];
  time: PassTime;
}

/** Ids of the remembered ones that must be looked at again, whatever the lists say. */
function toRead(
  { policy: { spec }, status }: PassRequest,
  { ruleset, before, time }: Look,
  verdicts: VerdictCache,
): Set<number> {
  const readings = twoReadings(time);
  const findings = exempt(classifyAll(before, spec), spec.exemptions, readings);
  const seen = { findings, live: ruleset, clocks: verdicts.running(status.leaving ?? [], readings) };
  const doubtful = [toConfirm, toNameAgain, toSee].flatMap((ask) => ask(seen, spec, time.now()));
  const ids = new Set(doubtful.map(({ id }) => id));
  const waiting = new Set((verdicts.remembered.waiting ?? []).map(([id]) => id));
  for (const [index, finding] of findings.entries()) {
    const { id } = finding;
    const observed = before[index];
    const isUnread = observed?.verdict === undefined && observed !== undefined && wantsFiles(observed.repository, spec);
    // One that somebody took out may be gone. One that waits for a guard was none before, and is looked at by full passes.
    const isMissing =
      findingEffect(finding, spec.catalog) === 'desired' && !ruleset.members.has(id) && !waiting.has(id);
    if (isUnread || isMissing || finding.status === 'unobserved') ids.add(id);
  }
  return ids;
}
