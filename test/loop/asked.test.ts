/** What a person asks for is looked at afresh: a verdict that keeps a repository out is not taken from memory then. */
import { expect } from 'chai';
import { memberNames, names, town } from '../builders.js';
import { Loop, MINUTE } from './loop.js';

describe('A look that a person asks for', function () {
  let loop: Loop;
  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 3, promoted: 1, others: 2 })] });
    // Once, GitHub says that the file of one in production is not there.
    loop.github.faults.next('files', { kind: 'wrong-file', repository: 'promoted-001' });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
  });
  afterEach(() => loop.close());
  const members = (): string[] => memberNames(loop.github.world.get('acme'));
  const reads = (): number => loop.github.requests.filter(({ operation }) => operation === 'files').length;

  for (const [title, ask] of Object.entries({
    'by SIGHUP': () => loop.lookNow(),
    'by touching the file': () => loop.touch('acme.yaml', 'acme'),
    'by a change of the policy': () =>
      loop.edit('acme.yaml', loop.policy('acme', { schedule: { interval: '20m' } }), 'acme'),
  })) {
    it(`${title} finds a file that GitHub once did not show`, async () => {
      await loop.pass(20 * MINUTE);
      expect(members(), 'memory is believed meanwhile').to.deep.equal(names('member', 3));
      expect(reads()).to.equal(1);
      await ask();
      expect(members()).to.deep.equal([...names('member', 3), 'promoted-001']);
      const asked = reads();
      await loop.pass(20 * MINUTE);
      expect(reads(), 'once').to.equal(asked);
    });
  }

  it('is not forgotten where the pass that it called for saw nothing', async () => {
    loop.github.faults.when(({ operation }) => operation === 'orgs/get', {
      kind: 'secondary',
      status: 403,
      retryAfter: 60,
    });
    await loop.lookNow();
    expect(members()).to.deep.equal(names('member', 3));
    await loop.pass(2 * MINUTE);
    expect(members()).to.deep.equal([...names('member', 3), 'promoted-001']);
  });

  it('is none that a start of the process makes', async () => {
    await loop.restart();
    expect(reads()).to.equal(1);
  });
});
