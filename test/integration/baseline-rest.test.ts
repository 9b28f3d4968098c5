/** Checklists of 200 repositories, with each answer of GitHub's REST API about code scanning and custom properties: none is taken for another. */
import { expect } from 'chai';
import { BASELINE_CHECKS } from '../../pkg/api/index.js';
import { judgeBaseline, type BaselineResult, type CheckResult, type Sight } from '../../pkg/baseline/index.js';
import { settingsOf } from '../../pkg/reconciler/baseline/settings.js';
import { damagedAt, placesIn, shapeOf, type Json } from './baseline-damage.js';
import { BaselineScene, NOW_MS, SIZE, SPEC } from './baseline-scene.js';
import { BASELINE } from './baseline-town.js';
import type { Answered } from './tampering-github.js';

function refusal(status: number, message: string): Answered {
  return { status, body: { message } };
}

const NOBODY = { unknown: 'nobody asked' };
const UNSEEN: Sight = {
  ...{ rules: NOBODY, classic: NOBODY, codeowners: NOBODY, codeownersErrors: NOBODY },
  ...{ properties: NOBODY, workflows: NOBODY, scan: NOBODY },
};

describe(`Checklists of ${SIZE} repositories`, () => {
  let town: BaselineScene;
  beforeEach(async () => {
    town = await BaselineScene.open();
  });
  afterEach(() => town.close());

  describe('whose answer about code scanning', () => {
    const row = { created_at: new Date(NOW_MS).toISOString(), tool: { name: 'CodeQL' } };
    const LACKS = /the credential lacks Repository permissions > Code scanning alerts: Read-only/;
    const NO_ANSWER = /GitHub did not answer about code scanning/;
    const answers: [what: string, answer: Answered, result: BaselineResult, found: RegExp][] = [
      ['is refused to an App', refusal(403, 'Resource not accessible by integration'), 'unknown', LACKS],
      ['is refused to a token', refusal(403, 'Resource not accessible by personal access token'), 'unknown', LACKS],
      ['is refused to a person', refusal(403, 'You are not authorized to read this.'), 'unknown', LACKS],
      ['is a 403 without a word', { status: 403, body: {} }, 'unknown', LACKS],
      ['is a 403 whose message is none', { status: 403, body: { message: 5 } }, 'unknown', LACKS],
      ['is a 403 that nobody knows', refusal(403, 'Moon in the wrong phase'), 'unknown', /answered 403 .*"Moon in/],
      ['is a 404 of everything', refusal(404, 'Not Found'), 'unknown', /answered 404 about code scanning/],
      ['is a 404 of analyses', refusal(404, 'no analysis found'), 'fail', /^CodeQL: none$/],
      ['is that it is paid', refusal(403, 'Advanced Security must be enabled.'), 'not_available', /paid for here/],
      ['is a 410', refusal(410, 'Gone'), 'unknown', /answered 410/],
      ['is a 500', refusal(500, 'Server Error'), 'unknown', /./],
      ['is a 503', refusal(503, ''), 'unknown', /./],
      ['is no list', { status: 200, body: {} }, 'unknown', NO_ANSWER],
      ['is null', { status: 200, body: null }, 'unknown', NO_ANSWER],
      ['is cut', { status: 200, body: undefined, text: '[{"created_at": "2026-' }, 'unknown', /./],
      ['is a page of a gateway', { status: 200, body: undefined, text: '<html></html>' }, 'unknown', /./],
      ['lacks the tool', { status: 200, body: [{ created_at: row.created_at }] }, 'unknown', NO_ANSWER],
      ['lacks the name of the tool', { status: 200, body: [{ ...row, tool: {} }] }, 'unknown', NO_ANSWER],
      ['lacks the time', { status: 200, body: [{ tool: row.tool }] }, 'unknown', NO_ANSWER],
      ['has another time', { status: 200, body: [{ ...row, created_at: 'yesterday' }] }, 'unknown', NO_ANSWER],
      ['has a null', { status: 200, body: [null] }, 'unknown', NO_ANSWER],
      ['is empty', { status: 200, body: [] }, 'fail', /^CodeQL: none$/],
      ['is one', { status: 200, body: [row] }, 'pass', /^CodeQL: 2026-11-22$/],
    ];

    it(`is one of ${answers.length}: each says what it says, and nothing else suffers`, async () => {
      const of = new Map<number, number>();
      town.tamper = async ({ path }) => {
        const name = /^\/(?:api\/v3\/)?repos\/acme\/([^/]+)\/code-scanning/.exec(path)?.[1];
        if (name === undefined) return undefined;
        const index = of.size % answers.length;
        of.set(town.scene.organization.get(name).id, index);
        return answers[index]?.[1];
      };
      const outcome = await town.pass();
      expect(of.size).to.equal(Math.min(SIZE, 100));
      for (const [id, index] of of) {
        const [what, , result, found] = answers[index] as (typeof answers)[number];
        const check = town.checksOf(outcome, id).securityScan;
        expect(check.result, `${what}: ${check.found}`).to.equal(result);
        expect(check.found, what).to.match(found);
      }
      const others = BASELINE_CHECKS.filter((name) => name !== 'securityScan');
      for (const [id, known] of town.truth)
        for (const name of others) expect(town.checksOf(outcome, id)[name].result, name).to.equal(known[name]);
    });

    it('is a full page of another tool without a word of a next page: unknown', async () => {
      const many = Array.from({ length: 100 }, () => row);
      town.tamper = async ({ path }) =>
        path.includes('code-scanning') ? { status: 200, body: many, headers: { link: '' } } : undefined;
      const two = { ...BASELINE.checks, securityScan: { tools: ['CodeQL', 'Other'] } };
      const outcome = await town.pass({ baseline: { ...BASELINE, checks: two } });
      const results = [...town.truth.keys()].map((id) => town.checksOf(outcome, id).securityScan.result);
      expect(new Set(results)).to.deep.equal(new Set(['unknown']));
    });
  });

  it('are the truth or unknown where anything is missing in an answer about properties', async () => {
    const settings = { ...settingsOf(town.scene.policy(SPEC).spec) };
    const done = new Set<string>();
    let open = 0;
    for (const part of ['schema', 'values'])
      for (let isOver = false; !isOver;) {
        isOver = true;
        town.tamper = async ({ path, forward }) => {
          const answer = await forward();
          if (!path.includes(`/properties/${part}`) || !isOver) return answer;
          const body = answer.body as Json;
          for (const place of placesIn(body))
            for (const damage of ['gone', 'odd'] as const) {
              const name = `${part} ${shapeOf(place)} ${damage}`;
              const damaged = done.has(name) ? undefined : damagedAt(body, { path: place, damage, root: [] });
              if (damaged === undefined) continue;
              done.add(name);
              isOver = false;
              return { ...answer, body: damaged.value };
            }
          return answer;
        };
        const client = town.scene.connect({ apiURL: town.url });
        const answer = await client.reader.baseline.properties('acme', new AbortController().signal);
        await client.close();
        for (const [id, known] of town.truth) {
          const own = 'seen' in answer ? answer.seen.get(id) : undefined;
          const properties = own === undefined ? { unknown: 'not listed' } : { seen: own };
          const { result } = judgeBaseline({ ...UNSEEN, properties }, settings, NOW_MS).find(
            ({ name }) => name === 'customProperties',
          ) as CheckResult;
          if (result === 'unknown') open += 1;
          else expect(result, `${id} ${[...done].at(-1)}`).to.equal(known.customProperties);
        }
      }
    expect(done.size).to.be.greaterThan(20);
    expect(open).to.be.greaterThan(SIZE);
  });
});
