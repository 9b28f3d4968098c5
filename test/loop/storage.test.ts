/** A volume that is nearly full, under a whole controller: what can be made again gives way, and everything else goes on. */
import { expect } from 'chai';
import type { VolumeSpace } from '../../pkg/base/index.js';
import { memberNames, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { Loop, MINUTE } from './loop.js';

const MIB = 1_048_576;

describe('A controller whose volume is nearly full', function () {
  this.timeout(120_000);
  let loop: Loop;
  let acme: Organization;
  let space: VolumeSpace;

  beforeEach(async () => {
    acme = town({ members: 3, others: 3 });
    space = { totalBytes: 8_192 * MIB, freeBytes: 1_000 * MIB };
    loop = await Loop.open({ organizations: [acme], space: () => space });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
  });
  afterEach(() => loop.close());
  after(removeTemporaryFolders);

  const pass = (): Promise<void> => loop.pass(10.6 * MINUTE);
  const promote = async (name: string): Promise<void> => {
    say(acme.get(name), 'production');
    await pass();
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(memberNames(acme)).to.include(name);
  };

  it('keeps no verdicts any more, writes to GitHub, state and journal all the same, and says so once', async () => {
    const before = loop.cache('acme');
    const { sequence = 0 } = loop.status('acme').journal ?? {};
    space.freeBytes = 64 * MIB;
    await promote('other-001');
    await promote('other-002');
    expect(loop.cache('acme'), 'what was kept stays').to.equal(before);
    expect(loop.status('acme').compliance).to.include({ governed: 5 });
    expect(loop.status('acme').journal?.sequence).to.be.greaterThan(sequence);
    const events = loop.events('StorageLow');
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ level: 'warn', policy: 'default/acme' });
    expect(JSON.stringify(events[0])).to.match(/has 64\.0 MiB left/);
  });

  it('keeps them again as soon as there is room, and says so again when that is over', async () => {
    space.freeBytes = 10 * MIB;
    await promote('other-001');
    space.freeBytes = 1_000 * MIB;
    const before = loop.cache('acme');
    await promote('other-002');
    expect(loop.cache('acme')).not.to.equal(before);
    expect(loop.logged('Storage has room again')).to.have.length(1);
    space.freeBytes = 10 * MIB;
    await promote('other-003');
    expect(loop.events('StorageLow')).to.have.length(2);
  });

  it('of a small size leaves a tenth of it to journal and state', async () => {
    const before = loop.cache('acme');
    space = { totalBytes: 100 * MIB, freeBytes: 10 * MIB };
    await promote('other-001');
    expect(loop.cache('acme')).to.equal(before);
    space = { totalBytes: 100 * MIB, freeBytes: 11 * MIB };
    await promote('other-002');
    expect(loop.cache('acme')).not.to.equal(before);
  });
});
