/** A story of one policy's journal and state, as a process writes both, and its restart on what a crash left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepFile, membersHash } from '../../pkg/base/index.js';
import { ownKey, ownWriter, realFiles, type Head } from '../../pkg/journal/index.js';
import { openChain } from '../../pkg/journal/chain/open.js';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { generateKey } from '../../pkg/journal/proof/key.js';
import type { Entry } from '../../pkg/journal/record/record.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf } from '../journal/stage.js';
import type { Mark } from './operation.js';
import { brokenPromises, faultsOf, keptFaults, recordsIn } from './restart.js';

const SEGMENT_BYTES = 6_000;
const RETENTION_MS = 45 * 86_400_000;
const DAY_MS = 86_400_000;

/** What no crash takes away: it is given to the process by others. */
export interface Given {
  /** From 0 to 1. */
  random: () => number;
  mark: (mark: Mark) => void;
  nowMs: number;
  /** Keys that `--journal-key` names, before the one that the journal made itself. */
  keys: string[];
}

export const newGiven = (random: () => number, mark: (mark: Mark) => void): Given => ({
  random,
  mark,
  nowMs: Date.parse('2026-11-26T04:00:00Z'),
  keys: [],
});

async function open(
  state: string,
  given: Given,
  known: Head | undefined,
  members: readonly number[],
): Promise<ChainWriter> {
  const root = join(state, '.journal');
  const hex = (): string =>
    Math.floor(given.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const writer = await ownWriter(realFiles, root, hex);
  const keys = [...given.keys, await ownKey(realFiles, root)];
  const { writer: opened } = await openChain(
    {
      ...{ root, writer, keys, actor: 'plus1/0.2.0', tool: '0.2.0', files: realFiles, random: hex },
      ...{ now: () => given.nowMs, segmentBytes: SEGMENT_BYTES },
    },
    { ...CONTEXT, known, snapshot: () => snapshotOf(members) },
    signal,
  );
  return opened;
}

const statePath = (state: string): string => join(state, 'platform', 'acme.json');

/** As a status: undefined where none was kept yet. Throws where it is not whole. */
function knownIn(state: string): { head?: Head; members: number[] } {
  let text: string;
  try {
    text = readFileSync(statePath(state), 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return { members: [1, 2] };
    throw error;
  }
  return JSON.parse(text) as { head?: Head; members: number[] };
}

/** Passes of one process after the other; some are stopped and started again. */
export async function tellJournal(state: string, given: Given, steps: number): Promise<void> {
  let members = [1, 2];
  let writer = await open(state, given, undefined, members);
  const kept = (): void => {
    const { head } = writer;
    if (head !== undefined) given.mark({ seen: 'kept', ...head });
  };
  const append = async (...entries: Entry[]): Promise<void> => {
    await writer.append(entries, CONTEXT, signal);
    kept();
  };
  const publish = async (): Promise<void> => {
    await writer.checkpoint(signal);
    const { head } = writer;
    await keepFile(statePath(state), JSON.stringify({ head, members }));
  };
  kept();
  for (let step = 0; step < steps; step += 1) {
    const what = given.random();
    given.nowMs += Math.floor(given.random() * 2 * DAY_MS);
    if (what < 0.5) {
      const enter = [100 + step];
      const leave = members.slice(0, given.random() < 0.3 ? 1 : 0);
      const after = [...members.filter((id) => !leave.includes(id)), ...enter];
      await append(intended(members, enter, leave));
      given.mark({ seen: 'put', members: after, membersHash: membersHash(after) });
      members = after;
      await append(proved(members));
    } else if (what < 0.6) await append(event('x'.repeat(3_000)), event('two'));
    else if (what < 0.7)
      await append({
        kind: 'PolicyChanged',
        data: { generation: step, before: null, after: { long: `${step}`.repeat(31_000) }, manager: null },
      });
    else if (what < 0.8) {
      await writer.removeExpired(RETENTION_MS, CONTEXT, signal);
      kept();
    } else if (what < 0.9) {
      if (what < 0.83) given.keys = [generateKey(), ...given.keys.slice(0, 1)];
      writer = await open(state, given, knownIn(state).head, members);
      kept();
    } else given.nowMs += 20 * DAY_MS;
    await publish();
  }
}

/** Starts on what a crash left, writes on, and says what is wrong. */
export async function restartJournal(state: string, given: Given, marks: readonly Mark[]): Promise<string[]> {
  const journal = join(state, '.journal');
  const { head: known, members } = knownIn(state);
  const before = await recordsIn(journal);
  const wrong = [...brokenPromises(before, marks), ...(await keptFaults(journal))];
  const writer = await open(state, given, known, members);
  const after = await recordsIn(journal);
  const repairs = ({ records }: typeof before): number =>
    records.filter(({ record }) => record.kind === 'TailRepaired').length;
  if (repairs(after) > repairs(before) !== before.isTorn)
    wrong.push(before.isTorn ? 'a torn tail is not named' : 'TailRepaired, and no tail was torn');
  await writer.append([event('goes on')], CONTEXT, signal);
  if (writer.head !== undefined) given.mark({ seen: 'kept', ...writer.head });
  await writer.checkpoint(signal);
  return [...wrong, ...(await faultsOf(journal, known))];
}
