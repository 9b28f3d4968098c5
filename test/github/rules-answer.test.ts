/** What an answer about rules in force tells, as a table: only a whole answer without ours says that it is not in force. */
import { expect } from 'chai';
import type { GraphQLAnswer } from '../../pkg/github/requester/graphql-answer.js';
import { lacksRules, sightOfBranch, sightsOf } from '../../pkg/github/rules/rules-answer.js';
import type { RulesSight } from '../../pkg/github/index.js';

const OURS = 77;
const rule = (databaseId: unknown): unknown => ({ repositoryRuleset: { databaseId } });
const ref = (rules: unknown[] | null, hasNextPage = false): unknown => ({
  rules: rules && { nodes: rules, pageInfo: { hasNextPage } },
});
const node = (databaseId: number, defaultBranchRef: unknown): unknown => ({ databaseId, defaultBranchRef });

interface Case {
  reason: string;
  first: unknown;
  errors?: GraphQLAnswer['errors'];
  told: RulesSight;
}

const CASES: readonly Case[] = [
  { reason: 'one rule is of the ruleset', first: node(1, ref([rule(5), rule(OURS)])), told: 'inForce' },
  { reason: 'ours is on the first of several pages', first: node(1, ref([rule(OURS)], true)), told: 'inForce' },
  { reason: 'ours stands beside one that is hidden', first: node(1, ref([null, rule(OURS)])), told: 'inForce' },
  { reason: 'rules of others alone', first: node(1, ref([rule(5)])), told: 'notInForce' },
  { reason: 'no rules at all', first: node(1, ref([])), told: 'notInForce' },
  { reason: 'more than one page, and ours is not on the first', first: node(1, ref([rule(5)], true)), told: 'unknown' },
  { reason: 'a rule whose ruleset is not shown', first: node(1, ref([{ repositoryRuleset: null }])), told: 'unknown' },
  { reason: 'a rule that is null', first: node(1, ref([null])), told: 'unknown' },
  { reason: 'no default branch', first: node(1, null), told: 'unknown' },
  { reason: 'no rules where a list should be', first: node(1, ref(null)), told: 'unknown' },
  { reason: 'another repository in its place', first: node(9, ref([])), told: 'unknown' },
  { reason: 'null in its place', first: null, told: 'unknown' },
  { reason: 'an error names it', first: node(1, ref([])), errors: [{ path: ['nodes', 0, 'x'] }], told: 'unknown' },
  { reason: 'an error names nobody', first: node(1, ref([])), errors: [{}], told: 'unknown' },
];

describe('Rules in force: an answer', () => {
  for (const { reason, first, errors = [], told } of CASES) {
    it(`${reason}: ${told}`, () => {
      const data = { nodes: [first, node(2, ref([rule(OURS)]))] };
      const second = errors.some(({ path }) => path === undefined) ? 'unknown' : 'inForce';
      expect(sightsOf({ data, errors }, [1, 2], OURS)).to.deep.equal([told, second]);
    });
  }

  it('that is shorter than the question, or none, tells nothing', () => {
    expect(sightsOf({ data: { nodes: [node(1, ref([]))] }, errors: [] }, [1, 2], OURS)).to.deep.equal([
      'unknown',
      'unknown',
    ]);
    expect(sightsOf({ data: null, errors: [] }, [1], OURS)).to.deep.equal(['unknown']);
  });

  it('of one branch over REST tells the same', () => {
    const item = (id: unknown): unknown => ({ type: 'deletion', ruleset_id: id });
    expect(sightOfBranch([item(5), item(OURS)], false, OURS)).to.equal('inForce');
    expect(sightOfBranch([item(5)], false, OURS)).to.equal('notInForce');
    expect(sightOfBranch([], false, OURS)).to.equal('notInForce');
    expect(sightOfBranch([item(5)], true, OURS)).to.equal('unknown');
    expect(sightOfBranch([{ type: 'deletion' }], false, OURS)).to.equal('unknown');
    expect(sightOfBranch({ message: 'so' }, false, OURS)).to.equal('unknown');
  });

  it('says that the schema lacks the field only where it does', () => {
    const extensions = { code: 'undefinedField', typeName: 'Ref', fieldName: 'rules' };
    expect(lacksRules({ errors: [{ extensions }] })).to.equal(true);
    expect(lacksRules({ errors: [{ message: "Field 'rules' doesn't exist on type 'Ref'" }] })).to.equal(true);
    expect(lacksRules({ errors: [{ type: 'NOT_FOUND', path: ['nodes', 0], message: 'so' }] })).to.equal(false);
    expect(lacksRules({ errors: [] })).to.equal(false);
  });
});
