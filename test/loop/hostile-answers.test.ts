/**
 * Kind: an answer of GitHub, or of a server in between, that is none. Texts that are no JSON, JSON of another shape, and true answers
 * of which one value is another. HOSTILE_INPUTS sets how many answers there are in a round (40); there are two rounds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { CATALOGUE } from '../../pkg/errors/index.js';
import { town } from '../builders.js';
import { hostileName, hostileText } from '../catalog/random-inputs.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { tampering, type Answered, type TamperingGitHub } from '../integration/tampering-github.js';
import type { Daemon } from './daemon.js';
import { attackedDaemon, COUNT, HostileWatch, inHeader, MARK, policyOf, SEED } from './hostile-watch.js';

const ORGANIZATIONS = 5;
const PATIENCE_MS = 60_000 + COUNT * 1_500;
/** Requests and points an hour: a large run asks for more than GitHub gives, and would stand still for the rest of that hour. */
const LIMIT = 10_000_000;

/** What is made of a true answer. */
type Hostile = (answer: Answered) => Answered;

const STATUSES = [200, 200, 200, 200, 201, 304, 400, 401, 404, 409, 418, 422, 500, 502, 503, 999];

const text = fc.oneof(hostileText, hostileName).map((each) => `${each}${MARK}`);
const value = fc.oneof(text, fc.constantFrom(null, true, -1, 1e300, [], {}, [null], { message: MARK }, 'null'));

/** One value of it, found by walking down by these numbers, is another. */
function changed(body: unknown, path: readonly number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof body !== 'object' || body === null) return other;
  const keys = Object.keys(body);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const inner = changed((body as Record<string, unknown>)[key], rest, other);
  return Array.isArray(body) ? body.map((each, at) => (String(at) === key ? inner : each)) : { ...body, [key]: inner };
}

const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...STATUSES), text)
    .map(([status, raw]): Hostile => (answer) => ({ ...answer, status, text: raw })),
  fc
    .tuple(fc.constantFrom(...STATUSES), text, value)
    .chain(([status, message, other]) =>
      fc
        .constantFrom<unknown>(
          ...[message, other, [other], { message }, { message: other, errors: [other], documentation_url: message }],
          ...[
            { data: other },
            { errors: [{ message, type: message, path: other }] },
            { data: { node: other }, errors: other },
          ],
        )
        .map((body): Hostile => (answer) => ({ ...answer, status, body })),
    ),
  fc
    .tuple(fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }), value)
    .map(([path, other]): Hostile => (answer) => ({ ...answer, body: changed(answer.body, path, other) })),
);

/** Values of labels. */
const valuesIn = (series: readonly string[]): string[] =>
  series.flatMap((each) => [...each.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, found]) => found ?? ''));

/** What a request without an answer is counted as; one is aborted where another one of its pass failed for good. */
const WITHOUT_ANSWER = ['aborted', 'malformed', 'timeout', 'unreachable'];

/** What an answer that is none may be counted as: a code of the catalogue, its class, a status of HTTP. */
const isKnownWord = (word: string): boolean =>
  WITHOUT_ANSWER.includes(word) ||
  /^[1-9]\d\d$/.test(word) ||
  Object.entries(CATALOGUE).some(([code, { class: of }]) => word === code || word === of);

describe('A controller that is given random hostile answers', function () {
  this.timeout(4 * PATIENCE_MS);
  let github: GitHubSimulator;
  let proxy: TamperingGitHub;
  let organizations: Organization[];
  let daemon: Daemon;
  let watch: HostileWatch;
  let answers: Hostile[] = [];
  let resources: string[] = [];

  before(async () => {
    organizations = Array.from({ length: ORGANIZATIONS }, (_, at) =>
      town({ login: `org-${at}`, members: 3, promoted: 1 }),
    );
    github = await startGitHub({ organizations, rateLimit: { rest: LIMIT, graphql: LIMIT } });
    proxy = await tampering(github, async ({ method, forward }) => {
      const answer = await forward();
      // Every third one is true, so that a pass gets further than its first question.
      const make = answers.length % 3 === 0 && method === 'GET' ? undefined : answers.pop();
      const resource = resources.pop();
      const headers = resource === undefined ? {} : { 'x-ratelimit-resource': resource };
      return { ...(make?.(answer) ?? answer), headers };
    });
    const folder = temporaryFolder();
    for (const { login } of organizations)
      writeFileSync(join(folder, `${login}.yaml`), policyOf({ github, proxy }, login));
    daemon = attackedDaemon({ github, proxy }, folder);
    watch = new HostileWatch(daemon);
  });
  after(async () => {
    await daemon.kill();
    await proxy.close();
    await github.close();
  });

  /** Asks for passes until every answer of the round was given. */
  async function round(number: number): Promise<void> {
    const sample = { numRuns: COUNT, seed: SEED + number };
    answers = fc.sample(hostile, sample);
    resources = fc.sample(hostileName, sample).map((name) => inHeader(`${name}${MARK}`));
    await daemon.until(
      async () => {
        daemon.process.kill('SIGHUP');
        await watch.probe();
        await pause(100);
        return answers.length === 0;
      },
      `all answers of round ${number} were given`,
      PATIENCE_MS,
    );
  }

  /** Every organization is governed as it should be, once the answers are true again. */
  async function recovered(): Promise<void> {
    await daemon.until(
      async () => {
        daemon.process.kill('SIGHUP');
        await pause(500);
        return organizations.every((each) => each.ruleset('plus1_enforcement').members.length === 4);
      },
      'every organization converged',
      PATIENCE_MS,
    );
  }

  it('answers probes, adds no series, prints nothing raw, lets nobody leave, and recovers', async () => {
    await daemon.ready(PATIENCE_MS);
    const members = organizations.map((each) => [...each.ruleset('plus1_enforcement').members]);
    await round(1);
    await recovered();
    const first = await watch.series();
    await round(2);
    await recovered();
    expect(
      valuesIn(await watch.series()).filter((each) => !valuesIn(first).includes(each) && !isKnownWord(each)),
      'values of labels after other hostile answers',
    ).to.deep.equal([]);
    for (const [at, each] of organizations.entries())
      expect(each.ruleset('plus1_enforcement').members, 'nobody leaves').to.include.members(members[at] ?? []);
    expect(daemon.lines.filter(({ code }) => code === 'PLUS1_INTERNAL')).to.deep.equal([]);
    watch.end(`${2 * COUNT} answers, and as many names in headers`);
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
