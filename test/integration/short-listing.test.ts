/**
 * Kind of fault: a listing that lacks repositories and a total that fits it. A member that a look-up finds in the organization
 * shows that; what else is hidden may be in production, so that nothing may be called complete or compliant.
 */
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

interface Listed {
  data?: { organization?: { repositories?: { totalCount: number; nodes: ({ name: string } | null)[] } } };
}

describe('A listing that lacks repositories, with a total that fits it', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  const hidden = new Set<string>();

  beforeEach(async () => {
    hidden.clear();
    scene = await Scene.open(town({ members: 12, others: 1 }));
    proxy = await tampering(scene.github, async ({ forward }) => {
      const answer = await forward();
      const list = (answer.body as Listed | undefined)?.data?.organization?.repositories;
      if (list === undefined) return answer;
      list.nodes = list.nodes.filter((row) => row === null || !hidden.has(row.name));
      list.totalCount -= hidden.size;
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (spec: SpecInput = {}) => {
    const github = { apiURL: proxy.url };
    return scene.pass({ ...spec, github } as SpecInput, { github });
  };
  const condition = (type: string) => {
    const found = scene.status.conditions?.find((each) => each.type === type);
    return found && [found.status, found.reason, found.message].join(' ');
  };

  it('is refuted by a member that a look-up finds: the pass is incomplete, and compliance is not known', async () => {
    await pass();
    const { lastSyncTime } = scene.status;
    scene.clock.pass(3_600_000);
    say(scene.organization.get('other-001'), 'production');
    hidden.add('member-001').add('other-001');
    // The credential is not told how many there are, so that no count contradicts the listing either.
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 11 };
    const { result, seen } = await pass();
    expect([result, seen?.complete]).to.deep.equal(['Incomplete', false]);
    expect(condition('Ready')).to.match(/^False Incomplete .*the listing lacks repositories.*: member-001$/);
    expect(condition('Compliant')).to.match(/^Unknown NotObserved /);
    expect(scene.status.lastSyncTime).to.equal(lastSyncTime);
    expect(scene.status.credentials?.visibility).to.equal('Partial');
    expect(memberNames(scene.organization)).to.include('member-001');
    hidden.clear();
    scene.organization.countOverride = {};
    expect((await pass()).result).to.equal('Succeeded');
    expect(condition('Compliant')).to.match(/^True AllGoverned /);
    expect(memberNames(scene.organization)).to.include('other-001');
  });

  it('proves of nobody else that it is gone', async () => {
    await pass();
    const id = scene.organization.get('member-002').id;
    scene.organization.get('member-002').delete();
    hidden.add('member-001');
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 11 };
    for (let passes = 0; passes < 3; passes += 1) {
      const { seen } = await pass();
      expect(seen?.absent.map(({ fate }) => fate)).to.deep.equal(['unseen', 'missing']);
      expect(scene.status.leaving).to.deep.equal([]);
      scene.clock.pass(2 * 3_600_000);
    }
    expect(memberNames(scene.organization)).to.include(`#${id}`);
  });

  it('is not said to show that a member which nobody could see is not in production', async () => {
    await pass();
    scene.organization.get('member-002').delete();
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 13 };
    expect((await pass()).result).to.equal('Succeeded');
    expect(condition('Ready')).to.equal(
      'True Converged Nothing to write; 1 member is not known to be in production and stays for now: 1 not observed',
    );
  });
});
