/** GitHub's answers to GraphQL questions: an answer that is damaged in any way must never show that a file is not there. */
import { expect } from 'chai';
import * as v from 'valibot';
import fc from 'fast-check';
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { Repository } from '../../../pkg/api/index.js';
import { readObservations, readRowObservations } from '../../../pkg/github/inventory/files-answer.js';
import { readPage } from '../../../pkg/github/inventory/listing-page.js';
import { readHistories } from '../../../pkg/github/inventory/origins-answer.js';
import { RetryableAnswer } from '../../../pkg/github/inventory/retryable-answer.js';
import { graphQLAnswer, type GraphQLAnswer } from '../../../pkg/github/requester/graphql-answer.js';
import { NetworkError } from '../../../pkg/github/requester/network-error.js';
import { PATH } from '../../builders.js';
import { corpus, jsonCorpus } from '../corpus.js';
import { mutatedTree } from '../mutate/tree.js';
import { target } from '../target.js';

const PATHS = [PATH, 'a/b.yaml'];
const ALL = jsonCorpus('answers') as { data?: { nodes?: { databaseId: number; id: string }[] } }[];
const withNodes = ALL.filter(({ data }) => Array.isArray(data?.nodes));
const BATCH = (withNodes[0]?.data?.nodes ?? []).map(
  ({ databaseId: id, id: nodeID }) => ({ id, nodeID, name: 'x' }) as Repository,
);
/** Bodies that servers on the way have sent. */
const BODIES = corpus('bodies').flatMap((text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown),
);

const ERRORS = [
  { type: 'NOT_FOUND', path: ['nodes', 0], message: 'm' },
  { type: 'RESOURCE_LIMITS_EXCEEDED', path: ['nodes', 1, 'defaultBranchRef'], message: 'm' },
  { type: 'FORBIDDEN', path: ['organization', 'repositories', 'nodes', 0], message: 'm' },
  { message: 'Timeout', path: null },
  null,
  'Timeout',
];

/** One of them with errors beside its data, as GitHub answers where a part fails. */
const bodies = fc
  .tuple(
    mutatedTree([...ALL.filter((each) => 'data' in each), ...BODIES]),
    fc.array(fc.constantFrom(...ERRORS), { maxLength: 2 }),
  )
  .map(([body, errors]) =>
    errors.length > 0 && typeof body === 'object' && body !== null ? { ...body, errors } : body,
  );

/** What a reader may throw; anything else would end a pass with PLUS1_INTERNAL. */
function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const isMeant = [v.ValiError, Plus1Error, RetryableAnswer, NetworkError].some((kind) => error instanceof kind);
    if (!isMeant) throw error;
    return undefined;
  }
}

export const answers = target<unknown>({
  name: 'graphql-answers',
  weight: 14,
  leastTaken: 0.15,
  inputs: bodies,
  judge: (body) => {
    const answer = unlessRefused(() => graphQLAnswer(body));
    if (answer === undefined) return false;
    return [
      looksAtFiles(answer, false),
      looksAtFiles(answer, true),
      looksAtRows(answer),
      looksAtList(answer),
      looksAtHistories(answer),
    ].some(Boolean);
  },
});

/** Where the reader says that a file is not there, the answer itself says null for it, of that repository, with no error about it. */
function looksAtFiles(answer: GraphQLAnswer, withFolder: boolean): boolean {
  const seen = unlessRefused(() => readObservations(answer, BATCH, { paths: PATHS, withFolder }));
  if (seen === undefined) return false;
  expect(seen).to.have.length(BATCH.length);
  const nodes = (answer.data as { nodes: unknown[] }).nodes;
  for (const [index, each] of seen.entries()) {
    if (!each.seen) continue;
    expect(
      answer.errors.every(({ path }) => path?.[0] === 'nodes' && path[1] !== index),
      'an error names it',
    ).to.equal(true);
    const node = nodes[index] as {
      databaseId: number;
      isEmpty: boolean;
      defaultBranchRef: null | { target: Record<string, unknown> };
    };
    expect(node.databaseId).to.equal(BATCH[index]?.id);
    for (const [at, file] of each.files.entries()) {
      if (file.state !== 'absent') continue;
      const isEmpty = node.defaultBranchRef === null && node.isEmpty;
      expect(isEmpty || node.defaultBranchRef?.target[`f${at}`] === null, `${file.path} is called absent`).to.equal(
        true,
      );
    }
  }
  return seen.some((each) => each.seen);
}

function looksAtRows(answer: GraphQLAnswer): boolean {
  const seen = unlessRefused(() => readRowObservations(answer, BATCH, 1)) ?? [];
  for (const [index, each] of seen.entries()) if (each.seen) expect(each.row?.id).to.equal(BATCH[index]?.id);
  return seen.some((each) => each.seen);
}

function looksAtList(answer: GraphQLAnswer): boolean {
  const page = unlessRefused(() => readPage(answer, undefined, { organization: 'acme', filter: {} }));
  if (page === undefined) return false;
  if (page.whole) expect(answer.errors).to.deep.equal([]);
  for (const { repository, certain } of page.rows) {
    expect(Number.isSafeInteger(repository.id) && repository.id > 0).to.equal(true);
    if (answer.errors.some(({ path }) => path?.[2] !== 'nodes')) expect(certain).to.equal(false);
  }
  return page.rows.length > 0;
}

function looksAtHistories(answer: GraphQLAnswer): boolean {
  return (unlessRefused(() => readHistories(answer, BATCH, PATHS))?.size ?? 0) > 0;
}
