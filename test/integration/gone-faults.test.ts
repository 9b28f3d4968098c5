/**
 * Every fault, and death, at every request of a pass in which a member is missing: by no fault is a member gone that is
 * only hidden, or by one proof; and who does leave is counted once.
 */
import { expect } from 'chai';
import { tokenCredential } from '../../pkg/github/index.js';
import { ALL_FAULTS, faultApplies, type Fault, type LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, town } from '../builders.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { departures, productionThatLeft } from './history.js';
import { Scene, type PassOptions } from './passes.js';

const HOUR = 3_600_000;
/** Neither the grace period nor a guard stands in the way of anybody. */
const SPEC = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };
const RIGHT = [...names('member', 8).slice(1), 'promoted-001'];
const EXAMPLES = ALL_FAULTS.map(({ example }) => example).filter(({ kind }) => kind !== 'ruleset-changed');

/** How the members of a pass came to be missing; the name makes samples differ. */
interface Way {
  name: string;
  open: () => Promise<Stage>;
}

interface Stage {
  scene: Scene;
  /** The id of the member that is missing. */
  id: number;
  options: PassOptions;
}

/** A converged organization, one of whose members was deleted since; `proofs` passes, an hour apart, have proved it. */
async function deleted(proofs: number): Promise<Stage> {
  const scene = await Scene.open(town({ members: 8 }));
  const { id } = scene.organization.get('member-001');
  await scene.pass(SPEC);
  scene.organization.get('member-001').delete();
  for (let proof = 0; proof < proofs; proof += 1) {
    await scene.pass(SPEC);
    scene.clock.pass(HOUR);
  }
  // Something to write, no matter who leaves.
  const file = scene.organization.get('member-002').files.get('entity.datadog.yaml')?.content ?? '';
  scene.organization.createRepository({ name: 'promoted-001', files: { 'entity.datadog.yaml': file } });
  scene.github.reset();
  return { scene, id, options: {} };
}

/** The same, but that the token cannot see the member, which is there. */
async function hidden(): Promise<Stage> {
  const scene = await Scene.open(town({ members: 8, promoted: 1 }));
  const { id } = scene.organization.get('member-001');
  scene.github.world.tokens.add('github_pat_part', {
    kind: 'fine-grained',
    organization: 'acme',
    repositories: scene.organization.repositories.filter((each) => each.id !== id).map((each) => each.id),
    permissions: { metadata: 'read', contents: 'read', organization_administration: 'write' },
  });
  return { scene, id, options: { github: { credential: tokenCredential('github_pat_part', 'the token') } } };
}

async function withStage<T>(open: () => Promise<Stage>, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await open();
  try {
    return await work(stage);
  } finally {
    await stage.scene.close();
  }
}

async function requestsOf({ scene, options }: Stage): Promise<LoggedRequest[]> {
  await scene.pass(SPEC, options);
  return [...scene.github.requests];
}

describe('A member that is missing, through every fault at every request', function () {
  let combinations = 0;
  after(() => console.log(`    ${combinations} combinations of fault and request (${SAMPLE_NAME})`));

  const first: Way = { name: 'first proof', open: () => deleted(0) };
  const second: Way = { name: 'second proof', open: () => deleted(1) };
  const unseen: Way = { name: 'hidden', open: hidden };

  /** The requests of a pass without a fault, by how it came to that pass. */
  const usual = new Map<Way, readonly LoggedRequest[]>();
  before(async () => {
    for (const way of [first, second, unseen]) usual.set(way, await withStage(way.open, requestsOf));
  });

  /** Runs `check` for each request of the pass that the fault can hit, after a pass in which it does. */
  const through = async (way: Way, fault: Fault, check: (stage: Stage, where: string) => Promise<void>) => {
    const { name, open } = way;
    const requests = usual.get(way)?.filter((each) => faultApplies(fault, each)) ?? [];
    expect(requests, 'no request that the fault can hit').to.not.have.length(0);
    for (const request of sampleOf(requests, 1, `${name} ${fault.kind}`)) {
      combinations += 1;
      await withStage(open, async (stage) => {
        stage.scene.github.faults.when(({ n }) => n === request.n, fault);
        await stage.scene.pass(SPEC, stage.options);
        stage.scene.github.reset();
        const where = `${fault.kind} at request ${request.n} (${request.operation})`;
        await check(stage, where);
        expect(productionThatLeft(stage.scene.organization), where).to.deep.equal([]);
      });
    }
  };

  for (const fault of EXAMPLES) {
    it(`${fault.kind}, at the first proof: it is still a member, and leaves by two more passes`, () =>
      through(first, fault, async ({ scene, id }, where) => {
        expect(kept(scene.organization).members, where).to.include(id);
        await scene.pass(SPEC);
        expect(kept(scene.organization).members, where).to.include(id);
        scene.clock.pass(HOUR);
        await scene.pass(SPEC);
        expect(memberNames(scene.organization), where).to.deep.equal(RIGHT);
      }));

    it(`${fault.kind}, at the second proof: nobody else leaves, and it is counted once`, () =>
      through(second, fault, async ({ scene, id }, where) => {
        expect(
          departures(kept(scene.organization)).filter((each) => each !== id),
          where,
        ).to.deep.equal([]);
        await scene.pass(SPEC);
        if (scene.status.pendingWrite !== undefined) {
          stillOpen(scene, id, where);
          await scene.pass(SPEC);
        }
        expect(memberNames(scene.organization), where).to.deep.equal(RIGHT);
        expect(departures(kept(scene.organization)), where).to.deep.equal([id]);
        expect(scene.status.window?.left, where).to.equal(1);
      }));

    it(`${fault.kind}, where it is only hidden: it stays for ever`, () =>
      through(unseen, fault, async ({ scene, id, options }, where) => {
        for (let passes = 0; passes < 3; passes += 1) {
          scene.clock.pass(HOUR);
          await scene.pass(SPEC, options);
          expect(kept(scene.organization).members, where).to.include(id);
        }
      }));
  }
});

describe('A pass that dies while a member that is gone leaves', function () {
  it('at any request is finished by the next, or ten minutes later where a write may still be applied, and the window counts the member once', async () => {
    const usual = await withStage(() => deleted(1), requestsOf);
    for (const request of sampleOf(usual, 3, 'deaths')) {
      for (const at of ['request', 'response'] as const) await dies(request, at);
    }
  });

  async function dies(request: LoggedRequest, at: 'request' | 'response'): Promise<void> {
    await withStage(
      () => deleted(1),
      async ({ scene, id }) => {
        const where = `${at} ${request.n} (${request.operation})`;
        const death = new AbortController();
        const die = (): void => death.abort(new Error('killed'));
        if (at === 'request') {
          scene.github.beforeRequest(({ n }) => {
            if (n !== request.n) return;
            die();
            return new Promise<never>(() => undefined);
          });
        } else scene.github.on('response', ({ n }) => (n === request.n ? die() : undefined));
        const keep = async (status: object): Promise<undefined> => {
          death.signal.throwIfAborted();
          scene.kept = JSON.stringify(status);
        };
        await scene.pass(SPEC, { signal: death.signal, dependencies: { keep } });
        expect(death.signal.aborted, where).to.equal(true);
        scene.github.reset();
        let next = await scene.pass(SPEC);
        if (scene.status.pendingWrite !== undefined) {
          stillOpen(scene, id, where);
          next = await scene.pass(SPEC);
        }
        expect([next.result, memberNames(scene.organization)], where).to.deep.equal(['Succeeded', RIGHT]);
        expect([departures(kept(scene.organization)), scene.status.window?.left], where).to.deep.equal([[id], 1]);
      },
    );
  }
});

/** GitHub may still apply one of its writes: nobody else leaves, and it stays counted, until that is over. */
function stillOpen(scene: Scene, id: number, where: string): void {
  expect(
    departures(kept(scene.organization)).filter((each) => each !== id),
    where,
  ).to.deep.equal([]);
  expect(scene.status.window?.left, where).to.equal(1);
  scene.clock.pass(1_260_000);
}
