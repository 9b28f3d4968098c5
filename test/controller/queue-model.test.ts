/** The queue against the plainest model of it, under any order of calls. */
import { expect } from 'chai';
import fc from 'fast-check';
import { WorkQueue } from '../../pkg/controller/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { runsOf } from '../sample.js';

/** A key, undefined where the queue said that there is none, or `PENDING` while the worker waits. */
type Got = string | undefined;
const PENDING = '(pending)';

interface Model {
  now: number;
  line: string[];
  dirty: Set<string>;
  processing: Set<string>;
  waiting: { key: string; due: number; order: number }[];
  order: number;
  gets: Got[];
  isShutDown: boolean;
}

interface Real {
  queue: WorkQueue;
  clock: VirtualClock;
  gets: Got[];
}

type Step = fc.AsyncCommand<Model, Real>;

function enqueue(model: Model, key: string): void {
  model.line.push(key);
  const taker = model.gets.indexOf(PENDING);
  if (taker >= 0) model.gets[taker] = take(model);
}

function take(model: Model): string | undefined {
  const key = model.line.shift();
  if (key === undefined) return undefined;
  expect(model.processing.has(key), `${key} is in work twice`).to.equal(false);
  model.dirty.delete(key);
  model.processing.add(key);
  return key;
}

function add(model: Model, key: string): void {
  if (model.isShutDown || model.dirty.has(key)) return;
  model.waiting = model.waiting.filter((wait) => wait.key !== key);
  model.dirty.add(key);
  if (!model.processing.has(key)) enqueue(model, key);
}

function addAfter(model: Model, key: string, ms: number): void {
  if (ms <= 0) return add(model, key);
  const due = model.now + ms;
  if (model.isShutDown || model.dirty.has(key)) return;
  if (model.waiting.some((wait) => wait.key === key && wait.due <= due)) return;
  model.order += 1;
  model.waiting = [...model.waiting.filter((wait) => wait.key !== key), { key, due, order: model.order }];
}

function pass(model: Model, ms: number): void {
  model.now += ms;
  const due = model.waiting.filter((wait) => wait.due <= model.now);
  for (const { key } of due.toSorted((a, b) => a.due - b.due || a.order - b.order)) add(model, key);
}

/** A command out of what it does to the model and what it does to the queue. */
function step(name: string, onModel: (model: Model) => void, onReal: (real: Real) => void | Promise<void>): Step {
  return {
    check: () => true,
    toString: () => name,
    run: async (model, real) => {
      onModel(model);
      await onReal(real);
      await real.clock.advance(0);
      expect(real.gets, 'what was given').to.deep.equal(model.gets);
      expect(real.queue.length, 'in line').to.equal(model.line.length);
      expect(real.queue.waiting(), 'waiting').to.equal(model.waiting.length);
      expect(real.clock.timers, 'timers').to.equal(model.waiting.length > 0 ? 1 : 0);
    },
  };
}

const get = step(
  'get',
  (model) => void model.gets.push(model.line.length > 0 || model.isShutDown ? take(model) : PENDING),
  (real) => {
    const index = real.gets.push(PENDING) - 1;
    void real.queue.get().then((key) => (real.gets[index] = key));
  },
);

function done(key: string): Step {
  return step(
    `done(${key})`,
    (model) => {
      if (model.processing.delete(key) && model.dirty.has(key)) enqueue(model, key);
    },
    ({ queue }) => queue.done(key),
  );
}

function remove(key: string): Step {
  return step(
    `remove(${key})`,
    (model) => {
      model.waiting = model.waiting.filter((wait) => wait.key !== key);
      model.dirty.delete(key);
      model.line = model.line.filter((each) => each !== key);
    },
    ({ queue }) => queue.remove(key),
  );
}

const shutDown = step(
  'shutDown',
  (model) => {
    model.isShutDown = true;
    model.waiting = [];
    model.gets = model.gets.map((got) => (got === PENDING ? undefined : got));
  },
  ({ queue }) => queue.shutDown(),
);

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const delays = fc.integer({ min: -1, max: 50 });
const steps = fc.commands(
  [
    keys.map((key) =>
      step(
        `add(${key})`,
        (model) => add(model, key),
        ({ queue }) => queue.add(key),
      ),
    ),
    keys.map((key) =>
      step(
        `add(${key})`,
        (model) => add(model, key),
        ({ queue }) => queue.add(key),
      ),
    ),
    fc.tuple(keys, delays).map(([key, ms]) =>
      step(
        `addAfter(${key}, ${ms})`,
        (model) => addAfter(model, key, ms),
        ({ queue }) => queue.addAfter(key, ms),
      ),
    ),
    fc.constant(get),
    fc.constant(get),
    keys.map(done),
    keys.map(done),
    keys.map(remove),
    fc.integer({ min: 1, max: 40 }).map((ms) =>
      step(
        `${ms} ms pass`,
        (model) => pass(model, ms),
        ({ clock }) => clock.advance(ms),
      ),
    ),
    // Rare, because little can happen after it.
    fc.integer({ min: 0, max: 19 }).map((dice) => (dice === 0 ? shutDown : get)),
  ],
  { maxCommands: 80 },
);

describe('the work queue against its model', () => {
  it('does what the model does, whatever the order of calls', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (commands) => {
        const clock = new VirtualClock();
        const model: Model = {
          now: 0,
          line: [],
          dirty: new Set(),
          processing: new Set(),
          waiting: [],
          order: 0,
          gets: [],
          isShutDown: false,
        };
        return fc.asyncModelRun(
          () => ({ model, real: { queue: new WorkQueue({ clock }), clock, gets: [] } }),
          commands,
        );
      }),
      runsOf(300),
    );
  });
});
