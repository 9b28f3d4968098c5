/** Answers of scripted servers, as short as the client lets them be. */

/** An organization ruleset that targets one repository by its id. */
export const RULESET = {
  id: 7,
  name: 'plus1_enforcement',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] }, repository_id: { repository_ids: [1] } },
};
