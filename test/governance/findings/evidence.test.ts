/** A pass that saw no file anywhere: rather the paths are wrong than everybody. */
import { expect } from 'chai';
import { FINDING_STATUSES } from '../../../pkg/api/finding.js';
import { isBlind } from '../../../pkg/governance/findings/evidence.js';
import { findingOf, reasonOf } from '../builders.js';

/** Something stands at one of the paths. */
const SHOWS = new Set([
  'valid_production',
  'valid_non_production',
  'missing_lifecycle',
  'invalid_yaml',
  'invalid_schema',
  'unreadable',
]);

describe('A pass is blind', () => {
  it('where files were looked for and none is there', () => {
    expect(isBlind([findingOf(1, 'missing_file'), findingOf(2, 'missing_file')])).to.equal(true);
  });

  it('never where no file was looked for', () => {
    expect(isBlind([])).to.equal(false);
    expect(isBlind([findingOf(1, 'archived_skipped'), findingOf(2, 'unobserved')])).to.equal(false);
  });

  for (const status of FINDING_STATUSES)
    it(`${SHOWS.has(status) ? 'not where' : 'also where'} one is ${status}`, () => {
      const findings = [findingOf(1, 'missing_file'), findingOf(2, status), findingOf(3, 'missing_file')];
      expect(isBlind(findings)).to.equal(!SHOWS.has(status));
    });

  it('also where the only file is one of a repository that GitHub disabled: it shows nothing', () => {
    const reasons = [reasonOf({ code: 'file-disabled' }), reasonOf({ code: 'other' })];
    expect(isBlind([findingOf(1, 'missing_file'), findingOf(2, 'unreadable', { reasons })])).to.equal(true);
  });

  it('not where a file cannot be read for another reason', () => {
    const reasons = [reasonOf({ code: 'too-large' })];
    expect(isBlind([findingOf(1, 'missing_file'), findingOf(2, 'unreadable', { reasons })])).to.equal(false);
  });
});
