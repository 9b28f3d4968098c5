/** What a sink says may repeat what was sent to it: the values of its credentials are cut out. Pure. */
import type { Credentials, SinkAnswer } from './sinks/sink.js';

/** Shorter ones stand in ordinary words. */
const SHORTEST_SECRET = 4;

/** The same answer without token and password, in whatever form they were sent. Before it is cut to a length, which may leave half of one. */
export function withoutSecrets(answer: SinkAnswer, { token, username, password }: Credentials): SinkAnswer {
  const pair = username === undefined || password === undefined ? [] : [`${username}:${password}`];
  const values = [token, password, ...pair].filter((value) => value !== undefined);
  const text = values
    .flatMap(formsOf)
    .filter(({ length }) => length >= SHORTEST_SECRET)
    // The longest first: what is left of one when a part of it is gone would be found no more.
    .sort((a, b) => b.length - a.length)
    .reduce((left, form) => left.replace(new RegExp(escaped(form), 'gi'), '[redacted]'), answer.text);
  return { ...answer, text };
}

const formsOf = (value: string): string[] => [
  ...[value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)],
  Buffer.from(value).toString('base64').replace(/=+$/, ''),
];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
