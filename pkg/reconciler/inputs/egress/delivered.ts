/** The condition `Delivered` of an egress rule: by the lists of workflow files, or by the shared file. Pure. */
import { foreignEndpoints, entriesOf, overlap } from '../../../egress/index.js';
import { plural } from '../../../text/index.js';
import type { Said } from '../conditions.js';
import type { Known } from './known.js';
import type { InSharedFile } from './shared-file/rules.js';
import { listed } from './words.js';

export const say = (type: string, status: Said['status'], reason: string, message: string): Said => ({
  ...{ type, status, reason, message },
});

export const delivered = (known: Known): Said =>
  known.shared === undefined ? byLists(known) : byFile(known, known.shared);

/** In mode Audit, and with a scope of its own, a rule is delivered by people: it stands in the lists of workflow files. */
function byLists({ rule: { spec }, carrying, phase }: Known): Said {
  if (spec.effect === 'Deny')
    return say('Delivered', 'True', 'Rendered', 'no list that is rendered has what it denies');
  if (phase !== 'InForce') return say('Delivered', 'False', 'NotInForce', 'it is not in force');
  if ('unknown' in carrying) return say('Delivered', 'Unknown', 'NotObserved', carrying.unknown);
  return carrying.carrying.length > 0
    ? say('Delivered', 'True', 'InLists', `${plural(carrying.carrying.length, 'job carries', 'jobs carry')} it`)
    : say(
        'Delivered',
        'False',
        'NotInLists',
        'no job carries it: plus1 egress render prints the list that a job needs',
      );
}

function byFile({ rule, phase, denied }: Known, shared: InSharedFile): Said {
  const { delivery, isThere } = shared;
  const before = rule.status.conditions?.find(({ type }) => type === 'Delivered');
  if (delivery === undefined)
    return before ?? say('Delivered', 'Unknown', 'NotObserved', 'nobody has looked at the shared file yet');
  if (delivery.sight === undefined) return say('Delivered', 'Unknown', delivery.reason, delivery.message);
  if (rule.spec.effect === 'Deny') return denying(rule.spec.endpoints, delivery.sight.base, delivery.place);
  if (phase === 'Expired' || phase === 'Invalid') return say('Delivered', 'False', 'NotInForce', 'it is not in force');
  if (denied.length === rule.spec.endpoints.length)
    return say('Delivered', 'False', 'Denied', 'all that it allows is denied by another rule');
  if (isThere) return say('Delivered', 'True', 'InSharedFile', `${delivery.place} has it${byPull(shared)}`);
  return say('Delivered', 'False', delivery.reason, delivery.message);
}

const byPull = ({ merged }: InSharedFile): string => (merged === undefined ? '' : `, by #${merged.number}`);

/** Lines that reach what it denies: of others, which stay, and of rules, which go with the next merge. */
function denying(endpoints: readonly string[], base: string, place: string): Said {
  const reaches = (line: string): boolean => endpoints.some((endpoint) => overlap(line, endpoint));
  const foreign = foreignEndpoints(base).filter(reaches);
  const own = [...new Set(entriesOf(base).map(({ endpoint }) => endpoint))].filter(reaches);
  if (foreign.length > 0)
    return say(
      'Delivered',
      'False',
      'StillListed',
      `${place} has lines of others that reach it: take out ${listed(foreign)}`,
    );
  return own.length > 0
    ? say('Delivered', 'False', 'StillListed', `${place} has ${listed(own)} until the pull request is merged`)
    : say('Delivered', 'True', 'NotListed', `nothing in ${place} reaches what it denies`);
}
