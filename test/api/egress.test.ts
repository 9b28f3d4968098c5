/** `spec.egress`: what this version delivers, and what it refuses by name. */
import { expect } from 'chai';
import { parsePolicy } from '../../pkg/api/index.js';
import { documentOf } from './builders.js';

const faults = (egress: unknown): string[] => {
  const document = documentOf() as { spec: object };
  const parsed = parsePolicy({ ...document, spec: { ...document.spec, egress } });
  return parsed.ok ? [] : parsed.faults;
};

describe('spec.egress', () => {
  it('takes Audit, which is the default', () => {
    expect(faults({ delivery: 'Audit' })).to.deep.equal([]);
    expect(faults({})).to.deep.equal([]);
  });

  it('refuses SharedFile by name, and says what is there', () => {
    expect(faults({ delivery: 'SharedFile' })).to.deep.equal([
      'spec.egress.delivery: found "SharedFile", allowed: Audit: this version does not deliver by SharedFile',
    ]);
  });

  it('refuses the file of a delivery that it does not have', () => {
    expect(faults({ sharedFile: { repository: '.github' } })).to.deep.equal([
      'spec.egress.sharedFile: unknown field, allowed: only the fields of v1alpha1',
    ]);
  });
});
