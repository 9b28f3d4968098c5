/**
 * Kind of fault: a write whose outcome nobody knows, and that GitHub applies minutes later, after a newer one. It undoes that one: until it is too
 * old for it nothing is said to be isolated for certain, and each minute a pass looks, and puts back what it undid.
 */
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { PATH, PRODUCTION, town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { approve, incident } from './incident-document.js';
import { inputOf } from './input.js';
import { Loop, MINUTE } from './loop.js';
import { RolloutStage, rolloutText } from './rollout-stage.js';

const UNTIL = /may still be changed by an earlier write without a known outcome, until/;

describe('The loop over a folder: a late write of an incident', () => {
  const isolate = { repositories: ['member-001'], actions: 'Disabled' };
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 10 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' } }));
    await loop.start();
    await edit({ isolate });
    expect(said('Isolated')).to.match(/^True/);
  });
  afterEach(() => loop.close());

  const edit = (spec: object): Promise<void> => loop.edit('leak.yaml', incident('leak', spec), 'acme');
  const status = (): IncidentStatus => inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', 'leak')?.status ?? {};
  const branch = (): Organization['rulesets'][number] | undefined =>
    acme.rulesets.find(({ name }) => /^plus1-incident-\w{8}$/.test(name));
  function said(type: string): string {
    const found = status().conditions?.find((each) => each.type === type);
    return `${found?.status} ${found?.message}`;
  }

  /** The next write like that gets no answer, and is not applied yet. */
  function lose(isIt: (request: LoggedRequest) => boolean): { body: unknown; isSent: boolean } {
    const lost = { body: undefined as unknown, isSent: false };
    loop.github.beforeRequest((request) => {
      if (lost.isSent || !isIt(request)) return;
      Object.assign(lost, { body: request.body, isSent: true });
    });
    loop.github.faults.when(isIt, { kind: 'status', status: 502 });
    return lost;
  }

  async function releaseWithout(isIt: (request: LoggedRequest) => boolean): Promise<void> {
    await edit({ isolate, closed: true });
    const lost = lose(isIt);
    approve(loop, status().hold?.planHash);
    await loop.until(() => lost.isSent, 'it was sent');
    await loop.settle();
    await edit({ isolate });
  }

  it('that carries fewer members than the one after it', async () => {
    const { id } = branch() ?? { id: 0 };
    const lost = lose(({ method, path }) => method === 'PUT' && path.endsWith(`/rulesets/${id}`));
    await edit({ isolate: { repositories: ['member-001', 'member-002'], actions: 'Keep' } });
    await edit({ isolate: { repositories: ['member-001', 'member-002', 'member-003'], actions: 'Keep' } });
    expect([branch()?.members.length, UNTIL.test(said('Isolated')), said('Isolated').slice(0, 5)]).to.deep.equal([
      ...[3, true, 'False'],
    ]);
    branch()?.edit(lost.body as Parameters<NonNullable<ReturnType<typeof branch>>['edit']>[0]);
    expect(branch()?.members.length).to.equal(2);
    await loop.pass(2 * MINUTE);
    expect(branch()?.members.length).to.equal(3);
    await loop.pass(30 * MINUTE);
    expect(said('Isolated')).to.match(/^True/);
  });

  it('that deletes its ruleset, though the release was taken back', async () => {
    await releaseWithout(({ method }) => method === 'DELETE');
    expect(said('Isolated')).to.match(UNTIL);
    const late = branch();
    if (late !== undefined) acme.rulesets.splice(acme.rulesets.indexOf(late), 1);
    await loop.pass(2 * MINUTE);
    expect(branch()?.members).to.deep.equal([acme.get('member-001').id]);
  });

  it('that switches Actions on, though the release was taken back', async () => {
    await releaseWithout(({ method, path }) => method === 'PUT' && path.endsWith('/actions/permissions'));
    expect(said('Isolated')).to.match(UNTIL);
    acme.get('member-001').actions.permissions.enabled = true;
    await loop.pass(2 * MINUTE);
    expect(acme.get('member-001').actions.permissions.enabled).to.equal(false);
    await loop.pass(30 * MINUTE);
    expect(said('Isolated')).to.match(/^True/);
  });
});

describe('The loop over a folder: a late write to the candidate of a rollout', () => {
  it('that carries fewer members than the one after it', async () => {
    const stage = await RolloutStage.open();
    stage.isMembershipFree = true;
    try {
      stage.loop.put('rollout.yaml', rolloutText({ stages: [{ percent: 100, enforcement: 'Active', soak: '24h' }] }));
      await stage.loop.start();
      const { id } = stage.candidate ?? { id: 0 };
      const isPut = ({ method, path }: LoggedRequest): boolean => method === 'PUT' && path.endsWith(`/rulesets/${id}`);
      let lost: unknown;
      stage.loop.github.beforeRequest((request) => void (isPut(request) && (lost ??= request.body)));
      stage.loop.github.faults.when(isPut, { kind: 'status', status: 502 });
      for (const name of ['new-1', 'new-2']) {
        stage.acme.createRepository({ name, files: { [PATH]: PRODUCTION } });
        await stage.look();
      }
      expect([stage.members.length, stage.is('Ready')]).to.deep.equal([12, 'False WriteUnproved']);
      stage.candidate?.edit(lost as Parameters<NonNullable<RolloutStage['candidate']>['edit']>[0]);
      expect(stage.members).to.have.length(11);
      await stage.loop.pass(2 * MINUTE);
      expect(stage.members).to.have.length(12);
      await stage.loop.pass(30 * MINUTE);
      expect(stage.is('Ready')).to.equal('True Running');
    } finally {
      await stage.close();
    }
  });
});
