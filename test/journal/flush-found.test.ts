/** What a process that was killed left unflushed: the next one flushes it before it takes it for kept. */
import { expect } from 'chai';
import { ownKey, ownWriter } from '../../pkg/journal/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

describe('What a process that was killed left of the journal', () => {
  let stage: Stage;
  let calls: string[];
  beforeEach(() => {
    stage = new Stage();
    calls = [];
    stage.disk.fault = (call, path) => {
      calls.push(`${call} ${path.slice(stage.root.length + 1)}`);
      return undefined;
    };
  });

  it('is flushed when the chain is opened: its records, and the names in its folder', async () => {
    const { chain } = await stage.writer();
    calls = [];
    await stage.open();
    expect(calls).to.deep.equal([
      `open ${chain}/00000001.jsonl`,
      `sync ${chain}/00000001.jsonl`,
      `syncFolder ${chain}`,
    ]);
  });

  it('counts for nothing where it cannot be flushed', async () => {
    await stage.writer();
    for (const call of ['sync', 'syncFolder']) {
      stage.disk.fault = (each) => (each === call ? 'EIO' : undefined);
      expect(await codeOf(stage.open()), call).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    }
  });

  it('may be an attachment: its name is flushed before a record names it', async () => {
    const writer = await stage.writer();
    const entry = event('x'.repeat(40_000));
    const attachments = `${writer.chain}/attachments`;
    stage.disk.fault = (call, path) => (call === 'syncFolder' && path.endsWith('/attachments') ? 'EIO' : undefined);
    expect(await codeOf(writer.append([entry], CONTEXT, signal))).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    calls = [];
    stage.disk.fault = (call, path) => {
      calls.push(`${call} ${path.slice(stage.root.length + 1)}`);
      return undefined;
    };
    await writer.append([entry], CONTEXT, signal);
    expect(calls.indexOf(`syncFolder ${attachments}`)).to.be.within(
      0,
      calls.indexOf(`write ${writer.chain}/00000001.jsonl`),
    );
  });

  it('may be the key or the name of the writer', async () => {
    const made = [await ownKey(stage.disk, stage.root), await ownWriter(stage.disk, stage.root, () => '0badcafe')];
    calls = [];
    const found = [await ownKey(stage.disk, stage.root), await ownWriter(stage.disk, stage.root, () => '1badcafe')];
    expect(found).to.deep.equal(made);
    expect(calls).to.deep.equal(['syncFolder ', 'syncFolder ']);
  });
});
