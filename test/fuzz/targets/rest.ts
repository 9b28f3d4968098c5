/** GitHub's answers to REST requests: rulesets, lists, refusals, limits. */
import { expect } from 'chai';
import * as v from 'valibot';
import fc from 'fast-check';
import { Headers } from 'undici';
import { RequestError } from '@octokit/request-error';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { repositoryOf, rowsSchema } from '../../../pkg/github/changes/rest-row.js';
import { decodeLimits, decodeOrganization, decodeRepositories, lastPage } from '../../../pkg/github/examine/decode.js';
import { mapError } from '../../../pkg/github/map-error.js';
import { decodeByID, sameMembersByID, withMembers } from '../../../pkg/github/membership/by-id.js';
import { limitSignal } from '../../../pkg/github/requester/limit-signal.js';
import { LONGEST_WAIT_MS } from '../../../pkg/github/requester/patience.js';
import { namedIDs } from '../../../pkg/github/rulesets/named-ids.js';
import { refusalText } from '../../../pkg/github/rulesets/refusal-text.js';
import { jsonCorpus } from '../corpus.js';
import { mutatedTree } from '../mutate/tree.js';
import { printable } from '../printable.js';
import { target } from '../target.js';

const ALL = jsonCorpus('answers') as Record<string, unknown>[];
const RULESETS = ALL.filter((each) => 'conditions' in each);

function taken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof v.ValiError) return undefined;
    if (error instanceof Plus1Error) {
      printable(error.message, error.fix);
      return undefined;
    }
    throw error;
  }
}

export const rulesets = target<unknown>({
  name: 'rulesets',
  weight: 8,
  leastTaken: 0.3,
  inputs: mutatedTree(RULESETS),
  judge: (body) => {
    const live = taken(() => decodeByID(body));
    if (live === undefined) return false;
    const { conditions } = body as { conditions: Record<string, unknown> };
    const sent = withMembers(live.conditions, [1, 2]);
    const { repository_id: place, ...rest } = sent;
    // Never wider than asked: all that is not the list of members goes back as it came.
    const { repository_id: before, ...others } = conditions;
    expect(rest).to.deep.equal(others);
    expect({ ...(place as object), repository_ids: 0 }).to.deep.equal({ ...(before as object), repository_ids: 0 });
    expect((place as { repository_ids: number[] }).repository_ids).to.deep.equal([1, 2]);
    const shown = decodeByID({ ...(body as object), conditions: sent });
    expect(sameMembersByID(shown, live, [2, 1])).to.equal(true);
    expect(sameMembersByID(shown, live, [1, 2, 3])).to.equal(false);
    return true;
  },
});

export const lists = target<unknown>({
  name: 'rest-answers',
  weight: 5,
  leastTaken: 0.2,
  inputs: mutatedTree(ALL),
  judge: (body) => {
    const rows = v.safeParse(rowsSchema, body);
    if (rows.success)
      for (const { id } of rows.output.map(repositoryOf)) expect(Number.isSafeInteger(id)).to.equal(true);
    const read = [
      () => decodeLimits(body),
      () => decodeOrganization(body),
      () => decodeRepositories(body),
      () => decodeByID(body),
    ];
    for (const id of namedIDs(body)) expect(Number.isSafeInteger(id) && id > 0).to.equal(true);
    printable(refusalText(body, 'nothing'));
    return [rows.success || undefined, ...read.map((each) => taken<unknown>(each))].some((each) => each !== undefined);
  },
});

const SENTENCES = [
  'You have exceeded a secondary rate limit.',
  'API rate limit exceeded for user ID 1.',
  'Resource not accessible by integration',
].concat([
  'Resource protected by organization SAML enforcement.',
  'Upgrade to GitHub Team',
  'Must have admin rights',
  'IP allow list \u202e\n::error::',
  '',
]);
const header = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '60',
    '1e9',
    '-1',
    '0x10',
    ' 5 ',
    '1795959889',
    'Mon, 02 Nov 2026 10:00:00 GMT',
    '9'.repeat(30),
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
);

const refusals = fc.record({
  status: fc.constantFrom(200, 400, 401, 403, 403, 404, 409, 422, 429, 500, 502, 503),
  headers: fc.dictionary(
    fc.constantFrom(
      'retry-after',
      'x-ratelimit-remaining',
      'x-ratelimit-limit',
      'x-ratelimit-reset',
      'date',
      'x-github-sso',
      'link',
    ),
    header,
  ),
  body: fc.oneof(
    fc
      .constantFrom(...SENTENCES)
      .map((message): unknown => ({ message, documentation_url: 'https://docs.github.com/rest' })),
    fc
      .constantFrom('RATE_LIMIT', 'RATE_LIMITED', 'FORBIDDEN')
      .map((type) => ({ errors: [{ type, message: SENTENCES[1] }] })),
    mutatedTree(ALL),
    fc.constantFrom(undefined, '<html>', null),
  ),
  api: fc.constantFrom('rest' as const, 'graphql' as const),
  earlier: fc.nat(12),
});

const NOW = Date.UTC(2026, 10, 2, 10);
const signal = new AbortController().signal;

export const limits = target({
  name: 'refusals',
  weight: 5,
  leastTaken: 0.1,
  inputs: refusals,
  judge: ({ status, headers, body, api, earlier }) => {
    const kept = headersOf(headers);
    const answer = {
      status,
      headers: kept,
      text: typeof body === 'string' ? body : '',
      ...(body !== undefined && { json: body }),
    };
    const limit = limitSignal(answer, { api, sentMs: NOW, earlier });
    // Neither a hot loop nor for ever.
    if (limit !== undefined) expect(limit.waitMs).to.be.within(1, LONGEST_WAIT_MS);
    lastPage(kept.get('link') ?? undefined);
    const request = { method: 'GET', url: 'https://github.example/x', headers: {} } as const;
    const error = new RequestError('m', status, {
      request,
      response: { status, url: request.url, headers: Object.fromEntries(kept), data: body },
    });
    const mapped = mapError(error, { what: 'look', kind: 'Token', signal });
    printable(mapped.message, mapped.fix);
    return limit !== undefined;
  },
});

/** Those that a server can send. */
function headersOf(fields: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) if (/^[\x20-\x7e]*$/.test(value)) headers.set(name, value);
  return headers;
}
