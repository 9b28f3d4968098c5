/** `status.egress` of a policy: rules that were taken away and that lists still have, and the shared file of the rules. */
import * as v from 'valibot';
import { oneOf, text, time } from './fields.js';
import { count, maybe, sha256, told, word } from './status-fields.js';

/** As many as the status has room for. */
const MAX_WITHDRAWN = 32;
const MAX_LIST = 64;
/** Lines of others that the status names. */
export const MAX_FOREIGN_LINES = 16;
const MAX_LINE = 256;

const texts = (sentence: string): v.GenericSchema<string[]> =>
  told(v.pipe(v.array(text(0, 259, 'a text')), v.maxLength(MAX_LIST)), sentence);

const withdrawn = v.strictObject({
  uid: told(text(1, 128, 'a uid'), 'Id of the rule.'),
  name: told(text(0, 253, 'a name'), 'Name of the rule.'),
  endpoints: texts('What it allowed.'),
  scope: told(
    v.strictObject({
      repositories: told(
        v.strictObject({ include: texts('Globs of names.'), exclude: texts('Globs of names that are left out.') }),
        'For which repositories.',
      ),
      workflows: texts('Names of workflow files; none is all of them.'),
    }),
    'For whose jobs.',
  ),
  until: told(time(), 'Until when lists have it.'),
});

/** `InSync`: the file has what it should. `Proposed`: a pull request is open. `Closed`: somebody closed it. `Blocked`: something is in the way. */
const SHARED_FILE_STATES = ['InSync', 'Proposed', 'Closed', 'Blocked'] as const;

const sharedFile = v.strictObject({
  state: told(oneOf(SHARED_FILE_STATES), `${SHARED_FILE_STATES.join(', ')}.`),
  reason: told(
    word(/^[A-Z][A-Za-z]*$/, 64),
    'In one word; the rules that the file lacks have it as reason of Delivered.',
  ),
  message: told(text(0, 1_024, 'a message'), 'What is so, and what to do.'),
  pullRequest: maybe(count(), 'The last pull request.'),
  hash: told(sha256(), 'SHA-256 of what the rules ask of the file.'),
  foreign: maybe(
    v.strictObject({
      total: told(count(), 'Lines with endpoints that no rule has. They stay.'),
      lines: told(
        v.pipe(v.array(text(0, MAX_LINE, 'a line')), v.maxLength(MAX_FOREIGN_LINES)),
        'The first of them, at most 16.',
      ),
    }),
    'Lines of the file that others wrote; absent where there are none.',
  ),
});

export const egressStatus = v.strictObject({
  withdrawn: maybe(
    v.pipe(v.array(withdrawn), v.maxLength(MAX_WITHDRAWN)),
    'Rules that were in force and were taken away within the last 7 days.',
  ),
  sharedFile: maybe(sharedFile, 'The file of delivery SharedFile, as the last look found it.'),
});
