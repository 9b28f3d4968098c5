/** Objects that are inputs of passes, over a folder: what a handler is given, what is kept of it, and when it is called again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { EGRESS_RULES, type EgressRuleSpec, type EgressRuleStatus } from '../../pkg/api/index.js';
import { conditionsOf, type InputHandler, type InputPass, type InputResult } from '../../pkg/reconciler/index.js';
import { inputRef } from '../../pkg/policies/index.js';
import { town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Loop, MINUTE } from './loop.js';

type Pass = InputPass<EgressRuleSpec, EgressRuleStatus>;

const document = (name: string, spec: object = {}): string =>
  stringify({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1EgressRule',
    metadata: { name },
    spec: {
      policyRef: { name: 'acme' },
      reason: 'Packages of the build',
      owner: 'team-build',
      endpoints: ['packages.example.com:443'],
      ...spec,
    },
  });

describe('The loop over a folder: objects that are inputs', () => {
  const passes: Pass[] = [];
  let loop: Loop;
  let acme: Organization;
  let next: (pass: Pass) => Partial<InputResult<EgressRuleStatus>> = () => ({});
  const handlers: InputHandler<EgressRuleSpec, EgressRuleStatus>[] = [
    {
      kind: EGRESS_RULES,
      handle: async (pass) => {
        passes.push(pass);
        const said = { type: 'Ready', status: 'True', reason: 'Seen', message: 'it was seen' } as const;
        const statuses = pass.objects.map((object) => ({
          of: inputRef(object),
          status: {
            observedGeneration: object.metadata.generation,
            conditions: conditionsOf(object, [said], pass.nowMs),
          },
        }));
        return { statuses, ...next(pass) };
      },
    },
  ];
  const path = (name: string): string => join(loop.state, '.kinds', 'Plus1EgressRule', 'default', `${name}.json`);
  const kept = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'));
  const ready = (name: string): string => {
    const found = kept(name).status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    return `${found.status} ${found.reason}: ${found.message}`;
  };
  const last = (): Pass => passes.at(-1) as Pass;

  beforeEach(async () => {
    passes.length = 0;
    next = () => ({});
    acme = town({ members: 2 });
    loop = await Loop.open({ organizations: [acme], handlers });
    loop.put('acme.yaml', loop.policy('acme'));
  });
  afterEach(() => loop.close());

  it('are given with their defaults to the pass that they name, with what it saw and did', async () => {
    loop.put('rules.yaml', `${document('build')}---\n${document('other', { policyRef: { name: 'nobody' } })}`);
    await loop.start();
    expect(
      last().objects.map(({ metadata, spec }) => [metadata.name, metadata.generation, spec.reviewEvery]),
    ).to.deep.equal([['build', 1, '2160h']]);
    expect(last().seen?.findings).to.have.length(2);
    expect(last().acted?.live.members.size).to.equal(2);
    expect(ready('build')).to.equal('True Seen: it was seen');
    expect(kept('build').metadata.uid).to.equal(last().objects[0]?.metadata.uid);
  });

  it('keep id and time over a restart, and another generation belongs to another spec alone', async () => {
    loop.put('rules.yaml', document('build'));
    await loop.start();
    const before = kept('build').metadata;
    await loop.restart();
    expect(last().objects[0]?.metadata).to.deep.equal(before);
    await loop.edit('rules.yaml', document('build', { owner: 'team-platform' }), 'acme');
    expect(kept('build').metadata).to.deep.equal({ ...before, generation: 2 });
    await loop.edit('rules.yaml', `# a comment\n${document('build', { owner: 'team-platform' })}`, 'acme');
    expect(kept('build').metadata.generation).to.equal(2);
  });

  it('call for a pass when they appear, change and go, and leave nothing behind', async () => {
    await loop.start();
    const before = passes.length;
    await loop.edit('rules.yaml', document('build'), 'acme');
    expect(last().objects).to.have.length(1);
    await loop.edit('rules.yaml', undefined, 'acme');
    expect(last().objects).to.deep.equal([]);
    expect(passes.length).to.be.at.least(before + 2);
    await loop.until(() => !existsSync(path('build')), 'it was forgotten');
  });

  it('that are made again have another id', async () => {
    loop.put('rules.yaml', document('build'));
    await loop.start();
    const { uid } = kept('build').metadata;
    await loop.edit('rules.yaml', undefined, 'acme');
    await loop.until(() => !existsSync(path('build')), 'it was forgotten');
    await loop.edit('rules.yaml', document('build'), 'acme');
    expect(kept('build').metadata.uid).to.not.equal(uid);
  });

  it('that are wrong stand still, say why, and keep what was known of them', async () => {
    loop.put('rules.yaml', document('build'));
    await loop.start();
    const { uid } = kept('build').metadata;
    await loop.edit('rules.yaml', document('build', { endpoints: ['https://packages.example.com'] }), 'acme');
    expect(last().objects).to.deep.equal([]);
    expect(last().broken.map(({ metadata }) => metadata.uid)).to.deep.equal([uid]);
    expect(ready('build')).to.match(/^False InvalidSpec: rules\.yaml: spec\.endpoints\.0: found "https:/);
    expect(
      loop
        .logged('Policy file not used')
        .map(({ trouble }) => trouble)
        .join(),
    ).to.match(/egress rule build: spec/);
    await loop.edit('rules.yaml', '{', 'acme');
    await loop.until(() => last().broken[0]?.faults[0]?.includes('broken YAML') === true, 'the file is broken');
    expect(last().broken.map(({ metadata }) => metadata.uid)).to.deep.equal([uid]);
    await loop.restart();
    expect(
      last().broken.map(({ metadata }) => metadata.uid),
      'after a restart',
    ).to.deep.equal([uid]);
    await loop.edit('rules.yaml', document('build'), 'acme');
    expect(last().objects.map(({ metadata }) => metadata.uid)).to.deep.equal([uid]);
    expect(ready('build')).to.equal('True Seen: it was seen');
  });

  it('of which two files declare one are that of the first', async () => {
    loop.put('a.yaml', document('build'));
    loop.put('b.yaml', document('build', { owner: 'somebody-else' }));
    await loop.start();
    expect(last().objects.map(({ spec }) => spec.owner)).to.deep.equal(['team-build']);
    expect(
      loop
        .logged('Policy file not used')
        .map(({ trouble }) => trouble)
        .join(),
    ).to.contain('declared a second time');
  });

  it('whose kept state is damaged are decided by nothing, and nothing is written over it', async () => {
    loop.put('rules.yaml', document('build'));
    await loop.start();
    await loop.stop();
    writeFileSync(path('build'), '{"kind":');
    await loop.start();
    expect(last().objects).to.deep.equal([]);
    expect(last().broken[0]?.faults.join()).to.contain('cannot be read');
    expect(readFileSync(path('build'), 'utf8')).to.equal('{"kind":');
  });

  it('are looked at again when a handler asks for it, and a pass without news costs no more than a quick one', async () => {
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h', quickInterval: '30m' } }));
    loop.put('rules.yaml', document('build'));
    const dueMs = loop.clock.now() + 7 * MINUTE;
    next = ({ nowMs }) => (nowMs < dueMs ? { nextMs: dueMs } : {});
    await loop.start();
    const [before, asked] = [passes.length, loop.github.requests.length];
    await loop.pass(6.9 * MINUTE);
    expect(passes.length).to.equal(before);
    await loop.pass(0.2 * MINUTE);
    expect(passes.length).to.equal(before + 1);
    expect(last().nowMs).to.be.within(dueMs, dueMs + 1_000);
    expect(last().seen).to.include({ isQuick: true });
    expect(last().seen?.findings).to.have.length(2);
    expect(loop.github.requests.length - asked).to.be.below(8);
  });

  it('are handled in a pass that failed as well, and a handler that fails fails no pass', async () => {
    loop.put('rules.yaml', document('build'));
    await loop.start();
    await loop.edit(
      'acme.yaml',
      loop.policy('acme', { ruleset: { verify: { interval: '0s' } }, guards: { maxLeaving: 0 } }),
      'acme',
    );
    next = () => {
      throw new Error('out of order');
    };
    await loop.touch('acme.yaml', 'acme');
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(loop.logged('Objects not handled').at(-1)).to.include({ kind: 'Plus1EgressRule' });
    expect(ready('build'), 'as it was').to.equal('True Seen: it was seen');
    next = () => ({});
    acme.rulesets.length = 0;
    await loop.touch('acme.yaml', 'acme');
    expect(last().error?.code).to.equal('PLUS1_RULESET_NOT_FOUND');
    expect(last().objects).to.have.length(1);
  });

  it('have events of their own', async () => {
    loop.put('rules.yaml', document('build'));
    next = ({ objects }) => ({
      events: objects.map((object) => ({
        of: inputRef(object),
        event: { type: 'Warning', reason: 'SomethingSeen', action: 'Look', message: 'it was seen' },
      })),
    });
    await loop.start();
    expect(loop.events('SomethingSeen')[0]).to.include({ kind: 'Plus1EgressRule', object: 'default/build' });
  });
});
