import { expect } from 'chai';
import { hasCode } from '../../pkg/errors/index.js';
import type { KubeObject } from '../../pkg/kube/kube-object.js';
import { refusal, type Reply } from './support/fake-api.js';
import { codeOf, StatusStage } from './support/status-stage.js';
import { widget } from './support/objects.js';
import { passUntil, settle, until } from './support/until.js';

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
type Status = Record<string, unknown>;

const OLD: Status = { orderID: 1 };
const NEW: Status = { orderID: 1, nextTime: '2026-11-22T11:00:00.000Z' };
const OTHERS: Status = { orderID: 2 };

describe('A status in a cluster', () => {
  let stage: StatusStage;
  const start = async (items: KubeObject[]): Promise<StatusStage> => (stage = await StatusStage.run(items));
  afterEach(() => stage.end());

  it('applies it whole, by its own manager, with the version it was decided on', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    await stage.write(NEW);
    const [patch] = stage.patches;
    expect(patch?.path).to.equal('/apis/factory.example/v2beta1/namespaces/team-a/widgets/acme/status');
    expect(Object.fromEntries(patch!.query)).to.deep.equal({ fieldManager: 'widget-keeper', force: 'true' });
    expect(patch?.headers['content-type']).to.equal('application/apply-patch+yaml');
    expect(patch?.body).to.deep.equal({
      apiVersion: 'factory.example/v2beta1',
      kind: 'Widget',
      metadata: { name: 'acme', resourceVersion: '10' },
      status: NEW,
    });
  });

  it('asks nothing of the server for a status that is there already', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    await stage.write({ ...OLD });
    expect(stage.patches).to.deep.equal([]);
  });

  it('reads its own write before the watch has told it, and not what the watch tells late', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    await stage.write(NEW);
    expect(await stage.status()).to.deep.equal(NEW);
    stage.tell('MODIFIED', widget({ version: 15, status: OLD }));
    await settle();
    expect(await stage.status()).to.deep.equal(NEW);
    stage.tell('MODIFIED', widget({ version: 21, status: OTHERS }));
    await settle();
    expect(await stage.status()).to.deep.equal(OTHERS);
  });

  it('compares versions as numbers, whatever their length', async () => {
    await start([widget({ version: 99, status: OLD })]);
    stage.answer = ({ body }) => stage.applied(body, '100');
    await stage.status();
    await stage.write(NEW);
    stage.tell('MODIFIED', widget({ version: '99', status: OLD }));
    await settle();
    expect(await stage.status()).to.deep.equal(NEW);
  });

  it('applies it to the newer version where only something else than the status changed', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = ({ body }, count) => {
      if (count > 1) return stage.applied(body, '30');
      stage.tell('MODIFIED', widget({ version: 12, generation: 2, status: OLD }));
      return refusal(409, 'Conflict', 'the object has been modified');
    };
    await stage.write(NEW);
    expect(
      stage.patches.map(({ body }) => (body['metadata'] as { resourceVersion: string }).resourceVersion),
    ).to.deep.equal(['10', '12']);
  });

  it('writes nothing over a status that someone else wrote meanwhile', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => {
      stage.tell('MODIFIED', widget({ version: 12, status: OTHERS }));
      return refusal(409, 'Conflict');
    };
    expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_STATUS_CONFLICT');
    expect(stage.patches).to.have.length(1);
    stage.answer = ({ body }) => stage.applied(body, '13');
    expect(await stage.status()).to.deep.equal(OTHERS);
    await stage.write(NEW);
    expect(stage.patches).to.have.length(2);
  });

  it('knows a write of its own whose answer was lost', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = ({ body }, count) => {
      if (count > 1) return refusal(409, 'Conflict');
      stage.tell('MODIFIED', widget({ version: 12, status: body['status'] as object }));
      return { status: 504, body: 'gateway timeout' };
    };
    const written = stage.write(NEW);
    await passUntil(stage.clock, () => stage.patches.length === 2, { what: 'the second attempt' });
    await written;
    expect(await stage.status()).to.deep.equal(NEW);
  });

  it('gives up where the watch does not say who changed it', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => refusal(409, 'Conflict');
    let code = '';
    void codeOf(stage.write(NEW)).then((is) => (code = is));
    const ms = await passUntil(stage.clock, () => code !== '', { what: 'the error', api: stage.api });
    expect(code).to.equal('PLUS1_STATUS_CONFLICT');
    expect(ms).to.be.at.most(6_000);
  });

  it('leaves an object alone that went, or whose name another took', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => refusal(404, 'NotFound');
    await stage.write(NEW);
    stage.tell('DELETED', widget({ version: 12 }));
    stage.tell('ADDED', widget({ version: 13, uid: 'other' }));
    await until(() => stage.store.list()[0]?.metadata.uid === 'other', 'the other');
    await stage.write(NEW);
    expect(stage.patches).to.have.length(1);
  });

  it('does not bring an object back that went while its status was written', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = ({ body }) => {
      stage.tell('DELETED', widget({ version: 12 }));
      return stage.applied(body, '11');
    };
    await stage.write(NEW);
    await until(() => stage.store.list().length === 0, 'the deletion');
    await settle();
    expect(stage.store.list()).to.deep.equal([]);
  });

  it('says of a status that the CRD does not take that it is the CRD, once neither kind of patch is taken', async () => {
    await start([widget({ status: { ...OLD, lastTime: '2026-11-22T09:00:00.000Z' } })]);
    await stage.status();
    stage.answer = () => refusal(422, 'Invalid', 'status.parts[0].author: Too long');
    expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_CRD_OUTDATED');
    expect(stage.patches.map(({ headers }) => headers['content-type'])).to.deep.equal([APPLY, MERGE]);
  });

  describe('of which the server does not keep what was applied', () => {
    const part = { id: 1, name: 'a', reason: 'worn', since: 'x', dueTime: 'y' };
    const MARKED: Status = {
      ...NEW,
      order: { hash: 'sha256:x', startTime: 'x' },
      shift: { left: 2, startTime: 'x' },
      parts: [{ ...part, id: 2, name: 'b' }, part],
    };
    const without = (name: string): Status =>
      Object.fromEntries(Object.entries(MARKED).filter(([field]) => field !== name));

    for (const { title, kept, named } of [
      { title: 'the mark of a write', kept: without('order'), named: ['status.order'] },
      { title: 'a count', kept: without('shift'), named: ['status.shift'] },
      { title: 'the clocks', kept: without('parts'), named: ['status.parts'] },
      { title: 'one of the clocks', kept: { ...MARKED, parts: [part] }, named: ['status.parts'] },
      {
        title: 'the start of a clock',
        kept: { ...MARKED, parts: [part, { ...part, id: 2, name: 'b', since: 'w' }] },
        named: ['status.parts'],
      },
      { title: 'a number', kept: { ...MARKED, shift: { left: 0, startTime: 'x' } }, named: ['status.shift'] },
      { title: 'a field of the mark', kept: { ...MARKED, order: { hash: 'sha256:x' } }, named: ['status.order'] },
      { title: 'all of it', kept: NEW, named: ['status.shift', 'status.order', 'status.parts'] },
    ]) {
      it(`fails, and names ${title}`, async () => {
        await start([widget({ status: OLD })]);
        await stage.status();
        stage.answer = () => ({ body: widget({ version: '20', status: kept }) });
        const thrown: unknown = await stage.write(MARKED).catch((error: unknown) => error);
        expect(hasCode(thrown, 'PLUS1_CRD_OUTDATED')).to.equal(true);
        const { message, fix } = thrown as { message: string; fix: string };
        expect(message.match(/status\.\w+/g)).to.deep.equal(named);
        expect(fix).to.match(/CRD.*webhook/);
        expect(stage.patches, 'it is not tried again').to.have.length(1);
        expect(await stage.status(), 'the next pass decides on what is there').to.deep.equal(kept);
      });
    }

    it('fails where a clock that was cleared does not go', async () => {
      await start([widget({ status: MARKED })]);
      await stage.status();
      stage.answer = () => ({ body: widget({ version: '20', status: MARKED }) });
      expect(await codeOf(stage.write(without('parts')))).to.equal('PLUS1_CRD_OUTDATED');
    });

    it('fails where the loss shows when a second owner is removed', async () => {
      const managedFields = [
        { manager: 'kubectl', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': { 'f:parts': {} } } },
      ];
      const status = without('order');
      await start([widget({ status: OLD })]);
      await stage.status();
      stage.answer = (_, count) => ({
        body: widget(count === 1 ? { version: '20', status, managedFields } : { version: `2${count}`, status: NEW }),
      });
      expect(await codeOf(stage.write(status))).to.equal('PLUS1_CRD_OUTDATED');
      expect(stage.patches).to.have.length(3);
    });

    it('succeeds where the order of the clocks is another, or a field that nothing relies on changed', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      const kept = { ...MARKED, nextTime: 'z', parts: [part, { ...part, id: 2, name: 'b' }] };
      stage.answer = () => ({ body: widget({ version: '20', status: kept }) });
      expect(await stage.write(MARKED)).to.equal(true);
    });
  });

  describe('that somebody else wrote to', () => {
    const part = { id: 1, name: 'a', reason: 'worn' as const, since: 'x', dueTime: 'y' };
    const MEDDLED: Status = { ...OLD, parts: [part], machine: { id: 1, members: 2 } };
    const WANTED: Status = { orderID: 1, machine: { id: 1 } };

    it('is rid of what stays because their name stands beside ours', async () => {
      await start([widget({ status: MEDDLED })]);
      await stage.status();
      // Server-side apply keeps a field that another manager owns too, though it is not applied any more.
      stage.answer = (_, count) => ({
        body: count === 1 ? widget({ version: '20', status: MEDDLED }) : widget({ version: '21', status: WANTED }),
      });
      await stage.write(WANTED);
      const [, second] = stage.patches;
      expect(second?.headers['content-type']).to.equal(MERGE);
      expect(second?.body).to.deep.equal({
        metadata: { resourceVersion: '20' },
        status: { parts: null, machine: { members: null } },
      });
      expect(await stage.status()).to.deep.equal(WANTED);
    });

    it('is written although a part of it alone would be left, which no schema takes', async () => {
      await start([widget({ status: MEDDLED })]);
      await stage.status();
      const REST = { orderID: 1, machine: { id: 1 } };
      stage.answer = ({ body }, count) => {
        if (count === 1) return refusal(422, 'Invalid', 'status.parts[0].dueTime: Required value');
        return count === 2 ? { body: widget({ version: '20', status: REST }) } : stage.applied(body, '21');
      };
      await stage.write(WANTED);
      expect(stage.patches.map(({ headers, body }) => [headers['content-type'], body['metadata']])).to.deep.equal([
        [APPLY, { name: 'acme', resourceVersion: '10' }],
        [MERGE, { resourceVersion: '10' }],
        [APPLY, { name: 'acme', resourceVersion: '20' }],
      ]);
      expect(stage.patches[1]?.body['status']).to.deep.equal({ parts: null, machine: { members: null } });
      expect(await stage.status()).to.deep.equal(WANTED);
    });
  });

  it('is one request where a list became empty: it is not applied, and its absence is no difference', async () => {
    const part = { id: 1, name: 'a', reason: 'worn' as const, since: 'x', dueTime: 'y' };
    await start([widget({ status: { ...OLD, parts: [part], findings: [{ status: 'worn', count: 1 }] } })]);
    await stage.status();
    await stage.write({ ...NEW, parts: [], findings: [] });
    expect(stage.patches.map(({ headers, body }) => [headers['content-type'], body['status']])).to.deep.equal([
      [APPLY, NEW],
    ]);
    await stage.status();
    await stage.write({ ...NEW, parts: [] });
    expect(stage.patches, 'the same status is asked for once').to.have.length(1);
  });

  describe('that has a second owner', () => {
    const part = { id: 1, name: 'a', reason: 'worn' as const, since: 'x', dueTime: 'y' };
    const WHOLE: Status = { ...NEW, parts: [part] };
    const theirs = [
      { manager: 'widget-keeper', operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': {} } },
      {
        manager: 'kubectl-patch',
        operation: 'Update',
        subresource: 'status',
        fieldsV1: { 'f:status': { 'f:parts': { '.': {} } } },
      },
    ];
    const shared = (version: string, status: object): Reply => ({
      body: widget({ version, status, managedFields: theirs }),
    });
    const kinds = (): unknown[] => stage.patches.map(({ headers }) => headers['content-type']);

    it('is taken back: what is shared is removed for both, and applied again', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }, count) =>
        count === 1 ? shared('20', WHOLE) : stage.applied(count === 2 ? { status: NEW } : body, `2${count}`);
      await stage.write(WHOLE);
      expect(kinds()).to.deep.equal([APPLY, MERGE, APPLY]);
      expect(stage.patches[1]?.body).to.deep.equal({
        metadata: { resourceVersion: '20' },
        status: { parts: null },
      });
      expect(stage.patches[2]?.body['status']).to.deep.equal(WHOLE);
      expect(await stage.status()).to.deep.equal(WHOLE);
    });

    it('is left as it is while the settings forbid to take it back', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      const mark = { ...WHOLE, order: { hash: 'sha256:x', startTime: 'x' } };
      stage.answer = () => shared('20', mark);
      await stage.write(mark);
      expect(kinds()).to.deep.equal([APPLY]);
    });

    it('is whole for the next pass, although the server went away in between', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      stage.answer = (_, count) => {
        if (count === 1) return shared('20', WHOLE);
        return count === 2 ? stage.applied({ status: NEW }, '21') : refusal(422, 'Invalid');
      };
      expect(await codeOf(stage.write(WHOLE))).to.equal('PLUS1_CRD_OUTDATED');
      expect(await stage.status(), 'the clock is not lost').to.deep.equal(WHOLE);
      stage.answer = ({ body }) => stage.applied(body, '30');
      await stage.write({ ...WHOLE, orderID: 3 });
      expect(await stage.status()).to.deep.equal({ ...WHOLE, orderID: 3 });
    });

    it('is whole although the answer to the removal was lost', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }, count) => {
        if (count === 1) return shared('20', WHOLE);
        if (count > 2) return stage.applied(body, '30');
        stage.tell('MODIFIED', widget({ version: '21', status: NEW }));
        return refusal(409, 'Conflict');
      };
      await stage.write(WHOLE);
      expect(kinds()).to.deep.equal([APPLY, MERGE, APPLY]);
      expect(await stage.status()).to.deep.equal(WHOLE);
    });

    it('is what somebody else made of it, once they changed it', async () => {
      await start([widget({ status: OLD })]);
      await stage.status();
      stage.answer = (_, count) => {
        if (count === 1) return shared('20', WHOLE);
        return count === 2 ? stage.applied({ status: NEW }, '21') : refusal(422, 'Invalid');
      };
      await codeOf(stage.write(WHOLE));
      stage.tell('MODIFIED', widget({ version: '40', status: OTHERS }));
      await settle();
      expect(await stage.status()).to.deep.equal(OTHERS);
      stage.tell('MODIFIED', widget({ version: '41', status: NEW }));
      await settle();
      expect(await stage.status(), 'what was wanted before is forgotten').to.deep.equal(NEW);
    });
  });

  it('calls the silence of a server by its name where a deadline ends the wait', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => undefined;
    expect(await codeOf(stage.write(NEW, AbortSignal.timeout(60)))).to.equal('PLUS1_CLUSTER_UNAVAILABLE');
    stage.answer = () => refusal(409, 'Conflict');
    expect(await codeOf(stage.write(NEW, AbortSignal.timeout(60)))).to.equal('PLUS1_CLUSTER_UNAVAILABLE');
    const stopped = AbortSignal.abort(new Error('stopped'));
    expect(await codeOf(stage.write(NEW, stopped))).to.equal('stopped');
  });

  it('says of an old CRD that it is old, and asks once', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => ({
      status: 500,
      body: {
        kind: 'Status',
        code: 500,
        message: 'failed to create typed patch object: .status.x: field not declared in schema',
      },
    });
    expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_CRD_OUTDATED');
    expect(stage.patches).to.have.length(1);
  });

  it('believes a refusal after some tries only', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = ({ body }, count) => (count < 3 ? refusal(403, 'Forbidden') : stage.applied(body, '20'));
    const written = stage.write(NEW);
    await passUntil(stage.clock, () => stage.patches.length === 3, { what: 'the third attempt' });
    await written;
    stage.answer = () => refusal(403, 'Forbidden', 'User "x" cannot patch');
    let thrown: unknown;
    stage.write(OTHERS).catch((error: unknown) => (thrown = error));
    const ms = await passUntil(stage.clock, () => thrown !== undefined, { what: 'the error', api: stage.api });
    expect(hasCode(thrown, 'PLUS1_CLUSTER_FORBIDDEN')).to.equal(true);
    expect(ms).to.be.within(4_500, 6_500);
  });

  it('waits for a server that restarts, for as long as a pass can', async () => {
    await start([widget({ status: OLD })]);
    await stage.status();
    stage.answer = () => refusal(503, 'ServiceUnavailable');
    let thrown: unknown;
    stage.write(NEW).catch((error: unknown) => (thrown = error));
    const ms = await passUntil(stage.clock, () => thrown !== undefined, { what: 'the error', api: stage.api });
    expect(hasCode(thrown, 'PLUS1_CLUSTER_UNAVAILABLE')).to.equal(true);
    expect(ms).to.be.within(7_000, 10_500);
  });
});
