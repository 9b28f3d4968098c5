/**
 * What `sync` says of single repositories: with --verbose the same lines as the controller, and in words that come true. Kinds:
 * a name that is cut away, a promise that a run without a memory cannot keep.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { plus1, reportOf, temporaryFolder, type Ran } from '../integration/cli.js';

type Line = Record<string, unknown>;

/** With some milliseconds more: a clock runs from the instant within a run at which its pass began. */
const HOUR = 3_600_000 + 1_000;

describe('What plus1 sync says of single repositories', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let folder: string;
  let now: number;
  beforeEach(async () => {
    now = Date.now();
    acme = town({ members: 14, promoted: 12 });
    github = await startGitHub({ organizations: [acme], clock: () => now });
    folder = temporaryFolder();
  });
  afterEach(() => github.close());

  const sync = (...args: string[]): Promise<Ran> =>
    plus1(['sync', '--format', 'json', ...args], { github, clock: () => now });
  const inPolicy = (): string[] => {
    const path = join(folder, 'policy.json');
    const spec = { organization: 'acme', github: {}, exit: { gracePeriod: '2h' } };
    const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec };
    writeFileSync(path, JSON.stringify(policy));
    return ['-f', path, '--state', join(folder, 'state')];
  };
  const logged = ({ stderr }: Ran, msg: string): Line[] =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line['msg'] === msg);
  const ofWhom = (ran: Ran, msg: string): unknown[] => logged(ran, msg).map(({ repository }) => repository);

  it('one line for each that entered, left, started or cleared a clock, or was changed by others', async () => {
    const first = await sync(...inPolicy(), '--verbose');
    expect(ofWhom(first, 'Repository entered').sort()).to.deep.equal(names('promoted', 12));
    const [line] = logged(first, 'Repository entered');
    expect(line).to.include({
      level: 'info',
      policy: 'default/acme',
      organization: 'acme',
      status: 'valid_production',
    });
    expect(line?.['reason']).to.match(/entity\.datadog\.yaml:6 declares lifecycle production/);
    expect(line?.['reconcileID']).to.match(/^[0-9a-f-]{36}$/);
    expect(logged(first, 'Pass ended')[0]).to.include({ result: 'Succeeded', entered: 12, left: 0 });

    for (const name of ['member-001', 'member-002']) say(acme.get(name), 'deprecated');
    kept(acme).setMembers(kept(acme).members.filter((id) => id !== acme.get('member-003').id));
    const second = await sync(...inPolicy(), '--verbose');
    expect(ofWhom(second, 'Exit clock started').sort()).to.deep.equal(['member-001', 'member-002']);
    expect(ofWhom(second, 'Repository removed by someone else')).to.deep.equal(['member-003']);

    say(acme.get('member-002'), 'production');
    now += HOUR;
    expect(ofWhom(await sync(...inPolicy(), '--verbose'), 'Exit clock cleared')).to.deep.equal(['member-002']);
    now += HOUR;
    expect(ofWhom(await sync(...inPolicy(), '--verbose'), 'Repository left')).to.deep.equal(['member-001']);
  });

  it('no log line without --verbose, and no clock that a dry run does not start', async () => {
    expect((await sync(...inPolicy())).stderr).to.equal('');
    say(acme.get('member-001'), 'deprecated');
    kept(acme).setMembers(kept(acme).members.filter((id) => id !== acme.get('member-003').id));
    const dry = await sync(...inPolicy(), '--dry-run', '--verbose');
    expect(ofWhom(dry, 'Exit clock started')).to.deep.equal([]);
    expect(ofWhom(dry, 'Repository entered')).to.deep.equal([]);
    expect(ofWhom(dry, 'Repository removed by someone else')).to.deep.equal(['member-003']);
  });

  it('that a member which is gone stays in a run without a memory, and why', async () => {
    const { id } = acme.get('member-001');
    acme.get('member-001').delete();
    const ran = await sync('--org', 'acme', '--verbose');
    expect(memberNames(acme)).to.include(`#${id}`);
    const [item] = reportOf(ran).plan.retain;
    expect(item?.reason).to.match(/^gone: .*; stays, since it takes two proofs and this run has no memory$/);
    expect(ran.stderr).to.match(/^1 member was not found and stays: .* without --state has no memory of the first$/m);
    expect(ofWhom(ran, 'Exit clock started')).to.deep.equal([]);
    const kind = await sync(...inPolicy());
    expect(reportOf(kind).plan.retain[0]?.reason).to.match(/leaves when a pass after \S+ proves it again$/);
    expect(kind.stderr).to.equal('');
  });
});
