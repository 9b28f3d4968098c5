import { expect } from 'chai';
import type { GitHubSimulator, Organization, Repository } from '../fakes/github/index.js';
import { seedOrganization, startGitHub } from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';

const NOW = Date.UTC(2025, 2, 15, 12);
const PATH = '.github/workflows/ci.yml';
const SHA = 'a'.repeat(40);

describe('what an incident reads and writes of a repository', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let repository: Repository;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 6, production: 3 });
    repository = acme.expecting('valid_production')[0] as Repository;
    github = await startGitHub({ organizations: [acme], clock: () => NOW });
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const at = (): { organization: string; name: string } => ({ organization: 'acme', name: repository.name });
  // Writes keep a second between them.
  const client = (): ReturnType<typeof clientFor> => clientFor(github.apiURL, { sleep: async () => undefined });

  it('is the switch of Actions with all that it lets run, switched off and set back to exactly that', async () => {
    repository.actions.permissions = { enabled: true, allowed_actions: 'selected', sha_pinning_required: true };
    repository.actions.selected = {
      ...{ github_owned_allowed: true, verified_allowed: false, patterns_allowed: ['acme/*'] },
    };
    const { reader, writer } = client();
    const before = await reader.isolation.actionsSettings(at(), never);
    expect(before).to.deep.equal({
      ...{ enabled: true, allowed: 'selected', shaPinning: true },
      selected: { githubOwned: true, verified: false, patterns: ['acme/*'] },
    });
    expect(await writer.isolation.setActions(at(), { enabled: false }, never)).to.deep.equal({ state: 'answered' });
    expect(await reader.isolation.actionsSettings(at(), never)).to.deep.equal({ enabled: false });
    await writer.isolation.setActions(at(), before, never);
    await writer.isolation.setSelected(at(), before.selected ?? ({} as never), never);
    expect(await reader.isolation.actionsSettings(at(), never)).to.deep.equal(before);
  });

  it('is looked up by its name, also by an old one, and never in another organization', async () => {
    const other = github.world.add({ login: 'other' });
    const old = at();
    const { reader } = client();
    const { id, name } = repository;
    expect(await reader.isolation.repository(old, never)).to.deep.equal({ id, name, isArchived: false });
    repository.rename('renamed');
    expect(await reader.isolation.repository(old, never)).to.include({ id, name: 'renamed' });
    repository.transferTo(other);
    expect(await reader.isolation.repository(old, never)).to.equal(undefined);
  });

  it('tells a refusal of the switch, and a repository that is read-only', async () => {
    repository.actions.isDecidedAbove = true;
    const { writer } = client();
    expect(await writer.isolation.setActions(at(), { enabled: false }, never)).to.include({ state: 'refused' });
    repository.actions.isDecidedAbove = false;
    repository.archive();
    expect(await writer.isolation.setActions(at(), { enabled: false }, never)).to.include({
      ...{ state: 'refused', why: 'Repository was archived so is read-only.' },
    });
  });

  it('are all branches, over more than one page', async () => {
    for (let n = 0; n < 120; n += 1) repository.branches.set(`b${n}`, repository.head ?? ({} as never));
    const branches = await client().reader.isolation.branches(at(), never);
    expect(branches).to.have.length(121);
    expect(branches[0]).to.have.keys('name', 'sha');
  });

  it('are the runs of a window, over pages, with how many there are', async () => {
    for (let n = 0; n < 130; n += 1) repository.actions.add({ path: PATH, sha: SHA, conclusion: 'success' }, NOW);
    repository.actions.add({ path: PATH, sha: SHA, at: NOW - 900_000_000, conclusion: 'success' }, NOW);
    const created = '2025-03-15T00:00:00Z..2025-03-16T00:00:00Z';
    const { runs, total } = await client().reader.isolation.runs(at(), created, never);
    expect([runs.length, total]).to.deep.equal([130, 130]);
    expect(runs[0]).to.include({ path: PATH, sha: SHA, event: 'push', actor: 'ada' });
  });

  it('cancels what is under way, by force what does not react, and hears of one that has ended', async () => {
    const run = repository.actions.add({ path: PATH, sha: SHA }, NOW);
    const stubborn = repository.actions.add({ path: PATH, sha: SHA, isStubborn: true }, NOW);
    const { reader, writer } = client();
    expect(await reader.isolation.openRuns(at(), never)).to.deep.equal([stubborn.id, run.id]);
    for (const id of [run.id, stubborn.id]) await writer.isolation.cancelRun(at(), id, never);
    expect(await reader.isolation.openRuns(at(), never)).to.deep.equal([stubborn.id]);
    await writer.isolation.cancelRun(at(), stubborn.id, never, { force: true });
    expect(await reader.isolation.openRuns(at(), never)).to.deep.equal([]);
    expect(await writer.isolation.cancelRun(at(), run.id, never)).to.include({ state: 'refused' });
  });

  it('is the id of a team, or that there is none; and says which permission is missing', async () => {
    acme.teams.set('responders', 31);
    const { reader } = client();
    expect(await reader.isolation.team('acme', 'responders', never)).to.equal(31);
    expect(await reader.isolation.team('acme', 'nobody', never)).to.equal(undefined);
    github.world.tokens.add('github_pat_scan', {
      ...{ kind: 'fine-grained', organization: 'acme', permissions: { contents: 'read', metadata: 'read' } },
    });
    const credential = { kind: 'Token', token: 'github_pat_scan' } as const;
    const narrow = clientFor(github.apiURL, { credential }).reader.isolation;
    const code = async (work: Promise<unknown>): Promise<string> => (await failureOf(work)).message;
    expect(await code(narrow.team('acme', 'responders', never))).to.match(/members: read/);
    expect(await code(narrow.runs(at(), '>=2025-01-01', never))).to.match(/actions: read/);
    expect(await code(narrow.actionsSettings(at(), never))).to.match(/administration: read/);
  });
});
