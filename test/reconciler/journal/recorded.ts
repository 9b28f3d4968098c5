/** What a chain says, made from entries as a writer takes them in. */
import { Replay, type Entry } from '../../../pkg/journal/index.js';

export const TIME = '2026-11-28T04:00:00.000Z';

/** The replay of these entries, one record each. */
export function recordedBy(...entries: readonly Entry[]): Replay {
  const replay = new Replay();
  for (const [at, { kind, data }] of entries.entries())
    replay.apply({
      ...{ v: 1, chain: 'c', seq: at + 1, lastSeq: at + 1, prev: '', time: TIME, kind, actor: 'test', pass: null },
      policy: { namespace: 'default', name: 'acme', uid: 'u', organization: 'acme', ruleset: 'r' },
      data,
    });
  return replay;
}

/** The first record of a chain with those members. */
export const started = (members: readonly number[], more: object = {}): Entry => ({
  kind: 'ChainStarted',
  data: {
    ...{ members: [...members], repositories: [], ungoverned: [], hold: null, exemptions: [], spec: null, tool: '1' },
    after: null,
    ...more,
  },
});
