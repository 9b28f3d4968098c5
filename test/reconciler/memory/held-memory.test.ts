/** Kind of fault: what is known of 100,000 repositories is in memory twice, or is written again and again by a pass that learns nothing. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { ObservedRepository } from '../../../pkg/github/index.js';
import type { Verdict } from '../../../pkg/catalog/index.js';
import { VerdictCache, type KnownToKeep } from '../../../pkg/reconciler/memory/verdict-cache.js';
import { sha256 } from '../../../pkg/base/index.js';
import { repositoryOf, specOf } from '../../governance/builders.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const REPOSITORIES = 5_000;
/** Of each repository, what the memory adds to what was observed. With a hidden class for each it is 640, held twice 1,400. */
const MOST_BYTES = 350;
/** Less than this cannot be: then nothing was measured. */
const LEAST_BYTES = 50;
const NEVER = new AbortController().signal;
const spec = specOf({});

/** As GitHub shows it: each with texts of its own. */
function observedOf(id: number): ObservedRepository<Verdict> {
  const headCommit = sha256(`head ${id}`).slice(0, 40);
  const evidence = { file: 'entity.datadog.yaml', line: id % 30, column: 14, lifecycle: 'production' };
  const verdict: Verdict = {
    status: 'valid_production',
    lifecycles: ['production'],
    documents: 1,
    evidence,
    reasons: [],
  };
  const repository = repositoryOf({ id, name: `service-${id}-of-payments`, nodeID: `R_kgDO${id}`, headCommit });
  return { repository, verdict: structuredClone(verdict), commit: headCommit, author: `author-${id % 20}` };
}

async function begin(kept?: string): Promise<{ verdicts: VerdictCache; saves: string[]; tick: () => void }> {
  let nowMs = 1_800_000_000_000;
  const saves: string[] = [];
  const store = {
    load: async () => (kept === undefined ? undefined : JSON.parse(kept)),
    save: async (known: KnownToKeep) => void saves.push(JSON.stringify(known)),
  };
  const options = { spec, store, ttlMs: undefined, time: { now: () => nowMs, behindMs: 0 } };
  return { verdicts: await VerdictCache.begin(options, NEVER), saves, tick: () => void (nowMs += 100) };
}

/** As a pass does: what is known is taken from the memory. */
function learnAll({ verdicts, tick }: Awaited<ReturnType<typeof begin>>): ObservedRepository<Verdict>[] {
  return Array.from({ length: REPOSITORIES }, (_, index) => {
    const observed = observedOf(index + 1);
    const known = verdicts.verdict(observed.repository);
    const taken = known === undefined ? observed : { repository: observed.repository, ...known };
    verdicts.learn(taken);
    verdicts.keepMeanwhile(NEVER);
    tick();
    return taken;
  });
}

const usedBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

/** What `hold` gives back, and nothing that was there before or goes with it. */
async function bytesOfEach(hold: () => Promise<unknown[]>): Promise<number> {
  const before = usedBytes();
  const held = await hold();
  const bytes = usedBytes() - before;
  expect(held).to.have.property('length').above(0);
  return bytes / REPOSITORIES;
}

describe('What is known of repositories, in memory', () => {
  let kept = '';

  before(async () => {
    const first = await begin();
    learnAll(first);
    await first.verdicts.keep({ whole: true, remembered: {} }, NEVER);
    kept = first.saves.at(-1) ?? '';
    expect(first.saves.length, 'saves of a first pass').to.be.at.least(2);
  });

  it('is written once by a pass that learns nothing, and is the same again', async () => {
    const idle = await begin(kept);
    learnAll(idle);
    await idle.verdicts.keep({ whole: true, remembered: {} }, NEVER);
    expect(idle.saves).to.have.length(1);
    const told = (text = ''): unknown =>
      JSON.parse(text, (name, value: unknown) => (name === 'seenMs' ? undefined : value));
    expect(told(idle.saves[0])).to.deep.equal(told(kept));
  });

  it('is there once', async () => {
    const holdAll = async (): Promise<unknown[]> => {
      const idle = await begin(kept);
      return [idle, learnAll(idle)];
    };
    const observeAll = async (): Promise<unknown[]> =>
      Array.from({ length: REPOSITORIES }, (_, index) => observedOf(index + 1).repository);
    // What is compiled for it, and what is made once, is in neither.
    for (const hold of [holdAll, observeAll, holdAll, observeAll]) await bytesOfEach(hold);
    const [bytes, observed] = [await bytesOfEach(holdAll), await bytesOfEach(observeAll)];
    expect(observed, 'bytes of what was observed of each').to.be.within(200, 600);
    expect(bytes - observed, 'bytes of each').to.be.within(LEAST_BYTES, MOST_BYTES);
  });

  it('has one verdict for all that are alike', async () => {
    const taken = learnAll(await begin(kept));
    expect(new Set(taken.map(({ verdict }) => verdict)).size, 'verdicts').to.equal(30);
  });

  it('is found under its last name and with its rules whether this pass learned of it or not', async () => {
    const idle = await begin(kept);
    const [one] = [observedOf(1)];
    expect(idle.verdicts.nameOf(1)).to.equal('service-1-of-payments');
    idle.verdicts.learn({ ...one, repository: { ...one.repository, name: 'renamed' } });
    expect([idle.verdicts.nameOf(1), idle.verdicts.nameOf(2)]).to.deep.equal(['renamed', 'service-2-of-payments']);
    await idle.verdicts.keep({ whole: false, remembered: {} }, NEVER);
    const all = (JSON.parse(idle.saves[0] ?? '{}') as { repositories: { id: number }[] }).repositories;
    expect(new Set(all.map(({ id }) => id)).size)
      .to.equal(all.length)
      .and.to.equal(REPOSITORIES);
  });
});
