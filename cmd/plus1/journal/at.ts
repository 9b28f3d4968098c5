/** What `plus1 journal at` does. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { membersAt } from '../../../pkg/journal/index.js';
import { printableJSON } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { table } from '../table.js';
import { recordsOf, timeOf, type PlaceOptions } from './place.js';

export interface AtOptions extends PlaceOptions {
  output: 'text' | 'json';
}

export function runAt(text: string, policy: string, options: AtOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const time = timeOf(text, 'TIME');
    const found = membersAt(time, await recordsOf(policy, options, io));
    if (!found.ok) {
      const when = found.earliest === undefined ? 'it has no record' : `its first record is of ${found.earliest}`;
      throw new Plus1Error('PLUS1_USAGE', `the journal cannot say what was true at ${time}: ${when}`, {
        fix: found.earliest === undefined ? 'wait for the first pass' : `ask for ${found.earliest} or later`,
      });
    }
    const { members, last } = found;
    if (options.output === 'json') io.stdout.write(printableJSON({ time, members }, 2));
    else {
      const rows = members.map(({ id, name, since, because }) => [
        `${id}`,
        name ?? '',
        since,
        `${because.kind} #${because.sequence}${because.chain === undefined ? '' : ` of ${writerOf(because.chain)}`}`,
      ]);
      io.stdout.write(table(['ID', 'NAME', 'SINCE', 'BECAUSE'], rows));
      if (Date.parse(time) - Date.parse(last) > SUMMED_MS) io.stderr.write(silenceOf(time, last));
    }
    return EXIT.ok;
  });
}

/** The first pass of each day writes a summary of the day before. So no record for more than two days means that no pass ran. */
const SUMMED_MS = 2 * 86_400_000;

const silenceOf = (time: string, last: string): string =>
  `The last record before ${time} is of ${last}, and this is the membership as of then. ` +
  'No record says that a pass ran since then. The gaps of a report list the times without a pass.\n';

/** The last part of a chain's name, which is its folder. */
const writerOf = (chain: string): string => chain.slice(chain.lastIndexOf('/') + 1);
