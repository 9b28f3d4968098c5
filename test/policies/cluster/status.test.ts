/** Kind: a field of the status that the writer takes for another than the schema says. */
import { expect } from 'chai';
import { STATUS } from '../../../pkg/policies/cluster/status.js';
import type { OpenApi } from '../../generate/crd/open-api.js';
import { policySchema } from '../../generate/crd/resource.js';

describe('What the writer of statuses is told of a policy', () => {
  it('knows every list of the schema: the key of its entries, or that it is required', () => {
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
    walk(policySchema().properties?.['status'] ?? {}, []);
    expect(keys).to.deep.equal({ ...STATUS.lists.keys });
    expect(required).to.have.members([...STATUS.lists.required]);
  });

  it('knows no field that the schema does not have', () => {
    const { status } = policySchema().properties ?? {};
    const fields = Object.keys(status?.properties ?? {});
    expect(fields).to.include.members([...STATUS.neverRemoved, ...STATUS.reliedOn, STATUS.takeBackUnless]);
  });
});
