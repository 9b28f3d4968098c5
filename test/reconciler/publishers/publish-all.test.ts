/** Kinds of fault: a publisher that throws, one that never answers, and one that fails and without which the pass is no success. */
import { expect } from 'chai';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { optionalPublisher } from '../../../pkg/reconciler/publishers/optional.js';
import { publishAll, type Published } from '../../../pkg/reconciler/publishers/publish-all.js';
import type { IdlePublication, Publisher } from '../../../pkg/reconciler/publishers/publisher.js';
import { VirtualClock } from '../../fakes/clock.js';

const PUBLICATION: IdlePublication = {
  kind: 'idle',
  cause: { kind: 'waiting' },
  key: { namespace: 'default', name: 'acme' },
  organization: 'acme',
  reconcileID: 'test',
  previous: {},
  status: {},
};

const never = (): Promise<void> => new Promise(() => undefined);
const unwritable = (message: string): Plus1Error => new Plus1Error('PLUS1_STATE_UNWRITABLE', message);

interface Scene {
  clock: VirtualClock;
  /** Names of publishers, in the order of their calls. */
  called: string[];
  /** What each was given of earlier faults. */
  organizations: Record<string, string>;
  logged: unknown[];
  required: (name: string, publish?: Publisher['publish']) => Publisher;
  optional: (name: string, publish?: Publisher['publish']) => Publisher;
  run: (publishers: readonly Publisher[]) => Promise<Published<IdlePublication>>;
}

function sceneOf(): Scene {
  const clock = new VirtualClock();
  const called: string[] = [];
  const organizations: Record<string, string> = {};
  const logged: unknown[] = [];
  const noted = (name: string, publish?: Publisher['publish']): Publisher['publish'] => {
    return (publication, signal) => {
      called.push(name);
      organizations[name] = publication.organization;
      return publish?.(publication, signal);
    };
  };
  const optional: Scene['optional'] = (name, publish) =>
    optionalPublisher({ name, failed: `${name} failed`, publish: noted(name, publish) });
  const required: Scene['required'] = (name, publish) => ({
    ...optional(name, publish),
    isRequired: true,
    timeoutMs: 10_000,
    late: (seconds) => unwritable(`${name} was not kept within ${seconds} s`),
  });
  const run: Scene['run'] = (publishers) =>
    publishAll(publishers, PUBLICATION, {
      timers: clock,
      log: { error: (msg, fields) => void logged.push({ msg, ...fields }) },
      afterFault: (publication, { message }) => ({ ...publication, organization: message }),
    });
  return { clock, called, organizations, logged, required, optional, run };
}

describe('A list of publishers', () => {
  it('is called in its order, those that must succeed first', async () => {
    const { called, run, required, optional, clock } = sceneOf();
    await run([optional('events'), required('status'), optional('log'), required('journal')]);
    expect(called).to.deep.equal(['status', 'journal', 'events', 'log']);
    expect(clock.timers, 'no deadline runs on').to.equal(0);
  });

  it('waits for one that must succeed before it goes on', async () => {
    const { called, run, required, optional, clock } = sceneOf();
    const done = run([required('status', never), optional('events')]);
    await clock.advance(9_999);
    expect(called).to.deep.equal(['status']);
    await clock.advance(1);
    expect((await done).fault?.message).to.equal('status was not kept within 10 s');
    expect(called).to.deep.equal(['status', 'events']);
  });

  for (const { reason, publish } of [
    {
      reason: 'throws',
      publish: () => {
        throw new TypeError('no such series');
      },
    },
    { reason: 'rejects', publish: () => Promise.reject(new TypeError('no such series')) },
  ]) {
    it(`goes on past one that ${reason}, fails nothing by it, and logs it once`, async () => {
      const { called, logged, run, required, optional } = sceneOf();
      const { fault, publication } = await run([required('status'), optional('metrics', publish), optional('log')]);
      expect([fault, publication]).to.deep.equal([undefined, PUBLICATION]);
      expect(called).to.deep.equal(['status', 'metrics', 'log']);
      expect(logged).to.have.length(1);
      expect(logged[0]).to.deep.include({ msg: 'metrics failed', code: 'PLUS1_INTERNAL' });
    });
  }

  it('waits for those that hang no longer than one deadline, and logs each once', async () => {
    const { called, logged, run, required, optional, clock } = sceneOf();
    let end: Published<IdlePublication> | undefined;
    const list = [required('status'), optional('events', never), optional('metrics', never), optional('log')];
    void run(list).then((published) => (end = published));
    await clock.advance(4_999);
    expect([called, end]).to.deep.equal([['status', 'events', 'metrics', 'log'], undefined]);
    await clock.advance(1);
    expect(end).to.deep.equal({ publication: PUBLICATION });
    expect(logged).to.deep.equal([
      { msg: 'events failed', code: 'PLUS1_TIMEOUT', error: 'events: no end within 5 s' },
      { msg: 'metrics failed', code: 'PLUS1_TIMEOUT', error: 'metrics: no end within 5 s' },
    ]);
  });

  it('tells one that hangs to stop, and takes no notice of what it throws then', async () => {
    const { run, optional, clock, logged } = sceneOf();
    let reason: unknown;
    const list = [
      optional('notify', (_publication, signal) => {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('told to stop'));
          });
        });
      }),
    ];
    const done = run(list);
    await clock.advance(5_000);
    await done;
    expect(reason).to.be.instanceOf(Plus1Error);
    expect(logged).to.deep.equal([{ msg: 'notify failed', code: 'PLUS1_TIMEOUT', error: 'notify: no end within 5 s' }]);
  });

  it('passes the failure of one that must succeed on to all that come later', async () => {
    const { organizations, logged, run, required, optional } = sceneOf();
    const full = (): Promise<never> => Promise.reject(unwritable('the disk is full'));
    const { fault, publication } = await run([required('journal', full), required('status'), optional('events')]);
    expect(fault?.message).to.equal('the disk is full');
    expect(publication.organization).to.equal('the disk is full');
    expect(organizations).to.deep.equal({
      journal: 'acme',
      status: 'the disk is full',
      events: 'the disk is full',
    });
    expect(logged).to.have.length(1);
  });

  it('reports the first of two failures', async () => {
    const { run, required } = sceneOf();
    const fails = (message: string) => () => Promise.reject(unwritable(message));
    const { fault } = await run([required('journal', fails('first')), required('status', fails('second'))]);
    expect(fault?.message).to.equal('first');
  });

  it('goes on where the log fails as well', async () => {
    const clock = new VirtualClock();
    const throwing = (): never => {
      throw new Error('the log is closed');
    };
    const { fault } = await publishAll(
      [optionalPublisher({ name: 'log', failed: 'x', publish: throwing })],
      PUBLICATION,
      {
        timers: clock,
        log: { error: throwing },
        afterFault: (same) => same,
      },
    );
    expect(fault).to.equal(undefined);
  });
});
