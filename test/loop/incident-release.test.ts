/**
 * Kind of fault: an isolation that ends though its release was not asked for, not approved, or taken back. A pass reads what people ask for
 * when it begins, and takes minutes; one that fails has not even compared its time with GitHub's.
 */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { approvalFile, approve, incident } from './incident-document.js';
import { inputOf } from './input.js';
import { HOUR, Loop, MINUTE } from './loop.js';

const NAMES = ['member-001', 'member-002', 'member-003'];
const SPEC = { isolation: { max: '100%' }, guards: { approval: { timeout: '1h' } } };

describe('The loop over a folder: the release of an incident', () => {
  const isolate = { repositories: NAMES, actions: 'Disabled' };
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 10 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', SPEC));
    await loop.start();
  });
  afterEach(() => loop.close());

  const status = (): IncidentStatus => inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', 'leak')?.status ?? {};
  const on = (): string[] => NAMES.filter((name) => acme.get(name).actions.permissions.enabled);
  const rulesets = (): number => acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident')).length;
  const ask = (closed: boolean): void => loop.put('leak.yaml', incident('leak', { isolate, closed }));

  async function closedAndHeld(): Promise<string> {
    await loop.edit('leak.yaml', incident('leak', { isolate }), 'acme');
    await loop.edit('leak.yaml', incident('leak', { isolate, closed: true }), 'acme');
    expect([on(), rulesets(), status().hold?.reason]).to.deep.equal([[], 2, 'ReleaseApproval']);
    return status().hold?.planHash ?? '';
  }

  /** Once, before the first request that is like that. */
  function once(isIt: (request: LoggedRequest) => boolean, work: () => Promise<void>): { hasFired: boolean } {
    const found = { hasFired: false };
    loop.github.beforeRequest(async (request) => {
      if (found.hasFired || !isIt(request)) return;
      found.hasFired = true;
      await work();
    });
    return found;
  }

  const asksForSwitch = ({ method, path }: LoggedRequest): boolean =>
    method === 'GET' && path.endsWith('/actions/permissions');

  async function suspend(): Promise<void> {
    loop.put('acme.yaml', loop.policy('acme', { ...SPEC, suspend: true }));
    await loop.until(() => loop.running.home.list()[0]?.policy?.spec.suspend === true, 'it is suspended');
  }

  async function takeAway(): Promise<void> {
    loop.put('acme.yaml', undefined);
    await loop.until(() => loop.running.home.list().length === 0, 'it went');
  }

  for (const [what, work] of Object.entries({ suspended: suspend, deleted: takeAway }))
    it(`ends before its first switch where the policy is ${what} in mid pass`, async () => {
      const hash = await closedAndHeld();
      const found = once(asksForSwitch, work);
      approve(loop, hash);
      await loop.until(() => found.hasFired, 'the pass releases');
      await loop.settle();
      expect([on(), rulesets()]).to.deep.equal([[], 2]);
    });

  it('does not begin where the order is taken back while the pass looks at GitHub', async () => {
    const hash = await closedAndHeld();
    const found = once(
      ({ kind }) => kind === 'graphql',
      async () => {
        ask(false);
        await loop.until(() => loop.running.home.inputs?.generationOf(ref()) === 3, 'it was seen');
      },
    );
    const ref = () => ({ ...{ kind: 'Plus1Incident', namespace: 'default', name: 'leak' }, uid: uid() });
    approve(loop, hash);
    await loop.until(() => found.hasFired, 'the pass looks');
    await loop.settle();
    expect([on(), rulesets(), status().state]).to.deep.equal([[], 2, 'Isolated']);
  });

  const uid = (): string =>
    inputOf<{ status: object; metadata: { uid: string } }>(loop, 'Plus1Incident', 'leak')?.metadata.uid ?? '';

  const takenBack: Record<string, { work: () => void; after: string[] }> = {
    // All of them are isolated again by the pass that follows.
    order: { work: () => ask(false), after: [] },
    approval: { work: () => rmSync(approvalFile(loop)), after: ['member-001'] },
  };
  for (const [what, { work, after }] of Object.entries(takenBack))
    it(`ends with the first of three where its ${what} is taken back two minutes before the second`, async () => {
      const hash = await closedAndHeld();
      const found = once(
        (request) => asksForSwitch(request) && on().length === 1,
        async () => {
          work();
          // The folder is watched in real time.
          await pause(300);
          await loop.clock.advance(2 * MINUTE);
        },
      );
      approve(loop, hash);
      await loop.until(() => found.hasFired, 'the first is released');
      await loop.settle();
      expect([on(), rulesets()]).to.deep.equal([after, 2]);
    });

  it('ends before the second of three where its approval is taken back ten seconds before that', async () => {
    const hash = await closedAndHeld();
    const found = once(
      (request) => asksForSwitch(request) && on().length === 1,
      async () => {
        rmSync(approvalFile(loop));
        await loop.clock.advance(10_000);
      },
    );
    approve(loop, hash);
    await loop.until(() => found.hasFired, 'the first is released');
    await loop.settle();
    expect([on(), rulesets()]).to.deep.equal([['member-001'], 2]);
  });

  it('opens nobody whom somebody put into its ruleset after the approval, and names him then', async () => {
    const hash = await closedAndHeld();
    const found = once(asksForSwitch, async () => {
      const branch = acme.rulesets.find(({ name }) => /^plus1-incident-\w{8}$/.test(name));
      branch?.setMembers([...branch.members, acme.get('member-005').id]);
    });
    approve(loop, hash);
    await loop.until(() => found.hasFired, 'the pass releases');
    await loop.settle();
    await loop.pass(5 * MINUTE);
    expect(rulesets()).to.equal(2);
    expect(status().hold?.repositories).to.deep.equal([...NAMES, 'member-005']);
  });

  it('switches on nobody who took the name meanwhile, and is isolated himself', async () => {
    const hash = await closedAndHeld();
    await loop.edit(
      'other.yaml',
      incident('other', { isolate: { repositories: ['member-004'], actions: 'Disabled' } }),
      'acme',
    );
    const [own, other] = [acme.get('member-001'), acme.get('member-004')];
    let wasOn = false;
    loop.github.beforeRequest(() => void (wasOn ||= other.actions.permissions.enabled));
    const isOwn = (request: LoggedRequest): boolean => asksForSwitch(request) && request.path.includes('/member-001/');
    const found = once(isOwn, async () => {
      own.rename('away');
      other.rename('member-001');
    });
    approve(loop, hash);
    await loop.until(() => found.hasFired, 'the pass releases');
    await loop.settle();
    await loop.pass(5 * MINUTE);
    expect([wasOn, other.actions.permissions.enabled]).to.deep.equal([false, false]);
    expect([own.actions.permissions.enabled, status().state]).to.deep.equal([true, 'Released']);
  });

  for (const fails of [false, true])
    it(`is not let pass by an approval that expired, by a clock that was set back; the pass fails: ${fails}`, async () => {
      const hash = await closedAndHeld();
      const given = loop.clock.now();
      await loop.stop();
      approve(loop, hash, given + MINUTE);
      await loop.clock.advance(3 * HOUR);
      loop.clock.shiftWallClock(given + 2 * MINUTE - loop.clock.now());
      if (fails) loop.github.faults.when(({ kind }) => kind === 'graphql', { kind: 'status', status: 502 }, 100_000);
      await loop.start();
      await loop.pass(20 * MINUTE);
      expect([on(), rulesets(), status().state]).to.deep.equal([[], 2, 'Held']);
    });

  it('waits while a pass fails before it saw anything, with its approval, and goes on after that', async () => {
    const hash = await closedAndHeld();
    loop.github.faults.when(({ kind }) => kind === 'graphql', { kind: 'status', status: 502 }, 100_000);
    approve(loop, hash);
    await loop.pass(10 * MINUTE);
    expect([on(), rulesets(), status().hold?.planHash]).to.deep.equal([[], 2, hash]);
    loop.github.faults.clear();
    await loop.pass(20 * MINUTE);
    expect([on(), rulesets(), status().state]).to.deep.equal([NAMES, 0, 'Released']);
  });

  it('waits while the mode of the policy is EnterOnly, with its approval', async () => {
    const hash = await closedAndHeld();
    await loop.edit('acme.yaml', loop.policy('acme', { ...SPEC, mode: 'EnterOnly' }), 'acme');
    approve(loop, hash);
    await loop.pass(20 * MINUTE);
    expect([on(), rulesets(), status().state]).to.deep.equal([[], 2, 'Held']);
    expect(status().conditions?.find(({ type }) => type === 'Ready')?.message).to.match(/while its mode is EnterOnly/);
    await loop.edit('acme.yaml', loop.policy('acme', SPEC), 'acme');
    await loop.pass(20 * MINUTE);
    expect([on(), rulesets(), status().state]).to.deep.equal([NAMES, 0, 'Released']);
  });

  it('does not come of a document edited to Keep after a look that failed: what was switched on since is off again', async () => {
    await loop.edit('leak.yaml', incident('leak', { isolate }), 'acme');
    expect(on()).to.deep.equal([]);
    loop.github.faults.when(asksForSwitch, { kind: 'status', status: 502 }, 100_000);
    await loop.pass(11 * MINUTE);
    expect(status().conditions?.find(({ type }) => type === 'Isolated')?.reason).to.equal('Incomplete');
    acme.get('member-002').actions.permissions.enabled = true;
    await loop.edit('leak.yaml', incident('leak', { isolate: { ...isolate, actions: 'Keep' } }), 'acme');
    loop.github.faults.clear();
    await loop.pass(11 * MINUTE);
    expect([on(), status().state]).to.deep.equal([[], 'Isolated']);
  });

  it('nor does an isolation begin under a policy that is suspended while a pass fails', async () => {
    loop.github.faults.when(({ kind }) => kind === 'graphql', { kind: 'status', status: 502 }, 100_000);
    const found = once(asksForSwitch, suspend);
    ask(false);
    await loop.until(() => found.hasFired, 'the pass isolates');
    await loop.settle();
    expect([on(), rulesets()]).to.deep.equal([NAMES, 0]);
  });
});
