/** Verifies every chain below some folders, each by itself and by what others prove of it. */
import { realFiles, type Files } from '../chain/files.js';
import type { Head } from '../record/fields.js';
import { chainOfOrigin, originOf } from '../proof/checkpoint.js';
import { chainFolders } from '../chain/chain-folders.js';
import { afterOf, judgeChain, type JudgedChain, type Proofs } from './chain.js';
import { fileFault, type ChainVerdict, type Fault } from './fault.js';
import type { Line } from './evidence.js';

export interface VerifyRequest extends Proofs {
  folders: readonly string[];
  /** What others say of a chain, such as the status of its policy: where it stood at least. `from` says who. */
  heads: readonly (Head & { from: string })[];
  files?: Files;
}

export interface Verdict {
  whole: boolean;
  chains: ChainVerdict[];
}

/** Chains of one policy stand in the order in which they follow each other. */
export async function verify({ folders, heads, files = realFiles, ...proofs }: VerifyRequest): Promise<Verdict> {
  const judged: JudgedChain[] = [];
  for (const folder of new Set((await Promise.all(folders.map((each) => chainFolders(files, each)))).flat()))
    judged.push(await judgeChain(files, folder, proofs));
  const named = judged.flatMap(({ lines, verdict }) => lines.flatMap((line) => headOf(line, verdict.chain)));
  for (const { verdict, lines } of judged) {
    for (const head of [...named, ...heads]) {
      const fault = head.chain === verdict.chain ? judgeHead(head, verdict, lines) : undefined;
      if (fault !== undefined) verdict.faults.push(fault);
    }
  }
  const chains = [...inOrder(judged), ...missingChains(judged, proofs)];
  return { whole: chains.every(({ faults }) => faults.length === 0), chains };
}

/** What a first record of another chain proves. */
function headOf(line: Line, chain: string): (Head & { from: string })[] {
  const after = afterOf(line);
  return after === null || after.chain === chain ? [] : [{ ...after, from: `the chain ${chain}` }];
}

function judgeHead(
  { sequence, hash, from }: Head & { from: string },
  { last }: ChainVerdict,
  lines: readonly Line[],
): Fault | undefined {
  const end = lines.at(-1);
  if (sequence > last)
    return {
      ...{ code: 'tail-cut', file: end?.file ?? null, line: end?.line ?? null, sequence: last + 1 },
      message: `it ends at record ${last}, and ${from} names record ${sequence}`,
    };
  const line = lines.find(({ record }) => record?.seq === sequence);
  if (line === undefined || line.hash === hash) return undefined;
  return {
    ...{ code: 'history-rewritten', file: line.file, line: line.line, sequence },
    message: `its hash is ${line.hash}, and ${from} names ${hash}`,
  };
}

/** A chain that a checkpoint proves, and of which nothing is left. */
function missingChains(judged: readonly JudgedChain[], { checkpoints }: Proofs): ChainVerdict[] {
  const here = new Set(judged.map(({ verdict }) => originOf(verdict.chain)));
  return checkpoints
    .filter(({ checkpoint }) => !here.has(checkpoint.origin))
    .map(({ checkpoint: { origin, size }, file }) => ({
      ...{
        chain: chainOfOrigin(origin) ?? origin,
        first: 0,
        last: 0,
        head: null,
        root: null,
        key: null,
        keySource: null,
      },
      ...{ after: null, notes: [] },
      faults: [fileFault('tail-cut', file, `nothing of the chain is there, and this checkpoint signs ${size} records`)],
    }));
}

function inOrder(judged: readonly JudgedChain[]): ChainVerdict[] {
  const began = ({ lines }: JudgedChain): string => lines[0]?.record?.time ?? '';
  const policy = ({ verdict }: JudgedChain): string => verdict.chain.split('/').slice(0, -1).join('/');
  const byTime = [...judged].sort((a, b) => compare(policy(a), policy(b)) || compare(began(a), began(b)));
  const ordered: JudgedChain[] = [];
  const place = (each: JudgedChain): void => {
    if (ordered.includes(each)) return;
    const before = byTime.find(({ verdict }) => verdict.chain === each.lines.map(afterOf)[0]?.chain);
    if (before !== undefined && before !== each && !comesAfter(before, each)) place(before);
    if (!ordered.includes(each)) ordered.push(each);
  };
  byTime.forEach(place);
  return ordered.map(({ verdict }) => verdict);
}

/** Two chains that name each other in their first records are damaged; they are not followed in a circle. */
const comesAfter = (chain: JudgedChain, other: JudgedChain): boolean =>
  chain.lines.map(afterOf)[0]?.chain === other.verdict.chain;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
