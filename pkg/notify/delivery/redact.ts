/** What a channel or the network says may repeat what was sent to it: values of its Secret are cut out. Pure. */
import type { ChannelSecret } from '../channels/channel.js';

/** Shorter ones are ports, and words that stand in every sentence. */
const LEAST = 6;
/** Keys whose values anybody may see. */
const OPEN_KEYS = new Set(['host', 'port', 'from', 'ca.crt']);

/** The text without values of the Secret, nor the path and query of its address. */
export function redacted(text: string, secret: ChannelSecret): string {
  const hidden = Object.entries(secret)
    .filter(([key]) => !OPEN_KEYS.has(key))
    .flatMap(([, value]) => [value.trim(), ...partsOf(value.trim())])
    .filter((part) => part.length >= LEAST)
    .sort((a, b) => b.length - a.length);
  return hidden.reduce((left, part) => left.replaceAll(part, '[redacted]'), text);
}

function partsOf(value: string): string[] {
  if (!URL.canParse(value)) return value.split(/\s+/);
  const { pathname, search } = new URL(value);
  return [`${pathname}${search}`, pathname, search, ...pathname.split('/'), ...search.slice(1).split(/[&=]/)];
}
