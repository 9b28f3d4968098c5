import { expect } from 'chai';
import type { RuleEvaluation } from '../../pkg/api/index.js';
import { fold, impactOf, toOpen } from '../../pkg/rollout/index.js';
import { RULE, suite } from './builders.js';

const repositories = [1, 2, 3, 4].map((id) => ({ id, name: `r${id}` }));

describe('The impact of rules', () => {
  const opened = new Map<number, RuleEvaluation[]>([
    [10, [{ type: 'required_signatures', result: 'fail' }]],
    [11, [{ type: 'deletion', result: 'fail' }]],
  ]);
  const suites = [
    suite(10, { result: 'fail' }),
    suite(11, { repositoryID: 2, result: 'fail' }),
    suite(12, { repositoryID: 3, evaluationResult: 'fail' }),
    suite(13, { repositoryID: 9, result: 'fail' }),
    suite(14),
  ];

  it('names who would block by a push of the last month, whom it changes nothing for, and of whom nobody knows', () => {
    const inForce = new Map<number, unknown[]>([
      [1, [RULE]],
      [3, [{ ...RULE, ruleset_id: 5, ruleset_source_type: 'Repository' }]],
      [4, [{ type: 'deletion' }]],
    ]);
    const rows = impactOf({ rules: [RULE], repositories, suites, opened, inForce });
    expect(rows.map(({ id, word, failed }) => [id, word, failed])).to.deep.equal([
      [1, 'wouldBlock', 1],
      [2, 'unknown', 0],
      [4, 'unknown', 0],
      [3, 'inForce', 0],
    ]);
  });

  it('takes rules of one type with other parameters for others', () => {
    const rule = { type: 'pull_request', parameters: { required_approving_review_count: 2 } };
    const wordWith = (parameters: object): string | undefined =>
      impactOf({
        ...{ rules: [rule], repositories: repositories.slice(0, 1), suites: [], opened: new Map() },
        inForce: new Map([[1, [{ type: 'pull_request', parameters }]]]),
      })[0]?.word;
    expect(wordWith({ required_approving_review_count: 2, dismiss_stale_reviews_on_push: true })).to.equal('inForce');
    expect(wordWith({ required_approving_review_count: 1 })).to.equal('unknown');
  });

  it('opens suites of those that are reached, and where something failed', () => {
    expect(toOpen(suites, repositories, opened)).to.deep.equal([12]);
  });
});

describe('Folding', () => {
  it('adds the rules that the main ruleset lacks, whatever the order of their fields', () => {
    const main = [{ type: 'deletion' }, { type: 'workflows', parameters: { b: [2, 1], a: {} } }];
    const candidate = [{ parameters: { b: [1, 2] }, type: 'workflows' }, RULE];
    expect(fold(main, candidate)).to.deep.equal([...main, RULE]);
  });
});
