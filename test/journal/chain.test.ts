/** A chain as it is written: its files, its order, and what a restart finds. */
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { requestLoss } from '../../pkg/journal/chain/accept-loss.js';
import { realFiles } from '../../pkg/journal/chain/files.js';
import { ownKey, ownWriter } from '../../pkg/journal/chain/identity.js';
import { generateKey } from '../../pkg/journal/proof/key.js';
import { canonical, hashOf } from '../../pkg/journal/record/line.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { isWhole, lines, records } from './read-chain.js';
import { CONTEXT, event, intended, POLICY, proved, signal, snapshotOf, Stage } from './stage.js';

after(removeTemporaryFolders);

describe('A chain of the journal', () => {
  it('begins with what is true, and each record names the one before it', async () => {
    const stage = new Stage();
    const { writer, began, isLost } = await stage.open({ known: undefined });
    expect({ began, isLost }).to.deep.equal({ began: 'chain', isLost: false });
    expect(writer.chain).to.equal('platform/acme.3f9a1c07/plus1-0.0badcafe');
    stage.nowMs += 5_000;
    await writer.append([intended([1, 2], [3], [1]), proved([2, 3])], CONTEXT, signal);
    const segment = join(stage.folder(writer.chain), '00000001.jsonl');
    const all = records(segment);
    expect(all.map(({ kind, seq }) => [kind, seq])).to.deep.equal([
      ['ChainStarted', 1],
      ['WriteIntended', 2],
      ['WriteProved', 3],
    ]);
    expect(all[0]?.data).to.deep.equal({ ...snapshotOf([1, 2]), tool: '0.2.0', after: null });
    expect(all[0]?.prev).to.equal(`sha256:${'0'.repeat(64)}`);
    for (const [at, line] of lines(segment).slice(0, -1).entries()) expect(all[at + 1]?.prev).to.equal(hashOf(line));
    for (const line of lines(segment)) expect(canonical(JSON.parse(line.toString()))).to.equal(line.toString());
    expect(all.at(-1)).to.include({
      v: 1,
      chain: writer.chain,
      actor: 'plus1/0.2.0',
      pass: CONTEXT.pass,
      time: '2026-11-28T04:00:05.000Z',
    });
    expect(all.at(-1)?.policy).to.deep.equal(POLICY);
    await writer.checkpoint(signal);
    await isWhole(stage);
  });

  it('is readable by its owner alone', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.checkpoint(signal);
    for (const path of stage.contents().keys())
      expect(statSync(join(stage.root, path)).mode & 0o777, path).to.equal(0o600);
  });

  it('has a time that never goes back, whatever the clock does', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    stage.nowMs -= 3_600_000;
    await writer.append([event('a')], CONTEXT, signal);
    stage.nowMs += 7_200_000;
    await writer.append([event('b')], CONTEXT, signal);
    const times = records(join(stage.folder(writer.chain), '00000001.jsonl')).map(({ time }) => time);
    expect(times).to.deep.equal(['2026-11-28T04:00:00.000Z', '2026-11-28T04:00:00.000Z', '2026-11-28T05:00:00.000Z']);
  });

  it('goes on after a restart, where it is the one that the status names, and where the status is lost', async () => {
    const stage = new Stage();
    const first = await stage.writer();
    await first.append([intended([1, 2], [3], [])], CONTEXT, signal);
    for (const known of [first.head, undefined]) {
      const { writer, began, isLost } = await stage.open({ known });
      expect({ chain: writer.chain, began, isLost }).to.deep.equal({
        chain: first.chain,
        began: undefined,
        isLost: false,
      });
      expect(writer.head).to.deep.equal(first.head);
      expect(writer.recorded.openIntent?.enter.map(({ id }) => id)).to.deep.equal([3]);
    }
    const again = await stage.writer({ known: first.head });
    await again.append([proved([1, 2, 3])], CONTEXT, signal);
    expect(again.recorded.openIntent).to.equal(undefined);
    expect(again.snapshot().members).to.deep.equal([1, 2, 3]);
    await again.checkpoint(signal);
    await isWhole(stage);
  });

  it('is written by one call after the other, however many are made at once', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await Promise.all(Array.from({ length: 20 }, (_, at) => writer.append([event(`${at}`)], CONTEXT, signal)));
    await writer.checkpoint(signal);
    expect(writer.head?.sequence).to.equal(21);
    await isWhole(stage);
  });

  it('writes a list that is too long as records that belong together, and a value as a file', async () => {
    const stage = new Stage();
    const members = Array.from({ length: 3_000 }, (_, at) => at + 1);
    const snapshot = { ...snapshotOf(members), spec: { exemptions: 'x'.repeat(50_000) } };
    const writer = await stage.writer({ snapshot: () => snapshot });
    const found = records(join(stage.folder(writer.chain), '00000001.jsonl'));
    expect(found.length).to.be.greaterThan(3);
    expect(found.map(({ part }) => part)).to.deep.equal(found.map((_, at) => [at + 1, found.length]));
    for (const line of lines(join(stage.folder(writer.chain), '00000001.jsonl')))
      expect(line.length + 1).to.be.at.most(30_000);
    const again = await stage.writer();
    expect(again.snapshot().members).to.deep.equal(members);
    expect(again.snapshot().repositories).to.have.length(3_000);
    await again.checkpoint(signal);
    await isWhole(stage);
    const [attachment = ''] = readdirSync(join(stage.folder(writer.chain), 'attachments'));
    expect(`sha256:${attachment.replace('.json', '')}`).to.equal(
      hashOf(readFileSync(join(stage.folder(writer.chain), 'attachments', attachment))),
    );
  });

  it('flushes once for what one call writes', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    stage.disk.calls.length = 0;
    await writer.append([intended([1, 2], [3], []), event('x')], CONTEXT, signal);
    expect(stage.disk.calls).to.deep.equal(['open', 'write', 'sync']);
    stage.disk.calls.length = 0;
    await writer.checkpoint(signal);
    expect(stage.disk.calls.filter((call) => call.startsWith('sync'))).to.deep.equal(['sync']);
  });
});

describe('A start of the journal', () => {
  it('moves a torn line beside the segment, and a record names it', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const segment = join(stage.folder(writer.chain), '00000001.jsonl');
    appendFileSync(segment, '{"torn":');
    const again = await stage.writer({ known: writer.head });
    const last = records(segment).at(-1);
    expect(last?.kind).to.equal('TailRepaired');
    expect(last?.data).to.deep.equal({ file: '00000001.jsonl.torn', bytes: 8, sha256: hashOf('{"torn":') });
    expect(readFileSync(`${segment}.torn`, 'utf8')).to.equal('{"torn":');
    await again.checkpoint(signal);
    appendFileSync(segment, 'x');
    await (await stage.writer()).checkpoint(signal);
    expect(readFileSync(`${segment}.torn`, 'utf8')).to.equal('{"torn":\nx');
    await isWhole(stage);
  });

  it('names a torn line also where the process died before the record of it', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const segment = join(stage.folder(writer.chain), '00000001.jsonl');
    writeFileSync(`${segment}.torn`, 'x');
    await stage.writer();
    expect(records(segment).at(-1)?.kind).to.equal('TailRepaired');
    const count = records(segment).length;
    await stage.writer();
    expect(records(segment)).to.have.length(count);
  });

  it('takes a group that lacks a part as never written', async () => {
    const stage = new Stage();
    const members = Array.from({ length: 3_000 }, (_, at) => at + 1);
    const writer = await stage.writer({ snapshot: () => snapshotOf(members) });
    const segment = join(stage.folder(writer.chain), '00000001.jsonl');
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = lines(segment);
    truncateSync(segment, first.length + second.length + 20);
    const again = await stage.writer({ snapshot: () => snapshotOf([7]) });
    expect(again.chain).to.equal(writer.chain);
    expect(again.snapshot().members).to.deep.equal([7]);
    await again.checkpoint(signal);
    await isWhole(stage);
  });

  const damage: { title: string; change: (folder: string, segment: Buffer) => void }[] = [
    {
      title: 'a changed byte',
      change: (folder, bytes) =>
        writeFileSync(join(folder, '00000001.jsonl'), bytes.toString().replace('svc-1', 'svc-9')),
    },
    {
      title: 'a line that is missing',
      change: (folder, bytes) => writeFileSync(join(folder, '00000001.jsonl'), bytes.subarray(bytes.indexOf('\n') + 1)),
    },
    {
      title: 'lines that were cut off',
      change: (folder, bytes) => truncateSync(join(folder, '00000001.jsonl'), bytes.indexOf('\n') + 1),
    },
    { title: 'a segment that is missing', change: (folder) => rmSync(join(folder, '00000001.jsonl')) },
    { title: 'a manifest that is missing', change: (folder) => rmSync(join(folder, 'manifest.json')) },
    { title: 'a checkpoint of something else', change: (folder) => writeFileSync(join(folder, 'checkpoint'), 'x') },
  ];
  for (const { title, change } of damage)
    it(`writes nothing where it finds ${title}, until a person gives the chain up`, async () => {
      const stage = new Stage();
      const writer = await stage.writer();
      await writer.append([intended([1, 2], [3], []), proved([1, 2, 3]), event('x')], CONTEXT, signal);
      await writer.checkpoint(signal);
      const folder = stage.folder(writer.chain);
      change(folder, readFileSync(join(folder, '00000001.jsonl')));
      const before = stage.contents();
      const error: unknown = await stage.open({ known: writer.head }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'PLUS1_JOURNAL_DAMAGED');
      expect(stage.contents()).to.deep.equal(before);
      await requestLoss(dirname(folder), { reason: 'the disk was broken', time: '2026-11-28T05:00:00Z' }, signal);
      const { writer: next, began, isLost } = await stage.open({ known: writer.head });
      expect({ began, isLost }).to.deep.equal({ began: 'chain', isLost: false });
      expect(next.chain).not.to.equal(writer.chain);
      const [first] = records(join(stage.folder(next.chain), '00000001.jsonl'));
      expect(first?.data).to.deep.include({ after: writer.head, reason: 'the disk was broken' });
      expect((await stage.open({ known: next.head })).writer.chain).to.equal(next.chain);
    });

  it('begins another chain where there is none, and says that one was lost where the status names it', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    rmSync(stage.root, { recursive: true });
    const { writer: next, began, isLost } = await stage.open({ known: writer.head });
    expect({ began, isLost }).to.deep.equal({ began: 'chain', isLost: true });
    expect(records(join(stage.folder(next.chain), '00000001.jsonl'))[0]?.data['after']).to.deep.equal(writer.head);
  });

  it('is not the loss of a chain where another writer led', async () => {
    const stage = new Stage();
    const known = { chain: 'platform/acme.3f9a1c07/plus1-1.deadbeef', sequence: 40, hash: hashOf('x') };
    expect(await stage.open({ known })).to.include({ began: 'chain', isLost: false });
  });

  it('begins a segment with what is true now, where another writer led meanwhile', async () => {
    const stage = new Stage();
    const own = await stage.writer();
    stage.options = { writer: 'plus1-1' };
    const other = await stage.writer({ known: own.head, snapshot: () => snapshotOf([1, 2, 3]) });
    expect(other.chain).not.to.equal(own.chain);
    stage.options = {};
    const { writer, began, isLost } = await stage.open({ known: other.head, snapshot: () => snapshotOf([3, 4]) });
    expect({ chain: writer.chain, began, isLost }).to.deep.equal({ chain: own.chain, began: 'segment', isLost: false });
    const [joined] = records(join(stage.folder(own.chain), '00000002.jsonl'));
    expect(joined?.kind).to.equal('SegmentStarted');
    expect(joined?.data).to.deep.include({ after: other.head, members: [3, 4] });
    await writer.checkpoint(signal);
    await other.checkpoint(signal);
    await isWhole(stage);
  });
});

describe('A key of the journal', () => {
  it('is made once, for its owner alone, and so is the name of the writer', async () => {
    const root = join(temporaryFolder(), 'a', 'journal');
    const pem = await ownKey(realFiles, root);
    expect(await ownKey(realFiles, root)).to.equal(pem);
    expect(statSync(join(root, 'key.pem')).mode & 0o777).to.equal(0o600);
    expect(await ownWriter(realFiles, root, () => '0badcafe')).to.equal('0badcafe');
    expect(await ownWriter(realFiles, root, () => 'deadbeef')).to.equal('0badcafe');
  });

  it('hands over to another one by a checkpoint that both sign', async () => {
    const stage = new Stage();
    const [old = ''] = stage.keys;
    const writer = await stage.writer();
    await writer.checkpoint(signal);
    stage.keys = [generateKey(), old];
    const next = await stage.writer();
    const note = await next.checkpoint(signal);
    expect(note?.match(/^— /gm)).to.have.length(2);
    expect(records(join(stage.folder(writer.chain), '00000001.jsonl')).at(-1)?.data).to.deep.equal({
      before: writer.vkey,
      after: next.vkey,
    });
    stage.keys = stage.keys.slice(0, 1);
    const alone = await stage.writer();
    await alone.append([event('x')], CONTEXT, signal);
    await alone.checkpoint(signal);
    await isWhole(stage);
  });

  it('that followed another one without it is reported', async () => {
    const stage = new Stage();
    await (await stage.writer()).checkpoint(signal);
    stage.keys = [generateKey()];
    await (await stage.writer()).checkpoint(signal);
    const { chains } = await verify({ folders: [stage.root], keys: [], checkpoints: [], heads: [] });
    expect(chains.flatMap(({ faults }) => faults.map(({ code }) => code))).to.deep.equal(['key-changed']);
  });

  it('that is none stops the journal, and its text is in no message', async () => {
    const stage = new Stage();
    stage.keys = ['SECRET'];
    const error = await stage.open().then(
      () => undefined,
      (thrown: Error & { code: string }) => thrown,
    );
    expect(error?.code).to.equal('PLUS1_JOURNAL_UNAVAILABLE');
    expect(error?.message).not.to.include('SECRET');
  });
});
