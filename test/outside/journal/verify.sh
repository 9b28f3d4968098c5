#!/usr/bin/env bash
# Verifies one chain of a journal with common tools alone: jq, sha256sum, openssl, gzip. What it does is explained, step by step,
# in docs/guides/journal.md. Exit code 0: whole; 1: not, and a line says why; 2: wrong usage.
#   verify.sh CHAIN
set -euo pipefail
export LC_ALL=C

[ $# -eq 1 ] && [ -f "$1/manifest.json" ] || { echo "usage: $0 CHAIN (a folder with manifest.json)" >&2; exit 2; }
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "fault: $*" >&2; exit 1; }
sha() { sha256sum | cut -d' ' -f1; }
# Digits of bytes as these bytes.
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }

# 1. The lines, oldest segment first.
for segment in $(ls | grep -E '^[0-9]{8}\.jsonl(\.gz)?$' | sort); do
  case $segment in
    *.gz) [ -e "${segment%.gz}" ] || gzip -dc "$segment" || fail "$segment cannot be decompressed" ;;
    *) cat "$segment" ;;
  esac
done >"$work/lines"
[ -s "$work/lines" ] || fail 'there is no record'
jq -e '.removed == []' manifest.json >"$work/ignored" || fail 'segments were removed: this script needs all of them'

# 2. Each record names the hash of the one before it, and is the next number of this chain.
chain=$(jq -r .chain manifest.json)
before=sha256:$(printf '0%.0s' {1..64})
sequence=0
edge=()
while IFS= read -r line; do
  sequence=$((sequence + 1))
  [ "$(jq -r '"\(.seq) \(.prev) \(.chain)"' <<<"$line")" = "$sequence $before $chain" ] || fail "record $sequence does not follow the record before it"
  before=sha256:$(printf %s "$line" | sha)
  # 3. The tree of RFC 6962: a leaf is 00 and the line, a node is 01 and the two below it.
  hash=$({ printf '\0'; printf %s "$line"; } | sha)
  for ((size = sequence - 1; size % 2 == 1; size /= 2)); do
    hash=$(bytes "01${edge[-1]}$hash" | sha)
    unset 'edge[-1]'
  done
  edge+=("$hash")
  root=$hash
  for ((at = ${#edge[@]} - 2; at >= 0; at--)); do root=$(bytes "01${edge[at]}$root" | sha); done
  bytes "$root" | base64 >>"$work/roots"
done <"$work/lines"

# 4. The checkpoint: origin, size and root, an empty line, and a signature over all before that line.
sed '/^$/,$d' checkpoint >"$work/text"
{ read -r origin; read -r size; read -r signed; } <"$work/text"
[ "$origin" = "plus1.dev/$chain" ] || fail "the checkpoint is of $origin"
[ "$size" -le "$sequence" ] || fail "the checkpoint signs $size records, and there are $sequence"
[ "$(sed -n "${size}p" "$work/roots")" = "$signed" ] || fail "the checkpoint signs other records"

# 5. The key: KEY, or the last one of the manifest, without the byte that says Ed25519, in the form that openssl reads.
vkey=${KEY:-$(jq -r '.keys[-1]' manifest.json)}
public=${vkey#*+}
public=${public#*+}
{ bytes 302a300506032b6570032100; base64 -d <<<"$public" | tail -c 32; } >"$work/key.der"
# The signature stands after the four bytes of the key's number, which are the first of the hash of name, algorithm and key.
number=$({ printf '%s\n' "$origin"; base64 -d <<<"$public"; } | sha | cut -c1-8)
[ "$vkey" = "$origin+$number+$public" ] || fail "the key is none of $origin"
sed '1,/^$/d' checkpoint | while read -r _ name signature; do
  [ "$name" = "$origin" ] && [ "$(base64 -d <<<"$signature" | head -c 4 | od -An -tx1 | tr -d ' \n')" = "$number" ] || continue
  base64 -d <<<"$signature" | tail -c +5 >"$work/signature"
done
[ -s "$work/signature" ] || fail "the checkpoint is not signed by $vkey"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" -sigfile "$work/signature" >"$work/ignored" 2>&1 ||
  fail 'the signature of the checkpoint is wrong'

# 6. The checkpoints that are kept: the newest one names them by their length and hash. Those of earlier versions name none. The newest
# may stand behind them already.
read -r _ kept hash < <(grep '^kept ' "$work/text" || true) || true
if [ -n "$kept" ]; then
  [ -e checkpoints ] && cp checkpoints "$work/kept" || : >"$work/kept"
  [ "sha256:$(head -c "$kept" "$work/kept" | sha)" = "$hash" ] || fail "the first $kept bytes of checkpoints are not those that the checkpoint names"
  tail -c "+$((kept + 1))" "$work/kept" | sed '1{/^$/d}' >"$work/more"
  [ ! -s "$work/more" ] || cmp -s "$work/more" checkpoint || fail 'checkpoints has more than the checkpoint names'
fi

echo "whole: $chain, records 1 to $sequence, checkpoint of $size, head $before"
