/** What is told of an approval that cannot be read. Anybody who may write one chooses its text. */
import { expect } from 'chai';
import { parseApproval } from '../../pkg/api/index.js';

describe('An approval that is none', () => {
  const faultsOf = (document: unknown): string[] => {
    const parsed = parseApproval(document);
    return parsed.ok ? [] : parsed.faults;
  };

  it('is told of in printable text, and none of its values is repeated', () => {
    const faults = faultsOf({ metadata: '\u202egnp\u001b[2J', spec: { 'x\u2028y': 1, approver: 'ghp_0123456789' } });
    expect(faults.join()).to.match(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
    expect(faults.join()).to.not.include('ghp_0123456789');
    expect(faults).to.include('metadata: allowed: a mapping');
    expect(faults.join()).to.include('allowed: only the fields of v1alpha1');
  });
});
