/**
 * `VERIFY.md`: how to check a certification offline. Its commands need a POSIX shell, sha256sum and openssl, and no code of ours: who
 * reads it can see all of what is done.
 */
import type { ExportedChain } from '../../journal/index.js';

export interface VerifyInput {
  title: string;
  chains: readonly ExportedChain[];
  /** Whether there is a checkpoint that covers the last record. */
  hasCheckpoint: boolean;
}

export function verifyPage({ title, chains, hasCheckpoint }: VerifyInput): string {
  return `# How to check this folder

${title}. Everything below works offline, in a POSIX shell, with \`sha256sum\` and \`openssl\`. Run the blocks one after the other in
one shell, in this folder. Each prints \`OK\` or says what is wrong.

## 1. The files are those that were written

\`manifest.json\` has the SHA-256 of every file, and in its last line that of itself. Who could change a file and the manifest could also
change this page: compare the printed hash of the manifest with the one that you were given another way.

\`\`\`sh
while IFS='"' read -r _ key _ file _ _ _ sum _; do
  [ "$key" = file ] && printf '%s  %s\\n' "$sum" "$file"
done < manifest.json | sha256sum -c --quiet && echo 'files: OK' || echo 'files: CHANGED'

set -- $(while IFS= read -r line; do
  case $line in '"self":'*) break ;; esac
  printf '%s\\n' "$line"
done < manifest.json | sha256sum)
while IFS= read -r line || [ -n "$line" ]; do last=$line; done < manifest.json
[ "$last" = "\\"self\\":\\"$1\\"}" ] && echo "manifest: OK $1" || echo 'manifest: CHANGED'
\`\`\`

## 2. The records are a chain

Each record of the journal names the hash of the record before it (\`prev\`), and the hash of a tree over all of them (RFC 6962) is what the
checkpoint of the chain signs. This recomputes both. It takes some milliseconds a record.

\`\`\`sh
raw() {
  h=$1 o=
  while [ -n "$h" ]; do
    r=\${h#??} v=$((0x\${h%"\${h#??}"})) h=$r
    o="$o\\\\0$((v / 64))$((v / 8 % 8))$((v % 8))"
  done
  printf %b "$o"
}
node() {
  set -- $({ printf %b '\\0001'; raw "$1"; raw "$2"; } | sha256sum)
  hash=$1
}
leaf() {
  set -- $({ printf %b '\\0000'; printf %s "$1"; } | sha256sum)
  hash=$1
}
add() {
  leaf "$1"
  s=$size
  while [ $((s % 2)) -eq 1 ]; do
    node "\${edge##* }" "$hash"
    edge=\${edge% *}
    s=$((s / 2))
  done
  edge="$edge $hash"
  size=$((size + 1))
}
root() {
  hash=\${edge##* }
  e=\${edge% *}
  while [ -n "$e" ]; do
    node "\${e##* }" "$hash"
    e=\${e% *}
  done
  raw "$hash" | openssl base64
}
records() {
  while IFS= read -r line; do
    case $line in
      *"\\"prev\\":\\"$prev\\""*) ;;
      *) echo "$1: CHANGED near record $((seq + 1))"; return 1 ;;
    esac
    [ "$size" -lt "$signed" ] && add "$line"
    seq=$((seq + 1))
    set -- "$1" $(printf %s "$line" | sha256sum)
    prev=sha256:$2
  done < "$1"
}
signature() {
  { IFS= read -r origin; IFS= read -r signed; IFS= read -r want; } < "$1"
  printf '%s\\n%s\\n%s\\n' "$origin" "$signed" "$want" > "$t.text"
  printf %s "$2" | openssl base64 -d -A > "$t.sig"
  printf '%s\\n' "-----BEGIN PUBLIC KEY-----" "$3" "-----END PUBLIC KEY-----" > "$t.pem"
  openssl pkeyutl -verify -pubin -inkey "$t.pem" -rawin -in "$t.text" -sigfile "$t.sig" > /dev/null 2>&1 &&
    echo "signature of $1: OK" || echo "signature of $1: WRONG"
}
t=\${TMPDIR:-/tmp}/plus1-verify-$$
\`\`\`
${chains.map(chainBlock).join('')}
The shell leaves three small files, \`$t.text\`, \`$t.sig\` and \`$t.pem\`, which can be deleted.

## 3. The key is the one that you know

${chains.map(({ chain, keys }) => keys.map((key) => `- \`${chain}\`: \`${key.vkey}\`\n`).join('')).join('')}
A key that only this folder names proves nothing. Compare it with the line \`Journal opened\` of the log, or with one that you kept.

## 4. With Plus1

    plus1 journal verify journal${hasCheckpoint ? ' --checkpoint checkpoint' : ''}

It also replays the membership from record to record, and compares it with the hashes in the records. ${
    hasCheckpoint
      ? '`checkpoint` is the oldest kept one that covers the last record of the month: a later run of `plus1 report certification` names the same.'
      : 'There is no `checkpoint` in this folder: none covers the last record of the month yet.'
  }

## What this does not prove

That a record was written for everything that happened: compare with GitHub's own history of the ruleset
(\`plus1 report certification --reconcile\`) and with its audit log. That the clock was right: compare the times with those at which your log
store received the checkpoints.
`;
}

/** The variables that the records of one chain begin with, and its files. */
function chainBlock({ chain, folder, files, first, previousHash, edge, signature }: ExportedChain): string {
  const where = `journal/${folder}`;
  const sign =
    signature === undefined
      ? 'signed=0\necho "there is no checkpoint of this chain"'
      : `signature '${where}/checkpoint' '${signature.base64}' '${signature.publicKey}'`;
  const compare =
    signature === undefined ? '' : `\n[ "$(root)" = "$want" ] && echo 'records and tree: OK' || echo 'tree: CHANGED'`;
  return `
\`${chain}\`:

\`\`\`sh
${sign}
size=${first - 1} seq=${first - 1} prev=${previousHash}
edge='${edge.map((hash) => ` ${hash}`).join('')}'
${files.map((file) => `records '${where}/${file}'`).join(' &&\n')}${compare}
\`\`\`
`;
}
