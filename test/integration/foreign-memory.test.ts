/** Memory belongs to a host, an organization by id, and a ruleset: what another left decides nothing, and opens no guard. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { kept, memberNames, names, PATH, PRODUCTION, RULESET, say, town } from '../builders.js';
import { Organization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { Loop, MINUTE } from '../loop/loop.js';
import { plus1, temporaryFolder, type Ran } from './cli.js';

const HOUR = 3_600_000;

describe('The memory of', function () {
  let now: number;
  let state: string;
  const open: GitHubSimulator[] = [];
  const clock = (): number => now;

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22, 10);
    state = temporaryFolder();
  });
  afterEach(async () => {
    for (const github of open.splice(0)) {
      await github.close();
      expect(github.contractViolations).to.deep.equal([]);
    }
  });

  const serve = async (...organizations: Organization[]): Promise<GitHubSimulator> => {
    const github = await startGitHub({ organizations, clock });
    open.push(github);
    return github;
  };
  const sync = (github: GitHubSimulator, ...args: string[]): Promise<Ran> =>
    plus1(['sync', '--state', state, ...args], { github, clock });
  const status = (name: string): PolicyStatus =>
    (JSON.parse(readFileSync(join(state, 'default', `${name}.json`), 'utf8')) as { status: PolicyStatus }).status;
  const refused = (ran: Ran, github: GitHubSimulator, why: RegExp): void => {
    expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
    expect(ran.stderr)
      .to.match(/^PLUS1_POLICY_INVALID: [^\n]+ Fix: [^\n]+\n$/)
      .and.match(why);
    expect(github.counts().writes).to.equal(0);
  };

  /** Ids of a small organization, which two servers give alike. */
  const numbered = (): Organization => {
    const organization = new Organization({ login: 'acme' });
    for (let id = 1; id <= 10; id += 1)
      organization.createRepository({ id, name: `svc-${id}`, files: { [PATH]: PRODUCTION } });
    const ids = organization.repositories.map(({ id }) => id);
    const conditions = { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: ids } };
    organization.addRuleset({ name: RULESET, conditions });
    return organization;
  };

  it('another server is refused: two Enterprise Servers give the same ids', async () => {
    const [first, second] = [numbered(), numbered()];
    const [one, other] = [await serve(first), await serve(second)];
    say(first.get('svc-3'), 'deprecated');
    expect((await sync(one, '--org', 'acme')).code).to.equal(0);
    now += 25 * HOUR;
    say(second.get('svc-3'), 'deprecated');
    refused(
      await sync(other, '--org', 'acme'),
      other,
      /is of the ruleset "plus1_enforcement" of "acme" on 127\.0\.0\.1:/,
    );
    expect(memberNames(second)).to.include('svc-3');
    expect((await plus1(['plan', '--org', 'acme', '--state', state], { github: other, clock })).code).to.equal(2);
    const before = readFileSync(join(state, 'default', 'acme.json'), 'utf8');
    expect((await sync(one, '--org', 'ACME')).code, 'its own goes on, in any case').to.equal(0);
    expect(before).to.include('svc-3');
  });

  for (const { what, edit } of [
    { what: 'organization', edit: { organization: 'tiny' } },
    { what: 'ruleset', edit: { organization: 'big', ruleset: 'other' } },
  ]) {
    it(`a policy file whose ${what} was edited is refused: its window is as wide as the old one`, async () => {
      const [big, tiny] = [town({ login: 'big', members: 100 }), town({ login: 'tiny', members: 12 })];
      const conditions = { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: [] } };
      big.addRuleset({ name: 'other', conditions });
      const github = await serve(big, tiny);
      const file = join(temporaryFolder(), 'policy.yaml');
      const write = ({ organization, ruleset = RULESET }: { organization: string; ruleset?: string }): void =>
        writeFileSync(
          file,
          `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: one}, spec: {organization: ${organization}, github: {}, ruleset: {name: ${ruleset}}, exit: {gracePeriod: 0s}}}`,
        );
      write({ organization: 'big' });
      say(big.get('member-001'), 'deprecated');
      expect((await sync(github, '-f', file)).code).to.equal(0);
      expect(status('one').window).to.include({ members: 100, left: 1 });
      for (const name of names('member', 11)) say(tiny.get(name), 'deprecated');
      write(edit);
      github.reset();
      refused(await sync(github, '-f', file), github, /is not the memory of this policy: it is of the ruleset/);
      expect(memberNames(tiny)).to.have.length(12);
    });
  }

  it('a login that changed hands is refused, by the id of the organization', async () => {
    const before = town({ login: 'acme', members: 40 });
    const first = await serve(before);
    say(before.get('member-001'), 'deprecated');
    expect((await sync(first, '--org', 'acme', '--grace-period', '0s')).code).to.equal(0);
    const path = join(state, 'default', 'acme.json');
    const stored = readFileSync(path, 'utf8');
    // The same server, where the login belongs to somebody else by now.
    const after = town({ login: 'newcomer', members: 12 }).rename('acme');
    const second = await serve(after);
    expect(after.id).to.not.equal(before.id);
    writeFileSync(path, stored.replaceAll(new URL(first.url).host, new URL(second.url).host));
    for (const name of names('member', 8)) say(after.get(name), 'deprecated');
    const ran = await sync(second, '--org', 'acme', '--grace-period', '0s');
    expect([ran.code, second.counts().writes]).to.deep.equal([2, 0]);
    expect(ran.stderr).to.match(
      new RegExp(`acme has the id ${after.id}, and the memory of this policy is of the one with the id ${before.id}`),
    );
    expect(status('acme').organizationID, 'and stays so').to.equal(before.id);
  });

  it('a login that changed hands stops a policy of a controller, too, and is told in its conditions', async () => {
    const acme = town({ login: 'acme', members: 4, promoted: 1 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      loop.put('acme.yaml', loop.policy('acme'));
      await loop.start();
      await loop.stop();
      const object = loop.object('acme');
      loop.putState('acme', JSON.stringify({ ...object, status: { ...loop.status('acme'), organizationID: 7 } }));
      kept(acme).setMembers(kept(acme).members.slice(1));
      loop.github.reset();
      await loop.start();
      await loop.pass(11 * MINUTE);
      expect([loop.ready('acme'), loop.github.counts().writes]).to.deep.equal(['False InvalidSpec', 0]);
      expect(loop.status('acme').organizationID).to.equal(7);
    } finally {
      await loop.close();
    }
  });

  for (const { what, change, isTaken } of [
    { what: 'has the ids of both', change: {}, isTaken: true },
    { what: 'has the id of another organization', change: { organizationID: 7 }, isTaken: false },
    { what: 'has no id of an organization', change: { organizationID: undefined }, isTaken: false },
    { what: 'has no ruleset', change: { ruleset: undefined }, isTaken: false },
    { what: 'has the id of another ruleset', change: { ruleset: { id: 7 } }, isTaken: false },
  ]) {
    it(`a state that says nothing of its organization and ${what} is ${isTaken ? 'believed' : 'refused, and kept'}`, async () => {
      const acme = town({ login: 'acme', members: 20 });
      const loop = await Loop.open({ organizations: [acme] });
      try {
        loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' } }));
        for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
        await loop.start();
        await loop.stop();
        const { window, ruleset } = loop.status('acme');
        expect(window).to.include({ members: 20, left: 4 });
        const status = { ...loop.status('acme'), ...change };
        if (change.ruleset !== undefined && ruleset !== undefined) status.ruleset = { ...ruleset, ...change.ruleset };
        loop.putState('acme', { ...loop.object('acme'), spec: {}, status, origin: { file: 'acme.yaml' } });
        for (const name of names('member', 8)) say(acme.get(name), 'deprecated');
        // Over a restart as well: what was refused once is not believed because it was written since.
        for (let start = 1; start <= 2; start += 1) {
          await loop.start();
          await loop.pass(11 * MINUTE);
          await loop.stop();
          expect(loop.ready('acme')).to.equal(isTaken ? 'False Held' : 'False InvalidSpec');
          expect(loop.status('acme').window, 'the window is the same').to.deep.equal(window);
        }
        expect(memberNames(acme)).to.have.length(16);
        expect(loop.object('acme')?.origin?.isUnproved ?? false).to.equal(!isTaken);
      } finally {
        await loop.close();
      }
    });
  }

  it('a state that was replaced under a running controller by that of another ruleset is not believed', async () => {
    const acme = town({ login: 'acme', members: 4 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      loop.put('acme.yaml', loop.policy('acme'));
      await loop.start();
      const object = loop.object('acme');
      const claim = { apiURL: loop.github.apiURL, organization: 'beta', ruleset: RULESET };
      loop.putState('acme', { ...object, origin: { file: 'acme.yaml', claim } });
      loop.github.reset();
      await loop.pass(11 * MINUTE);
      expect(loop.github.requests).to.have.length(0);
      expect(loop.logged('Reconcile failed').at(-1)?.['error']).to.match(/was changed by somebody else/);
      expect(loop.object('acme')?.origin?.claim?.organization, 'and it is left as it is').to.equal('beta');
    } finally {
      await loop.close();
    }
  });

  it('a ruleset that was deleted and made again opens no guard: what left stays counted, of the smaller set', async () => {
    const acme = town({ members: 20 });
    const github = await serve(acme);
    const run = (): Promise<Ran> => sync(github, '--org', 'acme', '--grace-period', '0s');
    for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
    expect((await run()).code).to.equal(0);
    expect(status('acme').window).to.include({ members: 20, left: 4 });
    const { id, members } = kept(acme);
    acme.deleteRuleset(kept(acme));
    const conditions = {
      ref_name: { include: ['~ALL'], exclude: [] },
      repository_id: { repository_ids: [...members] },
    };
    acme.addRuleset({ name: RULESET, conditions });
    for (const name of names('member', 8)) say(acme.get(name), 'deprecated');
    const ran = await run();
    expect(ran.code, 'a quarter of 16 had left').to.equal(3);
    expect(memberNames(acme)).to.have.length(16);
    expect(status('acme').ruleset?.id).to.not.equal(id);
    expect(status('acme').window).to.include({ members: 16, left: 4 });
  });
});
