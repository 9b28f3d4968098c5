/** Clocks and windows decide who may leave: a state that is damaged there is an error, never a memory with holes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StateFolder } from '../../../pkg/policies/index.js';

const SINCE = '2026-11-22T10:00:00Z';
const CLOCK = { id: 1, name: 'svc', reason: 'valid_non_production', since: SINCE, dueTime: SINCE };
const HASH = `sha256:${'0'.repeat(64)}`;
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
    { reason: 'a clock is an object', status: { leaving: [null] }, where: 'leaving.0' },
    { reason: 'clocks have an id each', status: { leaving: [CLOCK, CLOCK] }, where: 'leaving' },
    { reason: 'a window is an object', status: { window: 'open' }, where: 'window' },
    { reason: 'a window is no list', status: { window: [WINDOW] }, where: 'window' },
    { reason: 'nothing is no window', status: { window: null }, where: 'window' },
    { reason: 'an intent has its plan and its time', status: { pendingWrite: true }, where: 'pendingWrite' },
    { reason: 'an intent has a time', status: { pendingWrite: { planHash: HASH } }, where: 'pendingWrite.startTime' },
    { reason: 'a ruleset has an id', status: { ruleset: { id: '77' } }, where: 'ruleset.id' },
    { reason: 'a hold has a plan', status: { hold: 'TooManyLeaving' }, where: 'hold' },
    { reason: 'conditions are a list', status: { conditions: { Ready: true } }, where: 'conditions' },
    { reason: 'an organization has a number', status: { organizationID: 'acme' }, where: 'organizationID' },
  ];
  for (const { reason, status, where } of DAMAGED) {
    it(`is refused where ${where} is damaged: ${reason}`, async () => {
      expect(await read(status))
        .to.match(/^PLUS1_STATE_UNREADABLE: /)
        .and.to.include(`status.${where}`);
    });
  }

  for (const status of [null, [], [{ leaving: [CLOCK] }], 'none', 7, true]) {
    it(`whose status is ${JSON.stringify(status)} is refused, and is no empty memory`, async () => {
      expect(await read(status)).to.match(/^PLUS1_STATE_UNREADABLE: .* is damaged at status$/);
    });
  }

  it('that is of another policy is refused: a file that was copied is not its memory', async () => {
    const object = { metadata: { name: 'beta', namespace: 'default' }, spec: {}, status: {} };
    writeFileSync(join(folder, 'default', 'acme.json'), JSON.stringify(object));
    const work = new StateFolder(folder).read({ namespace: 'default', name: 'acme' }, new AbortController().signal);
    const message = await work.catch((error: Error) => error.message);
    expect(message).to.match(/^the state of default\/acme at .* says that it is of default\/beta$/);
  });

  it('of a newer version, with fields that this one does not know, is read', async () => {
    expect(
      await read({ leaving: [{ ...CLOCK, owner: 'team-x' }], window: { ...WINDOW, entered: 2 }, later: {} }),
    ).to.equal(undefined);
  });
});
