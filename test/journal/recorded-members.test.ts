/** The membership after a record that a person names, in the chains of one writer and of several. */
import { rmSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseRecordRef, recordedMembers, type MembersFound } from '../../pkg/journal/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, intended, POLICY, proved, signal, snapshotOf, Stage } from './stage.js';

after(removeTemporaryFolders);

const MINUTE = 60_000;

describe('How a record is named', () => {
  const cases: [string, object | undefined][] = [
    ['912', { sequence: 912 }],
    ['912@plus1-0', { sequence: 912, writer: 'plus1-0' }],
    ['912@plus1-0.8c1d22ab', { sequence: 912, writer: 'plus1-0.8c1d22ab' }],
    ['2026-11-28', { time: '2026-11-28T00:00:00.000Z' }],
    ['2026-11-28T04:00:00+01:00', { time: '2026-11-28T03:00:00.000Z' }],
    ['2026-11-28T04:00:00', undefined],
    ['2026-13-28', undefined],
    ['2026-02-30', undefined],
    ['2026-02-29T04:00:00Z', undefined],
    ['2028-02-29T04:00:00Z', { time: '2028-02-29T04:00:00.000Z' }],
    ['0', undefined],
    ['-1', undefined],
    ['912@', undefined],
    ['912@../x', undefined],
    ['9'.repeat(16), undefined],
    ['yesterday', undefined],
    ['', undefined],
  ];
  for (const [text, named] of cases)
    it(`${JSON.stringify(text)} is ${named === undefined ? 'none' : JSON.stringify(named)}`, () => {
      expect(parseRecordRef(text)).to.deep.equal(named && { text, ...named });
    });
});

describe('The membership after a record', () => {
  let stage: Stage;
  /** By the names of records and of writers. */
  const at = (text: string, more: { writer?: string | undefined; known?: string } = {}): Promise<MembersFound> =>
    recordedMembers(
      { root: stage.root, policy: POLICY, writer: 'plus1-0', ...more },
      parseRecordRef(text) ?? { text, sequence: 0 },
    );
  const membersAt = async (...args: Parameters<typeof at>): Promise<number[] | string> => {
    const found = await at(...args);
    return found.ok ? found.members : found.message;
  };
  const time = (): string => new Date(stage.nowMs).toISOString();

  beforeEach(() => {
    stage = new Stage();
  });

  it('is that of its chain, record by record and by time', async () => {
    const writer = await stage.writer();
    const early = time();
    stage.nowMs += MINUTE;
    await writer.append([intended([1, 2], [3], [])], CONTEXT, signal);
    await writer.append([proved([1, 2, 3])], CONTEXT, signal);
    expect(await Promise.all(['1', '2', '3'].map((each) => membersAt(each)))).to.deep.equal([
      [1, 2],
      [1, 2],
      [1, 2, 3],
    ]);
    expect(await membersAt(early)).to.deep.equal([1, 2]);
    expect(await membersAt(time())).to.deep.equal([1, 2, 3]);
    const found = await at('3');
    expect(found.ok && [found.to.chain, found.to.sequence, found.nameOf(3)]).to.deep.equal([writer.chain, 3, 'svc-3']);
  });

  it('of an unknown record, and of a time before the first, is not guessed; what there is is named', async () => {
    const writer = await stage.writer();
    await writer.append([event('one')], CONTEXT, signal);
    const missing = await at('3');
    expect(missing).to.include({ ok: false, reason: 'unknown', message: 'there is no record 3' });
    expect(!missing.ok && missing.fix).to.match(/^name one from 1 to 2, or a time from 20\d\d-.*Z on; /);
    expect(await membersAt('2001-01-01')).to.equal('the journal has no record of 2001-01-01T00:00:00.000Z or before');
    rmSync(stage.root, { recursive: true });
    expect(await membersAt('1')).to.equal('there is no journal of the policy');
  });

  it('of a chain that begins before any pass read the ruleset is not known until one did', async () => {
    const writer = await stage.writer({ snapshot: () => ({ ...snapshotOf([]), unseen: true }) });
    expect(await membersAt('1')).to.match(/^when record 1 of .* was written, no pass had read the ruleset yet$/);
    await writer.join(
      { chain: writer.chain, sequence: 1, hash: writer.head?.hash ?? '' },
      snapshotOf([4]),
      CONTEXT,
      signal,
    );
    expect(await membersAt('2')).to.deep.equal([4]);
  });

  it('of another writer needs the name of that writer, and its folder', async () => {
    const first = await stage.writer();
    stage.nowMs += MINUTE;
    stage.options = { writer: 'plus1-1' };
    const second = await stage.writer({ known: first.head, snapshot: () => snapshotOf([1, 2]) });
    await second.append([intended([1, 2], [], [1])], CONTEXT, signal);
    await second.append([proved([2])], CONTEXT, signal);
    const whileSecondLed = time();
    stage.nowMs += MINUTE;
    stage.options = {};
    await stage.writer({ known: second.head, snapshot: () => snapshotOf([2]) });

    expect(await membersAt('3@plus1-1')).to.deep.equal([2]);
    expect(await membersAt(`3@${second.chain.split('/').at(-1) ?? ''}`)).to.deep.equal([2]);
    expect(await membersAt('3')).to.equal('the own chain has no record 3; the writer plus1-1 has one');
    expect(await membersAt('9@plus1-1')).to.equal('the writer plus1-1 has no record 9');
    expect(await membersAt('1', { writer: undefined })).to.match(/the writer plus1-0, plus1-1 has one$/);
    expect(await membersAt(whileSecondLed)).to.deep.equal([2]);

    rmSync(join(stage.root, ...second.chain.split('/')), { recursive: true });
    const away = await at('3@plus1-1');
    expect(!away.ok && [away.message, away.fix]).to.deep.equal([
      'no chain of the writer plus1-1 is on this disk',
      'put its folder beside the others; here are those of plus1-0',
    ]);
    expect(await membersAt('3', { known: second.chain })).to.equal(
      'no chain on this disk has a record 3; the writer plus1-1 led last, whose chain is not here',
    );
    expect(await membersAt(whileSecondLed), 'nobody here knows what that one did').to.equal(
      `the writer plus1-1 led at ${whileSecondLed}, and its chain is not on this disk`,
    );
    expect(await membersAt(time(), { known: second.chain })).to.match(/^the writer plus1-1 led at /);
    expect(await membersAt(time(), { known: first.chain })).to.deep.equal([2]);
  });

  it('is not taken from a chain that was changed', async () => {
    const writer = await stage.writer();
    await writer.append([event('one')], CONTEXT, signal);
    const file = join(stage.root, ...writer.chain.split('/'), '00000001.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('svc-2', 'svc-9'));
    const found = await at('2');
    expect(found).to.include({ ok: false, reason: 'damaged' });
    expect(!found.ok && found.message).to.match(/ is not whole \(line-changed: /);
  });
});
