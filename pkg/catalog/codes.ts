/**
 * Every code a reason may carry, with its severity and meaning. `docs/reference/findings.md` explains each one and a
 * test holds the two together: codes are part of the contract (people filter by them), so a code is never renamed.
 */
import type { Reason } from './types.js';

interface CodeEntry {
  severity: Reason['severity'];
  meaning: string;
}

const error = (meaning: string): CodeEntry => ({ severity: 'error', meaning });
const warning = (meaning: string): CodeEntry => ({ severity: 'warning', meaning });

export const REASON_CODES = {
  'file-missing': error('There is no catalogue file at the path.'),
  'file-unobserved': error('The file could not be observed; nothing is known about it.'),
  'file-too-large': error('The file is over 512,000 bytes.'),
  'file-binary': error('The file holds NUL bytes: it is not text.'),
  'file-not-utf8': error('The bytes are not UTF-8.'),
  'file-symlink': error('A symbolic link stands at the path.'),
  'file-submodule': error('A submodule stands at the path.'),
  'file-directory': error('A directory stands at the path.'),
  'file-lfs-pointer': error('The file is a pointer of Git LFS, not the content.'),
  'file-disabled': error('GitHub disabled the repository, so its files cannot be read.'),
  'too-costly': error('The text holds too much to be judged: tokens, lines, levels, documents or keys.'),
  'yaml-syntax': error('The text is not YAML.'),
  'yaml-indentation': error('Indentation is uneven or made of tabs.'),
  'control-character': error('The text holds a character that YAML does not allow.'),
  'merge-conflict': error('The markers of an unresolved merge conflict are in the text.'),
  'duplicate-key': error('A mapping says the same key twice.'),
  'alias-unresolved': error('An alias names an anchor that is not set before it.'),
  'alias-limit': error('Aliases expand to too much, or to themselves.'),
  'no-entity': error('The file holds no entity: it is empty or only comments.'),
  'not-a-mapping': error('A document is a list or a scalar, not an entity.'),
  'legacy-schema': error('A document uses the schema v1 or v2.x.'),
  'api-version': error('apiVersion is absent or not v3.'),
  kind: error('kind is absent, empty or not a string.'),
  'metadata-name': error('metadata.name is absent, empty or not a string.'),
  spec: error('spec is not a mapping.'),
  'lifecycle-type': error('spec.lifecycle is a list or a mapping.'),
  'lifecycle-missing': error('No document of the repository has a spec.lifecycle.'),
  'lifecycle-near-production': warning('spec.lifecycle looks like production, but is written differently.'),
  'lifecycle-misplaced': warning('lifecycle stands where it is not read.'),
  'lifecycle-null': warning('spec.lifecycle is a word that other parsers take for no value.'),
  'merge-key': warning('A merge key (<<) is not applied.'),
  'tag-ignored': warning('A YAML tag changes nothing.'),
  'kind-spelling': warning('kind is not spelt as Datadog asks, or is close to a native kind.'),
  'unknown-key': warning("A key that Datadog's schema does not know."),
  'field-type': warning("A value of another type than Datadog's schema asks for."),
  'duplicate-entity': warning('Two documents describe the same kind and name.'),
  'yaml-unindented': warning('A line in brackets or quotes is indented too little.'),
  'more-findings': warning('More was found than is listed.'),
} as const satisfies Record<string, CodeEntry>;

export type ReasonCode = keyof typeof REASON_CODES;
