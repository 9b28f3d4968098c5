/** `status.ownedRulesets`: the rulesets that Plus1 made, and those that it is about to make or to delete. */
import * as v from 'valibot';
import { listMap, text, time } from './fields.js';
import { id, maybe, sha256, told, word } from './status-fields.js';

/** An organization has at most 75 rulesets. */
const MAX_OWNED = 75;
/** Creations of one ruleset whose outcome nobody knows. */
export const MAX_OPEN_CREATIONS = 4;
/** Of a ruleset as it is sent, without its repositories. */
export const MAX_SENT_CHARACTERS = 32_768;

const creation = v.strictObject({
  sha256: told(sha256(), 'Hash of the ruleset as it is sent: RFC 8785, ids sorted.'),
  sent: told(
    text(0, MAX_SENT_CHARACTERS, 'a JSON object'),
    'The ruleset as it is sent, as JSON, without the ids of its repositories.',
  ),
  startTime: told(time(), 'When it was last kept, before it was sent.'),
});

const owned = v.strictObject({
  name: told(text(1, 100, 'a ruleset name'), 'Name of the ruleset as it was sent.'),
  purpose: told(word<OwnedPurpose>(/^[A-Za-z][A-Za-z0-9]*$/, 64), 'What it is for: Template, Incident or Rollout.'),
  id: maybe(id(), 'Id of the ruleset; absent until it is known.'),
  creations: maybe(
    v.pipe(v.array(creation), v.maxLength(MAX_OPEN_CREATIONS)),
    'Creations whose outcome is not known. A ruleset of that name is ours where it is one of these.',
  ),
  deleteTime: maybe(time(), 'When its deletion was kept, before it was sent.'),
  change: maybe(
    v.strictObject({
      startTime: told(time(), 'When it was kept, before it was sent.'),
      sha256: maybe(sha256(), 'Hash of members and enforcement that it leaves; absent where several are open.'),
    }),
    'A change whose outcome is not known: GitHub may still apply it, and it carries a whole membership.',
  ),
});

/** What a ruleset of ours is for. */
export type OwnedPurpose = 'Template' | 'Incident' | 'Rollout';

export const ownedRulesets = listMap(owned, {
  key: 'name',
  max: MAX_OWNED,
  allowed: `at most ${MAX_OWNED} rulesets`,
});

/** One ruleset that Plus1 made, or is about to make. */
export type OwnedStatus = v.InferOutput<typeof owned>;
export type OpenCreation = v.InferOutput<typeof creation>;
