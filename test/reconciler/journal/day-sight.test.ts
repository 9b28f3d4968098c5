/** What the reports of a day count of its findings. */
import { expect } from 'chai';
import type { Finding } from '../../../pkg/governance/index.js';
import { countsOf } from '../../../pkg/reconciler/journal/day-sight.js';

const finding = (status: string, ...codes: string[]): Finding =>
  ({ status, reasons: codes.map((code) => ({ code })) }) as unknown as Finding;

describe('The findings of a day', () => {
  it('are counted by status, and by code once for each repository that has it', () => {
    const findings = [
      finding('valid_production'),
      finding('malformed_yaml', 'duplicate-key', 'tab', 'duplicate-key'),
      finding('malformed_yaml', 'tab'),
      finding('unobserved'),
    ];
    expect(countsOf(findings)).to.deep.equal({
      statuses: { valid_production: 1, malformed_yaml: 2, unobserved: 1 },
      codes: { 'duplicate-key': 1, tab: 2 },
    });
  });

  it('of an organization without repositories are none', () => {
    expect(countsOf([])).to.deep.equal({ statuses: {}, codes: {} });
  });
});
