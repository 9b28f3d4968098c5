/** `plus1 check` of a policy that targets by custom property: its permission, the property, and how the ruleset is aimed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { aimOf, PROPERTY, town } from '../builders.js';
import {
  startGitHub,
  type GitHubSimulator,
  type Organization,
  type Permissions,
  type Token,
} from '../fakes/github/index.js';
import { classic, fine, linesOf, reportOf, USUAL, type CheckReport } from './check-stage.js';
import { plus1, temporaryFolder } from './cli.js';

describe('plus1 check, targeting by custom property', () => {
  let acme: Organization;
  let github: GitHubSimulator;
  let file: string;

  beforeEach(async () => {
    acme = town({ members: 3, others: 1, targeting: 'CustomProperty' });
    github = await startGitHub({ organizations: [acme] });
    github.world.tokens.acceptAny = false;
    file = join(temporaryFolder(), 'acme.json');
    const head = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
    const spec = { organization: 'acme', github: { apiURL: github.apiURL }, ruleset: aimOf(acme) };
    writeFileSync(file, JSON.stringify({ ...head, spec }));
  });
  afterEach(async () => {
    expect(github.counts().writes).to.equal(0);
    expect(github.contractViolations).to.deep.equal([]);
    await github.close();
  });

  const check = (token: Token, value = 'ghp_a'): Promise<CheckReport> => {
    github.world.tokens.add(value, token);
    return reportOf(plus1(['check', '-f', file, '--format', 'json'], { github, env: { GITHUB_TOKEN: value } }));
  };
  const line = ({ checks }: CheckReport, name: string): string | undefined => {
    const found = checks.find((each) => each.name === name);
    return found && `${found.result}: ${found.message}`;
  };
  const withPermission = (level?: 'read' | 'write'): Permissions => ({
    ...USUAL,
    ...(level && { organization_custom_properties: level }),
  });

  it('is well where all is there', async () => {
    const report = await check(classic(['repo', 'admin:org']));
    expect(linesOf(report, 'missing')).to.deep.equal([]);
    expect(line(report, 'custom-properties')).to.equal('ok: scope admin:org');
    expect(line(report, 'ruleset')).to.match(/targets 3 repositories by the property plus1-governed$/);
  });

  it('says that a fine-grained token lacks the permission, and blames no other one', async () => {
    const report = await check(fine({ permissions: withPermission() }), 'github_pat_a');
    expect(line(report, 'custom-properties')).to.equal(
      'missing: the token lacks organization_custom_properties: write',
    );
    expect(line(report, 'administration')).to.match(/^ok/);
  });

  it('cannot tell whether a fine-grained token may write the values', async () => {
    const report = await check(fine({ permissions: withPermission('read') }), 'github_pat_a');
    expect(line(report, 'custom-properties')).to.match(/^warning: .*may read the values/);
  });

  it('has the command where the property is missing', async () => {
    acme.properties.remove(PROPERTY.name);
    const report = await check(classic(['repo', 'admin:org']));
    expect(linesOf(report, 'missing').map(({ name, code }) => [name, code])).to.deep.equal([
      ['ruleset', 'PLUS1_PROPERTY_NOT_FOUND'],
    ]);
    expect(linesOf(report, 'missing')[0]?.fix).to.match(/gh api -X PUT/);
  });
});
