/** The file of a policy that changes while `sync -f` runs: what was planned by the old one is not written. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { memberNames, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder } from '../integration/cli.js';

describe('A policy file that changes while sync runs', () => {
  let acme: Organization;
  let github: GitHubSimulator;
  let file: string;
  beforeEach(async () => {
    acme = town({ members: 3, demoted: 1, promoted: 1 });
    github = await startGitHub({ organizations: [acme] });
    file = join(temporaryFolder(), 'acme.yaml');
    writeFileSync(file, policy());
  });
  afterEach(() => github.close());

  const policy = (more: object = {}): string =>
    stringify({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } },
      spec: { organization: 'acme', github: { apiURL: github.apiURL }, exit: { gracePeriod: '0s' }, ...more },
    });

  const run = (change: () => void, at = 'list', ...more: string[]): ReturnType<typeof plus1> => {
    let isDone = false;
    github.beforeRequest(({ operation }) => {
      if (operation !== at || isDone) return;
      isDone = true;
      change();
    });
    return plus1(['sync', '-f', file, '--state', temporaryFolder(), ...more], { github });
  };

  for (const { what, change, says } of [
    {
      what: 'is suspended',
      change: { suspend: true },
      says: /the policy changed during the run; nothing more is written/,
    },
    { what: 'only observes from then on', change: { mode: 'Observe' }, says: /the policy changed during the run/ },
    { what: 'is of no use any more', change: { mode: 'Perhaps' }, says: /is not valid any more: .*spec\.mode/ },
    { what: 'is deleted', change: undefined, says: /went, or is not valid any more: cannot read the policy file/ },
  ]) {
    it(`${what}: nothing is written, and the run says so`, async () => {
      const { code, stderr } = await run(() => (change ? writeFileSync(file, policy(change)) : rmSync(file)));
      expect([code, github.counts().writes]).to.deep.equal([1, 0]);
      expect(stderr)
        .to.match(says)
        .and.match(/PLUS1_INTERRUPTED/);
    });
  }

  it('is asked for when the write leaves', async () => {
    let reads = 0;
    const change = (): void => writeFileSync(file, policy({ suspend: true }));
    github.beforeRequest(({ operation }) => {
      if (operation === 'repos/get-org-ruleset' && (reads += 1) === 2) change();
    });
    const { code } = await run(() => undefined);
    expect([code, github.counts().writes]).to.deep.equal([1, 0]);
  });

  it('goes on where the file is written again with the same policy', async () => {
    const { code } = await run(() => writeFileSync(file, `# reviewed\n${policy()}`));
    expect([code, memberNames(acme).includes('promoted-001')]).to.deep.equal([0, true]);
  });

  it('does not matter to a dry run, which writes nothing', async () => {
    const { code } = await run(() => rmSync(file), 'list', '--dry-run');
    expect(code).to.equal(0);
  });
});
