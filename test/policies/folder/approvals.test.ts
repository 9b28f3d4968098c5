/** The status of an approval in a folder, beside a person who withdraws it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ApprovalFolder } from '../../../pkg/policies/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { approvalFile } from './approval-file.js';
import { whileFlushed } from './while-flushed.js';

const signal = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };
const OF = { name: 'a-1', uid: 'uid-a-1' };
const COUNTED = { state: 'Counted', message: '' } as const;

describe('Approvals in a folder', () => {
  let state: string;
  let folder: string;
  beforeEach(async () => {
    state = temporaryFolder();
    folder = join(state, '.approvals', 'default', 'acme');
    await new ApprovalFolder({ state }).add(approvalFile('acme', 'a-1'), signal);
  });

  it('keep what became of one', async () => {
    await new ApprovalFolder({ state }).setStatus(KEY, OF, COUNTED, signal);
    expect(JSON.parse(readFileSync(join(folder, 'a-1.json'), 'utf8'))).to.deep.include({ status: COUNTED });
  });

  it('do not bring one back that was withdrawn while its status was flushed', async () => {
    const approvals = new ApprovalFolder({ state });
    await whileFlushed(
      () => rmSync(join(folder, 'a-1.json')),
      () => approvals.setStatus(KEY, OF, COUNTED, signal),
    );
    expect(readdirSync(folder)).to.deep.equal([]);
    expect(await approvals.list(KEY, signal)).to.deep.equal([]);
  });

  it('are not written any more by a process that lost its lock meanwhile', async () => {
    let isHeld = true;
    const beforeWrite = (): void => {
      if (!isHeld) throw new Plus1Error('PLUS1_STATE_LOCKED', 'lost');
    };
    const approvals = new ApprovalFolder({ state, beforeWrite });
    const before = readFileSync(join(folder, 'a-1.json'), 'utf8');
    let fault: unknown;
    await whileFlushed(
      () => (isHeld = false),
      () => approvals.setStatus(KEY, OF, COUNTED, signal).catch((thrown: unknown) => void (fault = thrown)),
    );
    expect((fault as Plus1Error).code).to.equal('PLUS1_STATE_LOCKED');
    expect(readFileSync(join(folder, 'a-1.json'), 'utf8')).to.equal(before);
  });

  it('are kept of nobody who is not there, or has another id', async () => {
    const approvals = new ApprovalFolder({ state });
    await approvals.setStatus(KEY, { name: 'a-2', uid: 'uid-a-2' }, COUNTED, signal);
    await approvals.setStatus(KEY, { name: 'a-1', uid: 'other' }, COUNTED, signal);
    expect(existsSync(join(folder, 'a-2.json'))).to.equal(false);
    expect((await approvals.list(KEY, signal))[0]?.object).not.to.have.property('status');
  });
});
