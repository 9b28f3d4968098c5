/** A damaged chain that a person gives up: closed once, followed by one chain that says why, whatever is stopped in between. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ACCEPT_LOSS, isLossRequested, requestLoss } from '../../pkg/journal/chain/accept-loss.js';
import { parseLine } from '../../pkg/journal/record/line.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, POLICY, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

const REQUEST = { reason: 'the disk was broken', time: '2026-11-28T05:00:00.000Z' };

/** A chain with a changed record, and a request to give it up. */
async function damagedJournal(): Promise<{ stage: Stage; folder: string; damaged: string; segment: string }> {
  const stage = new Stage();
  const writer = await stage.writer();
  await writer.append([event('one'), event('two')], CONTEXT, signal);
  await writer.checkpoint(signal);
  const segment = join(stage.folder(writer.chain), '00000001.jsonl');
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('"one"', '"ONE"'));
  const folder = dirname(stage.folder(writer.chain));
  await requestLoss(folder, REQUEST, signal);
  return { stage, folder, damaged: writer.chain, segment };
}

const chainsOf = (stage: Stage): string[] => [
  ...new Set([...stage.contents().keys()].filter((path) => path.endsWith('.jsonl')).map((path) => dirname(path))),
];
const firstOf = (stage: Stage, chain: string): unknown => {
  const [line = ''] = readFileSync(join(stage.folder(chain), '00000001.jsonl'), 'utf8').split('\n');
  return parseLine(Buffer.from(line))?.data;
};
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

describe('A request to accept a loss', () => {
  it('is served once: the chain is closed and left as it is, and the next one says why and when', async () => {
    const { stage, folder, damaged, segment } = await damagedJournal();
    const before = readFileSync(segment);
    const files = { files: stage.disk, root: stage.root };
    expect(await isLossRequested(files, POLICY)).to.equal(true);
    const { writer, began } = await stage.open();
    expect(began).to.equal('chain');
    expect(firstOf(stage, writer.chain)).to.deep.include({ reason: REQUEST.reason, requestedAt: REQUEST.time });
    expect(readFileSync(segment)).to.deep.equal(before);
    expect(JSON.parse(readFileSync(join(stage.folder(damaged), 'closed.json'), 'utf8'))).to.include({
      reason: REQUEST.reason,
    });
    expect(existsSync(join(folder, ACCEPT_LOSS))).to.equal(false);
    expect(await isLossRequested(files, POLICY)).to.equal(false);
    expect((await stage.writer()).chain).to.equal(writer.chain);
  });

  it('closes a chain that is whole as well: the person may know more than the files', async () => {
    const stage = new Stage();
    const first = await stage.writer();
    await requestLoss(dirname(stage.folder(first.chain)), REQUEST, signal);
    expect((await stage.writer({ known: first.head })).chain).not.to.equal(first.chain);
  });

  for (const call of ['remove', 'syncFolder'])
    it(`is not served twice where the process is stopped before the request is gone (${call})`, async () => {
      const { stage, folder } = await damagedJournal();
      stage.disk.fault = (each, path) =>
        each === call && (path.endsWith(ACCEPT_LOSS) || path.replace(/\/$/, '') === folder) ? 'EIO' : undefined;
      expect(await codeOf(stage.open())).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
      stage.disk.fault = () => undefined;
      const { writer, began } = await stage.open();
      expect(chainsOf(stage)).to.have.length(2);
      expect(began).to.equal(undefined);
      expect(writer.head?.sequence).to.equal(1);
      expect(existsSync(join(folder, ACCEPT_LOSS))).to.equal(false);
    });

  it('keeps its reason where the first record of the new chain could not be written', async () => {
    const { stage, folder } = await damagedJournal();
    stage.disk.fault = (call, path) => (call === 'create' && path.endsWith('00000001.jsonl') ? 'ENOSPC' : undefined);
    expect(await codeOf(stage.open())).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    expect(existsSync(join(folder, ACCEPT_LOSS))).to.equal(true);
    stage.disk.fault = () => undefined;
    const { writer } = await stage.open();
    expect(firstOf(stage, writer.chain)).to.deep.include({ reason: REQUEST.reason });
  });

  it('of the same words, made again later, is another request', async () => {
    const { stage, folder } = await damagedJournal();
    const second = await stage.writer();
    await requestLoss(folder, { ...REQUEST, time: '2026-11-28T06:00:00.000Z' }, signal);
    expect((await stage.writer({ known: second.head })).chain).not.to.equal(second.chain);
  });

  for (const text of ['', '{}', '{"v":1,"reason":7,"time":"x"}', '{"v":2,"reason":"long enough","time":"x"}'])
    it(`that says nothing is no consent: ${text === '' ? 'an empty file' : text}`, async () => {
      const { stage, folder } = await damagedJournal();
      writeFileSync(join(folder, ACCEPT_LOSS), text);
      const before = stage.contents();
      expect(await codeOf(stage.open())).to.equal('PLUS1_JOURNAL_DAMAGED');
      expect(stage.contents()).to.deep.equal(before);
    });
});
