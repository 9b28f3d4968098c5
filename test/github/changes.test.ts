/** What changed since an earlier look, by GitHub's two lists. */
import { expect } from 'chai';
import type { ChangesRequest, GitHub, ListMarks } from '../../pkg/github/index.js';
import { MAX_PAGES } from '../../pkg/github/changes/read-changes.js';
import { kept, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { clientFor, never } from './support/clients.js';

const START = Date.UTC(2026, 10, 22, 10);
const MINUTE = 60_000;

describe('What changed in an organization', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let client: GitHub;
  let now: number;

  beforeEach(async () => {
    now = START;
    acme = town({ members: 2, others: 3 });
    // Alone at the top of both lists.
    acme.createRepository({ name: 'latest', createdAt: START - MINUTE });
    github = await startGitHub({ organizations: [acme], clock: () => now });
    client = clientFor(github.apiURL);
  });
  afterEach(async () => {
    await client.close();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const organization = (): ChangesRequest['organization'] => ({ id: acme.id, login: acme.login });
  const mark = (): Promise<ListMarks> => client.reader.markLists('acme', undefined, never);
  const read = (marks: ListMarks): ReturnType<GitHub['reader']['readChanges']> =>
    client.reader.readChanges({ organization: organization(), marks }, never);
  const later = (ms: number): void => void (now += ms);
  const namesIn = async (marks: ListMarks): Promise<string[]> =>
    (await read(marks)).repositories.map(({ name }) => name).sort();
  const spent = (): number => github.rateLimit.state('user 1001', 'core')?.used ?? 0;

  it('is nothing where both lists are as they were, and that costs nothing', async () => {
    later(2 * MINUTE);
    const marks = await mark();
    const before = spent();
    github.requests.length = 0;
    const changes = await read(marks);
    expect(changes).to.deep.include({ repositories: [], isUnchanged: true, isTooMuch: false, marks });
    expect(github.requests.map(({ status, points }) => [status, points])).to.deep.equal([
      [304, 0],
      [304, 0],
    ]);
    expect(spent()).to.equal(before);
  });

  it('is what was pushed, changed, renamed and created since, once each, by its id', async () => {
    const marks = await mark();
    later(10 * MINUTE);
    say(acme.get('other-001'), 'production');
    acme.get('other-002').set({ description: 'new' });
    acme.get('other-003').rename('another-003');
    acme.createRepository({ name: 'created', isEmpty: true, createdAt: now });
    const changes = await read(marks);
    expect(changes.repositories.map(({ name }) => name).sort()).to.deep.equal([
      ...['another-003', 'created', 'latest', 'other-001', 'other-002'],
    ]);
    expect(changes.repositories.find(({ name }) => name === 'created')?.nodeID).to.equal(acme.get('created').nodeID);
    later(2 * MINUTE);
    const again = await read(changes.marks);
    expect(again.repositories.map(({ name }) => name).sort()).to.deep.equal([
      ...['another-003', 'created', 'other-001', 'other-002'],
    ]);
    expect((await read(again.marks)).isUnchanged).to.equal(true);
  });

  it('is told once more for two minutes after it came, since other copies may still answer with what was before', async () => {
    later(10 * MINUTE);
    say(acme.get('other-001'), 'production');
    let marks = await mark();
    for (const ms of [MINUTE, 0.9 * MINUTE, 0.2 * MINUTE]) {
      later(ms);
      const changes = await read(marks);
      expect(changes.repositories.map(({ name }) => name)).to.deep.equal(['other-001']);
      ({ marks } = changes);
    }
    expect(await read(marks)).to.deep.include({ repositories: [], isUnchanged: true });
  });

  it('reaches back by two minutes before the newest of the look before, for copies that lag', async () => {
    later(10 * MINUTE);
    say(acme.get('other-001'), 'production');
    const marks = await mark();
    // What comes to the list late stands below what is newer.
    now -= 1.9 * MINUTE;
    say(acme.get('other-002'), 'production');
    now -= 0.2 * MINUTE;
    say(acme.get('other-003'), 'production');
    now += 2.1 * MINUTE;
    expect(await namesIn(marks)).to.deep.equal(['other-001', 'other-002']);
  });

  it('is not hidden by a time that is still to come', async () => {
    now += 24 * 60 * MINUTE;
    say(acme.get('other-001'), 'production');
    now = START;
    const marks = await mark();
    later(MINUTE);
    say(acme.get('other-002'), 'production');
    expect(await namesIn(marks)).to.include('other-002');
  });

  it('is read with another token too, whose answers have tags of their own', async () => {
    later(2 * MINUTE);
    const marks = await mark();
    const foreign = { pushed: { ...marks.pushed, etag: '"x"' }, updated: { ...marks.updated, etag: '"y"' } };
    const changes = await read(foreign);
    expect(changes.isUnchanged).to.equal(false);
    expect(changes.marks).to.deep.equal(marks);
  });

  it('is too much where the login belongs to another organization by now', async () => {
    const marks = await mark();
    later(MINUTE);
    say(acme.get('other-001'), 'production');
    const request = { organization: { id: acme.id + 1, login: 'acme' }, marks };
    expect(await client.reader.readChanges(request, never)).to.deep.include({ isTooMuch: true, repositories: [] });
  });

  it(`is too much beyond ${MAX_PAGES} pages of a list, and no more of them are read`, async function () {
    const marks = await mark();
    later(10 * MINUTE);
    for (let number = 0; number < 100 * MAX_PAGES; number += 1)
      acme.createRepository({ name: `more-${number}`, isEmpty: true, createdAt: now });
    github.requests.length = 0;
    expect(await read(marks)).to.deep.include({ isTooMuch: true, repositories: [] });
    expect(github.requests.filter(({ path }) => path.includes('sort=updated'))).to.have.length(MAX_PAGES);
  });

  it('of a ruleset is told by its tag', async () => {
    const { reader } = client;
    const ruleset = await reader.findRuleset('acme', 'plus1_enforcement', never);
    const [id, etag] = [ruleset.id, reader.etagOf(ruleset)];
    expect(etag).to.be.a('string');
    expect(await reader.readRulesetUnless('acme', { id, etag }, never)).to.equal(undefined);
    kept(acme).setMembers([]);
    expect((await reader.readRulesetUnless('acme', { id, etag }, never))?.members.size).to.equal(0);
  });
});
