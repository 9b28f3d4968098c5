/** A small journal that has one of everything, to change it in all ways. */
import { expect } from 'chai';
import { verify, type VerifyRequest } from '../../pkg/journal/verify/verify.js';
import type { ChainVerdict } from '../../pkg/journal/verify/fault.js';
import { memoryFiles } from './memory-files.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf, Stage } from './stage.js';

export type Contents = Map<string, Buffer>;

export const NOTHING = { keys: [], checkpoints: [], heads: [] };

/** Records in the first segment. */
export const FIRST_SEGMENT = 5;

/** The files of a chain, by the name that `judge` asks for. */
export function contentsOf(stage: Stage, chain: string): Contents {
  const own = [...stage.contents()].filter(([path]) => path.startsWith(`${chain}/`));
  return new Map(own.map(([path, bytes]) => [`/${path}`, bytes]));
}

/**
 * A chain of two segments, of which one is compressed, with an attachment. Four checkpoints are kept: of two days, of the end of the first
 * segment, and of the pass of 1 December that began the second, with which a certification of November ends.
 */
export async function journal(
  stage = new Stage(),
  message = 'x',
): Promise<{ stage: Stage; chain: string; contents: Contents; checkpoint: string }> {
  const writer = await stage.writer({
    snapshot: () => ({
      ...snapshotOf([1, 2]),
      spec: { long: 'y'.repeat(31_000) },
    }),
  });
  await writer.append([intended([1, 2], [3], [1]), proved([2, 3])], CONTEXT, signal);
  const checkpoint = (await writer.checkpoint(signal)) ?? '';
  for (const [day, messages] of [
    ['2026-11-29', ['a day']],
    ['2026-11-30', ['the last day']],
    ['2026-12-01', [message, 'middle']],
    ['2026-12-02', ['end']],
  ] as const) {
    stage.nowMs = Date.parse(`${day}T00:00:00Z`);
    await writer.append(messages.map(event), CONTEXT, signal);
    await writer.checkpoint(signal);
  }
  const { chain } = writer;
  return { stage, chain, checkpoint, contents: contentsOf(stage, chain) };
}

/** What `verify` says of one chain. */
export async function judge(
  chain: string,
  contents: Contents,
  more: Partial<VerifyRequest> = {},
): Promise<ChainVerdict> {
  const { chains, whole } = await verify({
    folders: [`/${chain}`],
    files: memoryFiles(contents),
    ...NOTHING,
    ...more,
  });
  expect(whole).to.equal(chains.every(({ faults }) => faults.length === 0));
  return chains[0] ?? expect.fail('no chain');
}

export const codes = ({ faults }: ChainVerdict): string[] => faults.map(({ code }) => code);
