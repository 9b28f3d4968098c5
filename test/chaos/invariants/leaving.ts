/** Three invariants about everybody who leaves by a PUT of ours. */
import type { Chronicle } from '../model/chronicle.js';
import { says } from '../model/spec.js';
import { leavesOf, type Leave } from './evidence.js';

const when = ({ put: { at, pass }, id }: Leave): string => `${id} in pass ${pass} at ${new Date(at).toISOString()}`;

/** production-stays: who says production and is not exempted is never taken out. */
export function productionStays(chronicle: Chronicle): string[] {
  return leavesOf(chronicle).flatMap((leave) => {
    const { put, id } = leave;
    const truth = put.truth.find(({ row }) => row.id === id);
    const versions = chronicle.inForce(put.start, put.at);
    // What changed while the pass ran was perhaps read before it changed.
    if (truth === undefined || truth.changedAt >= put.start) return [];
    const isProduction = versions.every(
      ({ spec }) => spec && says(truth.row, truth.text, spec, put.start) === 'production',
    );
    return isProduction ? [`production-stays: ${when(leave)} is in production and was taken out`] : [];
  });
}

/** evidence: nobody leaves without evidence that was read in that pass. */
export function evidence(chronicle: Chronicle): string[] {
  return leavesOf(chronicle)
    .filter(({ way }) => way === undefined)
    .map((leave) => `evidence: ${when(leave)} left, and nothing that GitHub showed in that pass lets it`);
}

/** grace: nobody leaves before its grace period is over, or the hour between two proofs that it is gone. */
export function grace(chronicle: Chronicle): string[] {
  return leavesOf(chronicle)
    .filter(({ way, hasWaited }) => way !== undefined && !hasWaited)
    .map((leave) => `grace: ${when(leave)} left by ${leave.way} too early`);
}
