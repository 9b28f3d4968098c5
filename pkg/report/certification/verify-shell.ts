/**
 * The shell of `VERIFY.md`: POSIX sh with nothing but sha256sum and openssl. Functions print a line for what they checked, and count what was
 * wrong (`bad`) and what could not be checked here (`open`).
 */

/** Of all steps. Prints nothing. */
export const TOOLS = `bad=0 open=0 nl='
'
wrong() {
  echo "$1"
  bad=$((bad + 1))
}
unsure() {
  echo "$1"
  open=$((open + 1))
}
# Bytes of a hexadecimal text.
raw() {
  h=$1 o=
  while [ -n "$h" ]; do
    r=\${h#??} v=$((0x\${h%"\${h#??}"})) h=$r
    o="$o\\\\0$((v / 64))$((v / 8 % 8))$((v % 8))"
  done
  printf %b "$o"
}
# A base64 text as hexadecimal.
hex() {
  b=$1 n=0 k=0
  while [ -n "$b" ] && [ "$b" != = ] && [ "$b" != == ]; do
    c=\${b%"\${b#?}"} b=\${b#?} i=\${letters%%"$c"*}
    n=$(((n % 256) * 64 + \${#i})) k=$((k + 6))
    [ "$k" -ge 8 ] && k=$((k - 8)) && printf %02x $((n >> k & 255))
  done
}
letters=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/`;

/** Of the files. */
export const FILES = `listed=$nl before=$bad count=0
while IFS='"' read -r _ key _ file _ _ _ sum _; do
  [ "$key" = file ] || continue
  listed=$listed$file$nl count=$((count + 1))
  set -- $(sha256sum < "$file") none
  [ "$1" = "$sum" ] || wrong "CHANGED: $file"
done < manifest.json
walk() {
  for f in "$1"* "$1".[!.]* "$1"..?*; do
    if [ -d "$f" ] && [ ! -h "$f" ]; then
      walk "$f/"
    elif [ -e "$f" ] || [ -h "$f" ]; then
      case $listed in *"$nl$f$nl"*) ;; *) [ "$f" = manifest.json ] || wrong "NOT LISTED: $f" ;; esac
    fi
  done
}
walk ''
[ "$bad" = "$before" ] && echo "files: OK, all $count, and no other"

set -- $(while IFS= read -r line; do
  case $line in '"self":'*) break ;; esac
  printf '%s\\n' "$line"
done < manifest.json | sha256sum)
while IFS= read -r line || [ -n "$line" ]; do last=$line; done < manifest.json
if [ "$last" = "\\"self\\":\\"$1\\"}" ]; then echo "manifest: OK $1"; else wrong 'manifest: CHANGED'; fi`;

/** Whether signatures can be checked at all: with one that is known to be right, of https://www.rfc-editor.org/rfc/rfc8032#section-7.1 (test 2). */
export const SIGNATURES = `t=\${TMPDIR:-/tmp}/plus1-verify-$$ can=
# Whether a signature over $t.text is of a public key; both hexadecimal.
ed25519() {
  raw "$2" > "$t.sig"
  {
    echo '-----BEGIN PUBLIC KEY-----'
    raw "302a300506032b6570032100$1" | openssl base64
    echo '-----END PUBLIC KEY-----'
  } > "$t.pem"
  openssl pkeyutl -verify -pubin -inkey "$t.pem" -rawin -in "$t.text" -sigfile "$t.sig" > "$t.told" 2>&1
}
right=92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
right=\${right}085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
by=3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
if ! { printf r > "$t.text"; } 2> /dev/null; then
  unsure "signatures: CANNOT BE CHECKED HERE, since $t.text cannot be written: set TMPDIR to a folder that you may write to"
elif ! ed25519 "$by" "$right"; then
  unsure "signatures: CANNOT BE CHECKED HERE by $(openssl version): use OpenSSL 3.0 or newer"
else
  printf s > "$t.text"
  if ed25519 "$by" "$right"; then
    unsure "signatures: CANNOT BE CHECKED HERE by $(openssl version): it takes a wrong one for right"
  else
    can=yes
    echo "signatures: can be checked by $(openssl version)"
  fi
fi`;

/** Of the chains. Prints nothing. */
export const CHAINS = `node() {
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
# A checkpoint, by the key that $key names.
checkpoint() {
  origin= signed=0 want=
  { IFS= read -r origin; IFS= read -r signed; IFS= read -r want; } < "$1"
  case $signed in '' | *[!0-9]*) signed=0 ;; esac
  name=\${key%%+*} id=\${key#*+}
  pub=$(hex "\${id#*+}") id=\${id%%+*} sig=
  set -- "$1" $({ printf '%s\\n' "$name"; raw "$pub"; } | sha256sum)
  case \${#id}$2 in 8"$id"*) ;; *) wrong "key: WRONG, $key is none" ;; esac
  while IFS= read -r line; do
    case $line in "— $name "*) line=$(hex "\${line##* }") ;; *) continue ;; esac
    case $line in "$id"*) sig=\${line#????????} ;; esac
  done < "$1"
  if [ "$origin" != "$name" ] || [ -z "$sig" ]; then
    wrong "signature of $1: WRONG, it is not by $key"
  elif [ -n "$can" ]; then
    while IFS= read -r line && [ -n "$line" ]; do printf '%s\\n' "$line"; done < "$1" > "$t.text"
    if ed25519 "\${pub#01}" "$sig"; then
      echo "signature of $1: OK, by the key $key"
    else
      wrong "signature of $1: WRONG, it is not by $key"
    fi
  fi
}
# The record of another file or chain that a file says it follows.
follows() {
  IFS= read -r line < "$1"
  a=\${line#*'"data":{"after":{"chain":"'}
  [ "$a" = "$line" ] && return
  h=\${a#*'"hash":"'} s=\${a#*'"sequence":'}
  links="$links$nl\${a%%\\"*} \${s%%\\}*} \${h%%\\"*}$nl"
}
records() {
  [ -n "$broken" ] && return
  while IFS= read -r line || [ -n "$line" ]; do
    seq=$((seq + 1))
    case $line in
      *"\\"prev\\":\\"$prev\\",\\"seq\\":$seq,\\"time\\":"*) ;;
      *) broken=yes; wrong "$1: CHANGED near record $seq"; return ;;
    esac
    [ "$size" -lt "$signed" ] && add "$line"
    set -- "$1" $(printf %s "$line" | sha256sum)
    prev=sha256:$2
    case $links in
      *"$nl$chain $seq $prev$nl"*) met="$met $chain/$seq " ;;
      *"$nl$chain $seq "*) wrong "$1: CHANGED, record $seq is not the one that another file follows" ;;
    esac
  done < "$1"
}
tree() {
  [ -n "$broken" ] && return
  if [ "$seq" -lt "$signed" ]; then
    wrong "records: CHANGED, $signed are signed and the last one here is $seq"
  elif [ "$signed" -gt 0 ] && [ "$(root)" != "$want" ]; then
    wrong "tree: CHANGED, records $first to $signed are not those that are signed"
  elif [ "$seq" -gt "$signed" ]; then
    wrong "records: NOT ALL SIGNED, $signed signed and $((seq - signed)) added after them that nobody signed"
  else
    echo "records and tree: OK, records $first to $seq, all of them signed, none unsigned"
  fi
}
met= links=`;

/** Of the links between files and chains. `chains`: each with the number of its first record here. */
export const linksBlock = (
  chains: readonly { chain: string; first: number }[],
): string => `before=$bad found=0 outside=0
set -- $links
while [ $# -ge 3 ]; do
  case $1 in
${chains.map(({ chain, first }) => `    '${chain}') first=${first} ;;\n`).join('')}    *) first= ;;
  esac
  if [ -z "$first" ] || [ "$2" -lt "$first" ]; then
    outside=$((outside + 1))
  else
    case $met in *" $1/$2 "*) found=$((found + 1)) ;; *) wrong "links: WRONG, record $2 of $1 is not here" ;; esac
  fi
  shift 3
done
[ "$bad" = "$before" ] && echo "links: OK, $found are of records that are here, $outside of records that are not in this folder"`;

/** Who changes a page can write a manifest for it: what a reader has to know by another way stands in the last line. */
export const RESULT = `if [ "$bad" -gt 0 ]; then
  echo "RESULT: $bad checks found something WRONG"
elif [ "$open" -gt 0 ]; then
  echo "RESULT: nothing wrong was found, and $open checks could NOT be made here"
else
  echo 'RESULT: OK, if the hash of the manifest and the keys are those that you were given another way'
fi`;
