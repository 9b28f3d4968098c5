/**
 * A process that dies at any instant of a pass: the next one finishes the work, but for those who would leave by a write
 * that GitHub may still apply; they wait until it is settled. The guards' window neither forgets who left nor counts anybody twice. Death is an abort after which nothing is sent and nothing is kept any more; the
 * real thing is in kill.test.ts.
 */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { departures, productionThatLeft } from './history.js';
import { Scene } from './passes.js';

/** Exactly the two that leave may leave: one counted twice, and they are held; one forgotten, and a third may go. */
const SPEC = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
/** From then on a write that no read shows is not applied any more. */
const SETTLED_MS = 1_260_000;
const RIGHT = [...names('member', 20), 'promoted-001'];

type Instant = { at: 'request' | 'response' | 'before-keep' | 'after-keep'; n: number };

/** Organization, rulesets, ruleset, list, files, ruleset again, PUT; then the outcome is kept. */
const REQUESTS = 7;
const KEEPS = 2;
const INSTANTS: Instant[] = [
  ...numbers(REQUESTS).flatMap((n): Instant[] => [
    { at: 'request', n },
    { at: 'response', n },
  ]),
  ...numbers(KEEPS).flatMap((n): Instant[] => [
    { at: 'before-keep', n },
    { at: 'after-keep', n },
  ]),
];
/** From the intent on: where a death leaves something behind. */
const LATE = INSTANTS.filter(({ at, n }) => (at.endsWith('keep') ? true : n === REQUESTS));

describe('A pass that dies', function () {
  let count = 0;
  after(() => console.log(`    ${count} deaths (${SAMPLE_NAME})`));

  for (const instant of INSTANTS) {
    it(`at ${instant.at} ${instant.n} is finished by the next`, () => dies([instant]));
  }

  for (const first of LATE) {
    it(`at ${first.at} ${first.n}, and once more at any late instant, is finished by the one after`, async () => {
      for (const second of sampleOf(LATE, 2, `${first.at} ${first.n}`)) await dies([first, second]);
    });
  }

  async function dies(instants: readonly Instant[]): Promise<void> {
    const scene = await Scene.open(town({ members: 20, demoted: 2, promoted: 1, others: 4 }));
    const where = instants.map(({ at, n }) => `${at} ${n}`).join(', then ');
    try {
      for (const [index, instant] of instants.entries()) {
        count += 1;
        const died = await die(scene, instant);
        // The second may come too late to hit anything: then there was nothing left to do.
        if (index === 0) expect(died, where).to.equal(true);
      }
      const next = await scene.pass(SPEC);
      expect(next.result, where).to.equal('Succeeded');
      expect(memberNames(scene.organization), `what enters does not wait: ${where}`).to.include('promoted-001');
      if (scene.status.pendingWrite !== undefined) {
        expect(memberNames(scene.organization), where).to.include.members(names('demoted', 2));
        expect(scene.status.window?.left, where).to.equal(2);
        scene.clock.pass(SETTLED_MS);
      }
      const last = await scene.pass(SPEC);
      expect([last.result, last.error?.message], where).to.deep.equal(['Succeeded', undefined]);
      expect(memberNames(scene.organization), where).to.deep.equal(RIGHT);
      expect(productionThatLeft(scene.organization), where).to.deep.equal([]);
      expect(departures(kept(scene.organization)), where).to.have.length(2);
      expect(scene.status.window?.left, where).to.equal(2);
      expect(scene.status, where).to.not.have.property('pendingWrite');
      say(scene.organization.get('member-001'), 'deprecated');
      expect((await scene.pass(SPEC)).acted?.decision.hold?.reason, where).to.equal('TooManyLeaving');
    } finally {
      await scene.close();
    }
  }
});

async function die(scene: Scene, { at, n }: Instant): Promise<boolean> {
  const death = new AbortController();
  const die = (): void => death.abort(new Error('killed'));
  if (at === 'request') {
    scene.github.beforeRequest((request) => {
      if (request.n !== n) return;
      die();
      return new Promise<never>(() => undefined);
    });
  }
  const listener = (request: { n: number }): void => (at === 'response' && request.n === n ? die() : undefined);
  scene.github.on('response', listener);
  let keeps = 0;
  const keep = async (status: PolicyStatus): Promise<undefined> => {
    keeps += 1;
    if (at === 'before-keep' && keeps === n) die();
    death.signal.throwIfAborted();
    scene.kept = JSON.stringify(status);
    if (at === 'after-keep' && keeps === n) die();
    return undefined;
  };
  await scene.pass(SPEC, { signal: death.signal, dependencies: { keep } });
  scene.github.reset();
  return death.signal.aborted;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
