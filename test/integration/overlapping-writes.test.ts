/**
 * Several writes of which nobody knows the outcome, and one that another hand seems to have applied: a read shows one of them, and
 * GitHub applies the others minutes later. Until that is over nobody leaves, who enters enters, and the status names the write.
 */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, PATH, PRODUCTION, RULESET, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const MINUTE_MS = 60_000;
/** A write that no read shows is settled by then. */
const SETTLED_MS = 21 * MINUTE_MS;
const SPEC: SpecInput = { exit: { gracePeriod: '0s' } };
const SOMEBODY = { id: 1001, type: 'User' } as const;
const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';
const isRuleset = ({ operation }: LoggedRequest): boolean => operation === 'repos/get-org-ruleset';
const idsOf = ({ body }: LoggedRequest): number[] => [
  ...(body as { conditions: { repository_id: { repository_ids: number[] } } }).conditions.repository_id.repository_ids,
];

describe('A write that may still be applied after a read that seems to show it', () => {
  let scene: Scene;
  let sent: number[][];
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  async function open(input: Partial<Parameters<typeof town>[0]>): Promise<void> {
    scene = await Scene.open(town({ members: 5, others: 3, ...input }));
    sent = [];
  }
  const notePuts = (then?: (request: LoggedRequest) => Promise<never> | undefined): void => {
    scene.github.beforeRequest((request) => {
      if (isPut(request)) sent.push(idsOf(request));
      return then?.(request);
    });
  };
  const compliant = (): string | undefined => scene.status.conditions?.find(({ type }) => type === 'Compliant')?.status;

  /** A new repository in production enters a minute later; then GitHub applies what was sent first. */
  async function isOpen(): Promise<void> {
    scene.github.reset();
    scene.clock.pass(MINUTE_MS);
    const { organization } = scene;
    organization.createRepository({ name: 'new-prod', files: { [PATH]: PRODUCTION } });
    say(organization.get('member-001'), 'deprecated');
    await scene.pass(SPEC);
    expect(memberNames(organization), 'entering goes on, nobody leaves').to.include.members(['new-prod', 'member-001']);
    expect(scene.status).to.have.property('pendingWrite');
    scene.clock.pass(MINUTE_MS);
    const late = (sent[0] ?? []).filter((id) => organization.repository(id) !== undefined);
    kept(organization).setMembers(late, SOMEBODY);
    await scene.pass(SPEC);
    expect(memberNames(organization)).to.include.members(['new-prod', 'member-001']);
    expect(scene.status).to.have.property('pendingWrite');
    scene.clock.pass(SETTLED_MS);
    await scene.pass(SPEC);
    expect(memberNames(organization)).to.include('new-prod').and.not.include('member-001');
    expect(scene.status).to.not.have.property('pendingWrite');
    expect(compliant()).to.equal('True');
  }

  for (const input of [{ demoted: 1 }, { promoted: 1 }, { demoted: 1, promoted: 1 }]) {
    it(`is open where the next write of its pass is proved: ${JSON.stringify(input)}`, async () => {
      await open(input);
      notePuts();
      scene.github.faults.when(isPut, { kind: 'timeout' });
      await scene.pass(SPEC);
      expect(sent).to.have.length(2);
      await isOpen();
    });

    it(`is open where one of three without an answer shows: ${JSON.stringify(input)}`, async () => {
      await open(input);
      notePuts();
      scene.github.faults.when(isPut, { kind: 'timeout' }, Infinity);
      await scene.pass(SPEC);
      expect(sent).to.have.length(3);
      kept(scene.organization).setMembers(sent[0] ?? [], SOMEBODY);
      await isOpen();
    });

    it(`is open where the third round of its pass finds one of two: ${JSON.stringify(input)}`, async () => {
      await open(input);
      let reads = 0;
      notePuts((request) => {
        if (isPut(request)) reads = 0;
        else if (sent.length === 2 && isRuleset(request) && (reads += 1) === 2)
          kept(scene.organization).setMembers(sent[0] ?? [], SOMEBODY);
        return undefined;
      });
      scene.github.faults.when(isPut, { kind: 'timeout' }, 2);
      await scene.pass(SPEC);
      expect(sent).to.have.length(2);
      await isOpen();
    });

    it(`is open where its process died in the second write and the first then shows: ${JSON.stringify(input)}`, async () => {
      await open(input);
      const death = new AbortController();
      notePuts((request) => {
        if (!isPut(request) || sent.length < 2) return undefined;
        death.abort(new Error('killed'));
        return new Promise<never>(() => undefined);
      });
      scene.github.faults.when((request) => isPut(request) && sent.length === 1, { kind: 'timeout' });
      const keep = async (status: PolicyStatus): Promise<undefined> => {
        death.signal.throwIfAborted();
        scene.kept = JSON.stringify(status);
        return undefined;
      };
      await scene.pass(SPEC, { signal: death.signal, dependencies: { keep } });
      expect(sent).to.have.length(2);
      kept(scene.organization).setMembers(sent[0] ?? [], SOMEBODY);
      await isOpen();
    });

    it(`is open where the next pass sends the same again: ${JSON.stringify(input)}`, async () => {
      await open(input);
      unanswered();
      await scene.pass(SPEC);
      scene.github.reset();
      await scene.pass(SPEC);
      await isOpen();
    });
  }

  /** The first PUT gets no answer, and nothing is read after it. */
  function unanswered(): void {
    notePuts();
    scene.github.faults.when(isPut, { kind: 'timeout' }, Infinity);
    scene.github.faults.when(
      (request) => sent.length > 0 && isRuleset(request),
      { kind: 'status', status: 502 },
      Infinity,
    );
  }

  for (const { reason, goes } of [
    { reason: 'it was deleted', goes: () => scene.organization.get('demoted-001').delete() },
    { reason: 'an administrator took it out', goes: () => undefined },
  ]) {
    it(`is open where who would leave by it went for another reason: ${reason}`, async () => {
      await open({ demoted: 1 });
      unanswered();
      await scene.pass(SPEC);
      goes();
      const left = kept(scene.organization).members.filter((id) => sent[0]?.includes(id));
      kept(scene.organization).setMembers(left, SOMEBODY);
      await isOpen();
    });
  }

  for (const input of [{ demoted: 1 }, { promoted: 1 }, { demoted: 1, promoted: 1 }]) {
    it(`is open though an older policy ruled in between, and sent the same: ${JSON.stringify(input)}`, async () => {
      await open(input);
      unanswered();
      await scene.pass(SPEC);
      scene.github.reset();
      const assertMayWrite = (): never => {
        throw new Plus1Error('PLUS1_POLICY_CONFLICT', 'an older policy keeps the ruleset');
      };
      await scene.pass(SPEC, { dependencies: { record: { assertMayWrite } } });
      expect(scene.status).to.have.property('pendingWrite').and.not.have.property('membersHash');
      kept(scene.organization).setMembers(sent[0] ?? [], SOMEBODY);
      await isOpen();
    });

    it(`is open though the name of the ruleset led to another one for a pass: ${JSON.stringify(input)}`, async () => {
      await open(input);
      const { organization } = scene;
      const first = kept(organization);
      unanswered();
      await scene.pass(SPEC);
      scene.github.reset();
      first.edit({ name: 'away' }, SOMEBODY);
      const conditions = structuredClone(first.conditions);
      const other = organization.addRuleset({ name: RULESET, conditions, rules: [{ type: 'deletion' }] });
      await scene.pass(SPEC);
      organization.deleteRuleset(other);
      first.edit({ name: RULESET }, SOMEBODY);
      await isOpen();
    });
  }

  it('is open where the clock of its pass was five minutes behind, and that of the next is five minutes ahead', async () => {
    await open({ promoted: 1 });
    unanswered();
    const offMs = 290_000;
    await scene.pass(SPEC, { dependencies: { clock: () => scene.clock.now() - offMs } });
    scene.github.reset();
    scene.clock.pass(9 * MINUTE_MS);
    await scene.pass(SPEC, { dependencies: { clock: () => scene.clock.now() + offMs } });
    expect(scene.status).to.have.property('pendingWrite');
  });

  it('is settled at once where the read shows the very membership that it alone sent, with one that entered by it', async () => {
    await open({ demoted: 1, promoted: 1 });
    unanswered();
    await scene.pass(SPEC);
    scene.github.reset();
    kept(scene.organization).setMembers(sent[0] ?? [], SOMEBODY);
    await scene.pass(SPEC);
    expect(scene.status).to.not.have.property('pendingWrite');
    expect(compliant()).to.equal('True');
    expect(memberNames(scene.organization)).to.deep.equal([...names('member', 5), 'promoted-001']);
  });
});
