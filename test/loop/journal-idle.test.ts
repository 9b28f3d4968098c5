/** The journal of policies that get no pass: no records, and a checkpoint a day all the same. */
import { join } from 'node:path';
import { expect } from 'chai';
import { policyFolders, readRecords, verify } from '../../pkg/journal/index.js';
import { town } from '../builders.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { DAY, Loop, MINUTE } from './loop.js';

describe('The journal of a policy that gets no pass', function () {
  this.timeout(120_000);
  let loop: Loop;
  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 3 })] });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
  });
  afterEach(() => loop.close());
  after(removeTemporaryFolders);

  const root = (): string => join(loop.state, '.journal');
  const kinds = async (): Promise<string[]> =>
    (await readRecords(await policyFolders([root()], { namespace: undefined, name: 'acme' }))).records.map(
      ({ kind }) => kind,
    );

  for (const { what, spec, ready } of [
    { what: 'suspended', spec: { suspend: true }, ready: 'False Suspended' },
    { what: 'stalled', spec: { schedule: { cron: 'no time' } }, ready: 'False InvalidSpec' },
  ]) {
    it(`because it is ${what} has a checkpoint once a day, over restarts, and no record`, async () => {
      await loop.edit('acme.yaml', loop.policy('acme', spec), 'acme');
      expect(loop.ready('acme')).to.equal(ready);
      const before = await kinds();
      const asked = loop.github.requests.length;
      const events = loop.logged('Event').length;
      const notes = (): unknown[] => loop.logged('Checkpoint').map(({ note }) => note);
      const signed = notes().length;
      for (let days = 1; days <= 3; days += 1) {
        await loop.pass(DAY);
        expect(notes().length, `day ${days}`).to.equal(signed + days);
      }
      await loop.restart();
      await loop.pass(5 * MINUTE);
      await loop.restart();
      expect(notes().length, 'a process that starts tells where it stands').to.be.within(signed + 4, signed + 5);
      expect(new Set(notes().slice(signed - 1)).size, 'of the same records').to.equal(1);
      expect(await kinds()).to.deep.equal(before);
      expect(loop.github.requests.length, 'GitHub is asked nothing').to.equal(asked);
      expect(loop.logged('Event').length, 'nothing is told again').to.equal(events);
      expect((await verify({ folders: [root()], keys: [], checkpoints: [], heads: [] })).whole).to.equal(true);
    });
  }
});
