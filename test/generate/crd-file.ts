/** `deploy/crds/*.yaml`, from the schemas of policy, approval and the kinds that are inputs. */
import { stringify } from 'yaml';
import type { InputKind } from '../../pkg/api/index.js';
import { approvalDefinition } from './crd/approval.js';
import { inputDefinition } from './crd/input.js';
import { policyDefinition } from './crd/resource.js';

const HEADER = '# Written by `make generate` from pkg/api. Change the schema, not this file.\n';

/**
 * A file as it must be. Words that YAML 1.1 reads as something else (`no`, `1:30`) are quoted, since kubectl reads that;
 * no folded lines, no anchors, so that a change of one field changes its own lines only.
 */
function fileOf(definition: object): string {
  return (
    HEADER + stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true, version: '1.1' })
  );
}

/** That of `Plus1Policy`. */
export const crdFile = (): string => fileOf(policyDefinition());

/** That of `Plus1Approval`. */
export const approvalCRDFile = (): string => fileOf(approvalDefinition());

/** That of a kind that is an input of passes. */
export const inputCRDFile = (kind: InputKind): string => fileOf(inputDefinition(kind));
