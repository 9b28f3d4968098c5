/** `DaySummary.data`: what the reports of a later day need of this one, and no other record holds. */
import * as v from 'valibot';
import { count, seconds, time, told, value } from './fields.js';

const counts = v.record(v.string(), count);

/** A stretch of time. */
const span = v.looseObject({ since: time, until: time });

export const summaryData = v.looseObject({
  date: told(v.pipe(v.string(), v.isoDate()), 'The day, in UTC.'),
  passes: told(
    v.record(v.string(), counts),
    'How many passes, by type (`full`, `quick`) and result, such as `{"full":{"Succeeded":24}}`.',
  ),
  errors: told(counts, 'How many errors, by code.'),
  longestGapSeconds: told(seconds, 'The longest time between two passes that ended.'),
  exposureSeconds: told(seconds, 'Exposure of the day, summed over repositories.'),
  requests: told(count, 'Requests to GitHub.'),
  passSeconds: told(v.looseObject({ mean: seconds, max: seconds }), 'How long passes took: `mean`, `max`.'),
  members: told(v.nullable(count), 'Number of members as of the last complete pass, else null.'),
  findings: told(v.nullable(counts), 'Repositories by status as of that pass, else null.'),
  codes: told(v.nullable(counts), 'Findings by code as of that pass, else null.'),
  compliance: told(value, 'Compliance as of that pass, else null.'),
  complete: told(
    v.exactOptional(v.nullable(v.looseObject({ first: time, last: time, gaps: v.array(span) }))),
    'Complete full passes: when the `first` and the `last` of the day ended, and the `gaps` of more than an hour between two of them (the 24 longest). Null where there was none.',
  ),
  population: told(value, 'What was looked at, and by which credential, as of that pass, else null.'),
});
