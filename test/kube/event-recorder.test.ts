import { expect } from 'chai';
import { silentLog } from '../../pkg/base/index.js';
import { EventRecorder, type ObjectEvent } from '../../pkg/kube/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { FakeAPI, refusal, type Asked, type Reply } from './support/fake-api.js';
import { passUntil, settle, until } from './support/until.js';

const REGARDING = {
  ...{ apiVersion: 'factory.example/v2beta1', kind: 'Widget' },
  ...{ namespace: 'team-a', name: 'acme', uid: 'uid-1' },
};
const EVENT: ObjectEvent = { type: 'Normal', reason: 'RulesetUpdated', action: 'Write', message: 'entered: svc-a' };

describe('EventRecorder', () => {
  const clock = new VirtualClock();
  let api: FakeAPI;
  let recorder: EventRecorder;
  let stop: AbortController;
  let ended: Promise<void>;
  let answer: (asked: Asked) => Reply | undefined;

  beforeEach(async () => {
    answer = ({ method }) => ({ status: method === 'POST' ? 201 : 200 });
    api = await FakeAPI.start((asked) => answer(asked));
    recorder = new EventRecorder({
      connection: api.connection(),
      clock,
      log: silentLog,
      reportingController: 'plus1.dev/plus1-controller',
      reportingInstance: 'host_1',
    });
    stop = new AbortController();
    ended = recorder.run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await ended;
    await api.close();
  });
  const asked = (count: number): Promise<void> => until(() => api.asked.length >= count, `${count} requests`);

  it('creates an event that an API server takes, and that kubectl finds', async () => {
    recorder.record(REGARDING, EVENT);
    await asked(1);
    const [{ method, path, body }] = api.asked as [Asked];
    expect([method, path]).to.deep.equal(['POST', '/apis/events.k8s.io/v1/namespaces/team-a/events']);
    expect(body['metadata'])
      .to.have.property('name')
      .that.matches(/^acme-[0-9a-f]{16}$/);
    expect(body['eventTime']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(body).to.deep.include({
      reportingController: 'plus1.dev/plus1-controller',
      reportingInstance: 'host_1',
      type: 'Normal',
      reason: 'RulesetUpdated',
      action: 'Write',
      note: 'entered: svc-a',
      regarding: REGARDING,
    });
  });

  it('counts the same event up by patch', async () => {
    for (let count = 0; count < 3; count += 1) recorder.record(REGARDING, EVENT);
    await asked(3);
    const [post, ...patches] = api.asked as [Asked, ...Asked[]];
    const { name } = post.body['metadata'] as { name: string };
    for (const [index, patch] of patches.entries()) {
      expect(patch.path).to.equal(`${post.path}/${name}`);
      expect(patch.headers['content-type']).to.equal('application/merge-patch+json');
      expect(patch.body['series']).to.have.property('count', index + 2);
      expect((patch.body['series'] as { lastObservedTime: string }).lastObservedTime).to.match(/\.\d{6}Z$/);
    }
  });

  it('tells an event again that the server has forgotten', async () => {
    recorder.record(REGARDING, EVENT);
    await asked(1);
    answer = ({ method }) => (method === 'PATCH' ? refusal(404, 'NotFound') : { status: 201 });
    await clock.advance(1_000);
    recorder.record(REGARDING, EVENT);
    await asked(3);
    expect(api.asked.map(({ method }) => method)).to.deep.equal(['POST', 'PATCH', 'POST']);
    const names = [api.asked[0], api.asked[2]].map((one) => (one?.body['metadata'] as { name: string }).name);
    expect(names[0]).not.to.equal(names[1]);
  });

  it('sends later what could not be sent, with the time at which it was', async () => {
    const at = clock.now();
    answer = () => (api.asked.length === 1 ? refusal(503, 'ServiceUnavailable') : { status: 201 });
    recorder.record(REGARDING, EVENT);
    await asked(1);
    await passUntil(clock, () => api.asked.length === 2, { what: 'the second attempt', stepMs: 1_000 });
    expect(api.asked[1]?.body['eventTime']).to.equal(new Date(at).toISOString().replace('Z', '000Z'));
  });

  it('drops what the server will not take, and goes on', async () => {
    answer = () => (api.asked.length === 1 ? refusal(422, 'Invalid') : { status: 201 });
    recorder.record(REGARDING, EVENT);
    recorder.record(REGARDING, { ...EVENT, message: 'another' });
    await asked(2);
    expect(api.asked[1]?.body['note']).to.equal('another');
  });

  it('sends what is left when it is told to stop', async () => {
    let hold = true;
    answer = () => {
      if (!hold) return { status: 201 };
      hold = false;
      return undefined;
    };
    recorder.record(REGARDING, EVENT);
    recorder.record(REGARDING, { ...EVENT, message: 'last words' });
    await asked(1);
    stop.abort();
    await ended;
    await settle();
    expect(api.asked.map(({ body }) => body['note'])).to.deep.equal(['entered: svc-a', 'last words', 'entered: svc-a']);
    const names = api.asked.map(({ body }) => (body['metadata'] as { name: string }).name);
    expect(names[2], 'the same event').to.equal(names[0]);
  });

  it('gives an event a name that an API server takes, however long its object is called', async () => {
    recorder.record({ ...REGARDING, name: `${'a'.repeat(219)}.b` }, EVENT);
    await asked(1);
    expect(api.asked[0]?.body['metadata'])
      .to.have.property('name')
      .that.matches(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });
});
