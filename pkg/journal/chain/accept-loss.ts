/**
 * The request to give a damaged chain up. A person leaves it beside the chains of the policy, without a lock; the next one that
 * opens the journal closes its chain, begins another one that names the reason, and takes the request away.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { keepFile } from '../../base/index.js';
import type { PolicyIdentity } from '../record/record.js';
import { parseLine } from '../record/line.js';
import { damaged } from './failure.js';
import { isAbsent, readIfThere, type Files } from './files.js';
import { splitLines } from './lines.js';
import { inChain, MAX_SEGMENT_BYTES, policyFolder, segmentFile } from './place.js';

/** In the folder of the policy. */
export const ACCEPT_LOSS = 'accept-loss.json';
/** In characters. */
export const REASON_LENGTH = { min: 8, max: 1_024 };
const MAX_REQUEST_BYTES = 65_536;

const requestSchema = v.looseObject({
  v: v.literal(1),
  reason: v.string(),
  /** RFC 3339: with the reason it tells this request from every other one. */
  time: v.string(),
});
export type LossRequest = Pick<v.InferOutput<typeof requestSchema>, 'reason' | 'time'>;

/** Leaves a request in the folder of a policy, in the place of one that was not served yet. */
export async function requestLoss(folder: string, request: LossRequest, signal: AbortSignal): Promise<void> {
  await keepFile(join(folder, ACCEPT_LOSS), `${JSON.stringify({ v: 1, ...request })}\n`, { signal });
}

/** Throws PLUS1_JOURNAL_DAMAGED where the file is none of ours: a reason that nobody gave is no consent. */
export async function readLossRequest(
  { files, root }: { files: Files; root: string },
  policy: PolicyIdentity,
): Promise<LossRequest | undefined> {
  const path = inChain(root, policyFolder(policy), ACCEPT_LOSS);
  const text = (await readIfThere(files, path, MAX_REQUEST_BYTES))?.toString();
  if (text === undefined) return undefined;
  const parsed = v.safeParse(requestSchema, valueOf(text));
  if (parsed.success) return { reason: parsed.output.reason, time: parsed.output.time };
  throw damaged(policyFolder(policy), `${ACCEPT_LOSS} is no request; remove it, or run journal accept-loss again`);
}

/** True while a request waits: open the journal again. */
export const isLossRequested = async (
  journal: { files: Files; root: string },
  policy: PolicyIdentity,
): Promise<boolean> => (await readLossRequest(journal, policy)) !== undefined;

/** Whether this chain began because of the request: the process that served it was stopped before it took the request away. */
export async function beganWith(
  { files, root }: { files: Files; root: string },
  chain: string,
  { reason, time }: LossRequest,
): Promise<boolean> {
  const bytes = await readIfThere(files, inChain(root, chain, segmentFile(1)), MAX_SEGMENT_BYTES);
  const [line] = bytes === undefined ? [] : splitLines(bytes).lines;
  const first = line && parseLine(line);
  return first?.kind === 'ChainStarted' && first.data['reason'] === reason && first.data['requestedAt'] === time;
}

/** Takes the request away, once a record names it. */
export async function dropLossRequest(
  { files, root }: { files: Files; root: string },
  policy: PolicyIdentity,
): Promise<void> {
  const folder = inChain(root, policyFolder(policy), '');
  await files.remove(join(folder, ACCEPT_LOSS)).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
  await files.syncFolder(folder);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
