/** `spec.workflows`: whether the jobs of workflow files are looked at, and what each of them must be. */
import * as v from 'valibot';
import { matching, oneOf } from './fields.js';

/** Ways around the block of older versions of harden-runner are public: GHSA-46g3-37rh-v698, GHSA-g699-3x6g-wm3g. */
const DEFAULT_FLOOR = 'v2.16.0';

export const workflows = v.strictObject({
  enabled: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description(
      'Whether workflow files are read, after a full pass. It is read-only, and never part of Ready. Default false.',
    ),
  ),
  scope: v.pipe(
    v.optional(oneOf(['Governed', 'All']), 'Governed'),
    v.description(
      'Whose jobs count: Governed (default), the production repositories that the ruleset targets, or All. The index has all of them.',
    ),
  ),
  require: v.pipe(
    v.optional(oneOf(['Holds', 'Audit']), 'Holds'),
    v.description('What each job must be: Holds (default), its egress is limited; Audit, it is recorded at least.'),
  ),
  agentFloor: v.pipe(
    v.optional(matching(/^v\d{1,6}\.\d{1,6}\.\d{1,6}$/, 32, 'a version such as v2.16.0'), DEFAULT_FLOOR),
    v.description('The oldest version of harden-runner that counts. Default v2.16.0.'),
  ),
});
