/**
 * Every fault that the simulator knows, at every request of a pass it can hit. Whatever happens, nobody in production
 * leaves, success is claimed only where all is right, and the next pass finishes the work.
 */
import { expect } from 'chai';
import { ALL_FAULTS, faultApplies, type Fault, type LoggedRequest } from '../fakes/github/index.js';
import type { Targeting } from '../../pkg/api/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, names, town } from '../builders.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { departures, productionThatLeft } from './history.js';
import { TARGETINGS } from '../targetings.js';
import { Scene, type PassOptions } from './passes.js';

/** 303 repositories: 4 list pages, 7 file pages, and one more question for each of the two that leave, of which one is archived. */
const TOWN = { members: 40, demoted: 2, promoted: 1, others: 260 };
/** The demoted ones leave in this pass, so that there is something to do in both directions. */
const SPEC = { exit: { gracePeriod: '0s' } };
const RIGHT = [...names('member', 40), 'promoted-001'];

/** Further faces of the kinds in `ALL_FAULTS`. */
const MORE: Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 504 },
  { kind: 'secondary', status: 200 },
  { kind: 'secondary', status: 429 },
  { kind: 'primary', status: 429, resetInS: 2, retryAfter: 2 },
  { kind: 'graphql-partial', target: 'node', index: 3 },
  { kind: 'graphql-partial', target: 'node', index: 0, type: 'FORBIDDEN' },
  { kind: 'graphql-partial', target: 'file', index: 5, type: 'NOT_FOUND' },
  { kind: 'graphql-error', type: 'FORBIDDEN' },
  { kind: 'graphql-error', type: 'SOMETHING_NEW' },
  { kind: 'resource-limits', target: 'node', withPath: false },
  { kind: 'resource-limits', target: 'file', from: 10, withPath: false },
  { kind: 'redirect', to: 'https://elsewhere.example/', status: 307 },
];

const SIDE_BY_SIDE = new Set(['list', 'files']);

let combinations = 0;

for (const { how, targeting, writes } of TARGETINGS)
  describe(`A pass that targets ${how}, through every fault at every request`, function () {
    const withScene = <T>(work: (scene: Scene) => Promise<T>): Promise<T> => withSceneOf(targeting, work);
    const hit = (...args: Parameters<typeof hitIn> extends [unknown, ...infer Rest] ? Rest : never): Promise<void> =>
      hitIn(withScene, ...args);
    let usual: LoggedRequest[];
    before(async () => {
      // The first pass of a process is slow: schemas are compiled, and a request may run into its time-out.
      await withScene((scene) => scene.pass(SPEC));
      usual = await withScene(async (scene) => {
        // One after the other, since those that are asked side by side come in any order.
        const outcome = await scene.pass(SPEC, { github: { concurrency: 1 } });
        expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', RIGHT]);
        return [...scene.github.requests];
      });
      // The values of a property are read with the ruleset, and again around each PATCH.
      const rest = usual.filter(({ kind, operation }) => kind === 'rest' && !operation.includes('custom-properties'));
      expect(rest.map(({ operation }) => operation)).to.deep.equal([
        'orgs/get',
        'repos/get-org-rulesets',
        'repos/get-org-ruleset',
        'repos/get-org-ruleset',
        ...(targeting === 'RepositoryID' ? [writes] : []),
      ]);
      expect(usual.at(-1)?.operation).to.equal('rules');
      expect(usual.filter(({ isWrite }) => isWrite).map(({ operation }) => operation)).to.deep.equal(
        targeting === 'RepositoryID' ? [writes] : [writes, writes],
      );
      expect(usual.filter(({ operation }) => operation === 'files')).to.have.length(8);
      expect(usual.filter(({ operation }) => operation === 'nodes')).to.have.length(1);
    });
    after(() => console.log(`    ${combinations} combinations of fault and request (${SAMPLE_NAME})`));

    const requestsFor = (fault: Fault): LoggedRequest[] => usual.filter((request) => faultApplies(fault, request));

    for (const { kind, example } of ALL_FAULTS) {
      it(`${kind}, at every request`, async () => {
        const requests = sampleOf(requestsFor(example), 1, kind);
        for (const request of requests) await hit(example, request, { concurrency: 1 });
      });
    }

    for (const fault of MORE) {
      it(`${JSON.stringify(fault)}, once for each operation`, async () => {
        const requests = sampleOf(oneOfEach(requestsFor(fault)), 1, JSON.stringify(fault));
        for (const request of requests) await hit(fault, request, { concurrency: 1 });
      });
    }

    it('every kind, where requests are in flight side by side, without memory', async () => {
      const pairs = ALL_FAULTS.flatMap(({ example }) =>
        oneOfEach(requestsFor(example))
          .filter(({ operation }) => SIDE_BY_SIDE.has(operation))
          .map((request) => ({ example, request })),
      );
      for (const { example, request } of sampleOf(pairs, 5, 'side by side'))
        await hit(example, request, { concurrency: 2, forgetful: true });
    });
  });

/** The last of each operation: the first pages and files are like all others, the last ones end something. */
function oneOfEach(requests: readonly LoggedRequest[]): LoggedRequest[] {
  return [...new Map(requests.map((request) => [request.operation, request])).values()];
}

interface Manner {
  concurrency: number;
  forgetful?: boolean;
}

type WithScene = <T>(work: (scene: Scene) => Promise<T>) => Promise<T>;

async function hitIn(
  withScene: WithScene,
  fault: Fault,
  request: LoggedRequest,
  { concurrency, forgetful = false }: Manner,
): Promise<void> {
  await withScene(async (scene) => {
    const where = `${JSON.stringify(fault)} at request ${request.n} (${request.operation})`;
    const bare = { dependencies: { keep: async () => undefined, known: { load: async () => undefined } } };
    const options: PassOptions = { github: { concurrency }, ...(forgetful ? bare : {}) };
    combinations += 1;
    scene.github.faults.when(matching(request, concurrency), fault);
    const first = await scene.pass(SPEC, options);
    const { fired, misfired, pending } = scene.github.faults;
    expect([fired.length, misfired, pending], where).to.deep.equal([1, [], []]);
    nothingLost(scene, where);
    successIsTrue(scene, first, { where, fault });
    scene.github.reset();
    let second = await scene.pass(SPEC, options);
    if (scene.status.pendingWrite !== undefined) {
      // A write of the pass may still be applied: nobody leaves until that is over, and who enters has entered. Another write of it may
      // have been applied, by which the two left.
      expect(second.result, `the pass after ${where}`).to.equal('Succeeded');
      // Who was put in by somebody else does not leave either.
      const known = [...names('demoted', 2), ...RIGHT];
      const isLate = (name: string): boolean => fault.kind === 'ruleset-changed' && !known.includes(name);
      const members = memberNames(scene.organization).filter((name) => !isLate(name));
      expect(members, where).to.deep.equal(
        members.length === RIGHT.length ? RIGHT : [...names('demoted', 2), ...RIGHT],
      );
      expect(scene.status.window?.left, where).to.equal(2);
      scene.clock.pass(1_260_000);
      second = await scene.pass(SPEC, options);
    }
    expect([second.result, second.error?.message], `the pass after ${where}`).to.deep.equal(['Succeeded', undefined]);
    expect(memberNames(scene.organization), `the pass after ${where}`).to.deep.equal(RIGHT);
    nothingLost(scene, where);
    const meddled = fault.kind === 'ruleset-changed';
    if (!forgetful && !meddled)
      expect(scene.status.window?.left ?? 0, `window after ${where}`).to.equal(
        departures(kept(scene.organization)).length,
      );
    expect(scene.status, where).to.not.have.property('pendingWrite');
    expect(scene.github.contractViolations, where).to.deep.equal([]);
  });
}

/** In flight side by side, requests change places: then the first of that operation is as good. */
function matching(request: LoggedRequest, concurrency: number): (each: LoggedRequest) => boolean {
  return concurrency === 1 ? (each) => each.n === request.n : (each) => each.operation === request.operation;
}

function nothingLost({ organization }: Scene, where: string): void {
  expect(productionThatLeft(organization), where).to.deep.equal([]);
  const members = new Set(memberNames(organization));
  for (const name of names('member', 40)) expect(members.has(name), `${name} after ${where}`).to.equal(true);
}

function successIsTrue(
  { organization }: Scene,
  outcome: PassOutcome,
  { where, fault }: { where: string; fault: Fault },
): void {
  if (outcome.result !== 'Succeeded') {
    expect(outcome.result, where).to.be.oneOf(['Failed', 'Incomplete']);
    return;
  }
  expect(outcome.error, where).to.equal(undefined);
  const members = memberNames(organization);
  // One that somebody puts in while the pass runs stays until the next pass: what speaks against it was read once. So does one
  // whose two readings differ.
  const mayStay = fault.kind === 'ruleset-changed' || fault.kind === 'wrong-file';
  const late = mayStay ? members.filter((name) => !RIGHT.includes(name)) : [];
  expect(late.length, where).to.be.at.most(1);
  expect(members, where).to.deep.equal([...RIGHT, ...late].sort());
}

async function withSceneOf<T>(targeting: Targeting, work: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = await Scene.open(town({ ...TOWN, targeting }));
  scene.organization.get('demoted-002').archive();
  try {
    return await work(scene);
  } finally {
    await scene.close();
  }
}
