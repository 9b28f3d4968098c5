/** A shared cache on the way to GitHub. Kind: an answer that was made before it was asked for, taken for what is there now. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, PATH, town } from '../builders.js';
import { Scene } from './passes.js';
import { tampering, type Answered, type TamperingGitHub } from './tampering-github.js';

describe('A cache on the way to GitHub', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  let cache: Map<string, { answer: Answered; sinceMs: number; untilMs: number }>;
  /** It answers from memory also where it is told not to. */
  let isStubborn: boolean;
  /** How long the listing takes. */
  let listingMs: number;

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, promoted: 1, demoted: 1 }));
    [isStubborn, listingMs] = [false, 20_000];
    cache = new Map();
    proxy = await tampering(scene.github, async ({ method, path, headers, forward }) => {
      if (method !== 'GET') return undefined;
      const isRefused = !isStubborn && /no-cache/.test(headers['cache-control'] ?? '');
      const known = cache.get(path);
      if (known !== undefined && known.untilMs > scene.clock.now() && !isRefused) {
        // https://www.rfc-editor.org/rfc/rfc9111#section-5.1
        const age = Math.floor((scene.clock.now() - known.sinceMs) / 1_000);
        return { ...known.answer, headers: { ...known.answer.headers, age: `${age}` } };
      }
      const answer = await forward();
      const seconds = /s-maxage=(\d+)/.exec(answer.headers?.['cache-control'] ?? '')?.[1];
      if (answer.status === 200 && seconds !== undefined)
        cache.set(path, { answer, sinceMs: scene.clock.now(), untilMs: scene.clock.now() + Number(seconds) * 1_000 });
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (): Promise<PassOutcome> => scene.pass({}, { github: { apiURL: proxy.url } });

  /** While the pass lists, an administrator puts in a repository whose file is broken: it stays, and does not come back by itself. */
  function addWhileListing(): void {
    const { id } = scene.organization.createRepository({ name: 'added', files: { [PATH]: 'kind: [' } });
    let isDone = false;
    scene.github.beforeRequest(async ({ operation }) => {
      if (operation !== 'list' || isDone) return;
      isDone = true;
      scene.clock.pass(listingMs);
      kept(scene.organization).setMembers([...kept(scene.organization).members, id]);
    });
  }

  it('that does what it is told takes nobody out whom somebody put in while the pass ran', async () => {
    addWhileListing();
    expect((await pass()).result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.include.members(['added', 'promoted-001']);
  });

  it('that does not takes nobody out either: nothing is written on an answer that is older than its question', async () => {
    isStubborn = true;
    addWhileListing();
    const { error } = await pass();
    expect(error?.code).to.equal('PLUS1_GITHUB_LAGS');
    expect(error?.message).to.match(
      /read the ruleset \d+ of acme: each answer is older than its question, the last by \d+ s/,
    );
    expect(memberNames(scene.organization)).to.include('added');
    expect(scene.github.counts().writes).to.equal(0);
  });

  it('that does not is waited for where it keeps an answer for seconds', async () => {
    isStubborn = true;
    listingMs = 58_000;
    addWhileListing();
    expect((await scene.pass({}, { github: { apiURL: proxy.url, retryDelayMs: 1_000 } })).result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.include.members(['added', 'promoted-001']);
  });

  it('that gives both reads of a pass one old answer is known by the age that it tells', async () => {
    isStubborn = true;
    const url = `${proxy.url}/orgs/acme/rulesets/${kept(scene.organization).id}`;
    await fetch(url, { headers: { authorization: 'token x' } });
    scene.clock.pass(40_000);
    const { id } = scene.organization.createRepository({ name: 'added', files: { [PATH]: 'kind: [' } });
    kept(scene.organization).setMembers([...kept(scene.organization).members, id]);
    const { error } = await pass();
    expect(memberNames(scene.organization)).to.include('added');
    expect(error?.message).to.match(/each answer is older than its question, the last by 40 s/);
    scene.clock.pass(60_000);
    expect((await pass()).result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.include.members(['added', 'promoted-001']);
  });

  it('is not seen in servers of GitHub whose clocks differ: what enters does not wait for that', async () => {
    await proxy.close();
    proxy = await tampering(scene.github, async ({ path, forward }) => {
      const answer = await forward();
      const date = new Date(scene.clock.now() + (path === '/graphql' ? 600_000 : 0)).toUTCString();
      return { ...answer, headers: { ...answer.headers, date } };
    });
    addWhileListing();
    expect((await pass()).error).to.equal(undefined);
    expect(memberNames(scene.organization)).to.include.members(['added', 'promoted-001', 'demoted-001']);
  });
});
