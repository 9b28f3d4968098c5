/**
 * `VERIFY.md`: how to check a certification offline. Its commands need a POSIX shell, sha256sum and openssl, and no code of ours: who
 * reads it can see all of what is done.
 */
import type { ExportedChain } from '../../journal/index.js';
import { CHAINS, FILES, linksBlock, RESULT, SIGNATURES, TOOLS } from './verify-shell.js';

export interface VerifyInput {
  title: string;
  /** Namespace and name of the policy. */
  policy: string;
  month: string;
  chains: readonly ExportedChain[];
  /** Whether there is a checkpoint that covers the last record. */
  hasCheckpoint: boolean;
}

const shell = (text: string): string => `\`\`\`sh\n${text}\n\`\`\`\n`;

/** Runs every block of the page. */
export const ALL_BLOCKS = "sed -n '/^```sh$/,/^```$/{/^```/!p;}' VERIFY.md | sh";

export function verifyPage({ title, policy, month, chains, hasCheckpoint }: VerifyInput): string {
  return `# How to check this folder

${title}.

| question | answered by | needs |
| --- | --- | --- |
| Are the files those that were written? | step 1, **if** you compare its hash with one from elsewhere | \`sha256sum\` |
| Are the records those that Plus1 wrote, none missing, changed or added? | step 2, **if** you compare its keys with those from elsewhere | \`sha256sum\`, \`openssl\` 3.0 or newer |
| Do the figures of the page and the tables follow from the records? | step 3 | Plus1 |

Who can change a file can change this page as well. So two things must come to you another way than this folder came, such as by a call
to the people who run Plus1, from a ticket, or from what you kept of an earlier month:

- **the hash of the manifest**: the one who made the folder reads it from the last line of \`manifest.json\`;
- **the key of each chain**: it stands in the line \`Journal opened\` that the controller logs at each start (field \`vkey\`). Ask for that line from
  the log store, where who can change this folder should have no rights. The key of a chain stays the same from month to month.

Steps 1 and 2 work offline, in a POSIX shell. Run the blocks one after the other in one shell, in this folder. A block without a check
prints nothing, as said above it; each other one prints what it checked: \`OK\`, what is \`CHANGED\`, \`WRONG\` or \`NOT LISTED\`, or what it
\`CANNOT\` check on this machine. The last line is the result of all of them. With \`sed\` at hand, all blocks at once, once you have
compared the keys below:

    ${ALL_BLOCKS}

What all steps use (prints nothing):

${shell(TOOLS)}
## 1. The files are those that were written

\`manifest.json\` has the SHA-256 of every file, and in its last line that of itself. Compare the hash that the last line prints.

${shell(FILES)}
## 2. The records are a chain

Each record of the journal names the hash of the record before it (\`prev\`), and the hash of a tree over all of them (RFC 6962) is what the
checkpoint of the chain signs (Ed25519). This recomputes both. It takes some milliseconds a record.

${order(chains)}
First, whether this machine can check such a signature. An older \`openssl\`, or LibreSSL, cannot: that says nothing about this folder.

${shell(SIGNATURES)}
How a chain is read, and a checkpoint (prints nothing):

${shell(CHAINS)}
Which records the files say they follow (prints nothing):

${shell(chains.flatMap(({ folder, segments }) => segments.map(({ file }) => `follows 'journal/${folder}/${file}'`)).join('\n'))}
${chains.map(chainBlock).join('')}The links between the chains, and the result:

${shell(linksBlock(chains))}
${shell(RESULT)}
The shell leaves four small files that begin with \`$t\`, which can be deleted.

## 3. The figures follow from the records: with Plus1

The steps before prove that nobody changed files and records. That the page and the tables say what the records say is not proved by them.
This makes the whole folder again from the enclosed records, and shows the differences:

    plus1 report certification ${policy} --month ${month} --journal journal --output ../again
    diff -r . ../again

There are none where the version of Plus1 is the same. What may differ all the same: \`--frameworks\` and \`--reconcile\`, where they were given, and
the age, owner and file of findings that are older than the enclosed records.

    plus1 journal verify journal${hasCheckpoint ? ' --checkpoint checkpoint' : ''}${chains.map(({ keys }) => keys.map(({ vkey }) => ` \\\n      --key '${vkey}'`).join('')).join('')}

This replays the membership from record to record, and compares it with the hashes in the records; put the keys in that you know. ${
    hasCheckpoint
      ? '`checkpoint` is the oldest kept one that covers the last record of the month, a later run of `plus1 report certification` names the same; it is of one chain. The checkpoint of each chain lies beside its records.'
      : 'There is no `checkpoint` in this folder: none covers the last record of the month yet.'
  }

## What this does not prove

That a record was written for everything that happened: compare with GitHub's own history of the ruleset
(\`plus1 report certification --reconcile\`) and with its audit log. That the clock was right: compare the times with those at which your log
store received the checkpoints.
`;
}

/** Why there are several chains, and in which order they were written. */
function order(chains: readonly ExportedChain[]): string {
  const files = chains.flatMap(({ chain, segments }) => segments.map((segment) => ({ chain, ...segment })));
  files.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const rows = files.map(
    ({ chain, file, first, last, from, until }) =>
      `| \`${chain}/${file}\` | ${first} to ${last} | ${from} | ${until} |\n`,
  );
  return `Each replica of Plus1 writes a chain of its own, and one replica leads at a time. A file begins when a month begins or another replica has led
meanwhile; its first record names the record that it follows, by chain, number and hash (\`data.after\`). So a chain may go on after another
one that follows it: that is no fork, and the links are checked below. In the order of time:

| file | records | from | until |
| --- | --- | --- | --- |
${rows.join('')}
The records before the month tell how it begins. The last ones are of the pass after the month, which sums up its last day; they reach to the
checkpoint that signs them.
`;
}

/** The variables that the records of one chain begin with, and its files. */
function chainBlock({ chain, folder, segments, first, previousHash, edge, signedBy }: ExportedChain): string {
  const where = `journal/${folder}`;
  const files = segments.map(({ file }) => `'${where}/${file}'`);
  const last = segments.at(-1)?.last ?? 0;
  const unsigned = signedBy !== undefined && signedBy.size < last;
  return `\`${chain}\`. **Compare this key with the one that you know, or put that one in its place**: it is the only one that is used.
${unsigned ? `\nWhen this was made, no checkpoint covered the records after ${signedBy.size} yet: nothing signs them. Make the certification again later.\n` : ''}
${shell(
  [
    `chain='${chain}' broken= first=${first}`,
    ...(signedBy === undefined
      ? ['signed=0', `unsure 'signature: there is NO checkpoint of this chain'`]
      : [`key='${signedBy.vkey}'`, `checkpoint '${where}/checkpoint'`]),
    `size=${first - 1} seq=${first - 1} prev=${previousHash}`,
    `edge='${edge.map((hash) => ` ${hash}`).join('')}'`,
    ...files.map((file) => `records ${file}`),
    ...(signedBy === undefined ? [] : ['tree']),
  ].join('\n'),
)}
`;
}
