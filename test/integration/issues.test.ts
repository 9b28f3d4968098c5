/** Issues for repository owners over passes: opened once, kept up to date, closed, and never against an owner's will. */
import { expect } from 'chai';
import { CredentialSession, tokenCredential } from '../../pkg/github/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { PATH, PRODUCTION, town } from '../builders.js';
import { SEED, sizeOf } from '../sample.js';
import type { LoggedRequest, Repository } from '../fakes/github/index.js';
import { Scene, type PassOptions, type SpecInput } from './passes.js';

const PAT = 'github_pat_11ABCDE';
const DAY_MS = 86_400_000;
const ON: SpecInput = { issues: { mode: 'PerRepository' } };
const AT_ONCE: SpecInput = { issues: { mode: 'PerRepository', after: '0s' } };
const BROKEN = 'apiVersion: v3\nkind: service\nmetadata: [\n';
const SILENT = 'apiVersion: v3\nkind: service\nmetadata:\n  name: svc\n';

describe('Issues for repository owners', () => {
  let scene: Scene;
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const isOfIssues = ({ path }: LoggedRequest): boolean => path.includes('/issues');
  const asked = (since = 0): string[] =>
    scene.github.requests
      .slice(since)
      .filter(isOfIssues)
      .map(({ method, path }) => `${method} ${path.replace(/\?.*/, '').replace('/repos/acme/', '')}`);
  const member = (number = 1): Repository => scene.organization.get(`member-${String(number).padStart(3, '0')}`);
  const spoil = (repository: Repository, text = BROKEN): void => void repository.commit(PATH, text);
  const heal = (repository: Repository): void => void repository.commit(PATH, PRODUCTION);
  const open = ({ issues }: Repository) => issues.all.filter(({ state }) => state === 'open');
  const counts = ({ status }: PassOutcome) => status.issues;
  const pass = (spec: SpecInput = AT_ONCE, options?: PassOptions): Promise<PassOutcome> => scene.pass(spec, options);

  it('are not opened where nobody asks for them, nor by what writes nothing', async () => {
    scene = await Scene.open(town({ members: 2 }));
    spoil(member());
    expect(counts(await pass({}))).to.equal(undefined);
    await pass({ ...AT_ONCE, mode: 'Observe' });
    const { writer: _writer, issues: _issues, ...nothing } = { writer: undefined, issues: undefined };
    await pass(AT_ONCE, { dependencies: { ...nothing, issues: undefined as never } });
    expect(asked()).to.deep.equal([]);
  });

  it('are opened once the finding has stood long enough, with the place and the fix, and once', async () => {
    scene = await Scene.open(town({ members: 2 }));
    spoil(member());
    expect(counts(await pass(ON))).to.deep.equal({ open: 0, opened: 0, closed: 0, snoozed: 0 });
    scene.clock.pass(DAY_MS - 60_000);
    await pass(ON);
    expect(asked()).to.deep.equal([]);
    scene.clock.pass(60_000);
    expect(counts(await pass(ON))).to.deep.equal({ open: 1, opened: 1, closed: 0, snoozed: 0 });
    const [issue] = member().issues.all;
    expect(issue?.labels).to.deep.equal(['plus1']);
    expect(issue?.body).to.match(
      /\[`entity\.datadog\.yaml`, line 4\]\(http.*\/acme\/member-001\/blob\/HEAD\/entity\.datadog\.yaml#L4\)/,
    );
    expect(issue?.body).to.match(/Found:.*\n.*Expected:.*\n.*Fix:/);
    const since = scene.github.requests.length;
    await pass(ON);
    expect(asked(since)).to.deep.equal(['GET member-001/issues/1']);
    expect(member().issues.all).to.have.length(1);
    expect(issue?.comments).to.deep.equal([]);
  });

  it('follow the file in place, with one comment where something else is wrong, and are closed with one', async () => {
    scene = await Scene.open(town({ members: 1 }));
    spoil(member());
    await pass();
    const issue = member().issues.all[0]!;
    spoil(member(), `# moved\n${BROKEN}`);
    await pass();
    expect(issue.body).to.include('line 5');
    expect(issue.comments).to.deep.equal([]);
    spoil(member(), SILENT);
    await pass();
    expect(issue.comments.map(({ body }) => body.split('\n')[0])).to.deep.equal([
      'Something else is wrong now: the catalogue file does not say the lifecycle. The description of this issue says where, and what to do.',
    ]);
    heal(member());
    expect(counts(await pass())).to.deep.equal({ open: 0, opened: 1, closed: 1, snoozed: 0 });
    expect([issue.state, issue.stateReason]).to.deep.equal(['closed', 'completed']);
    expect(issue.comments.at(-1)?.body).to.match(
      /^The file is right: it says that the repository is in production\. Closed\./,
    );
    const since = scene.github.requests.length;
    await pass();
    expect(asked(since)).to.deep.equal([]);
    spoil(member());
    expect(counts(await pass())).to.deep.equal({ open: 1, opened: 2, closed: 1, snoozed: 0 });
    expect(member().issues.all).to.have.length(1);
  });

  it('that a person closed stay closed for thirty days, and come back once', async () => {
    scene = await Scene.open(town({ members: 1 }));
    spoil(member());
    await pass();
    const { issues } = member();
    const issue = issues.all[0]!;
    issues.change(issue, { state: 'closed', stateReason: 'not_planned' });
    expect(counts(await pass())).to.deep.equal({ open: 0, opened: 1, closed: 0, snoozed: 1 });
    scene.clock.pass(29 * DAY_MS);
    spoil(member(), SILENT);
    await pass();
    expect(issue.state).to.equal('closed');
    scene.clock.pass(2 * DAY_MS);
    expect(counts(await pass())).to.deep.equal({ open: 1, opened: 2, closed: 0, snoozed: 0 });
    expect([issue.state, issues.all.length]).to.deep.equal(['open', 1]);
  });

  it('that a person closed as done are opened again where something else is wrong, and else not', async () => {
    scene = await Scene.open(town({ members: 1 }));
    spoil(member());
    await pass();
    const { issues } = member();
    const issue = issues.all[0]!;
    issues.change(issue, { state: 'closed', stateReason: 'completed' });
    await pass();
    await pass();
    expect(issue.state).to.equal('closed');
    spoil(member(), SILENT);
    await pass();
    expect(issue.state).to.equal('open');
  });

  it('that a person reopened stay open', async () => {
    scene = await Scene.open(town({ members: 1 }));
    spoil(member());
    await pass();
    heal(member());
    await pass();
    const { issues } = member();
    const issue = issues.all[0]!;
    issues.change(issue, { state: 'open' });
    for (let run = 0; run < 3; run += 1) await pass();
    expect([issue.state, issue.comments.length]).to.deep.equal(['open', 1]);
  });

  it('that were deleted are not opened again for thirty days', async () => {
    scene = await Scene.open(town({ members: 1 }));
    spoil(member());
    await pass();
    const { issues } = member();
    issues.delete(issues.all[0]!);
    expect(counts(await pass())?.snoozed).to.equal(1);
    await pass();
    expect(issues.all).to.deep.equal([]);
    scene.clock.pass(31 * DAY_MS);
    await pass();
    expect(issues.all).to.have.length(1);
  });

  it('are found again after the memory is lost, whatever their title, and pull requests are none of them', async () => {
    scene = await Scene.open(town({ members: 1 }));
    const { issues } = member();
    spoil(member());
    await pass();
    const issue = issues.all[0]!;
    const quoting = { title: 'a pull request', body: issue.body, author: issue.author, isPullRequest: true };
    issues.open(quoting);
    issues.change(issue, { title: 'renamed by its owner' });
    scene.book = undefined;
    await pass();
    expect(open(member()).map(({ title }) => title)).to.deep.equal(['renamed by its owner', 'a pull request']);
    issues.change(issue, { state: 'closed', stateReason: 'not_planned' });
    scene.book = undefined;
    for (let run = 0; run < 2; run += 1) await pass();
    expect(issue.state).to.equal('closed');
    expect(issues.all).to.have.length(2);
  });

  it('of two controllers are one: the oldest stays, the other is closed', async () => {
    scene = await Scene.open(town({ members: 1 }));
    const { issues } = member();
    spoil(member());
    scene.github.beforeRequest(async ({ method, path }) => {
      // The other one opens its issue in the same moment.
      if (method !== 'POST' || !path.endsWith('/issues') || issues.all.length > 0) return;
      const [mine] = scene.github.requests.filter((request) => request.method === 'POST').slice(-1);
      const { body } = mine?.body as { body: string };
      issues.open({ title: 'the other one', body, author: { login: 'plus1-bot', type: 'User' } });
    });
    await pass();
    expect(open(member()).map(({ title }) => title)).to.deep.equal(['the other one']);
    expect(counts(await pass())?.open).to.equal(1);
    expect(issues.all).to.have.length(2);
  });

  it('open twenty-five in a pass, no more than twenty a minute, and say how many wait', async () => {
    scene = await Scene.open(town({ members: 60, others: 1 }));
    for (let number = 1; number <= 60; number += 1) spoil(member(number));
    const times: number[] = [];
    scene.github.on('request', ({ method, path }) => {
      if (method === 'POST' && path.includes('/issues')) times.push(scene.clock.now());
    });
    const using = { github: { session: new CredentialSession() } };
    const first = await pass(AT_ONCE, using);
    expect(first.issues).to.include({ opened: 25, open: 25, waiting: 35 });
    await pass(AT_ONCE, using);
    expect((await pass(AT_ONCE, using)).issues).to.include({ opened: 60, open: 60, waiting: 0 });
    expect(times).to.have.length(60);
    for (const [at, time] of times.entries()) {
      const before = times[at - 20];
      if (before !== undefined) expect(time - before).to.be.at.least(60_000);
    }
  });

  it('of five hundred findings are opened twenty-five in a pass, until each repository has one', async () => {
    scene = await Scene.open(town({ members: 500, others: 1 }));
    for (let number = 1; number <= 500; number += 1) spoil(member(number));
    const using = { github: { session: new CredentialSession() } };
    const passes = sizeOf(20, 2);
    for (let run = 1; run <= passes; run += 1) {
      const { issues, result } = await pass(AT_ONCE, using);
      expect(result).to.equal('Succeeded');
      expect(issues).to.include({ opened: 25 * run, open: 25 * run, waiting: 500 - 25 * run });
    }
    const each = scene.organization.repositories.map(({ issues: { all } }) => all.length);
    expect(Math.max(...each)).to.equal(1);
    expect(each.filter((count) => count === 1)).to.have.length(25 * passes);
    const since = scene.github.requests.length;
    await pass(AT_ONCE, using);
    expect(asked(since).filter((request) => request.startsWith('POST'))).to.have.length(passes === 20 ? 0 : 25);
  });

  describe('where GitHub forbids one repository after the other', () => {
    it('are left after the third, with a note for each; the pass succeeds', async () => {
      scene = await Scene.open(town({ members: 6, others: 1 }));
      for (let number = 1; number <= 6; number += 1) spoil(member(number));
      const permissions = {
        metadata: 'read',
        contents: 'read',
        organization_administration: 'write',
        issues: 'read',
      } as const;
      scene.github.world.tokens.add(PAT, { kind: 'fine-grained', organization: 'acme', permissions });
      const using = { github: { credential: tokenCredential(PAT, 'the token') } };
      const { issues, result } = await pass(AT_ONCE, using);
      expect(result).to.equal('Succeeded');
      expect(issues?.stopped).to.equal('GitHub refuses them; the notes say why');
      expect(issues?.notes.map(({ repository }) => repository)).to.deep.equal([
        'member-001',
        'member-002',
        'member-003',
      ]);
      // Each with the label and without it, since GitHub refuses labels by the same word.
      expect(new Set(asked().filter((request) => request.startsWith('POST')))).to.have.property('size', 3);
      const since = scene.github.requests.length;
      await pass();
      expect(
        asked(since).filter((request) => /member-00[123]/.test(request)),
        'those are not tried again',
      ).to.deep.equal([]);
    });

    it('go on where one between them is let through', async () => {
      scene = await Scene.open(town({ members: 6, others: 1 }));
      for (let number = 1; number <= 6; number += 1) spoil(member(number));
      // Archived between the listing and the issue.
      scene.github.beforeRequest(async ({ method, path }) => {
        const [, number] = /member-00([1245])\/issues/.exec(method === 'POST' ? path : '') ?? [];
        if (number !== undefined) member(Number(number)).archive();
      });
      const { issues } = await pass();
      expect(issues?.stopped).to.equal(undefined);
      expect(issues?.notes).to.have.length(4);
      expect([member(3).issues.all.length, member(6).issues.all.length]).to.deep.equal([1, 1]);
    });
  });

  it('are not tried again where GitHub takes none, and that is told once', async () => {
    scene = await Scene.open(town({ members: 3, others: 1 }));
    for (let number = 1; number <= 3; number += 1) spoil(member(number));
    member(1).set({ hasIssues: false });
    const first = await pass();
    expect(first.issues?.notes).to.deep.equal([{ repository: 'member-001', why: 'issues are switched off there' }]);
    const since = scene.github.requests.length;
    const second = await pass();
    expect(second.issues?.notes).to.deep.equal([]);
    expect(asked(since).filter((request) => request.includes('member-001'))).to.deep.equal([]);
    member(1).set({ hasIssues: true });
    scene.clock.pass(8 * DAY_MS);
    await pass();
    expect(member(1).issues.all).to.have.length(1);
  });

  it('leave archived repositories alone', async () => {
    scene = await Scene.open(town({ members: 2 }));
    spoil(member());
    await pass();
    member().archive();
    const since = scene.github.requests.length;
    await pass();
    expect(asked(since)).to.deep.equal([]);
    expect(open(member())).to.have.length(1);
  });

  it('end with the first limit, and go on with the next pass', async () => {
    scene = await Scene.open(town({ members: 6, others: 1 }));
    for (let number = 1; number <= 6; number += 1) spoil(member(number));
    scene.github.faults.when(
      ({ method, path }) => method === 'POST' && path.includes('member-003'),
      { kind: 'secondary', status: 403, retryAfter: 60 },
      1,
    );
    const first = await pass();
    expect(first.result).to.equal('Succeeded');
    expect(first.issues).to.include({ opened: 2 });
    expect(first.issues?.stopped).to.match(/limit/i);
    scene.clock.pass(120_000);
    expect((await pass()).issues).to.include({ opened: 6, open: 6 });
    expect(scene.organization.repositories.every(({ issues }) => issues.all.length <= 1)).to.equal(true);
  });

  it('need a right of the App that the pass does not: it is named, and nothing else stops', async () => {
    scene = await Scene.open(town({ members: 2, demoted: 0 }));
    const app = scene.github.world.apps.add({ id: 12, slug: 'acme-plus1' });
    const permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' } as const;
    const installation = app.install(scene.organization, { permissions });
    const credential = {
      ...{ kind: 'App', appID: '12', privateKey: app.privateKey, installationID: installation.id },
    } as const;
    spoil(member());
    const without = await pass(AT_ONCE, { github: { credential: credential as never } });
    expect(without.result).to.equal('Succeeded');
    expect(without.issues?.stopped).to.equal('the App installation lacks issues: write');
    expect(asked()).to.deep.equal([]);
    app.uninstall(installation);
    const granted = app.install(scene.organization, { permissions: { ...permissions, issues: 'write' } });
    const using = { github: { credential: { ...credential, installationID: granted.id } as never } };
    await pass(AT_ONCE, using);
    expect(member().issues.all[0]?.author.login).to.equal('acme-plus1[bot]');
    scene.book = undefined;
    await pass(AT_ONCE, using);
    expect(member().issues.all).to.have.length(1);
    const listing = scene.github.requests.find(({ operation }) => operation === 'issues/list-for-repo');
    expect(listing?.path).to.include('creator=acme-plus1%5Bbot%5D');
  });

  it('are opened without labels where GitHub refuses them', async () => {
    scene = await Scene.open(town({ members: 1 }));
    scene.github.world.behaviour.unknownLabels = 'forbid';
    spoil(member());
    await pass();
    expect(member().issues.all.map(({ labels }) => labels)).to.deep.equal([[]]);
  });

  it('open none in a repository with more issues than can be looked at', async () => {
    scene = await Scene.open(town({ members: 2 }));
    spoil(member());
    const author = { login: 'plus1-bot', type: 'User' } as const;
    for (let at = 0; at < 1_000; at += 1) member().issues.open({ title: 'old', author });
    const { issues } = await pass();
    expect(issues?.notes[0]?.why).to.match(/^it has more than 1,000 issues/);
    expect(member().issues.all).to.have.length(1_000);
  });

  it('are never two, and nothing is said twice, wherever a process ends', async () => {
    scene = await Scene.open(town({ members: 2 }));
    /** One pass that ends for good at that request of issues; `isApplied`: GitHub has served it. */
    const killed = async (at: number, isApplied: boolean): Promise<boolean> => {
      const stop = new AbortController();
      let count = 0;
      let isDead = false;
      const load = async (): Promise<unknown> => (scene.book === undefined ? undefined : JSON.parse(scene.book));
      scene.github.beforeRequest((request) => {
        if (!isOfIssues(request)) return undefined;
        count += 1;
        if (count !== at) return undefined;
        isDead = true;
        // The client is gone before the answer, or before the request was served.
        if (isApplied) return new Promise((resolve) => setImmediate(() => (stop.abort(), resolve())));
        stop.abort();
        return new Promise<never>(() => undefined);
      });
      const save = async (book: object): Promise<void> => {
        if (!isDead) scene.book = JSON.stringify(book);
      };
      const known = { load: async () => undefined, save: async () => undefined, issues: { load, save } };
      await pass(AT_ONCE, { signal: stop.signal, dependencies: { known } });
      scene.github.reset();
      return isDead;
    };
    /** A file is broken, broken in another way, and right again; true where some pass ended early. */
    const story = async (end: () => Promise<boolean>): Promise<boolean> => {
      scene.book = undefined;
      for (const { issues } of scene.organization.repositories) issues.all.splice(0);
      let wasKilled = false;
      for (const file of [BROKEN, SILENT, PRODUCTION]) {
        for (let number = 1; number <= 2; number += 1) spoil(member(number), file);
        wasKilled = (await end()) || wasKilled;
        for (let run = 0; run < 2; run += 1) await pass();
      }
      return wasKilled;
    };
    const told = ({ issues: { all } }: Repository, what: string): void => {
      expect(all, what).to.have.length(1);
      expect(all[0]?.state, what).to.equal('closed');
      const said = all[0]?.comments.map(({ body }) => body.split(/[:.]/)[0]) ?? [];
      expect(said, what).to.deep.equal(['Something else is wrong now', 'The file is right']);
    };
    // Each request of the story is one place to end at; a usual run plays every third of them.
    const step = sizeOf(1, 3);
    const first = 1 + (SEED % step);
    for (const isApplied of [true, false]) {
      for (let at = first, isOn = true; isOn; at += step) {
        isOn = await story(() => killed(at, isApplied));
        for (let number = 1; number <= 2; number += 1) told(member(number), `killed at ${at}, ${isApplied}`);
      }
    }
  });
});
