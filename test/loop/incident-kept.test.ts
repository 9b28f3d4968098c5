/**
 * Kind of fault: an isolation that is narrowed without an approval, though nobody released it: somebody opens a part of it while its release
 * waits, one that was deleted keeps the next one open, a write that got no answer opens or closes after the end, a name changes hands.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { approve, incident } from './incident-document.js';
import { inputOf } from './input.js';
import { HOUR, Loop, MINUTE } from './loop.js';

type Ruleset = Organization['rulesets'][number];

describe('The loop over a folder: what an incident keeps closed', () => {
  const isolate = { repositories: ['member-001'], actions: 'Disabled' };
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 5 });
    loop = await Loop.open({ organizations: [acme] });
    const schedule = { interval: '24h', quickInterval: '10m' };
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' }, schedule }));
    await loop.start();
  });
  afterEach(() => loop.close());

  const edit = (spec: object, name = 'leak'): Promise<void> => loop.edit(`${name}.yaml`, incident(name, spec), 'acme');
  const status = (name = 'leak'): IncidentStatus =>
    inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', name)?.status ?? {};
  const own = (): Ruleset[] => acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident-'));
  const isOn = (name: string): boolean => acme.get(name).actions.permissions.enabled;
  const isSwitch = ({ method, path }: LoggedRequest): boolean =>
    method === 'PUT' && path.endsWith('/actions/permissions');
  function said(type: string, name = 'leak'): string {
    const found = status(name).conditions?.find((each) => each.type === type);
    return `${found?.status} ${found?.message}`;
  }
  function intents(): number {
    const root = join(loop.state, '.journal');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl'));
    return files.flatMap((path) => readFileSync(join(root, path), 'utf8').match(/"kind":"ActionsIntended"/g) ?? [])
      .length;
  }

  /** The next write like that gets no answer, and is not applied yet. */
  function lose(isIt: (request: LoggedRequest) => boolean): { isSent: boolean } {
    const lost = { isSent: false };
    loop.github.beforeRequest((request) => void (lost.isSent ||= isIt(request)));
    loop.github.faults.when(isIt, { kind: 'status', status: 502 });
    return lost;
  }

  async function release(is: () => boolean): Promise<void> {
    await edit({ isolate, closed: true });
    approve(loop, status().hold?.planHash);
    await loop.until(is, 'it is released');
    await loop.settle();
  }

  describe('while its release waits for an approval', () => {
    beforeEach(async () => {
      await edit({ isolate });
      await edit({ isolate, closed: true });
    });

    const opened: Record<string, (ruleset: Ruleset) => void> = {
      'switches its rulesets off': (ruleset) => ruleset.edit({ enforcement: 'disabled' }),
      'takes a member out of them': (ruleset) => {
        const ids = { repository_ids: [acme.get('member-002').id] };
        ruleset.edit({ conditions: { ...ruleset.conditions, repository_id: ids } });
      },
      'deletes them': (ruleset) => acme.deleteRuleset(ruleset),
    };
    for (const [what, open] of Object.entries(opened))
      it(`closes again what somebody opens who ${what}, and switches Actions on`, async () => {
        own().forEach(open);
        acme.get('member-001').actions.permissions.enabled = true;
        await loop.pass(25 * HOUR);
        expect(own().map(({ enforcement }) => enforcement)).to.deep.equal(['active', 'active']);
        expect(own().every(({ members }) => members.includes(acme.get('member-001').id))).to.equal(true);
        expect([isOn('member-001'), status().hold?.reason]).to.deep.equal([false, 'ReleaseApproval']);
      });

    it('sets nothing back where its status cannot be kept any more', async () => {
      const { inputs } = loop.running.home;
      if (inputs === undefined) throw new Error('no inputs');
      const keep = inputs.setStatus.bind(inputs);
      let calls = 0;
      inputs.setStatus = (...given) => {
        calls += 1;
        if (calls > 1) throw new Error('ENOSPC');
        return keep(...given);
      };
      approve(loop, status().hold?.planHash);
      await loop.until(() => calls > 1, 'it is refused');
      await loop.settle();
      inputs.setStatus = keep;
      expect([isOn('member-001'), own().length]).to.deep.equal([false, 2]);
    });
  });

  for (const unknownIDs of ['keep', 'refuse'] as const)
    it(`closes off who comes to it, though another one of it was deleted (unknown ids: ${unknownIDs})`, async () => {
      loop.github.world.behaviour.unknownIDs = unknownIDs;
      const of = (...repositories: string[]): object => ({ isolate: { repositories, actions: 'Keep' } });
      await edit(of('member-001', 'member-002'));
      acme.get('member-001').delete();
      const repositoryIDs = { repository_ids: [acme.get('member-002').id] };
      for (const each of own()) each.edit({ conditions: { ...each.conditions, repository_id: repositoryIDs } });
      await edit(of('member-001', 'member-002', 'member-003'));
      expect(own().every(({ members }) => members.includes(acme.get('member-003').id))).to.equal(true);
      expect(said('Isolated')).to.match(/^True/);
    });

  it('takes out one that was deleted only where a whole list proves it, and GitHub refuses its id', async () => {
    loop.github.world.behaviour.unknownIDs = 'refuse';
    const of = (...repositories: string[]): object => ({ isolate: { repositories, actions: 'Keep' } });
    await edit(of('member-001', 'member-002'));
    acme.get('member-001').delete();
    await edit(of('member-001', 'member-002', 'member-003'));
    await loop.lookNow();
    expect(own().map(({ members }) => members.length)).to.deep.equal([2, 2]);
    expect(own().every(({ members }) => members.includes(acme.get('member-003').id))).to.equal(true);
  });

  it('names a rule that lets branches be updated from upstream', async () => {
    await edit({ isolate });
    const parameters = { update_allows_fetch_and_merge: true };
    for (const each of own())
      each.edit({ rules: each.rules.map((rule) => (rule.type === 'update' ? { ...rule, parameters } : rule)) });
    await loop.lookNow();
    expect(said('Isolated')).to.match(/^False .*lets branches be updated from upstream/);
  });

  it('tells the journal of each write, also where somebody switched Actions on again', async () => {
    await edit({ isolate });
    const before = intents();
    acme.get('member-001').actions.permissions.enabled = true;
    let atPut = 0;
    loop.github.beforeRequest((request) => void (isSwitch(request) && (atPut = intents())));
    await loop.lookNow();
    expect([isOn('member-001'), atPut]).to.deep.equal([false, before + 1]);
  });

  it('switches off no other repository that takes the name after the look', async () => {
    const member = acme.get('member-001');
    let looks = 0;
    loop.github.beforeRequest(({ method, path }) => {
      if (method !== 'GET' || !path.endsWith('/member-001/actions/permissions')) return;
      looks += 1;
      if (looks !== 2) return;
      member.rename('member-001-old');
      acme.createRepository({ name: 'member-001' });
    });
    await edit({ isolate });
    expect([looks, isOn('member-001')]).to.deep.equal([2, true]);
    expect(said('Isolated')).to.match(/^False .*it is acme\/member-001-old now/);
  });

  it('is closed again where a late write of the release of another incident opens it', async () => {
    await edit({ isolate });
    const lost = lose(isSwitch);
    await release(() => lost.isSent);
    await loop.pass(2 * MINUTE);
    expect(status().state).to.equal('Released');
    await edit({ isolate }, 'second');
    expect(said('Isolated', 'second')).to.match(/^False .*may still be changed by an earlier write/);
    acme.get('member-001').actions.permissions.enabled = true;
    await loop.pass(2 * MINUTE);
    expect(isOn('member-001')).to.equal(false);
    await loop.pass(30 * MINUTE);
    expect(said('Isolated', 'second')).to.match(/^True/);
  });

  it('is not released before a write that may still switch Actions off is too old for that', async () => {
    const lost = lose(isSwitch);
    await edit({ isolate });
    await loop.pass(2 * MINUTE);
    expect([lost.isSent, said('Isolated').slice(0, 4)]).to.deep.equal([true, 'True']);
    await release(() => /may still be changed/.test(said('Released')));
    acme.get('member-001').actions.permissions.enabled = false;
    await loop.pass(30 * MINUTE);
    expect([status().state, isOn('member-001'), own().length]).to.deep.equal(['Released', true, 0]);
  });

  it('leaves no ruleset behind that a late creation makes again after the release', async () => {
    const isPost = ({ method, path }: LoggedRequest): boolean => method === 'POST' && path.endsWith('/rulesets');
    let body: unknown;
    loop.github.beforeRequest((request) => void (isPost(request) && (body ??= request.body)));
    lose(isPost);
    await edit({ isolate });
    await loop.pass(2 * MINUTE);
    await release(() => /may make it again until/.test(said('Released')));
    expect(own().map(({ name }) => name)).to.include((body as { name: string }).name);
    await loop.pass(30 * MINUTE);
    expect([status().state, own().length]).to.deep.equal(['Released', 0]);
  });

  it('says that it isolates nobody any more where it is opened again after its release', async () => {
    await edit({ isolate });
    await release(() => status().state === 'Released');
    await edit({ isolate });
    // The look that was waited for may be one that the approval called for.
    await loop.until(() => status().observedGeneration === 3, 'a pass saw it opened again');
    expect([said('Ready'), own().length]).to.deep.equal([
      'False It is over, and isolates nobody any more: make another incident to isolate again',
      0,
    ]);
  });
});
