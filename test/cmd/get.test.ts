import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import { Command } from 'commander';
import { parse } from 'yaml';
import { explainCommand } from '../../cmd/plus1/explain.js';
import { getCommand } from '../../cmd/plus1/get.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { run, withIO } from '../../cmd/plus1/program.js';
import { PATH, say, town } from '../builders.js';
import { DAY, HOUR, Loop, MINUTE } from '../loop/loop.js';

interface Ran {
  code: number | undefined;
  out: string;
  err: string;
}

describe('What a state folder tells', function () {
  let loop: Loop;

  before(async () => {
    const acme = town({ members: 4, demoted: 1, promoted: 1, archived: 1 });
    acme.createRepository({
      name: 'broken',
      files: { [PATH]: 'apiVersion: v3\nkind: service\nmetadata: {name: x}\nspec: {lifecycle: [a]}\n' },
    });
    const beta = town({ login: 'beta', members: 1, demoted: 1, promoted: 1 });
    loop = await Loop.open({ organizations: [acme, beta] });
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' } }));
    const catalog = { productionLifecycles: ['production', 'live'] };
    loop.put('other.yaml', loop.policy('beta', { mode: 'Observe', catalog, schedule: { interval: '1h' } }));
    loop.put('wrong.yaml', loop.policy('wrong', { organization: 'acme', ruleset: { name: 'x' }, mode: 'None' }));
    await loop.start();
    await loop.pass(3 * HOUR + MINUTE);
    await loop.stop();
  });
  after(() => {
    loop.putState('torn', '');
    return loop.close();
  });

  async function plus1(...args: string[]): Promise<Ran> {
    const ran: Ran = { code: undefined, out: '', err: '' };
    const sink = (take: (text: string) => void): Writable =>
      new Writable({ write: (chunk: Buffer, _encoding, done) => (take(chunk.toString()), done()) });
    const io: CommandIO = {
      stdout: sink((text) => (ran.out += text)),
      stderr: sink((text) => (ran.err += text)),
      stdin: new PassThrough(),
      env: {},
      cwd: '/',
      signal: new AbortController().signal,
      onHangup: () => undefined,
      clock: () => loop.clock.now(),
      monotonic: () => loop.clock.monotonic(),
      random: () => 0,
      done: (code) => (ran.code = code),
    };
    const program = new Command('plus1')
      .addCommand(withIO(getCommand(io), io))
      .addCommand(withIO(explainCommand(io), io));
    await run(withIO(program, io), [...args, '--state', loop.state], io);
    return ran;
  }

  const cells = (line: string | undefined): string[] => (line ?? '').trim().split(/ {2,}/);

  it('get: a line a policy, as kubectl prints them', async () => {
    const { code, out } = await plus1('get');
    expect(code).to.equal(0);
    const lines = out.split('\n');
    expect(cells(lines[0])).to.deep.equal([
      'NAME',
      'ORGANIZATION',
      'MODE',
      'READY',
      'GOVERNED',
      'HELD',
      'LAST SYNC',
      'AGE',
    ]);
    // Passes of one credential are spread over the interval: how long ago the last one was is not fixed.
    const last = (at: number): string => cells(lines[at])[5] ?? '';
    for (const at of [1, 2]) expect(last(at)).to.match(/^\d+[sm]$/);
    expect(cells(lines[1])).to.deep.equal(['acme', 'acme', 'Enforce', 'True', '5/5', last(1), '3h']);
    expect(cells(lines[2])).to.deep.equal(['beta', 'beta', 'Observe', 'True', '1/2', last(2), '3h']);
    expect(cells(lines[3])).to.deep.equal(['wrong', 'acme', 'None', 'False', '3h']);
  });

  it('get -o wide: with the message of Ready', async () => {
    const { out } = await plus1('get', 'wrong', '-o', 'wide');
    expect(out).to.match(/STATUS\n.*PLUS1_POLICY_INVALID: wrong\.yaml: spec\.mode/);
  });

  it('get POLICY -o json and yaml: the object, as in a cluster', async () => {
    const json = JSON.parse((await plus1('get', 'default/acme', '-o', 'json')).out) as object;
    expect(json).to.have.all.keys('apiVersion', 'kind', 'metadata', 'spec', 'status');
    expect(parse((await plus1('get', 'acme', '-o', 'yaml')).out)).to.deep.equal(json);
    const list = JSON.parse((await plus1('get', '-o', 'json')).out) as { kind: string; items: object[] };
    expect([list.kind, list.items.length]).to.deep.equal(['List', 3]);
  });

  it('get: one state that cannot be read hides no other, is told, and makes the exit code 1', async () => {
    loop.putState('torn', '{');
    const { code, out, err } = await plus1('get');
    expect([code, out.split('\n').length]).to.deep.equal([1, 5]);
    expect(err).to.match(/^PLUS1_STATE_UNREADABLE: the state of default\/torn .*Fix: .*\n$/);
    expect((await plus1('explain', 'beta/member-001')).code).to.equal(0);
    loop.putState(
      'torn',
      JSON.stringify({ metadata: { name: 'torn', namespace: 'default' }, spec: { organization: 'acme' } }),
    );
    expect((await plus1('explain', 'acme/member-001')).code).to.equal(0);
  });

  it('get: a policy that is not known is named, with 1', async () => {
    expect(await plus1('get', 'nobody')).to.deep.include({ code: 1, out: '' });
    expect((await plus1('get', 'nobody')).err).to.include('PLUS1_NOT_KNOWN');
  });

  it('explain: why a repository is governed', async () => {
    const { out } = await plus1('explain', 'ACME/Member-001');
    expect(out).to.match(
      /^acme\/member-001 \(id \d+\)\n {2}Governed {3}yes: the ruleset plus1_enforcement targets it\n/,
    );
    expect(out)
      .to.include('Finding    valid_production')
      .and.include('entity.datadog.yaml:6 says lifecycle "production"');
    expect(out).to.match(/Policy {5}default\/acme, mode Enforce, last pass Succeeded 2026-/);
  });

  it('explain: why it is not, with what its owner can do', async () => {
    const { out } = await plus1('explain', 'acme/broken');
    expect(out)
      .to.include('Governed   no')
      .and.include('Finding    invalid_schema')
      .and.match(/entity\.datadog\.yaml:4:\d+ error: found/);
    const archived = (await plus1('explain', 'acme/archived-001')).out;
    expect(archived).to.match(/Finding {4}archived_skipped\n {13}because the repository is archived\n/);
    const left = (await plus1('explain', 'acme/promoted-001')).out;
    expect(left).not.to.include('It will enter');
  });

  it('explain: what would enter, and that the mode keeps it from being written', async () => {
    expect((await plus1('explain', 'beta/promoted-001')).out)
      .to.include('Governed   no')
      .and.match(/valid_production\n {13}It will enter; nothing was written because the policy is in mode Observe\n/);
    expect((await plus1('explain', 'beta/member-001')).out).not.to.include('It will enter');
  });

  it('explain: which lifecycles the policy takes for production, where the file says another', async () => {
    expect((await plus1('explain', 'acme/demoted-001')).out).to.match(
      /says lifecycle "[^"]+"; production is: production, Production\n/,
    );
    expect((await plus1('explain', 'beta/demoted-001')).out).to.match(/; production is: production, live\n/);
  });

  it('explain: when it leaves', async () => {
    const { out } = await plus1('explain', 'acme/demoted-001');
    expect(out)
      .to.include('Governed   yes')
      .and.match(/Clock {6}valid_non_production since 2026-11-22T10:00:00Z; commit [0-9a-f]+/);
    expect(out).to.match(/leaves in 20h59m, after 2026-11-23T10:00:00Z, if it is still so then/);
  });

  it('explain -o json: the same as values, with null for what is not so', async () => {
    const answer = async (name: string): Promise<Record<string, unknown>> => {
      const { answers } = JSON.parse((await plus1('explain', name, '-o', 'json')).out) as { answers: [object] };
      expect(answers).to.have.length(1);
      return { ...answers[0] };
    };
    const leaving = await answer('acme/demoted-001');
    expect(leaving).to.include({
      organization: 'acme',
      name: 'demoted-001',
      governed: true,
      finding: 'valid_non_production',
    });
    expect(leaving).to.deep.include({ why: [], reasons: [], ruleset: 'plus1_enforcement', left: null, missed: null });
    expect(leaving['clock']).to.include({ since: '2026-11-22T10:00:00Z', dueTime: '2026-11-23T10:00:00Z' });
    expect(leaving['evidence']).to.include({ file: 'entity.datadog.yaml', line: 6 });
    expect(leaving['policy']).to.deep.include({ namespace: 'default', name: 'acme', mode: 'Enforce', deleted: false });
    const broken = await answer('ACME/Broken');
    expect(broken).to.deep.include({
      ...{ governed: false, finding: 'invalid_schema', clock: null, evidence: null, checks: null, workflows: null },
      why: ['the ruleset plus1_enforcement does not target it'],
    });
    expect((broken['reasons'] as object[])[0]).to.include({ severity: 'error', file: 'entity.datadog.yaml', line: 4 });
    expect(await answer('beta/promoted-001')).to.include({
      because: 'It will enter; nothing was written because the policy is in mode Observe',
    });
  });

  it('explain -o json: of a repository that is not known nothing, and 1', async () => {
    expect(await plus1('explain', 'acme/nothing', '-o', 'json')).to.deep.include({ code: 1, out: '' });
    expect((await plus1('explain', 'acme/demoted-001', '-o', 'yaml')).code).to.equal(2);
  });

  it('explain: when the last grace is over, that it is due', async () => {
    await loop.clock.advance(DAY);
    expect((await plus1('explain', 'acme/demoted-001')).out).to.include('due since 2026-11-23T10:00:00Z');
    say(loop.github.world.get('acme').get('demoted-001'), 'production');
  });

  for (const name of ['acme', 'acme/', '/x', 'a/b/c']) {
    it(`explain refuses ${JSON.stringify(name)}, with 2`, async () => {
      expect((await plus1('explain', name)).code).to.equal(2);
    });
  }

  it('tells of a damaged state where it is asked for, and lets it change nothing of others', async () => {
    const asked = [
      ['get', 'acme'],
      ['get', 'default/acme', '-o', 'json'],
      ['explain', 'acme/broken'],
    ];
    const before = await Promise.all(asked.map((args) => plus1(...args)));
    loop.putState('torn', '{');
    expect(await Promise.all(asked.map((args) => plus1(...args)))).to.deep.equal(before);
    expect(await plus1('get', 'torn')).to.include({ code: 1, out: '' });
    expect((await plus1('get', 'torn')).err).to.match(/^PLUS1_STATE_UNREADABLE: [^\n]*default\/torn[^\n]*\n$/);
    expect((await plus1('explain', 'acme/nothing')).err).to.match(/^PLUS1_STATE_UNREADABLE[^\n]*\nPLUS1_NOT_KNOWN/);
    rmSync(join(loop.state, 'default', 'torn.json'));
  });

  it('explain: an organization or repository that no pass has seen is named, with 1', async () => {
    expect(await plus1('explain', 'nobody/x')).to.deep.include({ code: 1, out: '' });
    const { err } = await plus1('explain', 'nobody/x');
    expect(err).to.include(
      `PLUS1_NOT_KNOWN: nothing is recorded about nobody in ${loop.state} yet. Fix: run \`plus1 sync`,
    );
    expect(err).to.include('`plan` keeps no record').and.include('--state');
    expect((await plus1('explain', 'acme/nothing')).err).to.include('PLUS1_NOT_KNOWN');
  });
});
