/** Kind: a field of the status that the writer takes for another than the schema says. */
import { expect } from 'chai';
import { INPUT_KINDS } from '../../../pkg/api/index.js';
import { APPROVAL_STATUS } from '../../../pkg/policies/cluster/approvals.js';
import { STATUS } from '../../../pkg/policies/cluster/status.js';
import type { OpenApi } from '../../generate/crd/open-api.js';
import { approvalSchema } from '../../generate/crd/approval.js';
import { inputSchema } from '../../generate/crd/input.js';
import { policySchema } from '../../generate/crd/resource.js';

/** Lists of the status by what tells their entries apart, and paths of those that are required. */
function listsOf(schema: OpenApi): { keys: Record<string, string>; required: string[] } {
  const keys: Record<string, string> = {};
  const required: string[] = [];
  const walk = (node: OpenApi, path: readonly string[]): void => {
    for (const [name, inner] of Object.entries(node.properties ?? {})) {
      const own = [...path, name];
      const [key] = inner['x-kubernetes-list-map-keys'] ?? [];
      if (key !== undefined) keys[own.join('.')] = key;
      if (inner.type === 'array' && node.required?.includes(name) === true) required.push(own.join('.'));
      walk(inner.items ?? inner, own);
    }
  };
  walk(schema.properties?.['status'] ?? {}, []);
  return { keys, required };
}

describe('What the writer of statuses is told of a policy', () => {
  it('knows every list of the schema: the key of its entries, or that it is required', () => {
    const { keys, required } = listsOf(policySchema());
    expect(keys).to.deep.equal({ ...STATUS.lists.keys });
    expect(required).to.have.members([...STATUS.lists.required]);
  });

  it('knows no field that the schema does not have', () => {
    const { status } = policySchema().properties ?? {};
    const fields = Object.keys(status?.properties ?? {});
    expect(fields).to.include.members([...STATUS.neverRemoved, ...STATUS.reliedOn]);
    expect(fields).to.include(STATUS.takeBackUnless);
  });

  it('relies on all that a pass goes by before somebody leaves or a rollback is carried out', () => {
    const rollback = ['hold', 'lastHandledRollbackTo', 'rollbackBegunTo'];
    for (const field of ['window', 'entryWindow', 'pendingWrite', 'leaving', ...rollback])
      expect([...STATUS.reliedOn], `a server that drops ${field} is told of`).to.include(field);
  });

  for (const kind of INPUT_KINDS)
    it(`knows every list of the schema of ${kind.words.many}`, () => {
      const { keys, required } = listsOf(inputSchema(kind));
      expect(keys).to.deep.equal({ ...kind.lists.keys });
      expect(required).to.have.members([...kind.lists.required]);
    });

  it('knows that the status of an approval has no list, and its state', () => {
    const fields = approvalSchema().properties?.['status']?.properties ?? {};
    expect(Object.values(fields).filter(({ type }) => type !== 'string')).to.deep.equal([]);
    expect(APPROVAL_STATUS.lists).to.deep.equal({ keys: {}, required: new Set() });
    expect(Object.keys(fields)).to.include.members([...APPROVAL_STATUS.reliedOn]);
  });
});
