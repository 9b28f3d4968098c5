/** Which policies are looked at for a file of an approval that came, changed or went. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { ApprovalFolder, keyString } from '../../../pkg/policies/index.js';
import { ApprovalWatch } from '../../../pkg/policies/folder/approval-watch.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { approvalFile } from './approval-file.js';

const signal = new AbortController().signal;

describe('The watch over approvals in a folder', () => {
  let state: string;
  let folder: ApprovalFolder;
  let told: string[];
  let stop: AbortController;
  let ended: Promise<void>;
  let marks = 0;

  beforeEach(() => {
    state = temporaryFolder();
    folder = new ApprovalFolder({ state });
    told = [];
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await ended;
  });

  function start(pollMs = 20): void {
    const watch = new ApprovalWatch({ state, clock: systemClock, pollMs, settleMs: 1 });
    ended = watch.run((key) => told.push(keyString(key)), stop.signal);
  }
  async function until(id: string): Promise<void> {
    while (!told.includes(id)) await pause(1);
  }
  /**
   * Everything that was there before is seen once this is: a policy of its own gets an approval, and its name makes it the first that is
   * looked at. Again and again, since what the first look finds is no news.
   */
  async function mark(): Promise<string[]> {
    const name = `aa-mark-${(marks += 1)}`;
    for (let number = 1; !told.includes(`default/${name}`); number += 1) {
      await folder.add(approvalFile(name, `a-${number}`), signal);
      await pause(10);
    }
    return told.splice(0).filter((id) => !id.startsWith('default/aa-mark'));
  }
  const path = (policy: string, name: string): string => join(state, '.approvals', 'default', policy, `${name}.json`);

  it('tells of the first one of all, of another, of one that changed, and of one that went', async () => {
    start();
    expect(await mark()).to.deep.equal([]);
    await folder.add(approvalFile('acme', 'a-1'), signal);
    expect(await mark()).to.deep.equal(['default/acme']);
    await folder.add(approvalFile('acme', 'a-2'), signal);
    expect(await mark()).to.deep.equal(['default/acme']);
    writeFileSync(path('acme', 'a-2'), readFileSync(path('acme', 'a-2'), 'utf8').replace('Quarterly', 'Yearly'));
    expect(await mark()).to.deep.equal(['default/acme']);
    rmSync(path('acme', 'a-1'));
    expect(await mark()).to.deep.equal(['default/acme']);
    rmSync(join(state, '.approvals', 'default', 'acme'), { recursive: true });
    expect(await mark()).to.deep.equal(['default/acme']);
    await folder.add(approvalFile('acme', 'a-3'), signal);
    expect(await mark()).to.deep.equal(['default/acme']);
  });

  it('tells at once, without waiting for the next look through the folder', async () => {
    await folder.add(approvalFile('acme', 'a-1'), signal);
    start(3_600_000);
    // The first look ends some time after the start; what comes until then is no news.
    while (!told.includes('default/acme')) {
      await folder.add(approvalFile('acme', `a-${(marks += 1)}`), signal);
      await pause(5);
    }
    told.splice(0);
    rmSync(path('acme', 'a-1'));
    await until('default/acme');
  });

  it('tells nothing of what was there at the start, nor of a status that the controller keeps', async () => {
    await folder.add(approvalFile('acme', 'a-1'), signal);
    start();
    expect(await mark()).to.deep.equal([]);
    const key = { namespace: 'default', name: 'acme' };
    const status = { state: 'Counted', message: '' } as const;
    await folder.setStatus(key, { name: 'a-1', uid: 'uid-a-1' }, status, signal);
    expect(JSON.parse(readFileSync(path('acme', 'a-1'), 'utf8'))).to.deep.include({ status });
    expect(await mark()).to.deep.equal([]);
  });

  it('tells of files that are no approvals as well, and lives through what cannot be read', async () => {
    start();
    await mark();
    mkdirSync(join(state, '.approvals', 'default', 'acme'), { recursive: true });
    writeFileSync(path('acme', 'torn'), '{"spec":');
    mkdirSync(path('acme', 'folder'));
    writeFileSync(join(state, '.approvals', 'default', 'acme', '.a-1.json.tmp'), '{}');
    writeFileSync(join(state, '.approvals', 'notes.txt'), 'by hand');
    expect(new Set(await mark())).to.deep.equal(new Set(['default/acme']));
    writeFileSync(path('acme', 'torn'), '{"spec": {}}');
    chmodSync(path('acme', 'torn'), 0o000);
    await mark();
    await folder.add(approvalFile('acme', 'a-1'), signal);
    expect(await mark()).to.deep.equal(['default/acme']);
  });
});
