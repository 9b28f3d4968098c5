/** A disk that fails: nothing counts as written that is not there, and the same process goes on when the disk does. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, intended, proved, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

describe('A disk that fails under the journal', () => {
  let stage: Stage;
  let writer: ChainWriter;
  beforeEach(async () => {
    stage = new Stage();
    writer = await stage.writer();
  });

  const expectGoesOn = async (before: Buffer): Promise<void> => {
    expect(readFileSync(join(stage.folder(writer.chain), '00000001.jsonl')).subarray(0, before.length)).to.deep.equal(
      before,
    );
    await writer.append([intended([1, 2], [3], []), proved([1, 2, 3])], CONTEXT, signal);
    await writer.checkpoint(signal);
    expect(writer.head?.sequence).to.equal(3);
    const { whole, chains } = await verify({
      folders: [stage.root],
      keys: [],
      checkpoints: [],
      heads: [],
    });
    expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
    expect(whole).to.equal(true);
  };

  const faults: {
    title: string;
    fault: (call: string) => string | number | undefined;
    stays?: boolean;
  }[] = [
    {
      title: 'is full',
      fault: (call) => (call === 'write' ? 'ENOSPC' : undefined),
    },
    {
      title: 'has no quota left',
      fault: (call) => (call === 'write' ? 'EDQUOT' : undefined),
    },
    {
      title: 'takes no byte, and says nothing',
      fault: (call) => (call === 'write' ? 0 : undefined),
    },
    {
      title: 'cannot be flushed',
      fault: (call) => (call === 'sync' ? 'EIO' : undefined),
      stays: true,
    },
    {
      title: 'is read-only',
      fault: (call) => (call === 'open' ? 'EROFS' : undefined),
    },
    {
      title: 'may not be written',
      fault: (call) => (call === 'open' ? 'EACCES' : undefined),
    },
    {
      title: 'cannot be cut back either',
      fault: (call) => (call === 'sync' || call === 'truncate' ? 'EIO' : undefined),
      stays: true,
    },
  ];
  for (const { title, fault, stays = false } of faults)
    it(`and ${title}: no record, a plain error, and the next one is written`, async () => {
      const path = join(stage.folder(writer.chain), '00000001.jsonl');
      const before = readFileSync(path);
      const { head } = writer;
      stage.disk.fault = fault;
      for (let tries = 0; tries < 3; tries += 1)
        expect(await codeOf(writer.append([event('lost')], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
      expect(writer.head).to.deep.equal(head);
      // What could not be taken back lies there until the disk takes it back; a reader calls it no fault or a record that stands.
      if (!stays) expect(readFileSync(path)).to.deep.equal(before);
      stage.disk.fault = () => undefined;
      await expectGoesOn(before);
    });

  it('and takes a part of a line, as a nearly full one does: the part is taken back', async () => {
    const path = join(stage.folder(writer.chain), '00000001.jsonl');
    const before = readFileSync(path);
    let taken = 0;
    stage.disk.fault = (call) => (call !== 'write' ? undefined : (taken += 1) === 1 ? 100 : 'ENOSPC');
    expect(await codeOf(writer.append([event('lost')], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    expect(taken).to.equal(2);
    expect(readFileSync(path)).to.deep.equal(before);
    stage.disk.fault = () => undefined;
    await expectGoesOn(before);
  });

  it('and takes a line in two pieces: that is no failure', async () => {
    const before = readFileSync(join(stage.folder(writer.chain), '00000001.jsonl'));
    let isFirst = true;
    stage.disk.fault = (call) => {
      if (call !== 'write' || !isFirst) return undefined;
      isFirst = false;
      return 100;
    };
    await expectGoesOn(before);
  });

  it('and dies in the middle of a line that nobody takes back: the next process repairs it', async () => {
    let taken = 0;
    stage.disk.fault = (call) => {
      if (call === 'truncate' || call === 'sync') return 'EIO';
      return call !== 'write' ? undefined : (taken += 1) === 1 ? 100 : 'ENOSPC';
    };
    expect(await codeOf(writer.append([event('lost')], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    stage.disk.fault = () => undefined;
    const next = await stage.writer({ known: writer.head });
    expect(next.head?.sequence).to.equal(2);
    await next.checkpoint(signal);
    expect(
      (
        await verify({
          folders: [stage.root],
          keys: [],
          checkpoints: [],
          heads: [],
        })
      ).whole,
    ).to.equal(true);
  });

  it('and fails with the checkpoint: the records stand, and the next one covers them', async () => {
    await writer.append([event('x')], CONTEXT, signal);
    for (const call of ['create', 'write', 'sync', 'rename']) {
      stage.disk.fault = (each) => (each === call ? 'ENOSPC' : undefined);
      expect(await codeOf(writer.checkpoint(signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    }
    stage.disk.fault = () => undefined;
    expect(await writer.checkpoint(signal)).to.match(/\n2\n/);
  });

  it('and fails while a chain begins: the same chain is begun by the next try', async () => {
    for (const call of ['makeFolder', 'create', 'write', 'sync', 'rename', 'syncFolder']) {
      const each = new Stage();
      each.disk.fault = (name) => (name === call ? 'EIO' : undefined);
      expect(await codeOf(each.open()), call).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
      each.disk.fault = () => undefined;
      const { writer: made, began } = await each.open();
      expect(began, call).to.equal('chain');
      await made.checkpoint(signal);
      expect(
        (
          await verify({
            folders: [each.root],
            keys: [],
            checkpoints: [],
            heads: [],
          })
        ).whole,
        call,
      ).to.equal(true);
    }
  });

  it('and goes with its folder: the writer says so, and another chain begins that names the loss', async () => {
    const { head } = writer;
    rmSync(stage.root, { recursive: true });
    expect(writer.isGone).to.equal(false);
    expect(await codeOf(writer.append([event('lost')], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    expect(writer.isGone).to.equal(true);
    const { writer: next, isLost } = await stage.open({ known: head });
    expect(isLost).to.equal(true);
    expect(next.chain).not.to.equal(writer.chain);
  });

  it('and has bytes that somebody else put there: nothing is written over them', async () => {
    const path = join(stage.folder(writer.chain), '00000001.jsonl');
    appendFileSync(path, 'foreign\n');
    const before = readFileSync(path);
    expect(await codeOf(writer.append([event('x')], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_DAMAGED');
    expect(readFileSync(path)).to.deep.equal(before);
  });

  it('and does not answer: a signal ends the wait, and the records keep their order', async () => {
    const stop = new AbortController();
    const first = writer.append([event('a')], CONTEXT, signal);
    const second = codeOf(writer.append([event('b')], CONTEXT, stop.signal));
    stop.abort(Object.assign(new Error('stopped'), { code: 'STOPPED' }));
    expect(await second).to.equal('STOPPED');
    await first;
    await writer.append([event('c')], CONTEXT, signal);
    expect(writer.head?.sequence).to.equal(3);
  });
});
