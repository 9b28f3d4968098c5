/** GitHub reads the ruleset from a copy that lags. Kind: a write that rests on what is no more takes members out, without evidence. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { HeldDates } from '../../pkg/reconciler/memory/newest-dates.js';
import { kept, memberNames, names, PATH, PRODUCTION, say, town } from '../builders.js';
import { Scene, type PassOptions, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;

interface RulesetBody {
  updated_at?: string;
  conditions: { ref_name: unknown; repository_id: { repository_ids: number[] } };
}

describe('A read of the ruleset', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** What each read is of, the last letter for ever: F as it is, S the older copy, P the older copy dated as it is. */
  let script: string;
  let older: RulesetBody;
  let reads: number;

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, promoted: 2 }));
    say(scene.organization.get('promoted-002'), 'deprecated');
    [script, reads] = ['F', 0];
    proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      if (method !== 'GET' || !/\/rulesets\/\d+$/.test(path)) return undefined;
      const answer = await forward();
      const which = script[reads] ?? script.at(-1);
      reads += 1;
      if (which === 'F') return answer;
      const { updated_at: updatedAt } = answer.body as RulesetBody;
      return { ...answer, body: which === 'S' ? older : { ...older, updated_at: updatedAt } };
    });
    older = await snapshot();
    scene.clock.pass(60_000);
    await pass();
    expect(memberNames(scene.organization)).to.include('promoted-001');
    scene.clock.pass(60_000);
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (options: PassOptions = {}, spec: SpecInput = {}): Promise<PassOutcome> =>
    scene.pass(spec, { ...options, github: { apiURL: proxy.url, ...options.github } });

  async function snapshot(): Promise<RulesetBody> {
    const url = `${scene.github.apiURL}/orgs/acme/rulesets/${kept(scene.organization).id}`;
    return (await fetch(url, { headers: { authorization: 'token x' } })).json() as Promise<RulesetBody>;
  }

  /** `promoted-001` speaks against itself, in a way that keeps it or that only starts its clock; another one enters. */
  function change(file: 'invalid' | 'demoted'): void {
    const member = scene.organization.get('promoted-001');
    if (file === 'invalid') member.commit(PATH, 'kind: [');
    else say(member, 'deprecated');
    say(scene.organization.get('promoted-002'), 'production');
  }

  for (const { what, order, isWritten, file = 'invalid' } of [
    { what: 'before the write that lags once', order: 'FSF', isWritten: true },
    { what: 'before the write that lags for ever', order: 'FS', isWritten: false },
    { what: 'before the write that lags for ever', order: 'FS', isWritten: false, file: 'demoted' as const },
    { what: 'of two copies that take turns', order: 'FSFSFSFS', isWritten: true },
    { what: 'that lags from the start, as an earlier pass can tell', order: 'S', isWritten: false },
    { what: 'that lags at the start alone', order: 'SF', isWritten: true },
    { what: 'that is in doubt once, with the date as it is', order: 'FPF', isWritten: true },
  ]) {
    it(`${what} takes nobody out (${file})`, async () => {
      change(file);
      [script, reads] = [order, 0];
      const { result, error } = await pass();
      expect(memberNames(scene.organization)).to.include('promoted-001');
      expect(memberNames(scene.organization).includes('promoted-002')).to.equal(isWritten);
      expect([result, error?.code]).to.deep.equal(
        isWritten ? ['Succeeded', undefined] : ['Failed', 'PLUS1_GITHUB_LAGS'],
      );
    });
  }

  it('that lags takes nobody out where the cache was not kept, such as on a full volume: the process knows the date', async () => {
    const dependencies = { dates: new HeldDates() };
    await pass({ dependencies });
    change('invalid');
    [script, reads, scene.known] = ['S', 0, undefined];
    expect((await pass({ dependencies })).error?.code).to.equal('PLUS1_GITHUB_LAGS');
    expect(memberNames(scene.organization)).to.include('promoted-001');
  });

  for (const aheadMs of [2 * HOUR_MS, -2 * HOUR_MS])
    it(`that lags takes nobody out where the local clock was set by ${aheadMs / HOUR_MS} hours since`, async () => {
      change('invalid');
      [script, reads] = ['S', 0];
      await pass({ github: { clock: () => scene.clock.now() + aheadMs } });
      expect(memberNames(scene.organization)).to.include('promoted-001');
    });

  /** A pass that lets `promoted-002` in, and whose process is killed: right behind its write, or while it looks at workflow files. */
  async function killed(isLater: boolean): Promise<void> {
    older = await snapshot();
    scene.clock.pass(60_000);
    say(scene.organization.get('promoted-002'), 'production');
    let [cache, isSent] = [scene.known, false];
    const statuses: string[] = [];
    scene.github.beforeRequest(({ isWrite }) => {
      if (isSent && isLater) cache = scene.known;
      isSent ||= isWrite;
    });
    const keep = async (status: object): Promise<boolean> => statuses.push(JSON.stringify(status)) > 0;
    await pass({ dependencies: { keep } }, { workflows: { enabled: true } });
    scene.github.reset();
    [scene.kept, scene.known] = [statuses.find((status) => status.includes('"pendingWrite"')), cache];
    expect(memberNames(scene.organization)).to.include('promoted-002');
    scene.organization.get('promoted-002').commit(PATH, 'kind: [');
    scene.organization.createRepository({ name: 'late-001', files: { [PATH]: PRODUCTION } });
  }

  it('that lags behind a write whose process was killed is asked for again', async () => {
    await killed(false);
    [script, reads] = ['SSF', 0];
    await pass();
    expect(memberNames(scene.organization)).to.include.members(['promoted-002', 'late-001']);
  });

  it('that does not show such a write counts after four answers, and two minutes after its intent at once', async () => {
    await killed(false);
    const ruleset = kept(scene.organization);
    ruleset.edit({ conditions: { ...ruleset.conditions, repository_id: older.conditions.repository_id } });
    reads = 0;
    await pass();
    expect([reads, memberNames(scene.organization).includes('late-001')]).to.deep.equal([5, true]);
    scene.clock.pass(120_000);
    reads = 0;
    await pass();
    expect(reads).to.equal(1);
  });

  it('that lags takes nobody out whom a write let in whose process was killed while it looked at workflow files', async () => {
    await killed(true);
    [script, reads] = ['S', 0];
    expect((await pass()).error?.code).to.equal('PLUS1_GITHUB_LAGS');
    expect(memberNames(scene.organization)).to.include('promoted-002');
  });

  it('of an older copy never brings back the branches of that copy, nor takes out whom an administrator put in', async () => {
    const hidden = Array.from({ length: 10 }, (_, index) =>
      scene.organization.createRepository({ name: `hidden-${index}`, files: { [PATH]: 'kind: [' } }),
    );
    older = await snapshot();
    const ruleset = kept(scene.organization);
    const ids = [...ruleset.members, ...hidden.map(({ id }) => id)];
    const conditions = { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: ids } };
    scene.clock.pass(60_000);
    ruleset.edit({ conditions });
    say(scene.organization.get('promoted-002'), 'production');
    [script, reads] = ['FSSF', 0];
    expect((await pass()).result).to.equal('Succeeded');
    expect(ruleset.conditions.ref_name).to.deep.equal(conditions.ref_name);
    expect(memberNames(scene.organization)).to.include.members(hidden.map(({ name }) => name));
  });

  it('that lags for longer than an hour is of a server that was restored, and no policy stops for ever', async () => {
    change('invalid');
    [script, reads] = ['S', 0];
    expect((await pass()).error?.code).to.equal('PLUS1_GITHUB_LAGS');
    scene.clock.pass(HOUR_MS);
    expect((await pass()).error?.code).to.not.equal('PLUS1_GITHUB_LAGS');
  });

  for (const dates of ['has no date', 'has a date that never moves']) {
    it(`that ${dates} still shows what others change during the pass, which is judged in the same pass`, async () => {
      await proxy.close();
      const fixed = dates === 'has no date' ? undefined : '2026-01-01T00:00:00Z';
      proxy = await tampering(scene.github, async ({ path, forward }) => {
        if (!/\/rulesets\/\d+$/.test(path)) return undefined;
        const answer = await forward();
        return { ...answer, body: { ...(answer.body as RulesetBody), updated_at: fixed } };
      });
      // What the first pass saw was dated.
      scene.known = undefined;
      say(scene.organization.get('promoted-002'), 'production');
      let hasTaken = false;
      scene.github.beforeRequest(async ({ operation }) => {
        if (operation !== 'list' || hasTaken) return;
        hasTaken = true;
        const ruleset = kept(scene.organization);
        ruleset.setMembers(ruleset.members.filter((id) => id !== scene.organization.get('member-001').id));
      });
      expect((await pass()).result).to.equal('Succeeded');
      expect(hasTaken).to.equal(true);
      expect(memberNames(scene.organization)).to.deep.equal([...names('member', 6), ...names('promoted', 2)]);
    });
  }

  it('that tells whole seconds is none of a copy that lags, where the answer to the write before it told milliseconds', async () => {
    await proxy.close();
    proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      if (!/\/rulesets\/\d+$/.test(path)) return undefined;
      const answer = await forward();
      const body = answer.body as RulesetBody;
      const second = (body.updated_at ?? '').slice(0, 19);
      return { ...answer, body: { ...body, updated_at: method === 'PUT' ? `${second}.723Z` : `${second}Z` } };
    });
    say(scene.organization.get('promoted-002'), 'production');
    expect((await pass()).result).to.equal('Succeeded');
    say(scene.organization.get('promoted-002'), 'deprecated');
    say(scene.organization.createRepository({ name: 'fresh', files: {} }), 'production');
    scene.clock.pass(60_000);
    expect((await pass()).result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.include('fresh');
  });

  it('is asked for as often as ever where nothing is in doubt', async () => {
    const count = async (): Promise<number> => {
      reads = 0;
      expect((await pass()).result).to.equal('Succeeded');
      return reads;
    };
    expect(await count(), 'nothing to write').to.equal(1);
    say(scene.organization.get('promoted-002'), 'production');
    expect(await count(), 'one write').to.equal(2);
  });
});
