/** The controller over a folder counts what `plus1 approve` left beside its state, and says what became of it. */
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { plus1 } from '../integration/cli.js';
import { Loop, MINUTE } from './loop.js';

describe('The loop over a folder: approvals', () => {
  it('release a held plan with the next pass, over a restart, and are told of by events', async () => {
    const acme = town({ members: 10 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const guards = { approval: { required: 2 } };
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards }));
      await loop.start();
      for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      expect(loop.ready('acme')).to.equal('False Held');
      const approve = async (approver: string): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        const ran = await plus1([...args, '--state', loop.state], { clock: () => loop.clock.now() });
        expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
      };
      await approve('ann');
      await loop.pass(10.6 * MINUTE);
      expect([loop.ready('acme'), loop.status('acme').hold?.approvals]).to.deep.equal(['False Held', 1]);
      await loop.restart();
      await approve('bob');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme)).to.have.length(6);
      expect(loop.status('acme')).not.to.have.property('hold');
      expect(loop.events('PlanApproved').map((line) => line['message'])).to.deep.equal([
        '4 held changes were applied, approved by ann, bob',
      ]);
      // Both were used after the restart, which begins with new counters.
      expect(await loop.metric('plus1_approvals_total', { result: 'used' })).to.equal(2);
      const { stdout } = await plus1(['get', 'approvals', '--state', loop.state]);
      expect(stdout.match(/ Used /g)).to.have.length(2);
    } finally {
      await loop.close();
    }
  });
});
