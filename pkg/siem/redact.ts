/** What a sink says may repeat what was sent to it: the values of its credentials are cut out. Pure. */
import { withoutValues } from '../text/index.js';
import type { Credentials, SinkAnswer } from './sinks/sink.js';

/** The same answer without token and password, in whatever form they were sent. Before it is cut to a length, which may leave half of one. */
export function withoutSecrets(answer: SinkAnswer, { token, username, password }: Credentials): SinkAnswer {
  const pair = username === undefined || password === undefined ? [] : [`${username}:${password}`];
  const values = [token, password, ...pair].filter((value) => value !== undefined);
  const text = withoutValues(answer.text, values.flatMap(formsOf));
  return { ...answer, text };
}

const formsOf = (value: string): string[] => [
  ...[value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)],
  Buffer.from(value).toString('base64').replace(/=+$/, ''),
];
