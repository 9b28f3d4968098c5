import { expect } from 'chai';
import type { RuleEvaluation, RuleSuite } from '../../pkg/api/index.js';
import { judgeStage, tallyOf, unopened, type SuiteScope } from '../../pkg/rollout/index.js';
import { BAD, GOOD, HOUR_MS, NOTHING, specOf, suite } from './builders.js';

const CANDIDATE = 901;
const scope = (enforcement: 'Active' | 'Evaluate'): SuiteScope => ({
  enforcement,
  members: new Map([
    [1, HOUR_MS],
    [2, 20 * HOUR_MS],
  ]),
  branchOf: (id) => (id < 3 ? 'main' : undefined),
});
const fails = (rulesetID: number): RuleEvaluation => ({ rulesetID, type: 'required_signatures', result: 'fail' });
const passes = (rulesetID: number): RuleEvaluation => ({ rulesetID, type: 'deletion', result: 'pass' });

describe('Rule suites of a candidate', () => {
  const countsOf = (
    suites: RuleSuite[],
    enforcement: 'Active' | 'Evaluate' = 'Active',
    opened: [number, RuleEvaluation[]][] = [],
  ): number[] => {
    const { passed, failed, bypassed } = tallyOf(
      { suites, isWhole: true, opened: new Map(opened) },
      scope(enforcement),
      CANDIDATE,
    );
    return [passed, failed, bypassed];
  };
  const rows: [what: string, suite: RuleSuite, counts: number[], enforcement?: 'Evaluate'][] = [
    ['passed', suite(1), [1, 0, 0]],
    ['was bypassed', suite(1, { result: 'bypass' }), [0, 0, 1]],
    ['went to another branch', suite(1, { ref: 'refs/heads/feature' }), [0, 0, 0]],
    ['came before the stage', suite(1, { pushedMs: 0 }), [0, 0, 0]],
    ['came when the rules may not have held yet', suite(1, { pushedMs: HOUR_MS + 59_000 }), [0, 0, 0]],
    ['came before its repository was a member', suite(1, { repositoryID: 2 }), [0, 0, 0]],
    ['is of a repository that is none', suite(1, { repositoryID: 3 }), [0, 0, 0]],
    ['failed and was not opened', suite(1, { result: 'fail' }), [0, 0, 0]],
    ['says nothing of evaluate', suite(1), [0, 0, 0], 'Evaluate'],
    ['passed in evaluate', suite(1, { evaluationResult: 'pass' }), [1, 0, 0], 'Evaluate'],
    [
      'passed, though the active rules refused it',
      suite(1, { result: 'fail', evaluationResult: 'pass' }),
      [1, 0, 0],
      'Evaluate',
    ],
  ];
  for (const [what, each, counts, enforcement] of rows)
    it(`count a push that ${what} as ${counts.join(', ')}`, () => {
      expect(countsOf([each], enforcement)).to.deep.equal(counts);
    });

  it('that failed are judged by the evaluations of the candidate alone', () => {
    const failed = suite(1, { result: 'fail', ref: 'refs/heads/feature' });
    expect(countsOf([failed], 'Active', [[1, [passes(900), fails(CANDIDATE)]]])).to.deep.equal([0, 1, 0]);
    expect(countsOf([failed], 'Active', [[1, [fails(900), passes(CANDIDATE)]]])).to.deep.equal([1, 0, 0]);
    expect(countsOf([failed], 'Active', [[1, [fails(900)]]])).to.deep.equal([0, 0, 0]);
    expect(countsOf([failed], 'Active', [[1, []]])).to.deep.equal([0, 0, 0]);
  });

  it('are opened once, oldest first, and where some are not the tally is not whole', () => {
    const suites = [suite(5, { result: 'fail', pushedMs: 12 * HOUR_MS }), suite(6, { result: 'fail' }), suite(7)];
    const sight = { suites, isWhole: true, opened: new Map<number, RuleEvaluation[]>() };
    expect(unopened(sight, scope('Active'))).to.deep.equal([6, 5]);
    expect(tallyOf(sight, scope('Active'), CANDIDATE).isWhole).to.equal(false);
    const opened = new Map([5, 6].map((id) => [id, [fails(CANDIDATE)]]));
    const tally = tallyOf({ ...sight, opened }, scope('Active'), CANDIDATE);
    expect(tally).to.deep.include({ isWhole: true, pushes: 3, failed: 2 });
    expect(tally.repositories).to.deep.equal([{ id: 1, name: 'r1', failed: 2 }]);
  });
});

describe('A stage', () => {
  const stage = { percent: 5, enforcement: 'Active' as const, soak: '24h' };
  const judged = (tally: typeof GOOD, hours: number, analysis: object = {}): string =>
    judgeStage(specOf({ analysis }), stage, { tally, sinceMs: 0, nowMs: hours * HOUR_MS, members: 40 }).state;

  it('is healthy on evidence and after its time, and by neither alone', () => {
    expect(judged(GOOD, 24)).to.equal('Healthy');
    expect(judged(GOOD, 23.9)).to.equal('Soaking');
    expect(judged(NOTHING, 100_000)).to.equal('Inconclusive');
    expect(judged({ ...GOOD, passed: 19, bypassed: 30 }, 100_000)).to.equal('Inconclusive');
    expect(judged({ ...GOOD, isWhole: false }, 100_000)).to.equal('Inconclusive');
  });

  it('fails at once, with the first push beyond a limit', () => {
    expect(judged(BAD, 0)).to.equal('Failed');
    expect(judged({ ...BAD, failed: 3 }, 0)).to.equal('Soaking');
    const two = { ...GOOD, failed: 3, repositories: [1, 2, 3].map((id) => ({ id, name: `r${id}`, failed: 1 })) };
    expect(judged(two, 0), '5 % of 40 are 2').to.equal('Failed');
    expect(judged(two, 24, { maxFailingRepositories: 3 })).to.equal('Healthy');
    expect(judged({ ...two, isWhole: false }, 0), 'what failed counts however little is known').to.equal('Failed');
    expect(judged({ ...GOOD, failed: 1 }, 24, { maxFailedPushes: 0 })).to.equal('Failed');
  });

  it('says what it waits for, and who failed', () => {
    const say = (tally: typeof GOOD, hours: number): string =>
      judgeStage(specOf(), stage, { tally, sinceMs: 0, nowMs: hours * HOUR_MS, members: 40 }).message;
    expect(say(NOTHING, 25)).to.equal('0 pushes passed, 0 failed, 0 bypassed the rules; it needs 20 that were judged');
    expect(say(BAD, 1)).to.equal('4 pushes failed, analysis.maxFailedPushes is 3: r1 (4)');
  });
});
