/**
 * What a controller tells of single repositories and of bad turns: in its log, its events, its metrics and `explain`. Kinds: a
 * name that is cut away, a last good value shown as success, an answer that contradicts itself.
 */
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import { Command } from 'commander';
import { explainCommand } from '../../cmd/plus1/explain.js';
import { getCommand } from '../../cmd/plus1/get.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { run, withIO } from '../../cmd/plus1/program.js';
import { kept, names, PATH, PRODUCTION, say, town } from '../builders.js';
import { Organization } from '../fakes/github/index.js';
import { HOUR, Loop, type Line } from './loop.js';

const ofWhom = (lines: readonly Line[]): unknown[] => lines.map(({ repository }) => repository).sort();

describe('What the loop over a folder tells', function () {
  let loop: Loop;
  let acme: Organization;
  afterEach(() => loop.close());

  const begin = async (organization: Organization, spec: object = {}): Promise<void> => {
    acme = organization;
    loop = await Loop.open({ organizations: [acme] });
    loop.put(
      'acme.yaml',
      loop.policy('acme', { schedule: { interval: '1h' }, guards: { maxLeaving: '100%' }, ...spec }),
    );
    await loop.start();
  };

  async function plus1(...args: string[]): Promise<string> {
    let out = '';
    const io: CommandIO = {
      stdout: new Writable({ write: (chunk: Buffer, _encoding, done) => ((out += chunk.toString()), done()) }),
      stderr: new PassThrough(),
      stdin: new PassThrough(),
      env: {},
      cwd: '/',
      signal: new AbortController().signal,
      onHangup: () => undefined,
      clock: () => loop.clock.now(),
      monotonic: () => 0,
      random: () => 0,
      done: () => undefined,
    };
    const program = new Command('plus1')
      .addCommand(withIO(getCommand(io), io))
      .addCommand(withIO(explainCommand(io), io));
    await run(withIO(program, io), [...args, '--state', loop.state], io);
    return out;
  }

  describe('of each repository', () => {
    it('that entered: one line, however many', async () => {
      await begin(town({ members: 2, promoted: 30 }));
      const lines = loop.logged('Repository entered');
      expect(ofWhom(lines)).to.deep.equal(names('promoted', 30));
      for (const line of lines) {
        expect(line).to.include({ level: 'info', status: 'valid_production', policy: 'default/acme' });
        expect(line['id']).to.equal(acme.get(String(line['repository'])).id);
        expect(line['reason']).to.match(/entity\.datadog\.yaml:6 declares lifecycle production/);
        expect(line['reconcileID']).to.equal(loop.status('acme').lastPass?.reconcileID);
      }
    });

    it('whose clock started, was cleared, or that left: one line each, and none in a quiet pass', async () => {
      await begin(town({ members: 20, demoted: 14 }), { exit: { gracePeriod: '2h' } });
      const started = loop.logged('Exit clock started');
      expect(ofWhom(started)).to.deep.equal(names('demoted', 14));
      expect(started[0]).to.include({ level: 'info', status: 'valid_non_production' });
      expect(started[0]?.['reason']).to.match(/says lifecycle deprecated; leaves after/);
      say(acme.get('demoted-001'), 'production');
      await loop.pass(HOUR);
      expect(loop.logged('Exit clock started')).to.have.length(14);
      const cleared = loop.logged('Exit clock cleared');
      expect(ofWhom(cleared)).to.deep.equal(['demoted-001']);
      expect(cleared[0]).to.include({ reason: 'declares production again', status: 'valid_production' });
      await loop.pass(HOUR);
      const left = loop.logged('Repository left');
      expect(ofWhom(left)).to.deep.equal(names('demoted', 14).slice(1));
      expect(left[0]).to.have.property('reconcileID');
      expect(loop.logged('Exit clock cleared'), 'the clocks of those who left').to.have.length(1);
      const before = loop.lines.filter(({ msg }) => msg.startsWith('Repository') || msg.startsWith('Exit')).length;
      await loop.pass(3 * HOUR);
      const after = loop.lines.filter(({ msg }) => msg.startsWith('Repository') || msg.startsWith('Exit')).length;
      expect(after).to.equal(before);
    });

    it('that somebody else added or removed: one line each, by name', async () => {
      await begin(town({ members: 14, others: 12 }));
      const ids = (list: string[]): number[] => list.map((name) => acme.get(name).id);
      kept(acme).setMembers([...ids(names('member', 14).slice(12)), ...ids(names('other', 12))]);
      await loop.pass(HOUR);
      expect(ofWhom(loop.logged('Repository removed by someone else'))).to.deep.equal(names('member', 14).slice(0, 12));
      expect(ofWhom(loop.logged('Repository added by someone else'))).to.deep.equal(names('other', 12));
    });
  });

  describe('of a ruleset that protects nothing', () => {
    it('that it was deleted: no series keeps its last good value, and neither do get and explain', async () => {
      await begin(town({ members: 3 }));
      expect(await loop.metric('plus1_compliance_ratio')).to.equal(1);
      acme.deleteRuleset(kept(acme));
      await loop.pass(HOUR);
      expect(await loop.metric('plus1_compliance_ratio')).to.equal(0);
      expect(await loop.metric('plus1_ruleset_members')).to.equal(0);
      expect(await loop.metric('plus1_production_repositories')).to.equal(3);
      expect(await loop.metric('plus1_production_ungoverned')).to.equal(3);
      expect(await loop.metric('plus1_condition', { type: 'Compliant', status: 'False' })).to.equal(1);
      await loop.pass(HOUR);
      expect(await loop.metric('plus1_exposure_seconds')).to.be.at.least(3_600);
      expect(await plus1('get')).to.include('0/3');
      expect(await plus1('explain', 'acme/member-001')).to.include(
        'Governed   no: there is no ruleset plus1_enforcement',
      );
    });

    for (const { how, patch, says } of [
      { how: 'disabled', patch: { enforcement: 'disabled' as const }, says: /it is disabled/ },
      { how: 'emptied of its rules', patch: { rules: [] }, says: /it has no rules/ },
    ]) {
      it(`that it is ${how}: explain gives the answer and its reason in one line`, async () => {
        await begin(town({ members: 2 }));
        kept(acme).edit(patch);
        await loop.pass(HOUR);
        expect(await loop.metric('plus1_compliance_ratio')).to.equal(0);
        const text = await plus1('explain', 'acme/member-001');
        expect(text)
          .to.match(/Governed {3}no: the ruleset plus1_enforcement targets it, and protects nothing\n/)
          .and.match(says);
      });
    }

    it('that it leaves out the default branch of one repository: explain says so of that one', async () => {
      const town2 = town({ members: 2 });
      town2.get('member-001').setDefaultBranch('trunk');
      const { conditions } = kept(town2);
      kept(town2).edit({ conditions: { ...conditions, ref_name: { include: ['refs/heads/main'], exclude: [] } } });
      await begin(town2);
      expect(await plus1('explain', 'acme/member-001')).to.match(/Governed {3}no: .* leaves out its default branch/);
      expect(await plus1('explain', 'acme/member-002')).to.match(/Governed {3}yes: /);
    });
  });

  it('of nothing in production: no series of a share', async () => {
    await begin(town({ members: 2 }), { catalog: { productionLifecycles: ['prod'] } });
    expect(await loop.metric('plus1_compliance_ratio')).to.equal(undefined);
    expect(await loop.metric('plus1_production_repositories')).to.equal(0);
    expect(loop.condition('acme', 'Compliant')?.reason).to.equal('NothingInProduction');
  });

  it('of a repository that left: explain tells when, why and by whose commit', async () => {
    await begin(town({ members: 4 }), { exit: { gracePeriod: '1h' } });
    say(acme.get('member-001'), 'deprecated');
    await loop.pass(3 * HOUR);
    const text = await plus1('explain', 'acme/member-001');
    expect(text)
      .to.include('Governed   no: the ruleset plus1_enforcement does not target it')
      .and.match(/Left {7}2026-11-22T1\d:[^\n]* says lifecycle deprecated; commit [0-9a-f]+ by ada\n/);
    const elsewhere = loop.github.world.add(new Organization({ login: 'elsewhere' }));
    acme.get('member-002').transferTo(elsewhere);
    await loop.pass(HOUR);
    expect(await plus1('explain', 'acme/member-002')).to.match(/Governed {3}no: [^\n]*\n {2}Left .*transferred/);
    say(acme.get('member-001'), 'production');
    await loop.pass(HOUR);
    expect(await plus1('explain', 'acme/member-001'))
      .to.match(/Governed {3}yes/)
      .and.not.match(/Left/);
  });

  describe('of a member that no listing contains any more', () => {
    it('explain says so by its name, over many passes, until it leaves', async () => {
      await begin(town({ members: 6 }));
      const { id } = acme.get('member-001');
      acme.get('member-001').delete();
      await loop.pass(HOUR);
      const missed = await plus1('explain', 'acme/member-001');
      expect(missed)
        .to.include(`acme/member-001 (id ${id})\n  Governed   yes: `)
        .and.match(/ {2}Missed {5}by every listing since \S+: gone: not listed [^\n]*proves it again\n/)
        .and.match(/ {2}Clock {6}gone since .*\n.*leaves in .*if a pass does not find it then either\n/)
        .and.not.match(/Finding/);
      await loop.pass(HOUR);
      expect(await plus1('explain', 'acme/member-001')).to.match(/Governed {3}no: .*\n {2}Left .*gone/);
    });

    it('its name is known also where no clock carries it, and after the paths changed', async () => {
      await begin(town({ members: 6 }));
      acme.countOverride = { total_private_repos: acme.repositories.length + 5 };
      acme.get('member-001').delete();
      await loop.pass(HOUR);
      await loop.pass(HOUR);
      expect(loop.status('acme').leaving ?? []).to.deep.equal([]);
      expect(await plus1('explain', 'acme/member-001')).to.match(/Missed {5}by every listing since .*stays until/);
      acme.get('member-002').delete();
      await loop.stop();
      loop.put(
        'acme.yaml',
        loop.policy('acme', { schedule: { interval: '1h' }, catalog: { paths: [PATH, 'x.yaml'] } }),
      );
      await loop.start();
      for (const name of ['member-001', 'member-002'])
        expect(await plus1('explain', `acme/${name}`), name).to.include(`acme/${name} (id`);
    });

    it('a new repository of the same name has an answer of its own', async () => {
      await begin(town({ members: 6 }));
      acme.get('member-001').delete();
      acme.createRepository({ name: 'member-001', files: { [PATH]: PRODUCTION } });
      await loop.pass(HOUR);
      const text = await plus1('explain', 'acme/member-001');
      expect(text.match(/^acme\/member-001 \(id \d+\)$/gm)).to.have.length(2);
      expect(text)
        .to.match(/Missed/)
        .and.match(/Finding {4}valid_production/);
    });
  });

  describe('of foreign text', () => {
    it('explain prints nothing raw: neither of a name, nor of a lifecycle', async () => {
      await begin(town({ members: 2 }));
      const file = PRODUCTION.replace('production', '"dep\u202erecated\\e[2J"');
      acme.get('member-001').commit(PATH, file, { name: 'Eve\u001b[31m\u202e' });
      await loop.pass(HOUR);
      const text = await plus1('explain', 'acme/member-001');
      expect(text)
        .to.match(/valid_non_production/)
        .and.match(/by Eve/)
        .and.not.match(/[^\P{C}\n]/u);
    });
  });

  describe('of production that falls by more than half within a pass', () => {
    const wrongPath = { catalog: { paths: ['catalog.yaml'] } };

    it('an event and a count, once', async () => {
      await begin(town({ members: 10 }));
      expect(await loop.metric('plus1_production_falls_total')).to.equal(0);
      for (const name of names('member', 6)) say(acme.get(name), 'deprecated');
      await loop.pass(HOUR);
      const [event, ...more] = loop.events('ProductionFell');
      expect(more).to.deep.equal([]);
      expect(event?.['note'] ?? event?.['message']).to.match(/fell from 10 to 4 repositories/);
      expect(await loop.metric('plus1_production_falls_total')).to.equal(1);
      await loop.pass(2 * HOUR);
      expect(loop.events('ProductionFell')).to.have.length(1);
    });

    it('also where a changed policy did it, and over a restart', async () => {
      await begin(town({ members: 10 }));
      await loop.stop();
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' }, ...wrongPath }));
      await loop.start();
      expect(loop.events('ProductionFell')).to.have.length(1);
    });

    it('but neither for half, nor where GitHub did not show all', async () => {
      await begin(town({ members: 10 }));
      for (const name of names('member', 5)) say(acme.get(name), 'deprecated');
      await loop.pass(HOUR);
      acme.createRepository({ name: 'new', files: { [PATH]: PRODUCTION } });
      loop.github.faults.when(
        ({ body }) => JSON.stringify(body ?? '').includes('"ids"'),
        { kind: 'graphql-partial', target: 'node', index: 0 },
        Infinity,
      );
      await loop.pass(HOUR);
      expect(loop.events('ProductionFell')).to.deep.equal([]);
    });
  });
});
