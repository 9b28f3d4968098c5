/** Members that no listing contains, as a table: what is asked about each, and its fate. With a server: test/integration/{gone,visibility}.test.ts. */
import { expect } from 'chai';
import type { Fate } from '../../../pkg/github/index.js';
import { MAX_LOOK_UPS } from '../../../pkg/reconciler/pass/unlisted-members.js';
import { range } from '../../governance/builders.js';
import { ACME, fault, type ReaderScript } from '../ports.js';
import { fails, production, run, testAll, type Case } from './verify-table.js';

const missing = (): Fate => ({ state: 'missing' });
const ownedBy = (ownerID: number, owner: string) => (): Fate => ({
  state: 'owned',
  name: 'svc-9',
  nodeID: 'R_9',
  ownerID,
  owner,
});
const [HOME, AWAY] = [
  { ownerID: ACME.id, owner: 'acme' },
  { ownerID: 7, owner: 'globex' },
];
const second = (ownerID: number, owner: string): NonNullable<ReaderScript['readOwners']> => [[[9, { ownerID, owner }]]];

const alone = { repositories: [production], members: [1, 9], totalCount: 1, organization: { repositoryCount: 1 } };

const ABSENT: readonly Case[] = [
  {
    ...alone,
    reason: 'the list is shorter than its total: it proves nothing about who is missing, and nobody is looked up',
    isShort: true,
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: '404, and the counts before and after are that of the list: gone',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'gone' },
  },
  {
    ...alone,
    reason: '404, and the count after is another: it may as well be hidden',
    script: { visibility: [{ repositoryCount: 2 }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'missing', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: '404, and the count before is another: no later word makes it a proof, so none is asked for',
    organization: { repositoryCount: 2 },
    script: { lookUp: missing },
    order: ['look up 9'],
    ends: { fate: 'missing', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: '404, and a token that may not see the count',
    organization: { repositoryCount: undefined },
    script: { lookUp: missing },
    order: ['look up 9'],
    ends: { fate: 'missing', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: '404, and an App that is on all repositories: gone',
    organization: { repositoryCount: undefined },
    script: { credential: { kind: 'App', visibility: 'Full' }, visibility: [{ all: true }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'gone' },
  },
  {
    ...alone,
    reason: '404, and an App that is on all by now, with a token that was made while it was on some',
    organization: { repositoryCount: undefined },
    script: { credential: { kind: 'App', visibility: 'Partial' }, visibility: [{ all: true }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'missing', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: '404, and an App that is on some: it may as well be hidden',
    script: { credential: { kind: 'App', visibility: 'Partial' }, visibility: [{ all: false }], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'missing', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: 'what the credential sees cannot be asked: who enters does not wait for it, and the fate is unknown',
    script: { visibility: [fault('PLUS1_GITHUB_UNAVAILABLE')], lookUp: missing },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', visibility: 'Partial', complete: false },
  },
  {
    ...alone,
    reason: 'what the credential sees cannot be asked because the pass was stopped: it ends',
    stopped: true,
    script: { visibility: [fault('PLUS1_INTERRUPTED')] },
    order: ['visibility'],
    error: 'PLUS1_INTERRUPTED',
  },
  {
    ...alone,
    reason: 'the organization still owns it: the listing lacks rows',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(ACME.id, 'acme') },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unseen', complete: false, visibility: 'Partial' },
  },
  {
    ...alone,
    reason: 'another owner has it, by two answers: transferred',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex'), readOwners: second(7, 'globex') },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'transferred' },
  },
  {
    ...alone,
    reason: 'another owner has it, and a second answer names a third: one of them is wrong',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex'), readOwners: second(8, 'initech') },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: 'another owner has it, and a second answer says that the organization does: the listing lacks rows',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex'), readOwners: second(ACME.id, 'acme') },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'unseen', complete: false, visibility: 'Partial' },
  },
  {
    ...alone,
    reason: 'another owner has it, and a second answer has another id of the login of the organization',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex'), readOwners: second(7, 'acme') },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'unknown', complete: false },
  },
  ...[[], fault('PLUS1_GITHUB_UNAVAILABLE'), fault('PLUS1_RATE_LIMITED')].map((answer): Case => ({
    ...alone,
    reason: `another owner has it, and there is no second answer (${answer instanceof Error ? answer.message : 'not told'}): who enters does not wait for it`,
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'globex'), readOwners: [answer] },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'unknown', complete: false },
  })),
  {
    ...alone,
    reason: 'another owner has it by two answers, and the organization counted more before: contradicted',
    organization: { repositoryCount: 2 },
    script: { lookUp: ownedBy(7, 'globex'), readOwners: second(7, 'globex') },
    order: ['look up 9', 'read owners 9'],
    ends: { fate: 'contradicted', visibility: 'Partial', seesFewer: true },
  },
  {
    ...alone,
    reason: 'another owner has it by two answers, and the organization counts more after: contradicted',
    script: { visibility: [{ repositoryCount: 2 }], lookUp: ownedBy(7, 'globex'), readOwners: second(7, 'globex') },
    order: ['visibility', 'look up 9', 'read owners 9'],
    ends: { fate: 'contradicted', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: 'another owner has it by two answers, and a token that may not see the count',
    organization: { repositoryCount: undefined },
    script: { lookUp: ownedBy(7, 'globex'), readOwners: second(7, 'globex') },
    order: ['look up 9', 'read owners 9'],
    ends: { fate: 'transferred', visibility: 'Partial' },
  },
  {
    ...alone,
    reason: 'another id of the same login: one of the two answers is wrong, and by the other all would be transferred',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: ownedBy(7, 'ACME') },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: 'GitHub does not say what became of it',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: () => ({ state: 'unknown', why: 'HTTP 500' }) },
    order: ['visibility', 'look up 9'],
    ends: { fate: 'unknown', complete: false },
  },
  {
    ...alone,
    reason: 'the look-up fails: the pass ends',
    script: { visibility: [{ repositoryCount: 1 }], lookUp: fails('PLUS1_RATE_LIMITED') },
    order: ['visibility', 'look up 9'],
    error: 'PLUS1_RATE_LIMITED',
  },
];

describe('Members that no listing contains', () => {
  testAll(ABSENT);

  it('believes no transfer while a look-up finds another member in the organization: the listing is short', async () => {
    const { seen } = await run({
      ...{ reason: '', repositories: [production], members: [1, 8, 9], totalCount: 1 },
      script: {
        visibility: [{ repositoryCount: 1 }],
        lookUp: (id) => ({ state: 'owned', name: '', nodeID: '', ...(id === 8 ? HOME : AWAY) }),
        readOwners: [[[9, AWAY]]],
      },
    });
    expect(seen?.absent.map(({ fate }) => fate)).to.deep.equal(['unseen', 'contradicted']);
  });

  it('looks up so many in one pass, and goes on where the last one ended', async () => {
    const absent = range(11, 10 + MAX_LOOK_UPS + 2);
    const many: Case = {
      ...{ reason: '', repositories: [production], members: [1, ...absent], totalCount: 1 },
      script: { visibility: [{ repositoryCount: 1 }], lookUp: missing },
    };
    const first = await run(many);
    expect(first.order).to.deep.equal(['visibility', ...absent.slice(0, MAX_LOOK_UPS).map((id) => `look up ${id}`)]);
    expect([first.seen?.waiting, first.verdicts.lookedUpTo]).to.deep.equal([2, absent[MAX_LOOK_UPS - 1]]);
    expect(first.seen?.absent.slice(-2).map(({ fate }) => fate)).to.deep.equal(['waiting', 'waiting']);
    const script = { visibility: [{ repositoryCount: 1 }], lookUp: missing };
    const { order } = await run({ ...many, script }, first.verdicts.lookedUpTo);
    expect(order.slice(1, 4)).to.deep.equal(
      absent
        .slice(-2)
        .concat(11)
        .map((id) => `look up ${id}`),
    );
  });
});
