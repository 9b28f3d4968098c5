/** `plus1 rollout` beside a controller: what it shows, what it reads of GitHub, and what it changes of a file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { withField } from '../../cmd/plus1/with-field.js';
import { plus1 } from '../integration/cli.js';
import { RolloutStage, rolloutText, RULE } from './rollout-stage.js';

describe('plus1 rollout', () => {
  let stage: RolloutStage;
  let access: string[];
  beforeEach(async () => {
    stage = await RolloutStage.open();
    stage.loop.put('rollout.yaml', rolloutText({ first: ['sandbox-api'] }));
    const { host } = new URL(stage.loop.github.url);
    access = ['-f', join(stage.loop.policies, 'acme.yaml'), '--allowed-host', host, '--token', 'ghp_test'];
  });
  afterEach(() => stage.close());
  const run = (...args: string[]): ReturnType<typeof plus1> => plus1(['rollout', ...args]);
  const onState = (): string[] => ['--state', stage.loop.state];

  it('status shows the stage, what its pushes say, conditions and history', async () => {
    expect((await run('status', ...onState())).stderr).to.equal('No rollouts found.\n');
    await stage.loop.start();
    await stage.goodStage();
    const { code, stdout } = await run('status', 'signed', ...onState());
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Rollout: +default\/signed$/m);
    expect(stdout).to.match(/^Stage: +2 of 3$/m);
    expect(stdout).to.match(/^Candidate: +ruleset \d+, active, 6 members$/m);
    expect(stdout).to.match(/^Progressing +True +StageRunning +stage 2 of 3: 50 % in Active$/m);
    expect(stdout).to.match(/^1 +20 +Evaluate +3 +\S+ +\S+ +Healthy$/m);
    const json = await run('status', '-o', 'json', ...onState());
    expect(JSON.parse(json.stdout).items[0].status.stage).to.equal(2);
    const none = await run('status', 'nobody', ...onState());
    expect([none.code, none.stdout]).to.deep.equal([1, '']);
    expect(none.stderr).to.include('PLUS1_NOT_KNOWN');
  });

  it('impact says what the last month knows of the rules in a file, and writes nothing', async () => {
    stage.ownerEdits({ rules: [...stage.acme.ruleset('plus1_enforcement').rules, RULE] });
    stage.acme.get('member-001').push({ breaks: ['required_signatures'] });
    const writes = stage.loop.github.counts().writes;
    const file = join(stage.loop.policies, 'rollout.yaml');
    const { code, stdout, stderr } = await run('impact', file, ...access);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(
      /^11 repositories are reached: 1 would block, in 9 the rules are in force already, of 1 nobody/,
    );
    expect(stdout)
      .to.match(/^member-001 +wouldBlock +1$/m)
      .and.to.match(/^sandbox-api +unknown +0$/m);
    const json = await run('impact', file, '--format', 'json', ...access);
    expect(JSON.parse(json.stdout).rows).to.have.length(11);
    expect(stage.loop.github.counts().writes).to.equal(writes);
    writeFileSync(join(stage.loop.policies, 'wrong.yaml'), rolloutText({ stages: [] }));
    expect((await run('impact', join(stage.loop.policies, 'wrong.yaml'), ...access)).stderr).to.include('spec.stages');
  });

  it('impact of one that runs is what its last pass found out', async () => {
    await stage.loop.start();
    const { code, stdout } = await run('impact', 'signed', ...onState());
    expect(code).to.equal(0);
    expect(stdout).to.match(/^11 repositories are reached: 0 would block, in 0 .* of 11 nobody knows; as of /);
  });

  it('pause, resume and abort set one field of its file, and the next pass sees it', async () => {
    await stage.loop.start();
    const set = async (word: string): Promise<string> => {
      const from = stage.loop.looks.length;
      const { code, stderr } = await run(word, 'signed', '--policies', stage.loop.policies, ...onState());
      expect([code, stderr]).to.deep.equal([0, '']);
      await stage.loop.until(() => stage.loop.looks.length > from, 'the file was seen');
      await stage.loop.settle();
      return readFileSync(join(stage.loop.policies, 'rollout.yaml'), 'utf8');
    };
    expect(await set('pause')).to.equal(
      rolloutText({ first: ['sandbox-api'] }).replace('spec:\n', 'spec:\n  paused: true\n'),
    );
    expect(stage.is('Paused')).to.equal('True Paused');
    const again = await run('pause', 'signed', '--policies', stage.loop.policies, ...onState());
    expect([again.code, again.stderr]).to.match(/^1,.*already\.\n$/s);
    await set('resume');
    expect(stage.is('Paused')).to.equal('');
    await set('abort');
    expect([stage.status.end, stage.members.length]).to.deep.equal(['Aborted', 1]);
  });

  it('fold prints the main ruleset with the rules added, and says where two of a type need a person', async () => {
    await stage.loop.start();
    const { code, stdout, stderr } = await run('fold', 'signed', ...access, ...onState());
    expect(code).to.equal(0);
    const main = stage.acme.ruleset('plus1_enforcement');
    const { name, target, enforcement, conditions } = main;
    expect(JSON.parse(stdout)).to.deep.equal({
      ...{ name, target, enforcement, conditions, rules: [...main.rules, RULE], bypass_actors: main.bypassActors },
    });
    expect(stderr).to.include('signed is not completed yet');
    stage.ownerEdits({ rules: [{ ...RULE, parameters: { strict: true } }] });
    expect((await run('fold', 'signed', ...access, ...onState())).stderr).to.include(
      'required_signatures. Put the two',
    );
  });
});

describe('One switch in a file of rollouts', () => {
  const named = { kind: 'Plus1Rollout', name: 'signed', namespace: 'default' };
  const pause = (text: string): string | undefined => withField(text, named, { field: 'paused', value: true });

  it('is set with every other byte as it was', () => {
    const other = rolloutText({}, 'other');
    const text = `# of the team\n${rolloutText()}---\n${other}`;
    expect(pause(text)).to.equal(text.replace('spec:\n', 'spec:\n  paused: true\n'));
    const said = text.replace('spec:\n', 'spec:\n  # why\n  paused: false # today\n');
    expect(pause(said)).to.equal(said.replace('paused: false', 'paused: true'));
    expect(pause(`${other}---\n${rolloutText()}`)).to.match(/name: signed\nspec:\n {2}paused: true/);
  });

  it('is left to a person where the file has another form, or no such rollout', () => {
    expect(pause(rolloutText({}, 'other'))).to.equal(undefined);
    expect(
      pause(JSON.stringify({ kind: 'Plus1Rollout', metadata: { name: 'signed' }, spec: { paused: false } })),
    ).to.equal(undefined);
    const nested = rolloutText({ rules: [{ type: 'x', parameters: { paused: false } }] });
    expect(pause(nested)).to.equal(nested.replace('spec:\n', 'spec:\n  paused: true\n'));
  });
});
