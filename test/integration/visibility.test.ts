/**
 * Kind of fault: a proof that a credential sees everything which is older than the listing, or about something beside it.
 * Members that it cannot see any more must not be taken for gone.
 */
import { expect } from 'chai';
import { CredentialSession, tokenCredential, type GitHubOptions } from '../../pkg/github/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { Organization, type App, type Installation } from '../fakes/github/index.js';
import { kept, memberNames, names, PATH, PRODUCTION, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR = 3_600_000;
/** Neither the grace period nor a guard stands in the way: only the proof does. */
const OPEN: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };

describe('An App', () => {
  let scene: Scene;
  let app: App;
  let installation: Installation;
  let options: { github: Partial<GitHubOptions> };

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 12, promoted: 1 }));
    app = scene.github.world.apps.add({ id: 12 });
    installation = app.install(scene.organization);
    options = { github: { session: new CredentialSession({ concurrency: 1 }), organization: 'acme' } };
    by({ installationID: installation.id });
  });
  afterEach(() => scene.close());

  function by(where: { installationID: number } | { installationOwner: string }): void {
    options.github.credential = { kind: 'App', appID: '12', privateKey: app.privateKey, ...where };
  }
  const pass = (): Promise<PassOutcome> => scene.pass(OPEN, options);
  const narrow = (...to: string[]): void => {
    installation.repositories = new Set(to.map((name) => scene.organization.get(name).id));
  };
  const everyone = [...names('member', 12), 'promoted-001'];

  it('that its owner narrows while its token still lives lets nobody leave, in no number of passes', async () => {
    await pass();
    narrow('member-001', 'member-002', 'promoted-001');
    for (let passes = 0; passes < 9; passes += 1) {
      scene.clock.pass(20 * 60_000);
      const outcome = await pass();
      expect(memberNames(scene.organization)).to.deep.equal(everyone);
      expect(outcome.seen?.credential.visibility).to.equal('Partial');
      expect(scene.status.leaving).to.deep.equal([]);
    }
  });

  it('that is narrowed is not believed where GitHub tells it no count either', async () => {
    await pass();
    narrow('member-001', 'member-002', 'promoted-001');
    installation.permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' };
    // What is listed is what is counted: the count contradicts nothing.
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 3 };
    for (let passes = 0; passes < 4; passes += 1) {
      scene.clock.pass(25 * 60_000);
      expect((await pass()).seen?.credential.visibility).to.equal('Partial');
    }
    expect(memberNames(scene.organization)).to.deep.equal(everyone);
  });

  it('on all repositories is not believed where a count contradicts it', async () => {
    await pass();
    scene.organization.get('member-001').delete();
    scene.organization.countOverride = { total_private_repos: 13 };
    for (let passes = 0; passes < 4; passes += 1) {
      scene.clock.pass(25 * 60_000);
      await pass();
    }
    expect(kept(scene.organization).members).to.have.length(13);
    expect(scene.status.leaving).to.deep.equal([]);
  });

  it('that is narrowed at the second proof only keeps the member', async () => {
    await pass();
    const { id } = scene.organization.get('member-001');
    scene.organization.get('member-001').delete();
    await pass();
    expect(scene.status.leaving?.map((clock) => clock.id)).to.deep.equal([id]);
    scene.clock.pass(HOUR);
    narrow('member-002');
    await pass();
    expect(kept(scene.organization).members).to.have.length(13);
    installation.repositories = undefined;
    await pass();
    expect(kept(scene.organization).members, 'the token is one of the narrow time').to.have.length(13);
    scene.clock.pass(HOUR);
    await pass();
    expect(kept(scene.organization).members).to.not.include(id);
  });

  for (const how of ['installationID', 'installationOwner'] as const) {
    it(`on all repositories proves twice that a member is gone, and it leaves (${how})`, async () => {
      by(how === 'installationID' ? { installationID: installation.id } : { installationOwner: 'acme' });
      await pass();
      scene.organization.get('member-001').delete();
      await pass();
      expect(kept(scene.organization).members).to.have.length(13);
      scene.clock.pass(HOUR);
      const outcome = await pass();
      expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', everyone.slice(1)]);
      expect(scene.github.contractViolations).to.deep.equal([]);
    });
  }

  it('is asked for its installation after the listing, and only where a member is missing', async () => {
    const isAboutIt = (path: string): boolean => path === `/app/installations/${installation.id}`;
    await pass();
    await pass();
    expect(scene.github.requests.filter(({ path }) => isAboutIt(path))).to.deep.equal([]);
    scene.organization.get('member-001').delete();
    const before = scene.github.requests.length;
    await pass();
    const asked = scene.github.requests.slice(before);
    const at = asked.findIndex(({ path }) => isAboutIt(path));
    expect(at).to.be.greaterThan(asked.findLastIndex(({ operation }) => operation === 'list'));
    expect(at).to.be.lessThan(asked.findIndex(({ path }) => path.startsWith('/repositories/')));
  });

  it('whose installation cannot be asked leaves the pass incomplete, and the member in', async () => {
    await pass();
    scene.organization.get('member-001').delete();
    await pass();
    scene.clock.pass(30 * 60_000);
    await pass();
    scene.clock.pass(30 * 60_000);
    const isAboutIt = (path: string): boolean => path === `/app/installations/${installation.id}`;
    scene.github.faults.when(({ path }) => isAboutIt(path), { kind: 'status', status: 502 }, Infinity);
    const outcome = await pass();
    expect([outcome.result, kept(scene.organization).members.length]).to.deep.equal(['Incomplete', 13]);
  });
});

describe('A token', () => {
  let scene: Scene;
  let ids: number[];

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 12 }));
    // It does not see one member.
    ids = scene.organization.repositories.filter(({ name }) => name !== 'member-007').map(({ id }) => id);
    scene.github.world.tokens.add('github_pat_part', {
      kind: 'fine-grained',
      organization: 'acme',
      repositories: ids,
      permissions: { metadata: 'read', contents: 'read', organization_administration: 'write' },
    });
  });
  afterEach(() => scene.close());

  const pass = (): Promise<PassOutcome> =>
    scene.pass(OPEN, { github: { credential: tokenCredential('github_pat_part', 'the token') } });
  /** A repository that the token sees. */
  const create = (name: string): void => {
    ids.push(scene.organization.createRepository({ name, files: { [PATH]: PRODUCTION } }).id);
  };

  it('that misses one member, while another repository comes between count and listing, lets nobody leave', async () => {
    for (let passes = 0; passes < 4; passes += 1) {
      let came = false;
      scene.github.beforeRequest((request) => {
        if (request.operation !== 'list' || came) return;
        came = true;
        create(`fresh-${passes}`);
      });
      const outcome = await pass();
      expect(outcome.seen?.credential.visibility).to.equal('Partial');
      scene.clock.pass(HOUR);
    }
    expect(memberNames(scene.organization)).to.include.members(names('member', 12));
    expect(scene.status.leaving).to.deep.equal([]);
  });

  it('that misses one member, while another repository goes between listing and count, lets nobody leave', async () => {
    create('other-1');
    await pass();
    let listed = false;
    scene.github.beforeRequest((request) => {
      if (request.operation === 'list') listed = true;
      else if (listed && request.operation === 'orgs/get') scene.organization.repository('other-1')?.delete();
    });
    await pass();
    scene.clock.pass(HOUR);
    await pass();
    expect(memberNames(scene.organization)).to.include('member-007');
  });

  it('by one chance that fits, with the count right both times, lets nobody leave', async () => {
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 11 };
    const outcome = await pass();
    expect(outcome.seen?.credential.visibility, 'it looks like a proof').to.equal('Full');
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 12));
    scene.organization.countOverride = {};
    scene.clock.pass(2 * HOUR);
    await pass();
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 12));
  });

  it('is not believed about an organization whose login went to another one meanwhile', async () => {
    scene.organization.get('member-001').delete();
    scene.github.world.tokens.add('ghp_wide', { kind: 'classic', scopes: ['repo', 'admin:org'] });
    const wide = { github: { credential: tokenCredential('ghp_wide', 'the token') } };
    let asked = 0;
    scene.github.beforeRequest((request) => {
      if (request.operation !== 'orgs/get' || (asked += 1) % 2 !== 0) return;
      const other = new Organization({ login: 'another', id: 77 });
      for (let index = 0; index < 11; index += 1) other.createRepository({ name: `r${index}` });
      scene.organization.rename('acme-old');
      scene.github.world.add(other.rename('acme'));
    });
    const outcome = await scene.pass(OPEN, wide);
    expect(asked).to.equal(2);
    expect(outcome.acted?.decision.plan.clocks ?? []).to.deep.equal([]);
  });
});
