/** Answers of GitHub that contradict each other, or themselves: what they say against a member is no evidence. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;

describe('A copy of GitHub that lags behind the listing', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** The repository as the copy shows it, and whether it answers now. */
  let old: { node: FileNode | undefined; answers: boolean };
  /** What the answers about the repository say in turn, each once. */
  let faults: ((node: FileNode, lagging: FileNode) => FileNode)[];
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4 }));
    old = { node: undefined, answers: false };
    faults = [];
    const { nodeID } = scene.organization.get('member-002');
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      if (!/nodes\(ids/.test(JSON.stringify(body))) return undefined;
      const answer = await forward();
      const { nodes } = (answer.body as { data: { nodes: FileNode[] } }).data;
      const index = nodes.findIndex(({ id }) => id === nodeID);
      if (index < 0) return answer;
      const fault = faults.shift();
      if (fault !== undefined) nodes[index] = fault(nodes[index]!, structuredClone(old.node!));
      else if (!old.answers) old.node = structuredClone(nodes[index]);
      else if (old.node !== undefined) nodes[index] = structuredClone(old.node);
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });
  const pass = (spec: SpecInput = {}): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });

  for (const { gracePeriod, mode } of [
    { gracePeriod: '24h', mode: 'Enforce' },
    { gracePeriod: '0s', mode: 'Observe' },
  ] as const) {
    it(`lets nobody leave by a file of an older commit, with a grace period of ${gracePeriod}`, async () => {
      const exit = { gracePeriod };
      const repository = scene.organization.get('member-002');
      await pass({ exit });
      say(repository, 'deprecated');
      await pass({ exit, mode });
      say(repository, 'production');
      scene.clock.pass(25 * HOUR_MS);
      old.answers = true;
      await pass({ exit });
      expect(memberNames(scene.organization)).to.include('member-002');
    });
  }

  const lags = (_: FileNode, lagging: FileNode): FileNode => lagging;
  const withBlob = (node: FileNode, change: (file: NonNullable<FileTarget['f0']>) => FileTarget['f0']): FileNode => {
    const target = node.defaultBranchRef!.target!;
    target.f0 = change(target.f0!);
    return node;
  };
  /** As long as before, since a text that is shorter than its size is no answer at all. */
  const replaced =
    (from: string, to: string) =>
    (node: FileNode): FileNode =>
      withBlob(node, (file) => {
        file.object!.text = file.object!.text.replace(from, to);
        return file;
      });
  const deprecated = replaced('production', 'deprecated');
  const silent = replaced('lifecycle:', 'lifecyclx:');
  const missing = (node: FileNode): FileNode => withBlob(node, () => null);

  for (const { title, first, second, clocks } of [
    { title: 'a first answer that lags and a wrong one about the head', first: lags, second: deprecated, clocks: [] },
    { title: 'a first answer that lags and none of the file at the head', first: lags, second: missing, clocks: [] },
    { title: 'another lifecycle and then none', first: deprecated, second: silent, clocks: [] },
    { title: 'no lifecycle and then another', first: silent, second: deprecated, clocks: [] },
    { title: 'the same of the head twice', first: deprecated, second: deprecated, clocks: ['member-002'] },
  ]) {
    for (const gracePeriod of ['0s', '24h']) {
      const isProof = clocks.length > 0;
      it(`${isProof ? 'is believed' : 'proves nothing'} by ${title}, with a grace period of ${gracePeriod}`, async () => {
        const spec: SpecInput = { exit: { gracePeriod }, catalog: { onMissing: 'Release', onInvalid: 'Release' } };
        const repository = scene.organization.get('member-002');
        say(repository, 'deprecated');
        await pass({ mode: 'Observe', exit: { gracePeriod: '0s' } });
        say(repository, 'production');
        faults = [first, second];
        await pass(spec);
        expect(faults, 'both were asked').to.deep.equal([]);
        const isGone = isProof && gracePeriod === '0s';
        expect(memberNames(scene.organization).includes('member-002')).to.equal(!isGone);
        if (!isGone) expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(clocks);
      });
    }
  }

  it('starts no exit clock, and the next pass that sees both agree does', async () => {
    const repository = scene.organization.get('member-002');
    say(repository, 'deprecated');
    await pass({ mode: 'Observe', exit: { gracePeriod: '0s' } });
    say(repository, 'production');
    old.answers = true;
    await pass();
    expect(scene.status.leaving).to.deep.equal([]);
    old.answers = false;
    say(repository, 'deprecated');
    await pass();
    expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(['member-002']);
  });
});

describe('A file whose text is shorter than its size', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** How much of the text comes through. */
  let cut: (text: string) => string;
  /** A file is cut in each answer, or once in all. */
  let times: number;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 2 }));
    times = Infinity;
    const cutOff = ['member-002', 'promoted-001'].map((name) => scene.organization.get(name).nodeID);
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      if (!/nodes\(ids/.test(JSON.stringify(body))) return undefined;
      const answer = await forward();
      for (const node of (answer.body as { data: { nodes: FileNode[] } }).data.nodes) {
        const blob = node.defaultBranchRef?.target?.f0?.object;
        if (!cutOff.includes(node.id) || !blob || times === 0) continue;
        blob.text = cut(blob.text);
        times -= 1;
      }
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const pass = (spec: SpecInput): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });
  const findings = (outcome: PassOutcome): (string | undefined)[] =>
    ['member-002', 'promoted-001'].map((name) => outcome.seen?.findings.find((each) => each.name === name)?.status);

  for (const { title, cut: how } of [
    { title: 'the half before the lifecycle', cut: (text: string) => text.slice(0, text.indexOf('lifecycle')) },
    { title: 'all but the end of the lifecycle', cut: (text: string) => text.slice(0, text.indexOf('production') + 4) },
    { title: 'nothing', cut: () => '' },
  ]) {
    for (const gracePeriod of ['0s', '24h']) {
      it(`speaks against nobody: ${title}, with a grace period of ${gracePeriod}`, async () => {
        cut = how;
        const spec = {
          exit: { gracePeriod },
          catalog: { onInvalid: 'Release' as const, onMissing: 'Release' as const },
        };
        for (const hours of [0, 25]) {
          scene.clock.pass(hours * HOUR_MS);
          const outcome = await pass(spec);
          expect(findings(outcome)).to.deep.equal(['unobserved', 'unobserved']);
          expect(memberNames(scene.organization)).to.include.members(['member-002', 'promoted-002']);
          expect(scene.status.leaving).to.deep.equal([]);
        }
        times = 0;
        expect(findings(await pass(spec)), 'nothing of it is remembered').to.deep.equal(
          Array(2).fill('valid_production'),
        );
        expect(memberNames(scene.organization)).to.include('promoted-001');
      });
    }
  }

  it('is asked for again in the same pass', async () => {
    cut = (text) => text.slice(0, 20);
    times = 2;
    expect(findings(await pass({}))).to.deep.equal(Array(2).fill('valid_production'));
  });
});

describe('A row of the listing that an error of GitHub names', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  let path: (string | number)[];
  const isListing = (body: unknown): boolean => JSON.stringify(body ?? '').includes('ownerAffiliations');
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1 }));
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      if (!isListing(body)) return undefined;
      const answer = await forward();
      const page = answer.body as { errors?: object[]; data: { organization: { repositories: { nodes: Row[] } } } };
      const { nodes } = page.data.organization.repositories;
      for (const [index, row] of nodes.entries()) {
        if (row.name !== 'member-002' && row.name !== 'promoted-001') continue;
        if (row.name === 'member-002') row.isArchived = true;
        page.errors = [
          ...(page.errors ?? []),
          {
            type: 'SERVICE_UNAVAILABLE',
            message: 'x',
            path: ['organization', 'repositories', 'nodes', index, ...path],
          },
        ];
      }
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  for (const { title, where } of [
    { title: 'as a whole', where: [] },
    { title: 'for one of its flags', where: ['isArchived'] },
  ]) {
    for (const gracePeriod of ['0s', '24h']) {
      it(`${title} sets nobody aside, with a grace period of ${gracePeriod}, and keeps nobody out`, async () => {
        path = where;
        for (const hours of [0, 25]) {
          scene.clock.pass(hours * HOUR_MS);
          const outcome = await scene.pass({ exit: { gracePeriod } }, { github: { apiURL: proxy.url } });
          expect(outcome.result).to.equal('Incomplete');
          expect(outcome.seen?.findings.find(({ name }) => name === 'member-002')?.status).to.equal('unobserved');
        }
        expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([
          [...names('member', 4), 'promoted-001'],
          [],
        ]);
      });
    }
  }

  it('for its default branch alone is archived all the same', async () => {
    path = ['defaultBranchRef'];
    scene.organization.get('member-002').archive();
    const outcome = await scene.pass({}, { github: { apiURL: proxy.url } });
    expect([outcome.result, scene.status.leaving?.map(({ name }) => name)]).to.deep.equal([
      'Succeeded',
      ['member-002'],
    ]);
  });
});

interface Row {
  name: string;
  isArchived: boolean;
}

interface FileNode {
  id: string;
  defaultBranchRef?: { target?: FileTarget | null } | null;
}

interface FileTarget {
  f0?: { object?: { text: string } | null } | null | undefined;
}

describe('A read that lags behind a write', () => {
  const SPEC: SpecInput = { exit: { gracePeriod: '0s' } };
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** What is answered to the PUT, which was applied. */
  let afterPut: (ruleset: object) => object;
  /** The ruleset as the copy still shows it, for one read after the PUT. */
  let old: { body: unknown; shown: boolean };

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, demoted: 1 }));
    old = { body: undefined, shown: true };
    proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      if (method === 'PUT') {
        const answer = await forward();
        old.shown = false;
        return { ...answer, body: afterPut(answer.body as object) };
      }
      if (!/rulesets\/\d+$/.test(path)) return undefined;
      const answer = await forward();
      if (old.shown) old.body = structuredClone(answer.body);
      else [answer.body, old.shown] = [old.body, true];
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });
  const pass = (): Promise<PassOutcome> => scene.pass(SPEC, { github: { apiURL: proxy.url } });
  const settled = async (): Promise<void> => {
    expect(scene.status).to.have.property('pendingWrite');
    expect(scene.status.window?.left).to.equal(1);
    // That its one leaver is gone settles nothing: anybody may have taken it out.
    scene.clock.pass(30 * 60_000);
    await scene.pass(SPEC);
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 4));
    expect(scene.status).to.not.have.property('pendingWrite');
    expect(scene.status.window?.left).to.equal(1);
  };

  it('takes back no count of who left by a write whose answer is no proof', async () => {
    afterPut = (ruleset) => ({ ...ruleset, enforcement: 'disabled' });
    await pass();
    await settled();
  });

  it('nor where the pass then finds nothing left to write', async () => {
    afterPut = () => {
      // From here on the time is not trusted, so that nobody leaves by the plan that follows.
      scene.github.world.useClock(() => scene.clock.now() + HOUR_MS);
      return {};
    };
    const outcome = await pass();
    expect(outcome.acted?.decision.changes).to.equal(false);
    scene.github.world.useClock(() => scene.clock.now());
    await settled();
  });
});
