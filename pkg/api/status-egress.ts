/** `status.egress` of a policy: rules that were taken away and that lists still have, for the time of the notice. */
import * as v from 'valibot';
import { text, time } from './fields.js';
import { told } from './status-fields.js';

/** As many as the status has room for. */
const MAX_WITHDRAWN = 32;
const MAX_LIST = 64;

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

export const egressStatus = v.strictObject({
  withdrawn: told(
    v.pipe(v.array(withdrawn), v.maxLength(MAX_WITHDRAWN)),
    'Rules that were in force and were taken away within the last 7 days.',
  ),
});
