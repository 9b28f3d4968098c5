/**
 * Kind: foreign input taken in by one synchronous stretch. A folder of thousands of files that are no policies: the loop has a turn
 * for each of them, the log stays short, and no fault is hidden for good.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { FileFaultLog } from '../../../pkg/policies/folder/file-fault-log.js';
import { FolderIndex } from '../../../pkg/policies/folder/folder-index.js';
import { FolderScanner, type Scan } from '../../../pkg/policies/folder/scan.js';
import { temporaryFolder } from '../../temporary-folder.js';

const NEVER = new AbortController().signal;
const FILES = 200;
const SHOWN = 20;

const policy = (name: string): string =>
  `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: ${name}}, spec: {organization: ${name}, github: {}}}`;

/** How often the loop has gone round while `work` ran. */
async function roundsOf(work: Promise<unknown>): Promise<number> {
  let rounds = 0;
  let isOver = false;
  const count = (): void => {
    rounds += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work.finally(() => (isOver = true));
  return rounds;
}

class CountedState extends StateFolder {
  lists = 0;
  override list(signal: AbortSignal): ReturnType<StateFolder['list']> {
    this.lists += 1;
    return super.list(signal);
  }
}

describe('A folder of many files that are no policies', () => {
  let folder: string;
  let state: CountedState;
  let lines: string[];
  let faultLog: FileFaultLog;
  let index: FolderIndex;
  let scanner: FolderScanner;

  beforeEach(() => {
    folder = temporaryFolder();
    state = new CountedState(temporaryFolder());
    lines = [];
    faultLog = new FileFaultLog({
      fault: (file) => lines.push(file),
      other: (file) => lines.push(`other ${file}`),
      others: (count) => lines.push(`${count} others`),
    });
    index = new FolderIndex({ state, clock: () => Date.now(), faultLog, newID: randomUUID });
    scanner = new FolderScanner(folder, () => Date.now() + 60_000);
  });

  const nameOf = (number: number): string => `f${String(number).padStart(3, '0')}.yaml`;
  const fill = (text: (number: number) => string, count = FILES): void => {
    for (let number = 0; number < count; number += 1) writeFileSync(join(folder, nameOf(number)), text(number));
  };
  const scan = (): Promise<Scan> => scanner.scan(NEVER);
  async function look(): Promise<string[]> {
    lines = [];
    await index.take(await scan(), NEVER);
    await faultLog.endLook(NEVER);
    return lines;
  }

  for (const { what, text } of [
    { what: 'broken', text: (): string => '{' },
    { what: 'a policy', text: (number: number): string => policy(`p${number}`) },
  ]) {
    it(`has a turn of the event loop for each file that is new: ${what}`, async () => {
      fill(text);
      const first = await scan();
      expect(await roundsOf(index.take(first, NEVER))).to.be.greaterThan(FILES);
    });
  }

  it('stops between two files when it is told to', async () => {
    fill(() => '{');
    const first = await scan();
    const stop = new AbortController();
    const work = index.take(first, stop.signal);
    setImmediate(() => stop.abort(new Error('told to stop')));
    const outcome = await work.then(
      () => 'it went on',
      (error: Error) => error.message,
    );
    expect(outcome).to.equal('told to stop');
  });

  it(`has a line for ${SHOWN} faults and one for the number of the others, once`, async () => {
    fill(() => '{');
    const shown = await look();
    expect(shown.filter((line) => !line.startsWith('other '))).to.deep.equal([
      ...Array.from({ length: SHOWN }, (_, number) => nameOf(number)),
      `${FILES - SHOWN} others`,
    ]);
    expect(shown.filter((line) => line.startsWith('other '))).to.have.length(FILES - SHOWN);
    expect(await look(), 'nothing has changed').to.deep.equal([]);
  });

  it('gives the next fault its line when one is fixed, so that each comes up in the end', async () => {
    fill(() => '{', SHOWN + 2);
    await look();
    writeFileSync(join(folder, nameOf(3)), policy('acme'));
    expect(await look()).to.deep.equal([nameOf(SHOWN), '1 others']);
    writeFileSync(join(folder, nameOf(5)), policy('beta'));
    expect(await look()).to.deep.equal([nameOf(SHOWN + 1)]);
  });

  it('reports a fault again when it is another one', async () => {
    fill(() => '{', 2);
    await look();
    writeFileSync(join(folder, nameOf(1)), '[');
    expect(await look()).to.deep.equal([nameOf(1)]);
  });

  it('reads the state folder once, however many of them may have declared a policy of it', async () => {
    fill(() => '{');
    for (const number of [7, 150]) {
      const metadata = { name: `p${number}`, namespace: 'default' };
      const stored = { metadata, spec: { organization: 'acme' }, origin: { file: nameOf(number) } };
      await state.write(metadata, stored as unknown as StoredPolicy, NEVER);
    }
    state.lists = 0;
    const { changed } = await index.take(await scan(), NEVER);
    expect(changed.map(({ name }) => name)).to.deep.equal(['p7', 'p150']);
    expect(index.entries().every(({ record }) => record.policy === undefined)).to.equal(true);
    expect(state.lists).to.equal(1);
  });
});
