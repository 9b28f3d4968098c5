import { expect } from 'chai';
import { isFullView, type View } from '../../../pkg/governance/index.js';

describe('A listing is proved to show every repository', () => {
  const rows: { view: Omit<View, 'totalCount'>; proved: boolean; reason: string }[] = [
    { view: { kind: 'App', isOnAll: true }, proved: true, reason: 'the installation is on all repositories' },
    { view: { kind: 'App', isOnAll: true, countBefore: 41, countAfter: 41 }, proved: true, reason: 'the counts agree' },
    { view: { kind: 'App', isOnAll: false, countBefore: 41, countAfter: 41 }, proved: false, reason: 'it is on some' },
    { view: { kind: 'App', countBefore: 41, countAfter: 41 }, proved: false, reason: 'nobody told what it is on' },
    { view: { kind: 'App', isOnAll: true, countBefore: 42 }, proved: false, reason: 'the count before contradicts' },
    { view: { kind: 'App', isOnAll: true, countAfter: 40 }, proved: false, reason: 'the count after contradicts' },
    { view: { kind: 'Token', countBefore: 41, countAfter: 41 }, proved: true, reason: 'both counts agree' },
    { view: { kind: 'Token' }, proved: false, reason: 'a token is told no count' },
    { view: { kind: 'Token', countBefore: 41 }, proved: false, reason: 'only the count before is told' },
    { view: { kind: 'Token', countAfter: 41 }, proved: false, reason: 'only the count after is told' },
    { view: { kind: 'Token', countBefore: 41, countAfter: 42 }, proved: false, reason: 'the count after contradicts' },
    { view: { kind: 'Token', countBefore: 42, countAfter: 41 }, proved: false, reason: 'the count before contradicts' },
    {
      view: { kind: 'Token', countBefore: 41, countAfter: 41, isOnAll: false },
      proved: false,
      reason: 'it is about another organization',
    },
  ];
  for (const { view, proved, reason } of rows) {
    it(`${view.kind}: ${proved ? 'yes' : 'no'}, ${reason}`, () => {
      expect(isFullView({ ...view, totalCount: 41 })).to.equal(proved);
    });
  }
});
