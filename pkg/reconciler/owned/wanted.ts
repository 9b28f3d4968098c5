import type { OwnedPurpose } from '../../api/index.js';
import type { RulesetBody } from '../../github/index.js';
import type { Data } from '../../journal/index.js';

/** A ruleset that is to be there. */
export interface Wanted {
  purpose: OwnedPurpose;
  body: RulesetBody;
  /** The same where the plan of the organization has no `evaluate`; absent: then it is refused. */
  withoutEvaluate?: RulesetBody;
  /** For the record: who enters the ruleset that the policy governs by this one being made. */
  enter?: Data<'CreateIntended'>['enter'];
}
