/** Opens the chain of a policy for writing: the one that this writer left, or a new one. A person may have given it up. */
import { Plus1Error } from '../../errors/index.js';
import type { Head } from '../record/fields.js';
import type { Data } from '../record/kinds.js';
import type { PolicyIdentity } from '../record/record.js';
import { originOf } from '../proof/checkpoint.js';
import { signingKey, type SigningKey } from '../proof/key.js';
import { manifestText } from '../proof/manifest.js';
import type { Snapshot } from '../record/replay.js';
import { beganWith, dropLossRequest, readLossRequest, type LossRequest } from './accept-loss.js';
import { damaged, journalFailure } from './failure.js';
import { listIfThere, readIfThere, replaceWhole, type Files } from './files.js';
import {
  chainName,
  CLOSED,
  inChain,
  isOfWriter,
  MANIFEST,
  MAX_SMALL_FILE_BYTES,
  policyFolder,
  segmentsOf,
} from './place.js';
import { headOfEarlierLife } from './earlier-life.js';
import { flushFound } from './flush-found.js';
import { readChain, type ReadChain } from './read-state.js';
import type { ChainState } from './state.js';
import { ChainWriter, type RecordContext, type WriterOptions } from './writer.js';

export interface JournalOptions extends Omit<WriterOptions, 'keys'> {
  /** The root of the journal. */
  root: string;
  /** The pod's name, or that of a folder. */
  writer: string;
  /** Private keys in PEM, the one in use first; an old one signs beside it while keys change. */
  keys: readonly string[];
  /** 8 hexadecimal digits that no chain had before. */
  random: () => string;
  files: Files;
}

export interface OpenRequest extends RecordContext {
  /** `status.journal` of the policy. */
  known?: Head | undefined;
  /** What is true now, for a chain that begins, or goes on after another writer led. */
  snapshot: () => Snapshot;
}

export interface OpenedChain {
  writer: ChainWriter;
  /** What began with it; undefined where the chain goes on. */
  began?: 'chain' | 'segment';
  /** The status names a chain of this very writer that is not there any more. */
  isLost: boolean;
}

/** Throws PLUS1_JOURNAL_UNAVAILABLE, and PLUS1_JOURNAL_DAMAGED until a person gives the chain up. */
export async function openChain(
  journal: JournalOptions,
  request: OpenRequest,
  signal: AbortSignal,
): Promise<OpenedChain> {
  const { policy } = request;
  let chain = `${policyFolder(policy)}/${journal.writer}`;
  try {
    signal.throwIfAborted();
    const loss = await readLossRequest(journal, policy);
    let candidates = await ownChains(journal, policy);
    if (loss !== undefined) candidates = await closeLost(journal, candidates, loss);
    const found = choose(candidates, request.known);
    chain = found ?? chainName(policy, journal.writer, journal.random());
    const opened = await goOn(journal, { ...request, chain, loss, isThere: found !== undefined }, signal);
    // Last: until the first record of the new chain is on the disk, a crash must find the request again.
    if (loss !== undefined) await dropLossRequest(journal, policy);
    return opened;
  } catch (error) {
    throw journalFailure(chain, error, signal);
  }
}

/** The chains of this writer that nobody closed. */
async function ownChains({ root, files, writer }: JournalOptions, policy: PolicyIdentity): Promise<string[]> {
  const folder = policyFolder(policy);
  const chains: string[] = [];
  for (const name of await listIfThere(files, inChain(root, folder, ''))) {
    if (!isOfWriter(name, writer)) continue;
    const closed = await readIfThere(files, inChain(root, `${folder}/${name}`, CLOSED), MAX_SMALL_FILE_BYTES);
    if (closed === undefined) chains.push(`${folder}/${name}`);
  }
  return chains;
}

/** More than one is left only where a folder was copied in; the status knows which one counts. */
function choose(candidates: readonly string[], known: Head | undefined): string | undefined {
  const named = candidates.find((each) => each === known?.chain);
  if (named !== undefined || candidates.length < 2) return named ?? candidates[0];
  throw new Plus1Error(
    'PLUS1_JOURNAL_DAMAGED',
    `there are several journals of this writer: ${candidates.join(', ')}, and the status of the policy names none of them`,
    { fix: 'move those away that are copies' },
  );
}

/** Closes the chains that a person gave up. What is left began with this very request. */
async function closeLost(journal: JournalOptions, candidates: readonly string[], loss: LossRequest): Promise<string[]> {
  const left: string[] = [];
  for (const chain of candidates) {
    if (await beganWith(journal, chain, loss)) left.push(chain);
    else await closeChain(journal, chain, loss.reason);
  }
  return left;
}

async function closeChain({ root, files, now }: JournalOptions, chain: string, reason: string): Promise<void> {
  const text = `${JSON.stringify({ time: new Date(now()).toISOString(), reason })}\n`;
  await replaceWhole(files, inChain(root, chain, CLOSED), Buffer.from(text));
  await files.syncFolder(inChain(root, chain, ''));
}

async function goOn(
  journal: JournalOptions,
  request: OpenRequest & { chain: string; isThere: boolean; loss: LossRequest | undefined },
  signal: AbortSignal,
): Promise<OpenedChain> {
  const { root, files, tool } = journal;
  const { chain, known, isThere } = request;
  const keys = keysOf(journal, chain);
  const folder = inChain(root, chain, '').replace(/\/$/, '');
  const vkey = keys[0]?.verifier.vkey ?? '';
  const own = known?.chain === chain ? known : undefined;
  const read = await readChain({ files, folder, chain, vkey, known: own });
  const { state } = read;
  if (state.position.seq > 0) await flushFound(files, state);
  if (!isThere || state.position.seq === 0) await writeManifest(files, folder, manifestText(state.manifest));
  const writer = new ChainWriter(state, { ...journal, keys });
  const { loss } = request;
  const data = {
    tool,
    after: await headBefore(journal, request),
    ...(loss && { reason: loss.reason, requestedAt: loss.time }),
  };
  const began = await begin(writer, state, { ...request, data }, signal);
  await repair(writer, read, request, signal);
  await changeKey(writer, { read, keys }, request, signal);
  const isLost = loss === undefined && isMissing(known, chain, journal, await ownNames(journal, request.policy));
  return { writer, isLost, ...(began !== undefined && { began }) };
}

/** The head of another chain that the records to come follow: the status names it, or an earlier policy of this name left it. */
async function headBefore(
  journal: JournalOptions,
  { known, policy, isThere }: OpenRequest & { isThere: boolean },
): Promise<Head | null> {
  return known ?? (isThere ? null : ((await headOfEarlierLife(journal, policy)) ?? null));
}

/** The first record of a chain, or of a file, where one is due. */
async function begin(
  writer: ChainWriter,
  { chain, segment, replay }: ChainState,
  {
    data,
    known,
    snapshot,
    ...context
  }: OpenRequest & { data: Pick<Data<'ChainStarted'>, 'tool' | 'after' | 'reason' | 'requestedAt'> },
  signal: AbortSignal,
): Promise<OpenedChain['began']> {
  const isOther = known !== undefined && known.chain !== chain;
  if (segment.isStarted === true) {
    if (!isOther) return undefined;
    await writer.join(known, snapshot(), context, signal);
    return 'segment';
  }
  const goesOn = !isOther && replay.hasStarted;
  await writer.start({ ...(goesOn ? writer.snapshot() : snapshot()), ...data }, context, signal);
  return segment.number === 1 ? 'chain' : 'segment';
}

const ownNames = async ({ root, files }: JournalOptions, policy: PolicyIdentity): Promise<string[]> =>
  listIfThere(files, inChain(root, policyFolder(policy), ''));

/** True where the status names another chain of this writer, and no folder has its name. */
function isMissing(
  known: Head | undefined,
  chain: string,
  { writer }: JournalOptions,
  names: readonly string[],
): boolean {
  if (known === undefined || known.chain === chain) return false;
  const parts = known.chain.split('/');
  const name = parts.pop() ?? '';
  return (
    parts.join('/') === chain.split('/').slice(0, -1).join('/') && isOfWriter(name, writer) && !names.includes(name)
  );
}

async function writeManifest(files: Files, folder: string, text: string): Promise<void> {
  await files.makeFolder(folder);
  if (segmentsOf(await files.list(folder)).length > 0) return;
  await replaceWhole(files, `${folder}/${MANIFEST}`, Buffer.from(text));
  await files.syncFolder(folder);
}

function keysOf({ keys }: JournalOptions, chain: string): SigningKey[] {
  try {
    return keys.map((pem) => signingKey(pem, originOf(chain)));
  } catch (error) {
    const why = error instanceof TypeError ? error.message : 'it cannot be read';
    throw new Plus1Error('PLUS1_JOURNAL_UNAVAILABLE', `the key of the journal cannot be used: ${why}`, {
      fix: 'give an Ed25519 key in PEM (PKCS 8), as made by: openssl genpkey -algorithm ed25519',
    });
  }
}

async function repair(
  writer: ChainWriter,
  { torn }: ReadChain,
  context: RecordContext,
  signal: AbortSignal,
): Promise<void> {
  if (torn !== undefined) await writer.append([{ kind: 'TailRepaired', data: torn }], context, signal);
}

/** The record first: a manifest alone proves nothing. */
async function changeKey(
  writer: ChainWriter,
  { read: { state }, keys }: { read: ReadChain; keys: readonly SigningKey[] },
  context: RecordContext,
  signal: AbortSignal,
): Promise<void> {
  const after = keys[0]?.verifier.vkey;
  const before = state.manifest.keys.at(-1);
  if (after === undefined || before === undefined) throw damaged(state.chain, 'there is no key');
  if (after === before) return;
  if (state.changedKey !== after)
    await writer.append([{ kind: 'KeyChanged', data: { before, after } }], context, signal);
  await writer.addKey(after, signal);
}
