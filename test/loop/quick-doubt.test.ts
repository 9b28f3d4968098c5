/** Quick passes where an answer of GitHub was behind, or where the last full pass left something open. */
import { expect } from 'chai';
import { kept, memberNames, names, RETIRED, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { tampering, type Answered, type TamperingGitHub } from '../integration/tampering-github.js';
import { HOUR, Loop, MINUTE } from './loop.js';

describe('A quick pass', function () {
  let loop: Loop;
  let proxy: TamperingGitHub;
  let acme: Organization;
  let change: (answer: Answered, path: string) => void;

  beforeEach(async () => {
    acme = town({ members: 12, others: 2 });
    change = () => undefined;
    const environment: { apiURL?: string } = {};
    const hosts: string[] = [];
    loop = await Loop.open({ organizations: [acme], environment, hosts });
    proxy = await tampering(loop.github, async ({ path, forward }) => {
      const answer = await forward();
      change(answer, path);
      return answer;
    });
    environment.apiURL = proxy.url;
    hosts.push(new URL(proxy.url).host);
  });
  afterEach(async () => {
    await loop.close();
    await proxy.close();
  });

  const start = async (spec: object = {}): Promise<void> => {
    const schedule = { interval: '12h', quickInterval: '1m' };
    loop.put('acme.yaml', loop.policy('acme', { github: { apiURL: proxy.url }, schedule, ...spec }));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
  };
  const said = (type: 'Ready' | 'Compliant'): string => {
    const { status, reason } = loop.condition('acme', type) ?? {};
    return `${status} ${reason}`;
  };
  const isMember = (name: string): boolean => memberNames(acme).includes(name);
  const isGraphQL = (path: string): boolean => path.endsWith('/graphql');

  for (const [title, name, before] of [
    ['governs one', 'other-001', 'experimental'],
    ['stops the exit clock of one', 'member-001', 'deprecated'],
  ] as const) {
    it(`${title} that was promoted while a copy of GitHub was behind, and asks for nothing more then`, async () => {
      await start({ exit: { gracePeriod: '24h' } });
      say(acme.get(name), before);
      await loop.pass(5 * MINUTE);
      const old = acme.get(name).head?.oid ?? '';
      say(acme.get(name), 'production');
      const promoted = acme.get(name).head?.oid ?? '';
      let late = 0;
      change = (answer, path) => {
        if (!isGraphQL(path)) return;
        const text = JSON.stringify(answer.body);
        if (text.includes(promoted)) late += 1;
        answer.body = JSON.parse(text.replaceAll(promoted, old));
      };
      await loop.pass(1.1 * MINUTE);
      expect(late, 'answers that were behind').to.be.at.least(1);
      change = () => undefined;
      await loop.pass(3 * MINUTE);
      expect(isMember(name)).to.equal(true);
      expect(loop.status('acme').leaving).to.deep.equal([]);
      expect(loop.status('acme').lastPass?.type).to.equal('Quick');
      loop.github.requests.length = 0;
      await loop.pass(5 * MINUTE);
      const answers = loop.github.requests.map(({ operation, status }) => `${operation} ${status}`);
      expect(new Set(answers)).to.deep.equal(new Set(['repos/list-for-org 304', 'repos/get-org-ruleset 304']));
    });
  }

  it('lets nobody leave whom a list names as changed, while a copy of GitHub is behind', async () => {
    await start({ exit: { gracePeriod: '1h' } });
    say(acme.get('member-001'), 'deprecated');
    const old = acme.get('member-001').head?.oid ?? '';
    await loop.passUntil(() => loop.status('acme').leaving?.length === 1, 5 * MINUTE);
    await loop.pass(HOUR - 0.5 * MINUTE);
    say(acme.get('member-001'), 'production');
    const promoted = acme.get('member-001').head?.oid ?? '';
    let late = 0;
    change = (answer, path) => {
      const text = JSON.stringify(answer.body);
      if (!isGraphQL(path) || !text.includes(promoted)) return;
      late += 1;
      const { data } = answer.body as Files;
      for (const node of data.nodes ?? [])
        if (node?.defaultBranchRef?.target?.oid === promoted && node.defaultBranchRef.target.f0 !== undefined)
          Object.assign(node.defaultBranchRef.target.f0 as object, entryOf(RETIRED));
      answer.body = JSON.parse(JSON.stringify(answer.body).replaceAll(promoted, old));
    };
    await loop.pass(1.8 * MINUTE);
    expect(late, 'answers that were behind').to.be.at.least(3);
    expect(loop.status('acme').lastPass?.type).to.equal('Quick');
    expect(isMember('member-001')).to.equal(true);
    change = () => undefined;
    await loop.pass(5 * MINUTE);
    expect(isMember('member-001')).to.equal(true);
    expect(loop.status('acme').leaving).to.deep.equal([]);
  });

  it('lets nobody leave whom a list names as changed, where the clock that dated the exit clock is ahead', async () => {
    loop.clock.shiftWallClock(4.7 * MINUTE);
    await start({ exit: { gracePeriod: '1m' }, schedule: { interval: '12h', quickInterval: '30s' } });
    say(acme.get('member-001'), 'deprecated');
    const old = acme.get('member-001').head?.oid ?? '';
    await loop.passUntil(() => loop.status('acme').leaving?.length === 1, 5 * MINUTE);
    await loop.pass(268_000);
    say(acme.get('member-001'), 'production');
    const promoted = acme.get('member-001').head?.oid ?? '';
    change = (answer, path) => {
      const text = JSON.stringify(answer.body);
      if (!isGraphQL(path) || !text.includes(promoted)) return;
      for (const node of (answer.body as Files).data.nodes ?? [])
        if (node?.defaultBranchRef?.target?.oid === promoted && node.defaultBranchRef.target.f0 !== undefined)
          Object.assign(node.defaultBranchRef.target.f0 as object, entryOf(RETIRED));
      answer.body = JSON.parse(JSON.stringify(answer.body).replaceAll(promoted, old));
    };
    await loop.pass(1.8 * MINUTE);
    expect(isMember('member-001')).to.equal(true);
  });

  it('lets leave whom a list names as changed, once that change is settled and what speaks against it stays', async () => {
    await start({ exit: { gracePeriod: '1h' } });
    say(acme.get('member-001'), 'deprecated');
    await loop.passUntil(() => loop.status('acme').leaving?.length === 1, 5 * MINUTE);
    await loop.pass(HOUR - 0.5 * MINUTE);
    say(acme.get('member-001'), 'experimental');
    await loop.pass(1.8 * MINUTE);
    expect(isMember('member-001')).to.equal(true);
    await loop.pass(2 * MINUTE);
    expect(isMember('member-001')).to.equal(false);
    expect(loop.status('acme').lastPass?.type).to.equal('Quick');
  });

  it('lets leave at the end of a short grace period whom a list names for the change that began it', async () => {
    await start({ exit: { gracePeriod: '30s' } });
    say(acme.get('member-001'), 'deprecated');
    await loop.passUntil(() => loop.status('acme').leaving?.length === 1, 5 * MINUTE);
    await loop.pass(1.1 * MINUTE);
    expect(isMember('member-001')).to.equal(false);
  });

  it('follows no full pass whose listing was refuted: the full one is tried again', async () => {
    await start();
    const hidden = new Set(['member-001', 'other-001']);
    change = ({ body }) => {
      const list = (body as Listed | undefined)?.data?.organization?.repositories;
      if (list === undefined) return;
      list.nodes = list.nodes.filter((row) => row === null || !hidden.has(row.name));
      list.totalCount -= hidden.size;
    };
    say(acme.get('other-001'), 'production');
    acme.countOverride = { public_repos: 0, total_private_repos: 12 };
    await loop.lookNow();
    expect([said('Ready'), said('Compliant')]).to.deep.equal(['False Incomplete', 'Unknown NotObserved']);
    say(acme.get('other-002'), 'deprecated');
    await loop.pass(5 * MINUTE);
    expect([said('Ready'), said('Compliant')]).to.deep.equal(['False Incomplete', 'Unknown NotObserved']);
    expect(loop.status('acme').lastPass?.type).to.equal('Full');
    hidden.clear();
    acme.countOverride = {};
    await loop.pass(15 * MINUTE);
    expect(isMember('other-001')).to.equal(true);
    expect([said('Ready'), said('Compliant')]).to.deep.equal(['True Converged', 'True AllGoverned']);
    expect(await loop.metric('plus1_passes_total', { kind: 'quick', result: 'succeeded' })).to.be.at.least(1);
  });

  it('follows no full pass that could not look a member up', async () => {
    await start();
    acme.get('member-001').delete();
    loop.github.faults.when(
      ({ operation }) => operation === 'repos/get-by-id',
      { kind: 'status', status: 502 },
      Infinity,
    );
    await loop.lookNow();
    expect(said('Ready')).to.equal('False Incomplete');
    say(acme.get('other-002'), 'deprecated');
    await loop.pass(5 * MINUTE);
    expect(said('Ready')).to.equal('False Incomplete');
    expect(loop.status('acme').lastPass?.type).to.equal('Full');
    loop.github.faults.clear();
    await loop.pass(15 * MINUTE);
    expect(said('Ready')).to.equal('True Converged');
  });

  it('ends no hold of members that are gone', async () => {
    await start({ schedule: { interval: '1h', quickInterval: '20m' }, guards: { approval: { required: 2 } } });
    for (const name of names('member', 4)) acme.get(name).delete();
    await loop.passUntil(() => loop.status('acme').hold !== undefined, 5 * HOUR);
    const { hold } = loop.status('acme');
    expect(hold?.count).to.equal(4);
    say(acme.get('other-001'), 'experimental');
    await loop.pass(25 * MINUTE);
    expect(loop.status('acme').hold).to.deep.equal(hold);
    await loop.pass(HOUR);
    expect(loop.status('acme').hold?.since).to.equal(hold?.since);
    expect(loop.ready('acme')).to.equal('False Held');
  });

  it('reads whom an exemption releases by the id, before that member leaves', async () => {
    const { id } = acme.get('member-001');
    const expiresAt = new Date(loop.clock.now() + 120 * HOUR).toISOString().replace(/\.\d+/, '');
    const exemption = {
      repository: 'member-001',
      repositoryID: id,
      effect: 'Release',
      reason: 'moved away',
      owner: 'ann',
    };
    await start({ exit: { gracePeriod: '10m' }, exemptions: [{ ...exemption, expiresAt }] });
    await loop.pass(9 * MINUTE);
    const { nodeID } = acme.get('member-001');
    loop.github.requests.length = 0;
    await loop.pass(3 * MINUTE);
    const asked = loop.github.requests.filter(({ operation }) => operation === 'nodes');
    expect(asked.some(({ body }) => JSON.stringify(body).includes(nodeID))).to.equal(true);
    expect(kept(acme).members).not.to.include(id);
  });
});

interface Listed {
  data?: { organization?: { repositories?: { totalCount: number; nodes: ({ name: string } | null)[] } } };
}

interface Files {
  data: { nodes?: ({ defaultBranchRef?: { target?: { oid: string; f0?: unknown } } } | null)[] };
}

const entryOf = (text: string): object => ({
  object: { __typename: 'Blob', byteSize: Buffer.byteLength(text), isBinary: false, isTruncated: false, text },
});
