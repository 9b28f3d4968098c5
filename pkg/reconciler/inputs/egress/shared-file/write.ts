/** The writes of one proposal, in their order: told to the journal, sent once each, and proved by a read. */
import { sha256 } from '../../../../base/index.js';
import {
  COMMIT_MESSAGE,
  entriesOf,
  overBody,
  PULL_TITLE,
  pullBody,
  type Proposal,
  type SharedEntry,
} from '../../../../egress/index.js';
import { toPlus1Error, type Plus1Error } from '../../../../errors/index.js';
import type { FailedWrite, GitHubWriter, PullRequest, WriteOptions } from '../../../../github/index.js';
import type { Data } from '../../../../journal/index.js';
import { SENT_WITHIN_MS } from '../../../memory/open-write.js';
import { unproved } from '../../../owned/faults.js';
import { failureOf, outcomeOf } from '../../../owned/means.js';
import type { BranchSight } from './look.js';
import type { SharedMeans, Sight, Wanted } from './means.js';

type Writer = GitHubWriter['sharedFile'];

export interface Proposing {
  means: SharedMeans;
  writer: Writer;
  sight: Sight;
  branch: BranchSight | undefined;
  open: PullRequest | undefined;
  /** All that is to stand in the file. */
  entries: readonly SharedEntry[];
  wanted: Wanted;
  foreign: readonly string[];
}

type Proposed = Extract<Proposal, { do: 'propose' }>;

/** The number of the pull request. Nothing is sent, and nothing is told, where all is as it should be. Throws where it is not proved. */
export async function propose(proposing: Proposing, { text, commit }: Proposed): Promise<number> {
  const { means, sight, open } = proposing;
  const change = changeOf(proposing);
  const body = bodyOf(proposing, change);
  if (open !== undefined && commit === undefined && open.body.trim() === body.trim()) return open.number;
  const told = { action: 'propose', sha256: `sha256:${sha256(text)}`, ...recordOf(change) };
  return recorded(proposing, told, async () => {
    // First: a reviewer of the new commit reads there what it brings.
    if (open !== undefined && open.body.trim() !== body.trim()) await changeBody(proposing, open.number, body);
    if (commit !== undefined) await moveTo(proposing, { text, commit });
    return open?.number ?? openPull(proposing, body);
  });

  async function moveTo(
    { writer, branch }: Proposing,
    { text: to, commit: { tree, parents } }: Required<Pick<Proposed, 'text' | 'commit'>>,
  ): Promise<void> {
    const { at, path, reader, signal } = means;
    const commitOf = (which: 'base' | 'branch'): string => (which === 'base' ? sight.baseHead : (branch?.head ?? ''));
    const of = await reader.sharedFile.tree(at, commitOf(tree), signal);
    const what = `write ${path} in ${at.name}`;
    const made = await outcomeOf(
      writer.commit(
        at,
        { path, text: to, tree: of, parents: parents.map(commitOf), message: COMMIT_MESSAGE },
        signal,
        termsOf(means),
      ),
      signal,
    );
    if (made.state !== 'answered') throw failureOf(what, made).error;
    const ref = { branch: means.branch, commit: made.commit };
    const sending =
      branch === undefined
        ? writer.createBranch(at, ref, signal, termsOf(means))
        : writer.moveBranch(at, ref, signal, termsOf(means));
    const isThere = async (): Promise<boolean> =>
      (await reader.sharedFile.head(at, means.branch, signal)) === made.commit;
    await proved(means, { what: `move the branch ${means.branch} of ${at.name}`, sending, isThere });
  }
}

async function changeBody({ means, writer, sight }: Proposing, number: number, body: string): Promise<void> {
  const { at, signal } = means;
  const sending = writer.changePull(at, { number, body }, signal, termsOf(means));
  const isThere = async (): Promise<boolean> => (await pullNow(means, sight, number))?.body.trim() === body.trim();
  await proved(means, { what: `change the pull request ${number} of ${at.name}`, sending, isThere });
}

async function openPull({ means, writer, sight }: Proposing, body: string): Promise<number> {
  const { at, branch, signal } = means;
  const asked = { head: branch, base: sight.defaultBranch, title: PULL_TITLE, body };
  const sending = writer.openPull(at, asked, signal, termsOf(means));
  let number: number | undefined;
  const isThere = async (): Promise<boolean> => {
    number = (await pullNow(means, sight))?.number;
    return number !== undefined;
  };
  await proved(means, { what: `open a pull request in ${at.name}`, sending, isThere });
  return number ?? 0;
}

/** Nothing is left to be changed. */
export async function closeOver(proposing: Proposing): Promise<void> {
  const { means, writer, sight, open, wanted } = proposing;
  if (open === undefined) return;
  const { at, signal } = means;
  const { number } = open;
  await recorded(proposing, { action: 'close', sha256: null, ...recordOf(changeOf(proposing)) }, async () => {
    // The mark first: one that is closed without it would be taken for closed by a person.
    const sending = writer.changePull(
      at,
      { number, body: overBody(wanted.hash), state: 'closed' },
      signal,
      termsOf(means),
    );
    const isThere = async (): Promise<boolean> => (await pullNow(means, sight, number))?.state === 'closed';
    await proved(means, { what: `close the pull request ${number} of ${at.name}`, sending, isThere });
    return number;
  });
}

/** The open one, or that of a number, as it is now. */
async function pullNow(
  { at, branch, reader, signal }: SharedMeans,
  { defaultBranch }: Sight,
  number?: number,
): Promise<PullRequest | undefined> {
  const pulls = await reader.sharedFile.pulls(at, { head: branch, base: defaultBranch }, signal);
  return pulls.find((pull) => (number === undefined ? pull.state === 'open' : pull.number === number));
}

interface Sending {
  what: string;
  sending: Promise<{ state: 'answered' } | FailedWrite>;
  isThere: () => Promise<boolean>;
}

/** Whatever its answer was: a read says whether it is so. Throws where it is not. */
async function proved({ signal }: SharedMeans, { what, sending, isThere }: Sending): Promise<void> {
  const outcome = await outcomeOf(sending, signal);
  signal.throwIfAborted();
  if (await isThere()) return;
  throw outcome.state === 'answered' ? unproved(what, 'a read does not show it') : failureOf(what, outcome).error;
}

const termsOf = ({ reader, assertMayWrite }: SharedMeans): WriteOptions => ({
  ...{ sendByMs: reader.time.now() + SENT_WITHIN_MS, assertMaySend: assertMayWrite },
});

interface Change {
  entering: readonly SharedEntry[];
  leaving: readonly SharedEntry[];
}

/** Against the default branch. */
function changeOf({ sight, entries }: Proposing): Change {
  const known = entriesOf(sight.base);
  const keys = (of: readonly SharedEntry[]): Set<string> => new Set(of.map(keyOf));
  const [before, after] = [keys(known), keys(entries)];
  return {
    entering: entries.filter((entry) => !before.has(keyOf(entry))),
    leaving: known.filter((entry) => !after.has(keyOf(entry))),
  };
}

const keyOf = ({ endpoint, rule, digest }: SharedEntry): string => `${endpoint} ${rule} ${digest}`;

const bodyOf = ({ means, wanted, foreign }: Proposing, { entering, leaving }: Change): string =>
  pullBody({
    ...{ policy: means.policy, entering, leaving, foreign, hash: wanted.hash, reasons: wanted.reasons },
    digests: [...new Set(entering.map(({ digest }) => digest))].sort(),
  });

const recordOf = ({ entering, leaving }: Change): Pick<Data<'SharedFileIntended'>, 'enter' | 'leave'> => {
  const rows = (entries: readonly SharedEntry[]): Data<'SharedFileIntended'>['enter'] =>
    entries.map(({ endpoint, rule, digest }) => ({ endpoint, rule, digest }));
  return { enter: rows(entering), leave: rows(leaving) };
};

/** Told before the first write and after the last one. */
async function recorded(
  { means, open }: Proposing,
  intended: Omit<Data<'SharedFileIntended'>, 'repository' | 'path' | 'branch' | 'pullRequest'>,
  work: () => Promise<number>,
): Promise<number> {
  const { at, path, branch, reader, tell, signal } = means;
  const of = { repository: at.name, path, branch };
  await tell([
    {
      kind: 'SharedFileIntended',
      data: { ...of, pullRequest: open?.number ?? null, ...intended } as Data<'SharedFileIntended'>,
    },
  ]);
  try {
    const pullRequest = await work();
    const commit = (await reader.sharedFile.head(at, branch, signal)) ?? null;
    await tell([{ kind: 'SharedFileEnded', data: { ...of, pullRequest, state: 'proved', commit, error: null } }]);
    return pullRequest;
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    if (!signal.aborted)
      await tell([
        {
          kind: 'SharedFileEnded',
          data: {
            ...of,
            pullRequest: open?.number ?? null,
            state: stateOf(error),
            commit: null,
            error: `${error.code}: ${error.message}`,
          },
        },
      ]);
    throw error;
  }
}

const stateOf = ({ code }: Plus1Error): string =>
  code === 'PLUS1_WRITE_REFUSED' || code === 'PLUS1_PERMISSION_MISSING' ? 'refused' : 'unproved';
