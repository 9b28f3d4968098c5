/** Who started a change: what the journal of `sync` names of those that are demoted or leave, and what GitHub is asked for it. */
import { join } from 'node:path';
import { expect } from 'chai';
import type { WholeRecord } from '../../pkg/journal/index.js';
import {
  startGitHub,
  type Fault,
  type GitHubSimulator,
  type LoggedRequest,
  type Organization,
  type Repository,
} from '../fakes/github/index.js';
import { entity, kept, PATH, PRODUCTION, RETIRED, town } from '../builders.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { plus1, temporaryFolder, TOKEN } from './cli.js';

const GRACE_MS = 3_600_000;
const EVE = { name: 'Eve Example', login: 'eve' };
/** Exit code of a run whose plan a guard holds. */
const HELD = 3;
const NO_GRACE = ['--grace-period', '0s'];

const isHistory = ({ operation }: LoggedRequest): boolean => operation === 'history';

/** What a record says of one repository. */
type Named = Record<'name' | 'commit' | 'author' | 'pullRequest' | 'owner' | 'status' | 'to', unknown>;

class Desk {
  readonly state = temporaryFolder();
  readonly organization: Organization;
  readonly github: GitHubSimulator;
  now = Date.now();

  private constructor(organization: Organization, github: GitHubSimulator) {
    this.organization = organization;
    this.github = github;
  }

  static async open(): Promise<Desk> {
    const organization = town({ members: 4, others: 3 });
    const desk: { current?: Desk } = {};
    const github = await startGitHub({
      organizations: [organization],
      clock: () => desk.current?.now ?? Date.now(),
    });
    return (desk.current = new Desk(organization, github));
  }

  /** What was asked before is forgotten. */
  sync(...args: string[]): Promise<void> {
    this.github.reset();
    return this.run(args);
  }

  async run(args: readonly string[], code = 0): Promise<void> {
    const ran = await plus1(['sync', '--org', 'acme', '--state', this.state, ...args], {
      github: this.github,
      clock: () => this.now,
    });
    expect(ran.code, ran.stderr).to.equal(code);
  }

  repository(name: string): Repository {
    const found = this.organization.repository(name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  get histories(): number {
    return this.github.requests.filter(isHistory).length;
  }

  async last(kind: string, list: string): Promise<Named[]> {
    const args = ['journal', 'show', 'acme', '--state', this.state, '-o', 'json', '--kind', kind];
    const { items } = JSON.parse((await plus1(args)).stdout) as { items: WholeRecord[] };
    return items.at(-1)?.data[list] as Named[];
  }

  changed(): Promise<Named[]> {
    return this.last('FindingsChanged', 'repositories');
  }

  left(): Promise<Named[]> {
    return this.last('WriteIntended', 'leave');
  }
}

describe('Who started a change', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
  });
  afterEach(async () => {
    expect(desk.github.contractViolations).to.deep.equal([]);
    await desk.github.close();
  });
  after(removeTemporaryFolders);

  it('is asked for in no pass in which nobody is demoted, the first one included', async () => {
    await desk.sync();
    expect(desk.histories).to.equal(0);
    desk.repository('other-001').commit(PATH, PRODUCTION);
    await desk.sync();
    expect(desk.histories, 'one that enters').to.equal(0);
    await desk.sync();
    expect(desk.histories, 'at rest').to.equal(0);
  });

  it('is the last commit of the file, not of the repository, with its author and its pull request', async () => {
    await desk.sync();
    const demoted = desk.repository('member-002');
    const { oid } = demoted.mergePullRequest(41, PATH, RETIRED, EVE);
    const head = demoted.commit('README.md', 'later', { name: 'Somebody Else', login: 'else' }).oid;
    await desk.sync();
    const [change] = await desk.changed();
    expect(change).to.include({ name: 'member-002', to: 'valid_non_production' });
    expect(change).to.include({ commit: oid, author: 'eve', pullRequest: 41 });
    expect(oid).to.not.equal(head);
    expect(desk.histories).to.equal(1);

    desk.now += GRACE_MS / 2;
    await desk.sync();
    expect(desk.histories, 'while the grace period runs').to.equal(0);
    desk.now += 30 * 24 * GRACE_MS;
    await desk.sync();
    const [leaver] = await desk.left();
    expect(leaver).to.include({ name: 'member-002', commit: oid, author: 'eve' });
    expect(desk.histories, 'the same commit is known').to.equal(0);
  });

  it('is the commit that removed the file', async () => {
    await desk.sync();
    const { oid } = desk.repository('member-003').commit(PATH, null, { name: 'No Account' });
    await desk.sync(...NO_GRACE);
    const expected = { name: 'member-003', commit: oid, author: 'No Account' };
    expect((await desk.changed())[0]).to.include({ ...expected, to: 'missing_file', pullRequest: null });
    expect((await desk.left())[0]).to.include(expected);
  });

  it('comes with the owner that the entity names', async () => {
    await desk.sync();
    const owned = (lifecycle: string): string =>
      entity(lifecycle).replace(/^metadata:\n/m, 'metadata:\n  owner: team-a\n');
    desk.repository('other-001').commit(PATH, owned('production'));
    await desk.sync();
    expect((await desk.changed())[0]).to.include({ name: 'other-001', owner: 'team-a' });
    desk.repository('other-001').commit(PATH, entity('deprecated'));
    await desk.sync();
    expect((await desk.changed())[0]).to.include({ name: 'other-001', owner: null });
  });

  it('is the newest commit of all paths', async () => {
    const other = 'ops/entity.yaml';
    const paths = ['--yaml-path', PATH, '--yaml-path', other];
    const [first, second] = [desk.repository('member-001'), desk.repository('member-002')];
    first.commit(other, RETIRED);
    second.commit(other, PRODUCTION);
    second.commit(PATH, RETIRED);
    await desk.sync(...paths);
    desk.now += 60_000;
    const commits = [first.commit(PATH, RETIRED, EVE), second.commit(other, RETIRED, EVE)];
    for (const repository of [first, second]) repository.commit('README.md', 'later');
    await desk.sync(...paths);
    expect((await desk.changed()).map(({ commit }) => commit)).to.deep.equal(commits.map(({ oid }) => oid));
  });

  it('names no pull request where the credential may not read them; the rest stays', async () => {
    const { tokens } = desk.github.world;
    tokens.acceptAny = false;
    const permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' } as const;
    tokens.add(TOKEN, { kind: 'fine-grained', organization: 'acme', permissions });
    await desk.sync();
    const { oid } = desk.repository('member-002').mergePullRequest(41, PATH, RETIRED, EVE);
    await desk.sync(...NO_GRACE);
    expect((await desk.changed())[0]).to.include({ commit: oid, author: 'eve', pullRequest: null });
  });

  it('stays unknown where the listing decides: no commit archived the repository', async () => {
    await desk.sync();
    desk.repository('member-002').archive();
    await desk.sync(...NO_GRACE);
    expect((await desk.left())[0]).to.include({ name: 'member-002', commit: null, author: null });
    expect(desk.histories).to.equal(0);
  });

  for (const fault of [
    { kind: 'status', status: 502 },
    { kind: 'forbidden' },
    { kind: 'malformed' },
    { kind: 'graphql-error' },
    { kind: 'primary', status: 403, resetInS: 3_000 },
  ] satisfies Fault[]) {
    it(`stays unknown where GitHub does not answer (${fault.kind}), and nothing else changes`, async () => {
      await desk.sync();
      const leaver = desk.repository('member-002');
      const { oid } = leaver.mergePullRequest(41, PATH, RETIRED, EVE);
      const head = leaver.commit('README.md', 'later').oid;
      desk.repository('other-001').commit(PATH, PRODUCTION);
      const entering = desk.repository('other-001').id;
      desk.github.reset();
      desk.github.faults.when(isHistory, fault, Infinity);
      await desk.run(NO_GRACE);
      expect(desk.histories).to.be.greaterThan(0);
      const { members } = kept(desk.organization);
      expect([members.includes(entering), members.includes(leaver.id)]).to.deep.equal([true, false]);
      const change = (await desk.changed()).find(({ name }) => name === 'member-002');
      expect(change).to.include({ commit: head, author: null, pullRequest: null });
      expect(head).to.not.equal(oid);
    });
  }

  it('is asked for once while a guard holds the plan, and in few questions', async () => {
    await desk.sync();
    for (let number = 1; number <= 70; number += 1)
      desk.organization.createRepository({ name: `many-${number}`, files: { [PATH]: PRODUCTION } });
    await desk.sync();
    for (let number = 1; number <= 70; number += 1)
      desk.repository(`many-${number}`).mergePullRequest(number, PATH, entity('deprecated'), EVE);
    const counts: number[] = [];
    for (let pass = 1; pass <= 3; pass += 1) {
      desk.github.reset();
      await desk.run(NO_GRACE, HELD);
      counts.push(desk.histories);
    }
    expect(counts, '50 in two questions, then the other 20, then none').to.deep.equal([2, 1, 0]);
    const named = (await desk.changed()).filter(({ author }) => author === 'eve');
    expect(named).to.have.length(50);
  });

  it('is recorded without what looks like a credential', async () => {
    await desk.sync();
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    desk.repository('member-002').commit(PATH, RETIRED, { name: `Eve ${secret} ${'x'.repeat(400)}` });
    await desk.sync(...NO_GRACE);
    const [change] = await desk.changed();
    expect(change?.author).to.be.a('string').that.does.not.include(secret);
    expect(String(change?.author).length).to.be.at.most(256);
    const shown = await plus1(['journal', 'show', 'acme', '--state', join(desk.state), '-o', 'json']);
    expect(shown.stdout).to.not.include(secret);
  });
});
