/** The controller over a folder carries out at once what `plus1 rollback` and `plus1 release` ask for, once over restarts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { plus1 } from '../integration/cli.js';
import { Loop, MINUTE } from './loop.js';

describe('The loop over a folder: a rollback', function () {
  this.timeout(120_000);

  it('is carried out at once, held over a restart, and released', async () => {
    const acme = town({ members: 8 });
    const loop = await Loop.open({ organizations: [acme] });
    const all = names('member', 8);
    const becomes = async (members: string[], what: string): Promise<void> => {
      await loop.until(() => memberNames(acme).join() === members.join(), what);
      // The status and the events of that pass come after its write.
      await loop.settle();
    };
    try {
      const policy = loop.policy('acme', { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } });
      loop.put('acme.yaml', policy);
      await loop.start();
      for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme)).to.have.length(4);

      const asked = await plus1([
        'rollback',
        'acme',
        '--to',
        '1',
        '--reason',
        'a script',
        '--yes',
        '--state',
        loop.state,
      ]);
      expect([asked.code, asked.stderr]).to.deep.equal([0, '']);
      await becomes(all, 'the membership before');
      expect(loop.status('acme').lastHandledRollbackTo).to.equal('1');
      expect(loop.ready('acme')).to.equal('False Held');
      const [event] = loop.events('RolledBack');
      expect(event?.['message']).to.match(
        /^The membership is that after record 1 of .*; reason: a script; nobody leaves/,
      );

      await loop.restart();
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme), 'held').to.deep.equal(all);
      expect(loop.events('RolledBack'), 'once').to.have.length(1);

      expect((await plus1(['release', 'acme', '--state', loop.state])).code).to.equal(0);
      await becomes(all.slice(4), 'what the files say');
      expect(loop.status('acme')).not.to.have.property('hold');
      expect(loop.status('acme')).not.to.have.property('lastHandledRollbackTo');
    } finally {
      await loop.close();
    }
  });

  it('that is taken back while its pass reads is not carried out', async () => {
    const acme = town({ members: 8 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } }));
      await loop.start();
      for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      const edit = (): void => {
        const folder = join(loop.state, '.rollback', 'default', 'acme');
        writeFileSync(join(folder, '999999999999999-0123abcd.json'), '{"v":1,"kind":"release"}');
      };
      loop.github.faults.when(({ operation }) => operation === 'list', { kind: 'ruleset-changed', edit });
      const from = loop.github.requests.length;
      await plus1(['rollback', 'acme', '--to', '1', '--yes', '--state', loop.state]);
      await loop.until(() => loop.github.faults.fired.length > 0, 'the pass that begins with it');
      await loop.pass(10.6 * MINUTE);
      expect(loop.github.requests.slice(from).filter(({ method }) => method === 'PUT')).to.deep.equal([]);
      expect(memberNames(acme)).to.have.length(4);
    } finally {
      await loop.close();
    }
  });
});
