/** What `plus1 journal verify` does. */
import { resolve } from 'node:path';
import { faultText, readBoundedText } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import {
  parseVerifierKey,
  splitNotes,
  verify,
  type ChainVerdict,
  type Fault,
  type VerifierKey,
  type VerifyRequest,
} from '../../../pkg/journal/index.js';
import { printable, printableJSON, quote } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { knownHeads } from './known-heads.js';

export interface VerifyOptions {
  checkpoint?: string[];
  key?: string[];
  output: 'text' | 'json';
}

const MAX_CHECKPOINT_BYTES = 16_777_216;

export function runVerify(folders: readonly string[], options: VerifyOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const keys = (options.key ?? []).map(verifierKey);
    const checkpoints = (await Promise.all((options.checkpoint ?? []).map((file) => readCheckpoints(file, io)))).flat();
    const places = folders.map((folder) => resolve(io.cwd, folder));
    const verdict = await judge(places, { keys, checkpoints, heads: await knownHeads(places, io.signal) });
    io.stdout.write(options.output === 'json' ? printableJSON(verdict, 2) : verdict.chains.map(textOf).join(''));
    return verdict.whole ? EXIT.ok : EXIT.failed;
  });
}

async function judge(folders: readonly string[], proofs: Omit<VerifyRequest, 'folders'>): ReturnType<typeof verify> {
  try {
    const verdict = await verify({ folders, ...proofs });
    if (verdict.chains.length > 0) return verdict;
  } catch (error) {
    if (error instanceof Plus1Error) throw error;
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${folders.join(', ')}: ${faultText(error)}`, {
      cause: error,
    });
  }
  throw new Plus1Error('PLUS1_USAGE', `there is no journal in ${folders.join(', ')}`, {
    fix: "name a journal's root, a policy's folder, a chain's folder, an export or a certification",
  });
}

function verifierKey(vkey: string): VerifierKey {
  const key = parseVerifierKey(vkey);
  if (key !== undefined) return key;
  throw new Plus1Error(
    'PLUS1_USAGE',
    `--key: found ${quote(vkey)}, allowed: a verifier key, such as NAME+0123abcd+BASE64`,
  );
}

async function readCheckpoints(
  file: string,
  { cwd, signal }: CommandIO,
): Promise<VerifyRequest['checkpoints'][number][]> {
  let text: string;
  try {
    text = await readBoundedText(resolve(cwd, file), { maxBytes: MAX_CHECKPOINT_BYTES, signal });
  } catch (error) {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${file}: ${faultText(error)}`, { cause: error });
  }
  const notes = splitNotes(text);
  if (notes.length === 0 || notes.includes(undefined)) throw new Plus1Error('PLUS1_USAGE', `${file} is no checkpoint`);
  return notes.flatMap((checkpoint) => (checkpoint === undefined ? [] : [{ checkpoint, file }]));
}

function textOf({ chain, first, last, head, root, key, after, faults, notes }: ChainVerdict): string {
  const state = faults.length === 0 ? 'whole' : `NOT whole, ${faults.length} fault${faults.length === 1 ? '' : 's'}`;
  const facts = [
    ...(head === null ? [] : [`head ${head}`]),
    ...(root === null ? [] : [`root ${root}`]),
    ...(key === null ? [] : [`key ${key}`]),
    ...(after === null ? [] : [`after ${after.chain}, record ${after.sequence}, ${after.hash}`]),
    ...notes.map((note) => `note: ${note}`),
  ];
  const lines = [
    `${chain}: ${state}, records ${first} to ${last}`,
    ...faults.map(faultLine),
    ...facts.map((fact) => `  ${fact}`),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function faultLine({ code, file, line, sequence, message }: Fault): string {
  const place = `${file ?? 'chain'}${line === null ? '' : `:${line}`}`;
  return `  ${place}: ${code}: ${message}${sequence === null ? '' : ` (record ${sequence})`}`;
}
