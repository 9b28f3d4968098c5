/** The condition `Used` of an egress rule, as far as the index of workflow files can tell. Pure. */
import { covers, type Job } from '../../../egress/index.js';
import { plural } from '../../../text/index.js';
import type { Said } from '../conditions.js';
import { say } from './delivered.js';
import type { Known } from './known.js';
import { jobsListed, listed } from './words.js';

/**
 * That a build uses an endpoint only its log shows, and nobody reads logs here: a run shows that a job ran, not what it reached. The index can
 * show the opposite: where each job of the scope blocks and none has an endpoint in its list, none can have used it.
 */
export function used(known: Known): Said {
  const { rule, carrying } = known;
  const { lastSeen } = rule.status;
  if (lastSeen !== undefined) return say('Used', 'True', 'Seen', `last seen at ${lastSeen}`);
  if ('unknown' in carrying) return unknown('NotObserved', carrying.unknown);
  const { targeted, unread } = carrying;
  if (unread.length > 0) return unknown('NotObserved', `workflow files could not be read in ${listed(unread)}`);
  if (targeted.length === 0) return unknown('NoJobs', 'no job is in its scope');
  const able = targeted.filter((job) => canReach(job, rule.spec.endpoints));
  if (able.length === 0)
    return say(
      'Used',
      'False',
      'NotReachable',
      'each job of its scope blocks, and none has an endpoint of it in its list',
    );
  return unknown('NoEvidence', `${plural(able.length, 'job can', 'jobs can')} reach it (${jobsListed(able)})`);
}

const unknown = (reason: string, why: string): Said =>
  say(
    'Used',
    'Unknown',
    reason,
    `${why}; only logs of jobs show use, and Plus1 does not read them: no proof that nobody uses it`,
  );

/** One that does not hold can reach anything. */
const canReach = ({ status, endpoints: list }: Job, endpoints: readonly string[]): boolean =>
  status !== 'holds' ||
  endpoints.some((endpoint) => list.some((entry) => covers(entry, endpoint) || covers(endpoint, entry)));
