import { expect } from 'chai';
import { Client, type Reply } from './client.js';
import type { GitHubSimulator, Organization, Repository } from './index.js';
import { push, startGitHub } from './index.js';
import { town } from '../../builders.js';

const FILE = 'lists/allow.txt';

describe('GitHub simulator: git objects, branches and pull requests', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let home: Repository;
  let client: Client;
  let base: string;

  beforeEach(async () => {
    acme = town({ members: 1 });
    home = acme.createRepository({ name: '.github', files: { [FILE]: 'a.example.com:443\n' } });
    github = await startGitHub({ organizations: [acme], clock: () => Date.UTC(2026, 10, 22, 4) });
    client = new Client(github);
    base = `/repos/${home.fullName}`;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const send = (method: string, path: string, body: object, as = client): Promise<Reply> =>
    as.call(method, `${base}${path}`, { body });

  /** A commit on no branch, whose file has that text. */
  const commit = async (text: string, parents = [home.head?.oid ?? '']): Promise<string> => {
    const { tree } = (await client.get(`${base}/git/commits/${parents.at(-1)}`)).body;
    const entry = { path: FILE, mode: '100644', type: 'blob', content: text };
    const made = await send('POST', '/git/trees', { base_tree: tree.sha, tree: [entry] });
    const { body } = await send('POST', '/git/commits', { message: 'm', tree: made.body.sha, parents });
    return body.sha;
  };
  const branch = async (text: string): Promise<string> => {
    const sha = await commit(text);
    expect((await send('POST', '/git/refs', { ref: 'refs/heads/x/y', sha })).status).to.equal(201);
    return sha;
  };
  const open = (): Promise<Reply> => send('POST', '/pulls', { title: 'T', head: 'x/y', base: 'main', body: 'B' });

  it('keeps commits beside branches, and moves a branch only forward', async () => {
    const before = home.head?.oid;
    const first = await branch('b.example.com:443\n');
    expect(home.head?.oid).to.equal(before);
    expect((await client.get(`${base}/git/ref/heads%2Fx%2Fy`)).body.object.sha).to.equal(first);
    expect((await send('POST', '/git/refs', { ref: 'refs/heads/x/y', sha: first })).status).to.equal(422);
    const beside = await commit('c.example.com:443\n');
    const move = { sha: beside };
    expect((await send('PATCH', '/git/refs/heads%2Fx%2Fy', move)).body.message).to.match(/fast forward/);
    const merged = await commit('d.example.com:443\n', [first, before ?? '']);
    expect((await send('PATCH', '/git/refs/heads%2Fx%2Fy', { sha: merged })).status).to.equal(200);
    const found = await client.get(`${base}/contents/${FILE}?ref=${merged}`);
    expect(Buffer.from(found.body.content, 'base64').toString()).to.equal('d.example.com:443\n');
    expect((await client.get(`${base}/git/ref/heads%2Fnone`)).status).to.equal(404);
  });

  it('compares two commits from where they parted', async () => {
    const head = await branch('b.example.com:443\n');
    const common = home.head?.oid;
    home.commit('other.txt', 'x');
    const { body } = await client.get(`${base}/compare/main...${head}`);
    expect(body).to.include({ status: 'diverged', ahead_by: 1, behind_by: 1 });
    expect(body.merge_base_commit.sha).to.equal(common);
    expect(body.files.map(({ filename }: { filename: string }) => filename)).to.deep.equal([FILE]);
  });

  it('has one open pull request for two branches, and shows it with its reviews', async () => {
    expect((await open()).status, 'no branch').to.equal(422);
    const head = await branch('a.example.com:443\nb.example.com:443\n');
    const made = await open();
    expect([made.status, made.body.mergeable, made.body.head.sha]).to.deep.equal([201, true, head]);
    expect((await open()).body.errors[0].message).to.equal('A pull request already exists for acme:x/y.');
    const [pull] = home.pulls.all;
    if (pull === undefined) throw new Error('no pull request');
    home.pulls.review(pull, { author: { login: 'ann', type: 'User' } });
    const reviews = await client.get(`${base}/pulls/${made.body.number}/reviews`);
    expect(reviews.body[0]).to.include({ state: 'APPROVED', commit_id: head, author_association: 'MEMBER' });
    home.pulls.merge(pull);
    const [listed] = (await client.get(`${base}/pulls?state=all&head=acme:x/y`)).body;
    expect([listed.state, listed.merge_commit_sha]).to.deep.equal(['closed', home.head?.oid]);
    expect(home.head?.files.get(FILE)?.content).to.equal('a.example.com:443\nb.example.com:443\n');
  });

  it('closes a pull request with its branch, and opens none that was merged again', async () => {
    await branch('b.example.com:443\n');
    const { number } = (await open()).body;
    push(home, { ref: 'refs/heads/x/y', how: 'delete' });
    expect((await client.get(`${base}/pulls/${number}`)).body).to.include({ state: 'closed', merged: false });
    expect((await send('PATCH', `/pulls/${number}`, { state: 'open' })).status).to.equal(422);
    expect((await client.get(`${base}/pulls`)).body).to.deep.equal([]);
  });

  it('cannot merge what both sides changed', async () => {
    await branch('b.example.com:443\n');
    const { number } = (await open()).body;
    home.commit(FILE, 'c.example.com:443\n');
    expect((await client.get(`${base}/pulls/${number}`)).body).to.include({
      mergeable: false,
      mergeable_state: 'dirty',
    });
    expect(() => home.pulls.merge(home.pulls.open[0]!)).to.throw(/cannot be merged: lists\/allow.txt/);
  });

  it('refuses who lacks a right, who would write a workflow file, an archived repository, and what rules forbid', async () => {
    const permissions = { contents: 'write', metadata: 'read', pull_requests: 'read' } as const;
    github.world.tokens.add('github_pat_x', { kind: 'fine-grained', organization: 'acme', permissions });
    await branch('b.example.com:443\n');
    const other = new Client(github, 'github_pat_x');
    const asked = { title: 'T', head: 'x/y', base: 'main' };
    expect((await send('POST', '/pulls', asked, other)).status).to.equal(403);
    const entry = { path: '.github/workflows/ci.yml', mode: '100644', type: 'blob', content: 'x' };
    expect((await send('POST', '/git/trees', { tree: [entry] }, other)).status).to.equal(403);
    acme.addRuleset({
      ...{ name: 'closed', target: 'branch', enforcement: 'active', rules: [{ type: 'creation' }] },
      conditions: { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: [home.id] } },
    });
    const sha = home.head?.oid;
    expect((await send('POST', '/git/refs', { ref: 'refs/heads/z', sha })).body.message).to.match(/^Repo/);
    home.archive();
    expect((await send('POST', '/pulls', asked)).status).to.equal(403);
  });
});
