/** A volume that is nearly full, under a whole controller: what can be made again gives way, and everything else goes on. */
import { expect } from 'chai';
import type { VolumeSpace } from '../../pkg/base/index.js';
import { memberNames, PATH, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { tampering } from '../integration/tampering-github.js';
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

describe('A controller whose cache is not kept', function () {
  this.timeout(120_000);
  after(removeTemporaryFolders);

  it('writes nothing on a copy of GitHub that lags behind its own last write', async () => {
    const acme = town({ members: 6, others: 3 });
    const environment: { apiURL?: string } = {};
    const hosts: string[] = [];
    const loop = await Loop.open({ organizations: [acme], environment, hosts });
    let [old, isOld]: [unknown, boolean] = [undefined, false];
    const proxy = await tampering(loop.github, async ({ method, path, forward }) => {
      if (method !== 'GET' || !/\/rulesets\/\d+$/.test(path)) return undefined;
      const answer = await forward();
      if (isOld) return { ...answer, body: old };
      old ??= answer.body;
      return answer;
    });
    environment.apiURL = proxy.url;
    hosts.push(new URL(proxy.url).host);
    loop.put('acme.yaml', loop.policy('acme', { github: { apiURL: proxy.url } }));
    await loop.start();
    say(acme.get('other-001'), 'production');
    await loop.lookNow();
    expect(memberNames(acme)).to.include('other-001');
    isOld = true;
    acme.get('other-001').commit(PATH, 'kind: [');
    say(acme.get('other-002'), 'production');
    loop.forgetKnown('acme');
    await loop.lookNow();
    expect(memberNames(acme)).to.include('other-001');
    expect(loop.condition('acme', 'Ready')?.message).to.match(/a newer one was seen already/);
    isOld = false;
    await loop.lookNow();
    expect(memberNames(acme)).to.include.members(['other-001', 'other-002']);
    // The message of the passes that failed has the date of the copy.
    loop.faults.length = 0;
    await loop.close();
    await proxy.close();
  });
});
