/** The files of a chain: where they end, what they begin with, and how they are removed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseCheckpoint, splitNotes } from '../../pkg/journal/proof/checkpoint.js';
import { sampleOf } from '../sample.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { isWhole, records } from './read-chain.js';
import { CONTEXT, event, intended, proved, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

describe('A segment of the journal', () => {
  const filled = async (stage: Stage): Promise<string> => {
    stage.options = { segmentBytes: 6_000 };
    const writer = await stage.writer();
    let members = [1, 2];
    for (let id = 3; id < 20; id += 1) {
      await writer.append([intended(members, [id], []), proved([...members, id])], CONTEXT, signal);
      members = [...members, id];
      await writer.checkpoint(signal);
    }
    return writer.chain;
  };

  it('ends at its size, is compressed, and the next one begins with what is true then', async () => {
    const stage = new Stage();
    const chain = await filled(stage);
    const names = readdirSync(stage.folder(chain)).sort();
    const segments = names.filter((name) => name.startsWith('0'));
    expect(segments.length).to.be.greaterThan(2);
    expect(segments.slice(0, -1).every((name) => name.endsWith('.jsonl.gz'))).to.equal(true);
    expect(segments.at(-1)).to.match(/^\d{8}\.jsonl$/);
    const [first] = records(join(stage.folder(chain), segments.at(-1) ?? ''));
    expect(first?.kind).to.equal('SegmentStarted');
    expect(first?.data['after']).to.deep.equal({ chain, sequence: (first?.seq ?? 0) - 1, hash: first?.prev });
    await isWhole(stage);
    const again = await stage.writer();
    expect(again.snapshot().members).to.deep.equal(Array.from({ length: 19 }, (_, at) => at + 1));
  });

  it('ends with the month', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    stage.nowMs = Date.parse('2026-12-01T00:00:01Z');
    await writer.append([event('x')], CONTEXT, signal);
    expect(readdirSync(stage.folder(writer.chain))).to.include.members(['00000001.jsonl.gz', '00000002.jsonl']);
    await isWhole(stage);
  });

  it('does not end between an intent and its outcome, so that a restart knows who entered', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([intended([1, 2], [3], [])], CONTEXT, signal);
    stage.nowMs = Date.parse('2026-12-01T00:00:01Z');
    await writer.append([proved([1, 2, 3])], CONTEXT, signal);
    const again = await stage.writer();
    expect(again.snapshot().members).to.deep.equal([1, 2, 3]);
    await again.append([event('x')], CONTEXT, signal);
    expect(records(join(stage.folder(writer.chain), '00000002.jsonl'))[0]?.data['members']).to.deep.equal([1, 2, 3]);
    await isWhole(stage);
  });

  it('forgets a write that was not proved: its intent may be removed before it shows', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const unproved = { kind: 'WriteUnproved', data: { planHash: 'p' } } as const;
    await writer.append([intended([1, 2], [3], []), unproved], CONTEXT, signal);
    expect(writer.recorded.unprovedIntent).to.not.equal(undefined);
    stage.nowMs = Date.parse('2026-12-01T00:00:01Z');
    await writer.append([event('x')], CONTEXT, signal);
    expect([writer.recorded.unprovedIntent, (await stage.writer()).recorded.unprovedIntent]).to.deep.equal([
      undefined,
      undefined,
    ]);
    await isWhole(stage);
  });

  it('has a checkpoint of its end that is kept, and one of the pass that began it, beside one for each day', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    for (const day of [
      '2026-11-28T05:00:00Z',
      '2026-11-28T06:00:00Z',
      '2026-11-29T05:00:00Z',
      '2026-11-30T05:00:00Z',
      '2026-12-01T05:00:00Z',
    ]) {
      stage.nowMs = Date.parse(day);
      await writer.append([event(day)], CONTEXT, signal);
      await writer.checkpoint(signal);
    }
    const kept = (): ReturnType<typeof splitNotes> =>
      splitNotes(readFileSync(join(stage.folder(writer.chain), 'checkpoints'), 'utf8'));
    // Records: 1 start, 2 and 3 on the 28th, 4 on the 29th, 5 on the 30th, which is also the end of the segment; 6 begins the next, and 7 is of the
    // pass that began it: what is handed out of November may end with that one, since a pass of 1 December sums up 30 November.
    expect(kept().map((note) => note?.size)).to.deep.equal([3, 4, 5]);
    const newest = (): string => readFileSync(join(stage.folder(writer.chain), 'checkpoint'), 'utf8');
    expect(parseCheckpoint(newest())?.size).to.equal(7);
    const first = newest();
    // Each is kept when another one takes its place.
    await writer.append([event('later')], CONTEXT, signal);
    await writer.checkpoint(signal);
    expect(kept().map((note) => note?.size)).to.deep.equal([3, 4, 5, 7]);
    expect(kept().at(-1)?.text).to.equal(first);
    await isWhole(stage);
  });

  it('is removed after its time, and what is left is still proved', async () => {
    const stage = new Stage();
    const chain = await filled(stage);
    const writer = await stage.writer();
    stage.nowMs += 10_000;
    await writer.removeExpired(60_000, CONTEXT, signal);
    expect(readdirSync(stage.folder(chain))).to.include('00000001.jsonl.gz');
    stage.nowMs += 100_000;
    await writer.removeExpired(60_000, CONTEXT, signal);
    await writer.checkpoint(signal);
    const segments = readdirSync(stage.folder(chain)).filter((name) => name.startsWith('0'));
    expect(segments).to.have.length(1);
    await isWhole(stage);
    expect((await stage.writer()).head).to.deep.equal(writer.head);
    const removed = records(join(stage.folder(chain), segments[0] ?? '')).filter(
      ({ kind }) => kind === 'SegmentRemoved',
    );
    expect(removed.map(({ data }) => data['file'])).to.include('00000001.jsonl.gz');
  });

  it('is finished by the next process, wherever the one before it was stopped', async () => {
    const stage = new Stage();
    stage.options = { segmentBytes: 2_500 };
    const counted = new Stage();
    counted.options = stage.options;
    const story = async (on: Stage): Promise<void> => {
      const writer = await on.writer();
      for (let at = 0; at < 6; at += 1) {
        await writer.append([event(`${at}`)], CONTEXT, signal);
        await writer.checkpoint(signal);
      }
    };
    await story(counted);
    const total = counted.disk.calls.length;
    const cuts = Array.from({ length: total - 1 }, (_, index) => index + 1);
    for (const cut of sampleOf(cuts, 30, 'stopped at')) {
      const each = new Stage();
      each.options = stage.options;
      let calls = 0;
      // From here on nothing reaches the disk any more.
      each.disk.fault = () => ((calls += 1) > cut ? 'EIO' : undefined);
      await story(each).then(
        () => expect.fail('it must be stopped'),
        () => undefined,
      );
      each.disk.fault = () => undefined;
      const { writer } = await each.open();
      await writer.append([event('after')], CONTEXT, signal);
      await writer.checkpoint(signal);
      await isWhole(each);
    }
  });
});
