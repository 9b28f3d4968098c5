/**
 * One answer of GitHub is no evidence: a file that it shows wrongly once, without an error, lets nobody leave, starts no clock, and
 * keeps nobody out for ever.
 */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import type { LoggedRequest, Repository } from '../fakes/github/index.js';
import { entity, kept, memberNames, names, PATH, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const OLD = entity('deprecated');

/** Ids that questions for files asked about, in order. */
const asked = (requests: readonly LoggedRequest[], scene: Scene): string[] =>
  requests
    .filter(({ operation }) => operation === 'files')
    .flatMap(({ body }) => (body as { variables: { ids: string[] } }).variables.ids)
    .map((id) => scene.organization.repositories.find(({ nodeID }) => nodeID === id)?.name ?? id);

/** How GitHub shows a file that says production. */
const WRONG = [
  { title: 'as absent', content: undefined },
  { title: 'as it was in an older commit', content: OLD },
  { title: 'as something that is no YAML', content: 'a: [', catalog: { onInvalid: 'Release' as const } },
];

describe('A file that GitHub shows wrongly once', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1, others: 2 }));
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const showWrongly = (repository: string, content: string | undefined, times = 1): void => {
    scene.github.faults.when(
      ({ operation, body }) =>
        operation === 'files' && JSON.stringify(body).includes(scene.organization.get(repository).nodeID),
      { kind: 'wrong-file', repository, ...(content === undefined ? {} : { content }) },
      times,
    );
  };
  const all = [...names('member', 4), 'promoted-001'];
  const after = async (hours: number, spec: SpecInput = {}): Promise<PassOutcome> => {
    scene.clock.pass(hours * HOUR_MS);
    return scene.pass(spec);
  };

  for (const { title, content, ...rest } of WRONG) {
    for (const gracePeriod of ['0s', '5s', '24h']) {
      it(`${title}: the member stays and no clock starts, with a grace period of ${gracePeriod}`, async () => {
        const spec = { ...rest, exit: { gracePeriod } };
        showWrongly('member-002', content);
        expect((await after(0, spec)).result).to.equal('Succeeded');
        expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([all, []]);
        await after(100, spec);
        expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([all, []]);
        expect(scene.github.faults.pending).to.deep.equal([]);
      });
    }
  }

  it('twice, so that a clock starts: the member stays when its time comes, since its file is read again then', async () => {
    showWrongly('member-003', OLD, 2);
    await scene.pass();
    expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(['member-003']);
    await after(24);
    expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([all, []]);
  });

  it('as absent, again and again: the folder that shows it contradicts that, and the member is unobserved', async () => {
    showWrongly('member-002', undefined, Infinity);
    for (const hours of [0, 25]) expect((await after(hours)).result).to.equal('Incomplete');
    expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([all, []]);
  });

  for (const path of ['.datadog/entity.datadog.yaml', 'a/b/c.yaml']) {
    it(`as absent, again and again, at ${path}: the folder that shows it contradicts that`, async () => {
      for (const repository of scene.organization.repositories) {
        repository.commit(path, repository.name.startsWith('other') ? OLD : entity('production'));
        repository.commit('README.md', 'read me');
      }
      const spec = { catalog: { paths: [path] } };
      showWrongly('member-002', undefined, Infinity);
      for (const hours of [0, 25, 25]) expect((await after(hours, spec)).result).to.equal('Incomplete');
      expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([all, []]);
      // It really goes, and its folder with it: then nothing contradicts.
      scene.github.faults.clear();
      scene.organization.get('member-002').commit(path, null);
      for (const hours of [0, 25]) await after(hours, spec);
      expect(memberNames(scene.organization)).to.deep.equal(all.filter((name) => name !== 'member-002'));
    });
  }

  it('and then not at all: the member stays, unobserved, and the pass is incomplete while the rest is applied', async () => {
    const { nodeID } = scene.organization.get('member-002');
    showWrongly('member-002', undefined);
    scene.github.faults.when(
      ({ operation, body }) => operation === 'files' && JSON.stringify(body).includes(nodeID),
      { kind: 'status', status: 502 },
      Infinity,
    );
    const outcome = await scene.pass({ exit: { gracePeriod: '0s' } });
    expect(outcome.result).to.equal('Incomplete');
    expect(outcome.seen?.findings.find(({ name }) => name === 'member-002')?.status).to.equal('unobserved');
    expect(memberNames(scene.organization)).to.deep.equal(all);
  });

  it('at the second look: nothing tells which of the two was right, so the next pass asks again', async () => {
    say(scene.organization.get('member-002'), 'deprecated');
    let looks = 0;
    const { nodeID } = scene.organization.get('member-002');
    scene.github.faults.when(
      ({ operation, body }) => operation === 'files' && JSON.stringify(body).includes(nodeID) && (looks += 1) === 2,
      { kind: 'wrong-file', repository: 'member-002', content: entity('production') },
    );
    await scene.pass();
    expect(scene.status.leaving).to.deep.equal([]);
    await scene.pass();
    expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(['member-002']);
  });

  it('while the rest of the budget is not ours: the member stays, unobserved, and what enters enters', async () => {
    showWrongly('member-002', undefined);
    scene.github.beforeRequest(async ({ operation }) => {
      if (operation === 'files') scene.github.rateLimit.use('graphql', 4_200);
    });
    const outcome = await scene.pass({ exit: { gracePeriod: '0s' } });
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Incomplete', all]);
  });

  for (const { title, content } of WRONG.slice(0, 2)) {
    it(`${title}: a repository in production enters as soon as a person asks for a look`, async () => {
      showWrongly('promoted-001', content);
      await scene.pass();
      await after(1);
      expect(memberNames(scene.organization), 'that it is asked again here too would cost every pass').to.deep.equal(
        names('member', 4),
      );
      await scene.pass({}, { isAsked: true });
      expect(memberNames(scene.organization)).to.deep.equal(all);
    });
  }

  it('as absent: a repository in production enters within a day, though nobody asks', async () => {
    showWrongly('promoted-001', undefined);
    await scene.pass();
    for (let hour = 1; hour <= 24; hour += 1) await after(1);
    expect(memberNames(scene.organization)).to.deep.equal(all);
  });

  it('as absent: is asked about again where the clock was set back since', async () => {
    showWrongly('promoted-001', undefined);
    await scene.pass();
    await after(-1);
    expect(memberNames(scene.organization)).to.deep.equal(all);
  });
});

describe('The evidence against a member', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, others: 2 }));
  });
  afterEach(() => scene.close());
  const repository = (): Repository => scene.organization.get('member-001');
  const after = async (hours: number): Promise<string[]> => {
    scene.clock.pass(hours * HOUR_MS);
    scene.github.reset();
    await scene.pass();
    return asked(scene.github.requests, scene);
  };

  it('is read in the pass that starts the clock and in the one that lets it leave, twice and once, and in none between', async () => {
    await scene.pass();
    say(repository(), 'deprecated');
    expect(await after(1)).to.deep.equal(['member-001', 'member-001']);
    expect(await after(1)).to.deep.equal([]);
    expect(await after(22)).to.deep.equal([]);
    expect(await after(1)).to.deep.equal(['member-001']);
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 4).slice(1));
    expect(await after(1)).to.deep.equal([]);
  });

  it('is no file where it was archived: what the listing says is asked for again', async () => {
    await scene.pass();
    repository().archive();
    expect(await after(1)).to.deep.equal([]);
    expect(await after(24)).to.deep.equal([]);
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 4).slice(1));
  });

  it('is nothing of one that came into the ruleset while the pass ran: it stays until a pass has read its file twice', async () => {
    const other = scene.organization.get('other-001');
    scene.organization.get('other-002').commit(PATH, entity('production'));
    let reads = 0;
    scene.github.beforeRequest(async ({ operation }) => {
      // The re-read just before the PUT: somebody added one that is not in production a moment ago.
      if (operation !== 'repos/get-org-ruleset' || (reads += 1) !== 2) return;
      kept(scene.organization).setMembers([...kept(scene.organization).members, other.id]);
    });
    const spec = { exit: { gracePeriod: '0s' } };
    const outcome = await scene.pass(spec);
    expect(memberNames(scene.organization)).to.deep.equal([...names('member', 4), 'other-001', 'other-002']);
    expect(
      outcome.acted?.decision.plan.retain.map(({ name, reason }) => [name, /second read/.test(reason)]),
    ).to.deep.equal([['other-001', true]]);
    await scene.pass(spec);
    expect(memberNames(scene.organization)).to.deep.equal([...names('member', 4), 'other-002']);
  });
});

describe('A pass in which no repository at all has a file at the paths', () => {
  it('says so, starts no clock and lets nobody leave, however long it goes on', async () => {
    const scene = await Scene.open(town({ members: 4, others: 2 }));
    try {
      await scene.pass();
      scene.organization.get('member-004').archive();
      const spec = { catalog: { paths: ['catalog/entity.datadog.yaml'] } };
      for (const hours of [1, 25, 25]) {
        scene.clock.pass(hours * HOUR_MS);
        const outcome = await scene.pass(spec);
        expect(outcome.result).to.equal('Succeeded');
        expect(scene.status.leaving).to.deep.equal([]);
        expect(memberNames(scene.organization)).to.deep.equal(names('member', 4));
        expect(scene.status.conditions?.find(({ type }) => type === 'Ready')?.message).to.include(
          'no repository at all has a file at catalog.paths',
        );
      }
      await scene.pass({ exit: { gracePeriod: '0s' }, ...spec });
      expect(memberNames(scene.organization)).to.deep.equal(names('member', 4));
    } finally {
      await scene.close();
    }
  });
});

describe('A credential that gets no contents, and no error either', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1, others: 2 }));
    scene.github.world.behaviour.contentsDenied = 'silent';
    scene.github.world.tokens.add('github_pat_narrow', {
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { metadata: 'read', organization_administration: 'write' },
    });
  });
  afterEach(() => scene.close());
  const narrow = { github: { credential: { kind: 'Token' as const, token: 'github_pat_narrow' } } };
  const statuses = ({ seen }: PassOutcome): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { status } of seen?.findings ?? []) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };

  for (const visibility of ['private', 'internal'] as const) {
    it(`proves no absence in a repository that is ${visibility}: nobody leaves, and the pass is incomplete`, async () => {
      for (const repository of scene.organization.repositories) repository.set({ visibility });
      const outcome = await scene.pass({ exit: { gracePeriod: '0s' } }, narrow);
      expect([outcome.result, statuses(outcome)]).to.deep.equal(['Incomplete', { unobserved: 7 }]);
      expect(memberNames(scene.organization)).to.deep.equal(names('member', 4));
      for (const { reasons } of outcome.seen?.findings ?? [])
        expect(reasons[0]?.found).to.match(/nothing of any private repository|did not show the folder/);
    });
  }

  it('proves it in a public one, and files there prove nothing about private ones', async () => {
    for (const name of ['other-001', 'other-002', 'member-001'])
      scene.organization.get(name).set({ visibility: 'public' });
    scene.organization.get('other-002').commit(PATH, null);
    const outcome = await scene.pass({ exit: { gracePeriod: '0s' } }, narrow);
    expect(statuses(outcome)).to.deep.equal({
      missing_file: 1,
      valid_non_production: 1,
      valid_production: 1,
      unobserved: 4,
    });
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 4));
  });

  it('lets nobody leave when it comes after one that could read, though a clock of theirs runs out', async () => {
    await scene.pass();
    scene.organization.get('member-001').commit(PATH, null);
    await scene.pass();
    expect(scene.status.leaving).to.have.length(1);
    scene.clock.pass(25 * HOUR_MS);
    const outcome = await scene.pass({}, narrow);
    expect([outcome.result, memberNames(scene.organization).length]).to.deep.equal(['Incomplete', 5]);
    await scene.pass();
    expect(memberNames(scene.organization)).to.not.include('member-001');
  });

  it('is told from one that reads an organization without any file, by one question for folders', async () => {
    for (const repository of scene.organization.repositories) {
      repository.commit('README.md', 'a');
      repository.commit(PATH, null);
    }
    const outcome = await scene.pass();
    expect([outcome.result, statuses(outcome)]).to.deep.equal(['Succeeded', { missing_file: 7 }]);
    expect(scene.github.requests.filter(({ operation }) => operation === 'files')).to.have.length(2);
    const folders = scene.github.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('entries'));
    expect(folders).to.have.length(1);
    expect((folders[0]?.body as { variables: { ids: string[] } }).variables.ids).to.have.length(5);
  });

  it('takes a repository without any file at all for one that has none, where others can be read', async () => {
    await scene.pass();
    const repository = scene.organization.get('member-001');
    for (const path of [...repository.files.keys()]) repository.commit(path, null);
    await scene.pass();
    scene.clock.pass(25 * HOUR_MS);
    await scene.pass();
    expect(memberNames(scene.organization)).to.not.include('member-001');
  });
});

describe('Repositories that GitHub cannot serve', () => {
  it('keep nobody else out, and are asked last in the next pass', async () => {
    const scene = await Scene.open(town({ members: 12, promoted: 3, others: 40 }));
    try {
      const bad = names('other', 12).map((name) => scene.organization.get(name).nodeID);
      const isBad = ({ operation, body }: LoggedRequest): boolean =>
        operation === 'files' && bad.some((id) => JSON.stringify(body).includes(id));
      scene.github.faults.when(isBad, { kind: 'status', status: 502 }, Infinity);
      const first = await scene.pass();
      expect([first.result, memberNames(scene.organization)]).to.deep.equal([
        'Incomplete',
        [...names('member', 12), ...names('promoted', 3)],
      ]);
      const count = scene.github.requests.length;
      say(scene.organization.get('other-040'), 'production');
      await scene.pass();
      const questions = scene.github.requests.slice(count).filter(({ operation }) => operation === 'files');
      expect(questions.map(isBad)).to.deep.equal([false, ...questions.slice(1).map(() => true)]);
      expect(memberNames(scene.organization)).to.include('other-040');
      scene.github.faults.clear();
      const third = await scene.pass();
      expect(third.result).to.equal('Succeeded');
      expect(JSON.parse(scene.known ?? '{}').repositories.some((each: object) => 'failedMs' in each)).to.equal(false);
    } finally {
      await scene.close();
    }
  });
});
