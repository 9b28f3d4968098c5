/** What is read of a delivery: whose it is, and whether it can matter. */
import { expect } from 'chai';
import fc from 'fast-check';
import { deliveryOrganizations, WEBHOOK_EVENTS } from '../../pkg/github/index.js';

const read = (event: string, payload: unknown): string[] =>
  deliveryOrganizations(event, Buffer.from(JSON.stringify(payload)));

const ACME = { organization: { login: 'acme' } };
const push = (ref: string, branch: unknown = 'main'): object => ({
  ...ACME,
  ref,
  repository: { default_branch: branch },
});

describe('A delivery', () => {
  const CASES: [string, string, unknown, string[]][] = [
    ['a push to the default branch', 'push', push('refs/heads/main'), ['acme']],
    ['a push to another branch', 'push', push('refs/heads/topic'), []],
    ['a push of a tag of that name', 'push', push('refs/tags/main'), []],
    ['a push to a branch whose name ends alike', 'push', push('refs/heads/x/main'), []],
    ['a push that does not name the default branch', 'push', push('refs/heads/x', null), ['acme']],
    ['a push without a ref', 'push', { ...ACME }, []],
    ['an event of the organization', 'repository', ACME, ['acme']],
    ['an organization told twice', 'repository', { ...ACME, repository: { owner: { login: 'acme' } } }, ['acme']],
    [
      'an owner who is not the organization',
      'repository',
      { ...ACME, repository: { owner: { login: 'b' } } },
      ['acme', 'b'],
    ],
    ['an installation', 'installation', { installation: { account: { login: 'acme' } } }, ['acme']],
    ['a ping of an App', 'ping', { zen: 'Keep it logically awesome.' }, []],
    ['an event that is not ours', 'issues', ACME, []],
    ['a name of an object', 'constructor', ACME, []],
    ['a list', 'push', [ACME], []],
    ['null', 'push', null, []],
    ['a login that is no text', 'repository', { organization: { login: { a: 1 } } }, []],
    ['a login of a prototype', 'repository', { organization: 'login' }, []],
  ];
  for (const [name, event, payload, logins] of CASES)
    it(`is read: ${name}`, () => expect(read(event, payload)).to.deep.equal(logins));

  it('says nothing where it is no JSON', () => {
    for (const text of ['', '{', '{"organization":{"login":"acme"}} x', `${'['.repeat(1_000)}`, '\uD800'])
      expect(deliveryOrganizations('push', Buffer.from(text))).to.deep.equal([]);
    expect(deliveryOrganizations('push', Buffer.from([0xff, 0xfe]))).to.deep.equal([]);
  });

  it('never throws, and never gives anything but texts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WEBHOOK_EVENTS), fc.jsonValue(), (event, value) => {
        const payload = { organization: value, repository: value, installation: { account: value }, ref: value };
        expect(read(event, payload).every((login) => typeof login === 'string')).to.equal(true);
      }),
    );
  });
});
