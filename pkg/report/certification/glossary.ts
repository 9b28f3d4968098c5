/** Words of the certification page. */
import { html, type Html } from '../../html/index.js';

const WORDS: readonly (readonly [string, string])[] = [
  [
    'In production',
    'its catalogue file, such as entity.datadog.yaml, declares a lifecycle of production. What an exemption releases is not counted',
  ],
  ['Governed', 'in production, a member of the ruleset, and the ruleset is enforced on its default branch'],
  [
    'In the ruleset',
    'a member, in production or not: one that stopped declaring production stays for its grace period and within the guards',
  ],
  [
    'Exempted',
    'the policy decides about it by name, with a reason, an owner and an end. In population.csv its column governed says exempted',
  ],
  ['Pass', 'one look of Plus1 at the organization. A complete one saw every repository that GitHub counts'],
  ['Exposure', 'time in which a repository was in production and not governed, from the pass that found it'],
  ['Gap', 'a time without a complete pass, or without a record of one. No figure counts it as governed'],
  ['Proved', 'after a write Plus1 read the ruleset again, and it held what was sent'],
  [
    'Guard, hold',
    'a limit of the policy on what may leave or enter at once; a plan beyond it is held until people approve it',
  ],
  ['Drift', 'somebody else changed who is in the ruleset. Plus1 sees that it happened, not who did it'],
  ['Checkpoint', 'a signed statement of how many records there are, and of a hash over all of them'],
  [
    'Query hash',
    'SHA-256 of the GraphQL text with which the repositories were listed: the same question was asked each time',
  ],
];

export const glossary = (): Html =>
  html`<dl class="words">${WORDS.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}.</dd></div>`)}</dl>`;
