/** A PUT whose outcome nobody knows, and a ruleset that others write to as well: proved, or told as not proved. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { silentLog } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { departures, productionThatLeft } from './history.js';
import { Scene } from './passes.js';

const MINUTE_MS = 60_000;
/** From then on a write that no read shows is not applied any more. */
const SETTLED_MS = 21 * MINUTE_MS;
const NO_GRACE = { exit: { gracePeriod: '0s' } };
const RIGHT = [...names('member', 20), 'promoted-001'];
const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';
const isRuleset = ({ operation }: LoggedRequest): boolean => operation === 'repos/get-org-ruleset';

describe('A write of unknown outcome', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 20, demoted: 2, promoted: 1, others: 3 }));
  });
  afterEach(async () => {
    expect(productionThatLeft(scene.organization)).to.deep.equal([]);
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  /** From the PUT on, reads of the ruleset fail. */
  const failReadsAfterPut = (): void => {
    let sent = false;
    scene.github.on('request', (request) => (sent ||= isPut(request)));
    scene.github.faults.when((request) => sent && isRuleset(request), { kind: 'status', status: 502 }, Infinity);
  };
  const countedOnce = (): void => {
    expect(departures(kept(scene.organization))).to.have.length(2);
    expect(scene.status.window?.left).to.equal(2);
    expect(scene.status).to.not.have.property('pendingWrite');
  };

  for (const { kind, reason, isApplied } of [
    { kind: 'put-applied-500', reason: 'it was applied, and the answer said otherwise', isApplied: true },
    { kind: 'put-applied-reset', reason: 'it was applied, and no answer came', isApplied: true },
    { kind: 'status', status: 502, reason: 'it was not applied', isApplied: false },
    { kind: 'timeout', reason: 'it was not applied, and no answer came', isApplied: false },
  ] as const) {
    it(`stays pending where it cannot be looked at, and is settled by a pass that can (${kind}: ${reason})`, async () => {
      scene.github.faults.when(isPut, kind === 'status' ? { kind, status: 502 } : { kind });
      failReadsAfterPut();
      const first = await scene.pass(NO_GRACE);
      expect([first.result, first.error?.code]).to.deep.equal(['Failed', 'PLUS1_GITHUB_UNAVAILABLE']);
      expect(scene.status.pendingWrite?.planHash).to.match(/^sha256:/);
      expect(scene.github.requests.filter(isPut)).to.have.length(1);
      scene.github.reset();
      // Where a read shows it, at once; else when it is too old to be applied late.
      if (!isApplied) scene.clock.pass(SETTLED_MS);
      const second = await scene.pass(NO_GRACE);
      expect([second.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', RIGHT]);
      countedOnce();
    });
  }

  it('keeps its mark through passes that see nothing, and never counts twice', async () => {
    scene.github.faults.when(isPut, { kind: 'put-applied-500' });
    failReadsAfterPut();
    await scene.pass(NO_GRACE);
    const marked = scene.status.pendingWrite;
    scene.github.reset().faults.when(() => true, { kind: 'status', status: 503 }, Infinity);
    for (let pass = 1; pass <= 3; pass += 1) expect((await scene.pass(NO_GRACE)).result).to.equal('Failed');
    expect(scene.status.pendingWrite).to.deep.equal(marked);
    scene.github.reset();
    expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
    countedOnce();
  });

  it('is counted where GitHub applies it only after it was looked for and not found', async () => {
    let late: (() => void) | undefined;
    let looks = 0;
    scene.github.faults.when(isPut, { kind: 'timeout' });
    scene.github.beforeRequest((request) => {
      if (isPut(request) && late === undefined) {
        const { conditions } = request.body as { conditions: { repository_id: { repository_ids: number[] } } };
        late = () =>
          kept(scene.organization).setMembers(conditions.repository_id.repository_ids, { id: 1001, type: 'User' });
      } else if (late !== undefined && isRuleset(request)) {
        looks += 1;
        if (looks === 2) late();
      }
    });
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', RIGHT]);
    expect(scene.github.requests.filter(isPut), 'not sent twice').to.have.length(1);
    countedOnce();
  });

  it('stays counted where a later write of the same pass lets only others enter', async () => {
    let isSent = false;
    scene.github.faults.when(isPut, { kind: 'status', status: 502 });
    scene.github.beforeRequest((request) => {
      if (isPut(request)) isSent = true;
      // From here on the time is not trusted, so that nobody leaves by the plan that follows.
      else if (isSent) scene.github.world.useClock(() => scene.clock.now() + 60 * MINUTE_MS);
    });
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Incomplete', true]);
    expect(memberNames(scene.organization)).to.include.members(['promoted-001', ...names('demoted', 2)]);
    expect(scene.status.window?.left, 'GitHub may still apply the first').to.equal(2);
    expect(scene.status).to.have.property('pendingWrite');
    scene.github.reset();
    scene.github.world.useClock(() => scene.clock.now());
    scene.clock.pass(SETTLED_MS);
    await scene.pass(NO_GRACE);
    expect(memberNames(scene.organization)).to.deep.equal(RIGHT);
    countedOnce();
  });

  it('counts who left even where the answer holds less than was sent', async () => {
    scene.github.on('request', (request) => {
      if (!isPut(request)) return;
      const { conditions } = request.body as { conditions: { repository_id: { repository_ids: number[] } } };
      // Somebody, or GitHub itself, drops the newcomer while the write is served.
      conditions.repository_id.repository_ids.pop();
    });
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    scene.github.reset();
    expect(departures(kept(scene.organization))).to.have.length(2);
    expect(scene.status.window?.left).to.equal(2);
  });

  it('says that GitHub fails where it does so every time, and blames nobody else', async () => {
    scene.github.faults.when(isPut, { kind: 'status', status: 500 }, Infinity);
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    expect(outcome.error?.message).to.match(/GitHub did not apply it, 3 times: GitHub answered 500$/);
    expect(outcome.error?.fix)
      .to.include('side of GitHub')
      .and.not.match(/writer/);
    expect(scene.github.requests.filter(isPut)).to.have.length(3);
  });

  it('gives up where the ruleset changes faster than it can be written, and nothing is lost', async () => {
    scene.github.faults.when(isPut, { kind: 'status', status: 502 }, Infinity);
    meddleAtEveryRead(scene);
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    expect(scene.github.requests.filter(isPut)).to.have.length(3);
    expect(scene.status, 'one of the three may still be applied').to.have.property('pendingWrite');
    expect(scene.status.window?.left).to.equal(2);
    scene.github.reset();
    scene.clock.pass(SETTLED_MS);
    expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.deep.equal(RIGHT);
    expect(scene.status).to.not.have.property('pendingWrite');
    expect(scene.status.window?.left).to.be.at.least(2);
  });

  for (const { title, refusal } of [
    { title: 'the next one was refused', refusal: { kind: 'forbidden' } },
    { title: 'the next ones got no answer either', refusal: { kind: 'status', status: 502 } },
    { title: 'nothing could be read any more', refusal: undefined },
  ] as const) {
    it(`lets no more leave than the guard allows where GitHub applies it after the pass: ${title}`, async () => {
      const spec = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
      const { organization, github } = scene;
      let sent: readonly number[] | undefined;
      github.beforeRequest((request) => {
        if (!isPut(request) || sent !== undefined) return;
        const { conditions } = request.body as { conditions: { repository_id: { repository_ids: number[] } } };
        sent = [...conditions.repository_id.repository_ids];
      });
      github.faults.when(isPut, { kind: 'status', status: 502 });
      let looks = 0;
      const isNext = (request: LoggedRequest): boolean =>
        refusal === undefined ? sent !== undefined && isRuleset(request) && (looks += 1) > 1 : isPut(request);
      github.faults.when(isNext, refusal ?? { kind: 'status', status: 502 }, Infinity);
      expect((await scene.pass(spec)).result).to.equal('Failed');
      expect(memberNames(organization)).to.include.members(names('demoted', 2));
      expect(scene.status.pendingWrite?.planHash).to.match(/^sha256:/);
      github.reset();
      kept(organization).setMembers(sent ?? []);
      expect(memberNames(organization)).to.not.include.members(names('demoted', 1));
      say(organization.get('member-001'), 'deprecated');
      // Where several got no answer, one that shows does not settle the others: nobody leaves, and then the guard holds.
      await scene.pass(spec);
      expect(memberNames(organization)).to.include('member-001');
      scene.clock.pass(SETTLED_MS);
      expect((await scene.pass(spec)).result).to.equal('Held');
      expect(memberNames(organization)).to.include('member-001');
      expect(scene.status.window?.left).to.equal(2);
    });
  }
});

describe('A ruleset that somebody else writes to', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 20, demoted: 2, promoted: 1, others: 3 }));
  });
  afterEach(() => scene.close());

  /** At the n-th read of the ruleset by id: 1 is the observation, 2 the one just before the PUT. */
  const atRead = (n: number, edit: () => void): void => {
    let reads = 0;
    scene.github.beforeRequest((request) => {
      if (isRuleset(request) && (reads += 1) === n) edit();
    });
  };

  it('is planned on again where it changed since the plan: what they added is judged, what they took comes back', async () => {
    const { organization } = scene;
    atRead(2, () => {
      const members = new Set(kept(organization).members);
      members.delete(organization.get('member-003').id);
      members.add(organization.get('other-002').id);
      kept(organization).setMembers(members);
    });
    const outcome = await scene.pass(NO_GRACE);
    // The one that they added is not in production by its first answer alone: it stays until a pass has read its file twice.
    expect([outcome.result, memberNames(organization)]).to.deep.equal(['Succeeded', [...RIGHT, 'other-002'].sort()]);
    expect(scene.status.window?.left).to.equal(2);
    await scene.pass(NO_GRACE);
    expect(memberNames(organization)).to.deep.equal(RIGHT);
    expect(scene.status.window?.left).to.equal(3);
  });

  it('is not written where it changed into what was planned', async () => {
    const { organization } = scene;
    const right = organization.repositories.filter(({ name }) => RIGHT.includes(name)).map(({ id }) => id);
    atRead(2, () => kept(organization).setMembers(right));
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Succeeded', false]);
    expect(scene.github.counts().writes).to.equal(0);
    expect(scene.status.window?.left ?? 0, 'they left by another hand').to.equal(0);
  });

  it('keeps a ref_name and an unknown condition that changed between the plan and the write', async () => {
    const { organization } = scene;
    const ref_name = { include: ['~ALL'], exclude: ['refs/heads/wip/*'] };
    atRead(2, () => kept(organization).edit({ conditions: { ...kept(organization).conditions, ref_name } }));
    expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
    expect(kept(organization).conditions.ref_name).to.deep.equal(ref_name);
    expect(memberNames(organization)).to.deep.equal(RIGHT);
  });

  it('keeps what somebody changed while the mark was being kept: the API server may take seconds', async () => {
    const { organization } = scene;
    const ref_name = { include: ['~ALL'], exclude: ['refs/heads/wip/*'] };
    const added = organization.get('other-001').id;
    const keep = async (status: PolicyStatus): Promise<boolean> => {
      scene.kept = JSON.stringify(status);
      if (scene.github.counts().writes > 0 || kept(organization).members.includes(added)) return true;
      kept(organization).edit({ conditions: { ...kept(organization).conditions, ref_name } });
      kept(organization).setMembers([...kept(organization).members, added]);
      return true;
    };
    const outcome = await scene.pass({}, { dependencies: { keep } });
    expect(outcome.result).to.equal('Succeeded');
    expect(kept(organization).conditions.ref_name).to.deep.equal(ref_name);
    expect(memberNames(organization), 'they leave after their grace, as anybody').to.include('other-001');
    expect(memberNames(organization)).to.include('promoted-001');
  });

  for (const { change, code, reason } of [
    { change: 'rename', code: 'PLUS1_RULESET_NOT_FOUND', reason: 'it is another ruleset now' },
    { change: 'delete', code: 'PLUS1_RULESET_NOT_FOUND', reason: 'there is nothing to write to' },
    { change: 'retarget', code: 'PLUS1_RULESET_TARGETING', reason: 'a write would turn its targeting round' },
  ] as const) {
    it(`is not written where somebody did ${change} it meanwhile: ${reason}`, async () => {
      const { organization } = scene;
      const ruleset = kept(organization);
      atRead(2, () => {
        if (change === 'rename') ruleset.edit({ name: 'another' });
        else if (change === 'delete') organization.deleteRuleset(ruleset);
        else ruleset.edit({ conditions: { ref_name: {}, repository_name: { include: ['~ALL'], exclude: [] } } });
      });
      const outcome = await scene.pass(NO_GRACE);
      expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', code]);
      expect(scene.github.counts().writes).to.equal(0);
    });
  }

  it('is written on its latest state where it changes at every read', async () => {
    meddleAtEveryRead(scene);
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.deep.equal(RIGHT);
  });
});

describe('A status that cannot be kept', () => {
  it('is told by its own cause, where the pass has failed over something else as well', async () => {
    const scene = await Scene.open(town({ members: 2 }));
    try {
      scene.github.world.tokens.revoke('ghp_scene');
      const said: unknown[] = [];
      const log = { ...silentLog, error: (msg: string, fields?: object) => said.push({ msg, ...fields }) };
      const keep = async (): Promise<never> => {
        throw new Plus1Error('PLUS1_STATE_UNWRITABLE', 'the disk is full');
      };
      const outcome = await scene.pass({}, { dependencies: { keep, log } });
      expect(outcome.error?.code).to.equal('PLUS1_TOKEN_REJECTED');
      expect(said).to.deep.equal([
        { msg: 'Status not kept', code: 'PLUS1_STATE_UNWRITABLE', error: 'the disk is full' },
      ]);
    } finally {
      await scene.close();
    }
  });
});

describe('A GitHub that is down', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 200, demoted: 1, promoted: 1, others: 100 }));
  });
  afterEach(async () => {
    expect(memberNames(scene.organization)).to.have.length(201);
    await scene.close();
  });

  it('for every file: the pass ends incomplete after a bounded number of requests, and nobody leaves', async () => {
    scene.github.faults.when(({ operation }) => operation === 'files', { kind: 'status', status: 502 }, Infinity);
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Incomplete', false]);
    expect(outcome.acted?.decision.plan.retain).to.have.length(201);
    expect(scene.github.counts().requests).to.be.at.most(60);
  });

  it('for the listing: the pass fails after a bounded number of requests', async () => {
    scene.github.faults.when(({ operation }) => operation === 'list', { kind: 'timeout' }, Infinity);
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_GITHUB_UNAVAILABLE']);
    expect(scene.github.counts())
      .to.include({ writes: 0 })
      .and.to.satisfy(({ requests }: { requests: number }) => requests <= 10);
  });

  it('from the second page on: what was listed is judged, the rest stays', async () => {
    scene.github.faults.when(
      ({ body }) => /"after":"/.test(JSON.stringify(body)),
      { kind: 'status', status: 504 },
      Infinity,
    );
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.seen?.complete]).to.deep.equal(['Incomplete', false]);
    expect(scene.github.counts().writes).to.equal(0);
    expect(outcome.acted?.decision.plan.retain.length).to.be.greaterThan(100);
  });
});

/** Before each read of the ruleset somebody adds a repository, or takes it out again. */
function meddleAtEveryRead({ github, organization }: Scene): void {
  const { id } = organization.get('other-001');
  github.beforeRequest((request) => {
    if (!isRuleset(request)) return;
    const members = new Set(kept(organization).members);
    if (!members.delete(id)) members.add(id);
    kept(organization).setMembers(members);
  });
}
