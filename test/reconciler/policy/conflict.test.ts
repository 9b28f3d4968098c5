import { expect } from 'chai';
import fc from 'fast-check';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import { makersOf, olderRival, sharedText, targetOf } from '../../../pkg/reconciler/policy/conflict.js';

interface Claimed {
  uid?: string;
  createdMs?: number;
  apiURL?: string;
  organization?: string;
  ruleset?: string;
  id?: number;
  property?: { name: string; value: string };
}

const made = (of: PolicyRecord, id: number): PolicyRecord => ({
  ...of,
  status: { ...of.status, ownedRulesets: [{ name: 'plus1-rollout-592c1c63', purpose: 'Rollout', id }] },
});

function held({ uid = 'default/a', createdMs = 1, id, ...claim }: Claimed = {}): PolicyRecord {
  const [namespace = '', name = ''] = uid.split('/');
  return {
    key: { namespace, name },
    faults: [],
    generation: 1,
    createdMs,
    uid,
    claim: { apiURL: 'https://api.github.com', organization: 'acme', ruleset: 'main', ...claim },
    status: id === undefined ? {} : { ruleset: { id, enforcement: 'Active', members: 1, membersHash: '', undone: 0 } },
  };
}

const own = held({ uid: 'default/own', createdMs: 5 });

describe('The older rival of a policy', () => {
  const table: { reason: string; other: Claimed; own?: Claimed; is: boolean }[] = [
    { reason: 'the same ruleset', other: {}, is: true },
    { reason: 'GitHub takes upper and lower case for the same', other: { organization: 'ACME' }, is: true },
    {
      reason: 'a port that is the default, and cases of the host',
      other: { apiURL: 'https://API.github.com:443/' },
      is: true,
    },
    { reason: 'a dot at the end of the host', other: { apiURL: 'https://api.github.com./' }, is: true },
    { reason: 'a dot before a default port', other: { apiURL: 'https://api.GitHub.com.:443' }, is: true },
    {
      reason: 'a dot before another port',
      other: { apiURL: 'https://ghes.example.:8443/api/v3' },
      own: { apiURL: 'https://GHES.example:8443' },
      is: true,
    },
    {
      reason: 'one address in two spellings',
      other: { apiURL: 'https://10.1/api/v3' },
      own: { apiURL: 'https://10.0.0.1' },
      is: true,
    },
    {
      reason: 'another port may be another server',
      other: { apiURL: 'https://ghes.example:8443' },
      own: { apiURL: 'https://ghes.example' },
      is: false,
    },
    { reason: 'another organization', other: { organization: 'beta' }, is: false },
    { reason: 'another ruleset', other: { ruleset: 'other' }, is: false },
    { reason: 'names of rulesets are told apart by case', other: { ruleset: 'Main' }, is: false },
    { reason: 'another GitHub', other: { apiURL: 'https://ghes.example/api/v3' }, is: false },
    { reason: 'a younger one', other: { createdMs: 6 }, is: false },
    { reason: 'of one age, the name decides', other: { uid: 'default/aaa', createdMs: 5 }, is: true },
    { reason: 'of one age, the name decides', other: { uid: 'default/zzz', createdMs: 5 }, is: false },
    { reason: 'one ruleset under two names', other: { ruleset: 'old name', id: 7 }, own: { id: 7 }, is: true },
    {
      reason: 'one id on two GitHubs',
      other: { apiURL: 'https://ghes.example/api/v3', id: 7 },
      own: { id: 7 },
      is: false,
    },
    {
      reason: 'two rulesets that are aimed at one value have the same members',
      other: { ruleset: 'other', property: { name: 'Tier', value: 'one' } },
      own: { property: { name: 'tier', value: 'one' } },
      is: true,
    },
    {
      reason: 'another value has other members',
      other: { ruleset: 'other', property: { name: 'tier', value: 'two' } },
      own: { property: { name: 'tier', value: 'one' } },
      is: false,
    },
    {
      reason: 'the property of another organization',
      other: { organization: 'beta', ruleset: 'other', property: { name: 'tier', value: 'one' } },
      own: { property: { name: 'tier', value: 'one' } },
      is: false,
    },
    {
      reason: 'one targets by property, and the other by id',
      other: { ruleset: 'other' },
      own: { property: { name: 'tier', value: 'one' } },
      is: false,
    },
    { reason: 'ids that nobody knows are not the same', other: { ruleset: 'other' }, own: {}, is: false },
  ];
  for (const { reason, other, own: mine, is } of table) {
    it(`${is ? 'is' : 'is not'} ${JSON.stringify(other)}: ${reason}`, () => {
      const self = held({ uid: 'default/own', createdMs: 5, ...mine });
      expect(olderRival(self, [self, held(other)]) !== undefined).to.equal(is);
    });
  }

  it('is told with what the two of them keep', () => {
    const property = { name: 'tier', value: 'one' };
    expect(sharedText(own, held({}))).to.equal('the same ruleset');
    expect(sharedText(held({ property }), held({ ruleset: 'other', property }))).to.equal(
      'the same value of the custom property tier',
    );
  });

  it('is found by the id as it was just read, which the status does not know yet', () => {
    const other = held({ ruleset: 'old name', id: 7 });
    expect(olderRival(own, [own, other], 7)?.uid).to.equal('default/a');
    expect(olderRival(own, [own, other], 8)).to.equal(undefined);
  });

  it('asks for the address of those alone that share the name, since that is asked of every policy in every pass', () => {
    let asked = 0;
    const counting = (policy: PolicyRecord): PolicyRecord => {
      const { organization, ruleset } = policy.claim!;
      const get = (): string => ((asked += 1), 'https://api.github.com');
      const claim = Object.defineProperty({ apiURL: '', organization, ruleset }, 'apiURL', { get });
      return { ...policy, claim };
    };
    const strangers = Array.from({ length: 50 }, (_, index) =>
      held({ uid: `default/p${index}`, organization: `o${index}` }),
    );
    expect(olderRival(own, [own, ...strangers.map(counting)])).to.equal(undefined);
    expect(asked).to.equal(0);
    expect(olderRival(own, [own, counting(held())])?.uid).to.equal('default/a');
    expect(asked).to.equal(1);
  });

  it('of any number of policies for one ruleset, exactly one has none', () => {
    const policies = fc.uniqueArray(fc.record({ createdMs: fc.nat(3), name: fc.nat(50) }), {
      selector: ({ name }) => name,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(policies, (list) => {
        const all = list.map(({ createdMs, name }) => held({ uid: `default/p${name}`, createdMs }));
        expect(all.filter((policy) => olderRival(policy, all) === undefined)).to.have.length(1);
      }),
    );
  });
});

describe('A ruleset that Plus1 made, among policies', () => {
  const other = held({ ruleset: 'other', id: 7 });
  const elsewhere = held({ uid: 'default/b', apiURL: 'https://ghes.example/api/v3', id: 8 });

  it('is targeted by any policy of the host whose last pass was about that id, by its own too', () => {
    const all = [{ ...own, status: other.status }, elsewhere];
    expect(targetOf(own, all, 7)?.uid).to.equal('default/own');
    expect(targetOf(own, [own, other], 7)?.uid).to.equal('default/a');
    expect([targetOf(own, all, 8), targetOf(own, all, 9)]).to.deep.equal([undefined, undefined]);
  });

  it('was made for another policy of the host', () => {
    const uids = (id: number): string[] =>
      makersOf(own, [made(own, 9), made(other, 9), made(elsewhere, 9)], id).map(({ uid }) => uid);
    expect([uids(9), uids(7)]).to.deep.equal([['default/a'], []]);
  });
});
