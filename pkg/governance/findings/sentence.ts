/**
 * One sentence for people about what was found, for plans, events and reports. Hazard: lifecycles and findings are
 * foreign text that ends up in terminals and logs, so everything foreign goes through `shown`.
 */
import { DEFAULT_LIFECYCLES, type Exemption, type FindingStatus, type PolicySpec } from '../../api/index.js';
import type { Reason } from '../../catalog/index.js';
import type { AbsentMember, Finding } from './finding.js';

/** Longest foreign text in a sentence: a lifecycle fits, a pasted document does not. */
const MAX_SHOWN_CHARACTERS = 80;

const CATALOGUE_FILE = 'the catalogue file';

const SENTENCES: Record<FindingStatus, (finding: Finding, spec: PolicySpec) => string> = {
  valid_production: (finding) => lifecycleAt(finding, 'declares'),
  valid_non_production: (finding, spec) =>
    `${lifecycleAt(finding, 'says')}${unlike(spec.catalog.productionLifecycles)}`,
  missing_lifecycle: (finding) => `${place(finding)} declares no lifecycle`,
  missing_file: (_finding, spec) => missing(spec.catalog.paths),
  invalid_yaml: (finding) => withDetail(`${place(finding)} is not valid YAML`, fault(finding)),
  invalid_schema: (finding) => withDetail(`${place(finding)} is not a valid entity`, fault(finding)),
  unreadable: (finding) => withDetail(`${fault(finding)?.file ?? CATALOGUE_FILE} cannot be read`, fault(finding)),
  unobserved: (finding) => withDetail('not observed', finding.reasons[0]),
  archived_skipped: () => 'archived',
  excluded: (finding) => withDetail('excluded by the policy', finding.reasons[0]),
};

/** What the catalogue of a repository says, with file and line where there is one. The same for equal findings. */
export function sentence(finding: Finding, spec: PolicySpec): string {
  return SENTENCES[finding.status](finding, spec);
}

const EXEMPTED_BY: Readonly<Record<Exemption['effect'], string>> = { Govern: 'governed', Release: 'released' };

/** What an exemption of the policy says of a repository. */
export function exemptionSentence({ effect, expiresAt, owner, reason }: Exemption): string {
  return `exempted: ${EXEMPTED_BY[effect]} by the policy until ${expiresAt} (${shown(owner)}: ${shown(reason)})`;
}

/** What became of a member that the listing does not contain. */
export function absentSentence(member: Pick<AbsentMember, 'fate' | 'owner'> | undefined): string {
  switch (member?.fate) {
    case 'gone':
      return 'gone: not listed and not found by its id, and the credential is proved to see every repository';
    case 'transferred':
      return `transferred to ${ownerWords(member)}`;
    case 'contradicted':
      return `said to be transferred to ${ownerWords(member)}, which proves nothing while the organization has more repositories than are listed`;
    case 'unseen':
      return 'in no listing, yet found by its id in the organization';
    case 'missing':
      return 'not listed and not found by its id, which proves nothing while the credential may not see everything';
    case 'unknown':
      return 'not listed, and GitHub did not say what became of it';
    case 'waiting':
    case undefined:
      return 'not listed, and waits for its turn to be looked up';
  }
}

const ownerWords = ({ owner }: Pick<AbsentMember, 'owner'>): string =>
  owner === undefined ? 'another owner' : shown(owner);

/** Foreign text made safe for one line of a terminal or a log: no control, format or line characters, and cut. */
export function shown(text: string): string {
  const characters = [...text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')];
  if (characters.length <= MAX_SHOWN_CHARACTERS) return characters.join('');
  return `${characters.slice(0, MAX_SHOWN_CHARACTERS - 1).join('')}…`;
}

function lifecycleAt(finding: Finding, verb: string): string {
  const { evidence, lifecycles } = finding;
  if (evidence !== undefined) return `${evidence.file}:${evidence.line} ${verb} lifecycle ${shown(evidence.lifecycle)}`;
  return `the catalogue ${verb} lifecycle ${shown(lifecycles.join(', '))}`;
}

/** What counts in place of the default is told: "says lifecycle production" alone reads as if it were a reason to stay. */
function unlike(lifecycles: readonly string[]): string {
  const isDefault =
    lifecycles.length === DEFAULT_LIFECYCLES.length && DEFAULT_LIFECYCLES.every((each) => lifecycles.includes(each));
  return isDefault ? '' : `, which is none of: ${lifecycles.map(shown).join(', ')}`;
}

function missing(paths: readonly string[]): string {
  return paths.length === 1 ? `${paths[0] ?? ''} is missing` : `none of ${paths.join(', ')} exists`;
}

function fault(finding: Finding): Reason | undefined {
  return finding.reasons.find((reason) => reason.severity === 'error') ?? finding.reasons[0];
}

function place(finding: Finding): string {
  const reason = fault(finding);
  return reason === undefined ? CATALOGUE_FILE : `${reason.file}:${reason.line}`;
}

function withDetail(sentence: string, reason: Reason | undefined): string {
  return reason === undefined ? sentence : `${sentence}: ${shown(reason.found)}`;
}
