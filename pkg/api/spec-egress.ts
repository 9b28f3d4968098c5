/** `spec.egress`: how the endpoints of egress rules come into the lists of jobs. */
import * as v from 'valibot';
import { oneOf } from './fields.js';
import { ruled } from './rule.js';

export const egress = v.strictObject({
  delivery: v.pipe(
    v.optional(
      v.pipe(
        oneOf(['Audit', 'SharedFile']),
        ruled((value) => value === 'Audit', 'Audit: this version does not deliver by SharedFile', "self == 'Audit'"),
      ),
      'Audit',
    ),
    v.description(
      'Audit (default): nothing is written, and plus1 egress render prints the list that a job needs. SharedFile is refused by this version.',
    ),
  ),
});
