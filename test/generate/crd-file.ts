/** `deploy/crds/plus1.dev_plus1policies.yaml`, from the schema of the policy. */
import { stringify } from 'yaml';
import { policyDefinition } from './crd/resource.js';

const HEADER = '# Written by `make generate` from pkg/api. Change the schema, not this file.\n';

/**
 * The file as it must be. Words that YAML 1.1 reads as something else (`no`, `1:30`) are quoted, since kubectl reads that;
 * no folded lines, no anchors, so that a change of one field changes its own lines only.
 */
export function crdFile(): string {
  return (
    HEADER +
    stringify(policyDefinition(), { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true, version: '1.1' })
  );
}
