/**
 * Observe: I/O that decides nothing. Names missing rights first, then the ruleset, then every repository with the verdict
 * on its files; or, in a quick pass, what changed since the last look alone (`observe-changes.ts`).
 */
import type { Verdict } from '../../catalog/index.js';
import { linkSignals } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { ListMarks, Organization } from '../../github/index.js';
import { requireProvedMemory, requireSameOrganization } from '../memory/write-mark.js';
import { isInPlace } from '../template/missing-ruleset.js';
import type { PassRequest } from '../types.js';
import { observeChanges } from './observe-changes.js';
import { inventoryRequest, type ObserveDependencies, type Observed } from './observed.js';

/** Throws Plus1Error where nothing can be said at all; what stays unknown of single repositories is in the result. */
export async function observe(request: PassRequest, deps: ObserveDependencies, signal: AbortSignal): Promise<Observed> {
  const { glance, failed } = request.quick ?? {};
  if (failed !== undefined) throw failed;
  // Of another memory the glance says nothing: then all is looked at.
  if (glance === undefined || !deps.verdicts.isOf(glance.anchor.look)) return observeAll(request, deps, signal);
  return observeChanges(request, glance, deps, signal);
}

async function observeAll(request: PassRequest, deps: ObserveDependencies, signal: AbortSignal): Promise<Observed> {
  const { reader, progress, verdicts, rulesets, found, inPlaceOf } = deps;
  const { policy, status, isMemoryUnproved, quick } = request;
  const { spec } = policy;
  // After a refusal, a limit or an outage one request finds out: a backup is tried once, and so is what the last pass failed with.
  const willFind = request.backup === undefined && status.lastPass?.result !== 'Failed';
  const organization = await reader.preflight(spec.organization, signal, { willFind });
  requireSameOrganization(status, organization);
  verdicts.requireOrganization(organization.id);
  const isLast = quick === undefined || quick.glance !== undefined;
  const list = async (until: AbortSignal): Promise<Pick<Observed, 'inventory' | 'marks'>> => {
    const marks = isLast ? undefined : await marksOf(organization, quick.before?.marks, deps, until);
    const asked = inventoryRequest(request, organization, verdicts, until);
    const inventory = await reader.inventory<Verdict>({ ...asked, ...(progress && { progress }) }, until);
    return { inventory, ...(marks && { marks }) };
  };
  const [ruleset, seen] = await beside(
    async (named) => {
      const live = await rulesets
        .find(organization.login, spec.ruleset.name, signal, { named })
        .catch((thrown: unknown) => {
          if (inPlaceOf === undefined) throw thrown;
          return inPlaceOf(thrown);
        });
      // Before it counts as found: what a pass saw of it may be kept, and would then prove itself.
      if (isMemoryUnproved === true) requireProvedMemory(status, organization, live);
      if (!isInPlace(live)) found?.(live);
      return live;
    },
    list,
    signal,
  );
  return { organization, ruleset, ...seen };
}

/**
 * Two looks that wait for the network, the second from the time on at which the first says so. Where the first fails, its failure is
 * what went wrong, and the second is ended: nothing of either runs on when this returns.
 */
async function beside<T, U>(
  first: (begin: () => void) => Promise<T>,
  second: (until: AbortSignal) => Promise<U>,
  signal: AbortSignal,
): Promise<[T, U]> {
  const stop = linkSignals(signal);
  let begun: Promise<U> | undefined;
  const begin = (): Promise<U> => (begun ??= second(stop.signal));
  try {
    // Its failure is told below; until then nobody waits for it.
    const told = await first(() => void begin().catch(() => undefined));
    return [told, await begin()];
  } catch (error) {
    stop.abort(new Plus1Error('PLUS1_INTERRUPTED', 'the pass ended early', { cause: error }));
    await begun?.catch(() => undefined);
    throw error;
  } finally {
    stop.release();
  }
}

/** Before the listing, so that what changes meanwhile is above them. Without them the pass is as good, and no quick one follows it. */
async function marksOf(
  { login }: Organization,
  before: ListMarks | undefined,
  { reader }: Pick<ObserveDependencies, 'reader'>,
  signal: AbortSignal,
): Promise<ListMarks | undefined> {
  return reader.markLists(login, before, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return undefined;
  });
}
