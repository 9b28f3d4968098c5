/** Clocks and windows decide who may leave: a state that is damaged there is an error, never a memory with holes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StateFolder } from '../../pkg/policies/index.js';

const SINCE = '2026-11-22T10:00:00Z';
const CLOCK = { id: 1, name: 'svc', reason: 'valid_non_production', since: SINCE, dueTime: SINCE };
const WINDOW = { startTime: SINCE, members: 10, left: 1 };

describe('A state file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plus1-state-'));
    mkdirSync(join(folder, 'default'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (status: unknown): Promise<unknown> => {
    const object = { metadata: { name: 'acme', namespace: 'default' }, spec: {}, status };
    writeFileSync(join(folder, 'default', 'acme.json'), JSON.stringify(object));
    return new StateFolder(folder).read({ namespace: 'default', name: 'acme' }, new AbortController().signal).then(
      () => undefined,
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    );
  };

  it('with whole clocks and a whole window is read', async () => {
    expect(await read({ leaving: [CLOCK], window: WINDOW })).to.equal(undefined);
    expect(await read({}), 'nothing remembered').to.equal(undefined);
    expect(await read(undefined), 'no status yet').to.equal(undefined);
  });

  const DAMAGED: { reason: string; status: object; where: string }[] = [
    {
      reason: 'a count that is missing would be no limit',
      status: { window: { startTime: SINCE, members: 10 } },
      where: 'window.left',
    },
    {
      reason: 'a count that is no number compares with nothing',
      status: { window: { ...WINDOW, left: 'x' } },
      where: 'window.left',
    },
    { reason: 'fewer than nobody cannot have left', status: { window: { ...WINDOW, left: -9 } }, where: 'window.left' },
    {
      reason: 'the year 2001 is no time a clock began',
      status: { leaving: [{ ...CLOCK, since: 5 }] },
      where: 'leaving.0.since',
    },
    { reason: 'clocks are a list', status: { leaving: 'none' }, where: 'leaving' },
  ];
  for (const { reason, status, where } of DAMAGED) {
    it(`is refused where ${where} is damaged: ${reason}`, async () => {
      expect(await read(status))
        .to.match(/^PLUS1_STATE_UNREADABLE: /)
        .and.to.include(`status.${where}`);
    });
  }
});
