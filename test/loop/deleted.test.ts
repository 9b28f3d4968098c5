/** A policy that is deleted leaves a trace: the ruleset stays on GitHub, and nobody keeps it any more. */
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { plus1, type Ran } from '../integration/cli.js';
import { HOUR, Loop, MINUTE } from './loop.js';

const DELETED = {
  level: 'info',
  policy: 'default/acme',
  organization: 'acme',
  ruleset: 'plus1_enforcement',
  members: 4,
  remains: 'the ruleset stays on GitHub and keeps its members; this policy adds and removes none any more',
};

describe('A policy that is deleted', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 4 });
    loop = await Loop.open({ organizations: [acme, town({ login: 'beta', members: 2 })] });
    loop.put('acme.yaml', loop.policy('acme'));
    loop.put('beta.yaml', loop.policy('beta'));
    await loop.start();
  });
  afterEach(() => loop.close());

  const get = (...args: string[]): Promise<Ran> =>
    plus1(['get', ...args, '--state', loop.state], { github: loop.github, clock: () => loop.clock.now() });

  it('is told of in one line, with what stays on GitHub', async () => {
    await loop.edit('acme.yaml', undefined, 'acme');
    await loop.pass(HOUR);
    expect(loop.logged('Policy deleted')).to.have.length(1);
    expect(loop.logged('Policy deleted')[0]).to.include(DELETED);
    expect(memberNames(acme)).to.have.length(4);
  });

  it('is told of as the ruleset that it kept, where it went while another was asked of it', async () => {
    await loop.edit('acme.yaml', loop.policy('acme', { organization: 'beta' }), 'acme');
    await loop.edit('acme.yaml', undefined, 'acme');
    expect(loop.logged('Policy deleted').map((line) => line['organization'])).to.deep.equal(['acme']);
  });

  it('is not told of where it is renamed as a file, touched, or stopped by a fault', async () => {
    await loop.edit('acme.yaml', 'kind: [', 'acme');
    await loop.pass(HOUR);
    expect(loop.logged('Policy deleted')).to.deep.equal([]);
  });

  describe('while no controller runs', () => {
    beforeEach(async () => {
      await loop.stop();
      loop.put('acme.yaml', undefined);
      await loop.start();
      await loop.until(() => loop.logged('Policy deleted').length > 0, 'the line');
    });

    it('is told of at the next start, once, and its state is marked and stays', async () => {
      expect(loop.logged('Policy deleted')[0]).to.include(DELETED);
      await loop.restart();
      await loop.pass(HOUR);
      expect(loop.logged('Policy deleted')).to.have.length(1);
      expect(loop.status('acme').ruleset?.members).to.equal(4);
    });

    it('is shown as deleted by get and explain, and others are not', async () => {
      const { stdout } = await get();
      expect(stdout)
        .to.match(/^acme .* Deleted .*\n/m)
        .and.match(/^beta .* True .*\n/m);
      expect((await get('-o', 'wide')).stdout).to.match(/Deleted; its ruleset keeps its members/);
      expect((await get('acme', '-o', 'json')).stdout).to.match(/"deletionTimestamp": "20/);
      const explain = await plus1(['explain', 'acme/member-001', '--state', loop.state], { github: loop.github });
      expect(explain.stdout).to.match(/Policy {5}default\/acme \(deleted\), mode/);
    });

    it('goes on with its memory, and without the mark, where its file comes back', async () => {
      const { window } = loop.status('acme');
      say(acme.get('member-001'), 'deprecated');
      await loop.edit('acme.yaml', loop.policy('acme'), 'acme');
      await loop.pass(11 * MINUTE);
      expect(loop.object('acme')?.metadata).to.not.have.property('deletionTimestamp');
      expect(loop.status('acme').window ?? window).to.deep.equal(window);
      expect((await get()).stdout).to.not.include('Deleted');
    });
  });

  it('is not told of a state that `sync` keeps in the same folder, which no file ever declared', async () => {
    await loop.stop();
    loop.put('beta.yaml', undefined);
    const { origin: _origin, ...beta } = loop.object('beta') ?? { origin: undefined };
    loop.putState('beta', beta);
    await loop.start();
    await loop.edit('acme.yaml', loop.policy('acme', { suspend: true }), 'acme');
    expect(loop.logged('Policy deleted')).to.deep.equal([]);
    expect(loop.object('beta')).to.deep.equal(beta);
  });
});

describe('What get and explain show of a policy whose organization or ruleset was refused', function () {
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 4 }), town({ login: 'beta', members: 2 })] });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
  });
  afterEach(() => loop.close());

  it('is the one that is kept, in every format', async () => {
    await loop.edit('acme.yaml', loop.policy('acme', { organization: 'beta', ruleset: { name: 'other' } }), 'acme');
    expect(loop.ready('acme')).to.equal('False InvalidSpec');
    const get = async (...args: string[]): Promise<string> => {
      const ran = await plus1(['get', ...args, '--state', loop.state], {
        github: loop.github,
        clock: () => loop.clock.now(),
      });
      expect([ran.stderr, ran.code]).to.deep.equal(['', 0]);
      return ran.stdout;
    };
    expect(await get()).to.match(/^acme +acme +Enforce +False/m);
    const { spec } = JSON.parse(await get('acme', '-o', 'json')) as { spec: Record<string, unknown> };
    expect(spec).to.deep.include({ organization: 'acme' });
    expect(spec['ruleset']).to.deep.include({ name: 'plus1_enforcement' });
    const explain = (name: string): Promise<Ran> =>
      plus1(['explain', name, '--state', loop.state], { github: loop.github });
    expect((await explain('acme/member-001')).stdout).to.match(/^acme\/member-001 /);
    expect((await explain('beta/member-001')).code).to.not.equal(0);
  });
});
