/**
 * Kind of fault: GitHub applies a write, or a part of it, and answers that it did not take it. What shows of the write is not always the
 * whole membership: it is several requests, somebody else changes the ruleset before the read, or the read is of a copy that lags.
 */
import { expect } from 'chai';
import { CredentialSession } from '../../pkg/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Scene, type ConnectOptions, type SpecInput } from './passes.js';
import { tampering, type Answered, type Asked, type TamperingGitHub } from './tampering-github.js';

const MINUTE = 60_000;
const DOCS = { documentation_url: 'https://docs.github.com/rest' };

const limited = (seconds: number): Answered => ({
  ...{ status: 429, headers: { 'retry-after': `${seconds}` } },
  body: { message: 'You have exceeded a secondary rate limit.', ...DOCS },
});
const REFUSED: Answered = { status: 422, body: { message: 'Validation Failed', errors: ['x'], ...DOCS } };
const REJECTED: Answered = { status: 401, body: { message: 'Bad credentials', ...DOCS } };
const ANSWERS = { 'a limit': limited(1), 'a long limit': limited(600), 'a 422': REFUSED };

const isPut = ({ method, path }: Asked): boolean => method === 'PUT' && /rulesets\/\d+$/.test(path);
const isRead = ({ method, path }: Asked): boolean => method === 'GET' && /rulesets\/\d+(\?|$)/.test(path);

describe('A write that GitHub applies and says it did not take', () => {
  let scene: Scene;
  let acme: Organization;
  let proxy: TamperingGitHub;
  let tamper: (asked: Asked) => Promise<Answered | undefined> | Answered | undefined;
  let connect: ConnectOptions;

  const open = async (organization: Organization): Promise<void> => {
    acme = organization;
    scene = await Scene.open(acme);
    tamper = () => undefined;
    connect = {};
    proxy = await tampering(scene.github, (asked) => tamper(asked));
  };
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const LIMIT = 3;
  const pass = async (spec: SpecInput = {}): ReturnType<Scene['pass']> => {
    const input = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: LIMIT, window: '168h' }, ...spec };
    const outcome = await scene.pass(input, { github: { apiURL: proxy.url, ...connect } });
    scene.clock.pass(15 * MINUTE);
    return outcome;
  };
  const retire = (from: number, to: number): void => {
    for (const name of names('member', to).slice(from)) say(acme.get(name), 'deprecated');
  };
  const left = (): number => names('member', 20).filter((name) => !memberNames(acme).includes(name)).length;

  /** As many retire as may leave, and then as many again: these must wait. */
  const expectCounted = async (): Promise<void> => {
    retire(0, LIMIT);
    for (let passes = 0; passes < 4; passes += 1) await pass();
    expect([left(), scene.status.window?.left]).to.deep.equal([LIMIT, LIMIT]);
    retire(LIMIT, 2 * LIMIT);
    for (let passes = 0; passes < 3; passes += 1) await pass();
    expect([left(), scene.status.window?.left, scene.status.pendingWrite]).to.deep.equal([LIMIT, LIMIT, undefined]);
  };

  describe('by id', () => {
    beforeEach(() => open(town({ members: 20, others: 4 })));

    for (const [how, answer] of Object.entries(ANSWERS)) {
      it(`with ${how}, while somebody puts one in before the read: counts who left`, async () => {
        let isDone = false;
        tamper = async (asked) => {
          if (isDone || !isPut(asked)) return undefined;
          isDone = true;
          await asked.forward();
          kept(acme).setMembers([...kept(acme).members, acme.get('other-001').id]);
          return answer;
        };
        await expectCounted();
      });

      for (const lags of [1, 3]) {
        it(`with ${how}, and ${lags} of the reads after it show the ruleset as it was: counts who left`, async () => {
          let before: Answered | undefined;
          let isDone = false;
          let lagging = 0;
          tamper = async (asked) => {
            if (isRead(asked)) {
              const answer = await asked.forward();
              if (lagging > 0 && before !== undefined) {
                lagging -= 1;
                return { ...answer, body: before.body };
              }
              before = answer;
              return answer;
            }
            if (isDone || !isPut(asked)) return undefined;
            [isDone, lagging] = [true, lags];
            await asked.forward();
            return answer;
          };
          await expectCounted();
        });
      }

      it(`with ${how}, and who entered by it: counts who entered`, async () => {
        let isDone = false;
        tamper = async (asked) => {
          if (isDone || !isPut(asked)) return undefined;
          isDone = true;
          await asked.forward();
          kept(acme).setMembers([...kept(acme).members, acme.get('other-004').id]);
          return answer;
        };
        for (const name of names('other', 2)) say(acme.get(name), 'production');
        const spec = { guards: { maxEntering: 2, window: '168h' } };
        for (let passes = 0; passes < 3; passes += 1) await pass(spec);
        expect(scene.status.entryWindow?.entered).to.equal(2);
        say(acme.get('other-003'), 'production');
        expect((await pass(spec)).acted?.decision.hold?.reason).to.equal('TooManyEntering');
      });
    }

    it('with a 422, and did not apply: the reason is told, nobody is counted, and they leave once it takes the write', async () => {
      let isDone = false;
      tamper = (asked) => (!isDone && isPut(asked) ? REFUSED : undefined);
      retire(0, LIMIT);
      const { error } = await pass();
      expect([error?.code, error?.message]).to.deep.equal([
        'PLUS1_WRITE_REFUSED',
        'cannot write the ruleset plus1_enforcement of acme: x',
      ]);
      expect([left(), scene.status.window, scene.status.pendingWrite]).to.deep.equal([0, undefined, undefined]);
      isDone = true;
      expect((await pass()).result).to.equal('Succeeded');
      expect([left(), scene.status.window?.left]).to.deep.equal([LIMIT, LIMIT]);
    });

    for (const mint of ['a new token at once', 'a new token after 6 s', 'no new token'] as const) {
      it(`with a 401 to the token of an App, and ${mint}: counts who left`, async () => {
        const app = scene.github.world.apps.add({ id: 12 });
        const { id: installationID } = app.install(acme);
        const { privateKey } = app;
        connect = {
          session: new CredentialSession({ concurrency: 1 }),
          organization: 'acme',
          credential: { kind: 'App', appID: '12', privateKey, installationID },
        };
        let [isDone, isSpent] = [false, false];
        tamper = async (asked) => {
          if (isSpent && asked.path.includes('/access_tokens')) {
            if (mint === 'no new token') return { status: 500, body: { message: 'trouble' } };
            isSpent = false;
            if (mint === 'a new token after 6 s') scene.clock.pass(6_000);
          }
          if (isDone || !isPut(asked)) return undefined;
          [isDone, isSpent] = [true, true];
          await asked.forward();
          return REJECTED;
        };
        await pass();
        retire(0, LIMIT);
        await pass();
        // By the next pass GitHub is well again.
        isSpent = false;
        await expectCounted();
      });
    }
  });

  describe('by property, a part of it', () => {
    beforeEach(() => open(town({ members: 60, targeting: 'CustomProperty' })));

    for (const [how, answer] of Object.entries(ANSWERS)) {
      it(`with ${how}: counts who left`, async () => {
        let isDone = false;
        tamper = async (asked) => {
          const isLeave = asked.method === 'PATCH' && JSON.stringify(asked.body).includes('"value":null');
          if (isDone || !isLeave) return undefined;
          isDone = true;
          await asked.forward();
          return answer;
        };
        const spec = { guards: { maxLeaving: 40, window: '168h' } };
        retire(0, 40);
        for (let passes = 0; passes < 4; passes += 1) await pass(spec);
        expect([memberNames(acme).length, scene.status.window?.left]).to.deep.equal([20, 40]);
        retire(40, 50);
        for (let passes = 0; passes < 3; passes += 1) await pass(spec);
        expect([memberNames(acme).length, scene.status.window?.left]).to.deep.equal([20, 40]);
      });
    }
  });
});
