/** Kind: memory that is swapped under a running controller. An older copy of a state counts fewer leaves, and older clocks. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Loop, MINUTE } from './loop.js';

describe('The loop over a folder: a state file that somebody changes while it runs', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 20 });
    loop = await Loop.open({ organizations: [acme, town({ login: 'beta', members: 2 })] });
    loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' } }));
    loop.put('beta.yaml', loop.policy('beta'));
    await loop.start();
  });
  afterEach(() => loop.close());

  const demote = (count: number): void => names('member', count).forEach((name) => say(acme.get(name), 'deprecated'));
  const writes = (): number => loop.github.counts().writes;

  async function standsStill(what: string): Promise<void> {
    const text = loop.object('acme');
    loop.github.reset();
    demote(8);
    await loop.pass(25 * MINUTE);
    expect([writes(), memberNames(acme).length]).to.deep.equal([0, 16]);
    expect(loop.github.requests.filter(({ path }) => path.includes('acme'))).to.deep.equal([]);
    expect(loop.object('acme'), 'it is left as it is').to.deep.equal(text);
    const [failed] = loop.logged('Reconcile failed').filter((line) => line['policy'] === 'default/acme');
    expect([failed?.['code'], String(failed?.['error'])].join(' ')).to.match(
      new RegExp(`^PLUS1_STATE_UNREADABLE .*default/acme.* was ${what} by somebody else`),
    );
    expect(await loop.metric('plus1_condition', { policy: 'default/acme', type: 'Ready', status: 'False' })).to.equal(
      1,
    );
    expect(loop.ready('beta'), 'the others go on').to.equal('True Converged');
  }

  it('to an older copy of itself: nothing is asked and written for it, and a restart believes it', async () => {
    const backup = loop.object('acme');
    expect(backup?.status?.window?.left ?? 0).to.equal(0);
    demote(4);
    await loop.pass(11 * MINUTE);
    expect(loop.status('acme').window).to.include({ members: 20, left: 4 });
    loop.putState('acme', { ...backup });
    await standsStill('changed');
    await loop.restart();
    await loop.pass(11 * MINUTE);
    expect(memberNames(acme)).to.have.length(12);
  });

  it('by deleting it: the window that was counted is not forgotten, and it goes on where the file is put back', async () => {
    demote(4);
    await loop.pass(11 * MINUTE);
    const own = JSON.stringify(loop.object('acme'), null, 2) + '\n';
    rmSync(join(loop.state, 'default', 'acme.json'));
    await standsStill('deleted');
    loop.putState('acme', own);
    await loop.pass(11 * MINUTE);
    expect(loop.ready('acme')).to.equal('False Held');
    expect(loop.status('acme').window).to.include({ members: 20, left: 4 });
  });
});
