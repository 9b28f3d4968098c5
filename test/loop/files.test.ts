import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { town } from '../builders.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

/** An edit of a file while a pass of its policy runs. */
interface Edit {
  text: () => string;
  isRead: (held: PolicyRecord) => boolean;
  /** Of Ready. */
  reason: string;
}

describe('The loop over a folder: files that come, turn wrong and go', function () {
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({
      organizations: [town({ members: 3, demoted: 1 }), town({ login: 'beta', members: 2, promoted: 1 })],
    });
  });
  afterEach(() => loop.close());

  const passesOf = (organization: string): number =>
    loop.github.requests.filter(({ path }) => path === `/orgs/${organization}`).length;
  const isStored = (name: string): boolean => loop.object(name) !== undefined;

  async function both(): Promise<void> {
    loop.put('acme.yaml', loop.policy('acme'));
    loop.put('beta.yaml', loop.policy('beta'));
    await loop.start();
    expect([loop.ready('acme'), loop.ready('beta')]).to.deep.equal(['True Converged', 'True Converged']);
    loop.github.reset();
  }

  const wrong: { reason: string; text: () => string; says: RegExp | string }[] = [
    { reason: 'a value that is not allowed', text: () => loop.policy('acme', { mode: 'Enforced' }), says: 'spec.mode' },
    { reason: 'a field that does not exist', text: () => loop.policy('acme', { guard: {} }), says: 'spec.guard' },
    { reason: 'broken YAML', text: () => 'kind: Plus1Policy\nmetadata: {name: acme\n', says: 'acme.yaml: line' },
    { reason: 'a file that is empty', text: () => '', says: 'it is empty' },
    { reason: 'a file of comments', text: () => '# later\n---\n', says: 'it is empty' },
    { reason: 'no object', text: () => 'apiVersion', says: 'found no object' },
    {
      reason: 'a kind that was cut off',
      text: () => 'apiVersion: plus1.dev/v1alpha1\nkind: Plus1Pol',
      says: 'Plus1Pol',
    },
    {
      reason: 'a name that was cut off',
      text: () => 'apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: ac}',
      says: 'spec',
    },
    { reason: 'a name that is none', text: () => loop.policy('../acme'), says: 'metadata.name' },
    { reason: 'another organization', text: () => loop.policy('acme', { organization: 'beta' }), says: 'immutable' },
    { reason: 'another ruleset', text: () => loop.policy('acme', { ruleset: { name: 'b' } }), says: 'immutable' },
    {
      reason: 'a file that is too large',
      text: () => `${loop.policy('acme')}# ${'x'.repeat(1_048_576)}`,
      says: 'larger',
    },
  ];
  /** Kind of fault: a process that stood still (a machine that slept, SIGSTOP) goes on with what it knew before. */
  it('runs by what its file says, where somebody asks for a pass before a look saw the change', async () => {
    await both();
    loop.put('acme.yaml', loop.policy('acme', { suspend: true }));
    const passes = loop.lookNow();
    await loop.pass(MINUTE);
    await passes;
    expect(loop.ready('acme')).to.equal('False Suspended');
    expect(passesOf('acme')).to.equal(0);
    expect(passesOf('beta')).to.equal(1);
  });

  for (const { reason, text, says } of wrong) {
    it(`turned wrong: it stands still, keeps its memory, and runs on when fixed: ${reason}`, async () => {
      await both();
      const { leaving, ruleset } = loop.status('acme');
      expect(leaving).to.have.length(1);
      await loop.edit('acme.yaml', text(), 'acme');
      expect(loop.ready('acme')).to.equal('False InvalidSpec');
      expect(loop.condition('acme', 'Stalled')?.message).to.match(new RegExp(says));
      expect(await loop.metric('plus1_condition', { policy: 'default/acme', type: 'Ready', status: 'True' })).to.equal(
        0,
      );
      await loop.pass(25 * MINUTE);
      expect(passesOf('acme')).to.equal(0);
      // Passes of one credential are spread over the interval: the second one may come early.
      expect(passesOf('beta'), 'the other goes on').to.be.within(2, 3);
      await loop.restart();
      await loop.touch('acme.yaml', ...(loop.object('acme') ? ['acme'] : []));
      expect([loop.ready('acme'), passesOf('acme')], 'a restart fixes nothing').to.deep.equal(['False InvalidSpec', 0]);
      await loop.edit('acme.yaml', loop.policy('acme'), 'acme');
      expect(loop.ready('acme')).to.equal('True Converged');
      expect(loop.status('acme').leaving).to.deep.equal(leaving);
      expect(loop.status('acme').ruleset).to.deep.equal(ruleset);
    });
  }

  it('stops one policy of a file, and none of the others in it', async () => {
    const text = (mode: string): string => [loop.policy('acme', { mode }), loop.policy('beta')].join('---\n');
    loop.put('both.yaml', text('Enforce'));
    await loop.start();
    loop.github.reset();
    await loop.edit('both.yaml', text('Wrong'), 'acme', 'beta');
    expect([loop.ready('acme'), loop.ready('beta')]).to.deep.equal(['False InvalidSpec', 'True Converged']);
    await loop.edit('both.yaml', `${loop.policy('beta')}---\n{ broken`, 'acme', 'beta');
    expect([loop.ready('acme'), loop.ready('beta')]).to.deep.equal(['False InvalidSpec', 'True Converged']);
    await loop.pass(10 * MINUTE);
    expect([passesOf('acme'), passesOf('beta')]).to.deep.equal([0, 3]);
  });

  it('passes over other kinds, hidden files, folders and names that are no policy', async () => {
    await both();
    mkdirSync(join(loop.policies, 'inner.yaml'));
    writeFileSync(join(loop.policies, 'inner.yaml', 'x.yaml'), loop.policy('inner'));
    for (const file of ['notes.txt', '.hidden.yaml', 'acme.yaml~', 'acme.yaml.swp']) loop.put(file, loop.policy('x'));
    loop.put('config.yaml', 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n');
    loop.put(
      'gamma.json',
      JSON.stringify({
        apiVersion: 'plus1.dev/v1alpha1',
        kind: 'Plus1Policy',
        metadata: { name: 'gamma', namespace: 'team' },
        spec: { organization: 'beta', ruleset: { name: 'other' }, github: { apiURL: loop.github.apiURL } },
      }),
    );
    await loop.until(() => loop.looks.includes('team/gamma'), 'the JSON file was read');
    await loop.settle();
    expect(
      loop.running.home
        .list()
        .map(({ uid }) => uid)
        .sort(),
    ).to.deep.equal(['default/acme', 'default/beta', 'team/gamma']);
    expect(loop.object('gamma', 'team')?.status?.conditions?.find(({ type }) => type === 'Ready')?.reason).to.equal(
      'RulesetNotFound',
    );
  });

  it('deleted: it is forgotten with its state, its cache and its metrics; GitHub is left alone', async () => {
    await both();
    await loop.edit('acme.yaml', undefined, 'acme');
    expect([isStored('acme'), isStored('beta')]).to.deep.equal([false, true]);
    expect(readdirSync(join(loop.state, '.cache', 'default'))).to.deep.equal(['beta.json']);
    expect(await loop.running.metrics.registry.metrics()).to.not.include('default/acme');
    expect(loop.github.requests).to.have.length(0);
    await loop.pass(HOUR);
    expect(passesOf('acme')).to.equal(0);
    await loop.edit('acme.yaml', loop.policy('acme'), 'acme');
    const since = Date.parse(loop.status('acme').leaving?.[0]?.since ?? '');
    expect(since, 'another policy of that name starts afresh').to.equal(loop.clock.now());
  });

  it('deleted while its pass runs: nothing more is written, and no state comes back', async () => {
    await both();
    const ruleset = loop.github.world.get('beta').ruleset('plus1_enforcement');
    ruleset.setMembers([loop.github.world.get('beta').get('member-001').id]);
    loop.github.beforeRequest(async ({ operation, path }) => {
      if (operation !== 'repos/get-org-rulesets' || !path.includes('beta')) return;
      loop.put('beta.yaml', undefined);
      await loop.until(() => !loop.running.home.list().some(({ key }) => key.name === 'beta'), 'it went');
    });
    await loop.pass(11 * MINUTE);
    expect(loop.github.counts().writes).to.equal(0);
    expect(isStored('beta')).to.equal(false);
    expect(readdirSync(join(loop.state, '.cache', 'default'))).to.deep.equal(['acme.json']);
    expect(await loop.running.metrics.registry.metrics()).to.not.include('default/beta');
  });

  const refused: Edit = {
    text: () => '',
    isRead: ({ policy, faults }) => policy === undefined && faults.length > 0,
    reason: 'InvalidSpec',
  };
  const edits: Record<string, Edit> = {
    suspended: {
      text: () => loop.policy('beta', { suspend: true }),
      isRead: ({ policy }) => policy?.spec.suspend === true,
      reason: 'Suspended',
    },
    'no YAML any more': { ...refused, text: () => '{ this is no yaml' },
    emptied: refused,
    'not valid any more': { ...refused, text: () => loop.policy('beta', { guards: { maxLeaving: 'half' } }) },
  };
  for (const [what, { text, isRead, reason }] of Object.entries(edits)) {
    it(`${what} while its pass runs: nothing more is written`, async () => {
      await both();
      const beta = loop.github.world.get('beta');
      beta.ruleset('plus1_enforcement').setMembers([beta.get('member-001').id]);
      let edited = false;
      loop.github.beforeRequest(async ({ operation, path }) => {
        if (edited || operation !== 'repos/get-org-rulesets' || !path.includes('beta')) return;
        edited = true;
        loop.put('beta.yaml', text());
        await loop.until(() => loop.running.home.list().some(isRead), 'it was read');
      });
      await loop.pass(11 * MINUTE);
      expect([edited, loop.github.counts().writes, loop.ready('beta')]).to.deep.equal([true, 0, `False ${reason}`]);
    });
  }

  /** Kind of fault: a write goes by what the last look found, though somebody has said something else since. */
  for (const [what, change, writes] of [
    ['suspended', (): void => loop.put('beta.yaml', loop.policy('beta', { suspend: true })), 0],
    ['gone', (): void => loop.put('beta.yaml', undefined), 0],
    ['broken', (): void => loop.put('beta.yaml', '{ this is no yaml'), 0],
    ['touched', (): void => loop.put('beta.yaml', `# reviewed\n${loop.policy('beta')}`), 1],
  ] as const)
    it(`${what} as its write leaves, before a look saw that: it is sent ${writes} times`, async () => {
      await both();
      const beta = loop.github.world.get('beta');
      beta.ruleset('plus1_enforcement').setMembers([beta.get('member-001').id]);
      let reads = 0;
      loop.github.beforeRequest(({ operation, path }) => {
        if (operation !== 'repos/get-org-ruleset' || !path.includes('beta')) return;
        if ((reads += 1) === 2) change();
      });
      await loop.pass(11 * MINUTE);
      expect([reads >= 2, loop.github.counts().writes]).to.deep.equal([true, writes]);
    });

  it('renamed file: the policy goes on as it was', async () => {
    await both();
    const { metadata, status } = loop.object('acme') ?? {};
    renameSync(join(loop.policies, 'acme.yaml'), join(loop.policies, 'moved.yml'));
    await loop.until(() => loop.looks.filter((name) => name === 'default/acme').length === 2, 'it was looked at');
    await loop.settle();
    expect(loop.object('acme')?.metadata).to.deep.equal(metadata);
    expect(loop.status('acme').leaving).to.deep.equal(status?.leaving);
  });

  it('renamed policy: another policy, in conflict until the old one went, and its clocks start again', async () => {
    await both();
    const before = loop.status('acme').leaving?.[0]?.since;
    await loop.pass(MINUTE);
    await loop.edit('acme.yaml', loop.policy('renamed', { organization: 'acme' }), 'renamed', 'acme');
    expect([isStored('acme'), loop.ready('renamed')]).to.deep.equal([false, 'True Converged']);
    expect(loop.status('renamed').leaving?.[0]?.since).to.not.equal(before);
  });

  it('duplicated: the first declaration stays in force, the second is told of once, and takes over when the first goes', async () => {
    await both();
    loop.put('copy.yaml', loop.policy('acme', { schedule: { interval: '1m' } }));
    loop.put('twice.yaml', [loop.policy('beta'), loop.policy('beta')].join('---\n'));
    const told = (file: string): number =>
      loop.logged('Policy file not used').filter((line) => line['file'] === file).length;
    await loop.until(() => told('copy.yaml') + told('twice.yaml') === 3, 'the copies were seen');
    await pause(300);
    expect([told('copy.yaml'), told('twice.yaml')], 'once, however often the folder is looked at').to.deep.equal([
      1, 2,
    ]);
    await loop.pass(9 * MINUTE);
    expect(passesOf('acme')).to.equal(0);
    await loop.edit('acme.yaml', undefined, 'acme');
    expect(loop.object('acme')?.metadata.generation).to.equal(2);
    expect(loop.status('acme').leaving).to.have.length(1);
    await loop.pass(5 * MINUTE);
    expect(passesOf('acme')).to.equal(6);
  });

  it('half written: what is written in pieces is never acted upon before it is still', async () => {
    await loop.close();
    loop = await Loop.open({ organizations: [town({ members: 3, demoted: 2 })], settleMs: 100 });
    await loop.start();
    const text = loop.policy('acme', { exit: { gracePeriod: '0s' } }) + '  guards:\n    maxLeaving: 0\n';
    const end = text.indexOf('  guards:');
    for (let at = 0; at < text.length; at += 12) {
      loop.put('acme.yaml', text.slice(0, at));
      await pause(at > end - 12 && at < end + 12 ? 150 : 15);
    }
    loop.put('acme.yaml', text);
    await loop.until(() => loop.looks.length > 0, 'it was read');
    await loop.settle();
    expect(loop.ready('acme')).to.equal('False Held');
    expect(loop.github.counts().writes, 'without its guards two would have left').to.equal(0);
    expect(loop.object('acme')?.metadata.generation, 'read once').to.equal(1);
  });

  it('follows the links of a mounted ConfigMap, and the swap of its data', async () => {
    const version = (name: string, interval: string): void => {
      mkdirSync(join(loop.policies, name));
      writeFileSync(join(loop.policies, name, 'acme.yaml'), loop.policy('acme', { schedule: { interval } }));
    };
    version('..1', '10m');
    symlinkSync('..1', join(loop.policies, '..data'));
    symlinkSync('..data/acme.yaml', join(loop.policies, 'acme.yaml'));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
    version('..2', '1m');
    symlinkSync('..2', join(loop.policies, '..data_tmp'));
    renameSync(join(loop.policies, '..data_tmp'), join(loop.policies, '..data'));
    rmSync(join(loop.policies, '..1'), { recursive: true });
    await loop.until(() => loop.object('acme')?.metadata.generation === 2, 'the new data was read');
    await loop.settle();
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('a folder that vanished changes nothing, and is told of once; when it is back, so are its policies', async () => {
    await both();
    renameSync(loop.policies, `${loop.policies}.away`);
    await loop.until(() => loop.logged('Policy file not used').length > 0, 'it was missed');
    await pause(200);
    expect(loop.logged('Policy file not used')).to.have.length(1);
    await loop.pass(25 * MINUTE);
    for (const each of ['acme', 'beta']) expect(passesOf(each), 'they go on as they were').to.be.within(2, 3);
    renameSync(`${loop.policies}.away`, loop.policies);
    await loop.edit('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' } }), 'acme');
    expect(loop.object('acme')?.metadata.generation).to.equal(2);
    await loop.pass(DAY / 24);
  });

  it('begins nothing before the whole folder was read: an older policy may be in the file that is not still yet', async () => {
    await both();
    await loop.stop();
    rmSync(join(loop.policies, 'beta.yaml'));
    loop.github.reset();
    const writing = setInterval(() => loop.put('acme.yaml', loop.policy('acme')), 10);
    loop.put('younger.yaml', loop.policy('younger', { organization: 'acme' }));
    const started = loop.start();
    await pause(200);
    expect(loop.github.requests).to.have.length(0);
    clearInterval(writing);
    await started;
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['True Converged', 'False Conflict']);
  });
});
