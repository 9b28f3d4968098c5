/** All parsers of what others wrote. */
import { answers } from './targets/answers.js';
import { catalogue, migration } from './targets/catalogue.js';
import { lines, manifests, notes, records } from './targets/journal.js';
import { policyFiles, policyObjects } from './targets/policies.js';
import { limits, lists, rulesets } from './targets/rest.js';
import { environments, flags, kubeconfigs, redaction, secrets } from './targets/settings.js';
import { approvals, caches, locks, states } from './targets/state.js';
import type { Target } from './target.js';
import { json, names } from './targets/texts.js';

export const TARGETS: readonly Target[] = [
  ...[catalogue, migration, policyFiles, policyObjects],
  ...[answers, rulesets, lists, limits],
  ...[states, caches, approvals, locks],
  ...[records, lines, notes, manifests],
  ...[kubeconfigs, secrets, environments, flags, redaction],
  ...[json, names],
];
