import { expect } from 'chai';
import type { OwnedRuleset, RulesetBody } from '../../../pkg/github/index.js';
import { bodyHash, differences, isSent, keptBody } from '../../../pkg/reconciler/owned/sent-ruleset.js';

const SENT: RulesetBody = {
  name: 'a',
  target: 'branch',
  enforcement: 'active',
  conditions: {
    ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/x'], exclude: [] },
    repository_id: { repository_ids: [3, 1, 2] },
  },
  rules: [
    { type: 'deletion' },
    {
      type: 'pull_request',
      parameters: { required_approving_review_count: 1, allowed_merge_methods: ['squash', 'merge'] },
    },
  ],
  bypass_actors: [{ actor_id: 5, actor_type: 'Team' }],
};

/** As GitHub shows it. */
const live = (input: Partial<OwnedRuleset> = {}): OwnedRuleset => ({
  ...{ id: 7, name: 'a', target: 'branch', enforcement: 'active', rules: 2 },
  conditions: {
    ref_name: { exclude: [], include: ['refs/heads/x', '~DEFAULT_BRANCH'] },
    repository_id: { repository_ids: [1, 2, 3] },
  },
  members: new Set([1, 2, 3]),
  others: {
    rules: [
      {
        type: 'pull_request',
        parameters: {
          allowed_merge_methods: ['merge', 'squash'],
          required_approving_review_count: 1,
          required_reviewers: [],
        },
      },
      { type: 'deletion' },
    ],
    bypassActors: [{ actor_id: 5, actor_type: 'Team', bypass_mode: 'always' }],
  },
  ...input,
});
const others = (input: Partial<OwnedRuleset['others']>): Partial<OwnedRuleset> => ({
  others: { ...live().others, ...input },
});
const creation = { sha256: bodyHash(SENT), sent: keptBody(SENT) };

describe('a ruleset as it was sent', () => {
  it('is the live one, whatever the order of lists and what GitHub adds', () => {
    expect(differences(live(), SENT)).to.deep.equal([]);
    expect(isSent(live(), creation)).to.equal(true);
  });

  it('has one hash for any order of its ids and keys, and another for another id', () => {
    const { conditions, ...rest } = SENT;
    const turned = {
      ...rest,
      conditions: { repository_id: { repository_ids: [1, 2, 3, 3] }, ref_name: conditions['ref_name'] },
    };
    expect(bodyHash(turned)).to.equal(creation.sha256);
    const wider = { ...SENT, conditions: { ...conditions, repository_id: { repository_ids: [1, 2, 4] } } };
    expect(bodyHash(wider)).to.not.equal(creation.sha256);
    expect(keptBody(wider)).to.equal(creation.sent);
    expect(creation.sent).to.not.contain('repository_ids');
  });

  const table: { part: string; input: Partial<OwnedRuleset> }[] = [
    { part: 'name', input: { name: 'b' } },
    { part: 'target', input: { target: 'tag' } },
    { part: 'enforcement', input: { enforcement: 'evaluate' } },
    {
      part: 'conditions',
      input: { conditions: { ...live().conditions, ref_name: { include: ['~ALL'], exclude: [] } } },
    },
    {
      part: 'conditions',
      input: { conditions: { ...live().conditions, repository_property: { include: [], exclude: [{ name: 'x' }] } } },
    },
    { part: 'rules', input: others({ rules: [{ type: 'deletion' }] }) },
    { part: 'rules', input: others({ rules: [...live().others.rules, { type: 'creation' }] }) },
    {
      part: 'rules',
      input: others({
        rules: [
          { type: 'deletion' },
          {
            type: 'pull_request',
            parameters: { required_approving_review_count: 0, allowed_merge_methods: ['squash', 'merge'] },
          },
        ],
      }),
    },
    { part: 'bypassActors', input: others({ bypassActors: [] }) },
    { part: 'bypassActors', input: others({ bypassActors: 'unknown' }) },
    { part: 'bypassActors', input: others({ bypassActors: [{ actor_id: 6, actor_type: 'Team' }] }) },
  ];
  for (const [at, { part, input }] of table.entries()) {
    it(`is another one where ${part} differs (${at + 1})`, () => {
      expect(differences(live(input), SENT)).to.deep.equal([part]);
      expect(isSent(live(input), creation)).to.equal(false);
    });
  }

  it('is another one where it has other repositories, or none by id', () => {
    expect(isSent(live({ members: new Set([1, 2]) }), creation)).to.equal(false);
    const { members: _members, ...byName } = live();
    expect(isSent({ ...byName, conditions: { ref_name: SENT.conditions['ref_name'] } }, creation)).to.equal(false);
  });

  it('is nothing where what was kept of it cannot be read', () => {
    for (const sent of ['', '[]', '{"name":', '{"name":"a"}'])
      expect(isSent(live(), { ...creation, sent })).to.equal(false);
  });
});
